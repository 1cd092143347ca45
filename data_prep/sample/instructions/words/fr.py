"""French phrases of the invented instructions."""

from __future__ import annotations

from data_prep.sample.instructions.words.base import Words, after_noun, lines, phrases

WORDS = Words(
    code="fr",
    nouns={
        "general": phrases("""la bouilloire; le vélo; le sentier; le banc; le bac; le parapluie; le pain; le phare
            l'horaire des trains; le sac postal; la lampe; la carte; le four du village; la valise; le puits"""),
        "law": phrases("""le contrat; la clause du bail; le dossier du tribunal; l'acte notarié; l'appel; la licence
            la garantie; le règlement; la procuration; la servitude; la sentence; la marque; le décret; la requête"""),
        "mathematics": phrases("""la preuve; le polynôme; la matrice; le triangle; l'intégrale; la suite; le théorème
            le lemme; le vecteur; le graphe; l'ellipse; le logarithme; la fraction; la parabole; le déterminant"""),
        "code": phrases("""l'analyseur; le compilateur; la table de hachage; le test unitaire; la file d'attente
            l'index; la boucle; le cache; la branche; le serveur; la liste chaînée; le script; le processus"""),
        "science": phrases("""l'enzyme; la comète; le glacier; le microscope; l'aimant; le fossile; le volcan
            le récif; le pendule; le cristal; l'orbite; le spectre; le champignon; la pile; le neurone"""),
        "writing": phrases("""l'essai; le sonnet; le titre; le premier chapitre; la métaphore; le journal intime
            le scénario; l'annotation; le dialogue; le manuscrit; la fable; la préface; la lettre"""),
    },
    adjectives=phrases("""fiable; utile; rapide; simple; fragile; stable; moderne; classique; pratique; solide; rare
        unique; rouge; jaune; vide; énorme; célèbre; étrange; paisible; sombre; honnête; magnifique; maigre"""),
    joined=after_noun,
    people=phrases("""le greffier; la capitaine du port; le boulanger; une jeune ingénieure; la bibliothécaire; le juge
        le jardinier; ma voisine; le géomètre; un professeur à la retraite; l'archiviste; la pilote; l'infirmier
        le peintre; une étudiante; le menuisier; la traductrice; le maire; la chimiste; l'apiculteur; le tailleur"""),
    verbs=phrases("""vérifie; répare; décrit; dessine; emprunte; mesure; défend; oublie; loue; compare; photographie
        examine; emballe; classe; cache; admire; explique; teste; déplace; refuse; copie; étiquette; donne; améliore
        pèse; échange; restaure; recommande; inspecte; protège; résume; traduit; démonte; découvre; remplace; garde"""),
    states=lines("""
        reste valable pendant {small} mois
        pèse {number} grammes
        date de {year}
        semble plus large qu'avant
        coûte environ {number} couronnes
        dépend de {name}
        demande {small} minutes de soins
        reste plus célèbre que {place}
        mérite un second regard
        contient {small} défauts
        vient de {place} par bateau
        porte le nom de {name}
        fonctionne mieux à {small} degrés
        compte {small} pièces qui s'usent"""),
    when=phrases("""avant midi; après l'orage; un lundi sur deux; à l'aube; à la fin de l'automne; pendant les vacances
        une fois par mois; les jours de marché; peu après le déjeuner; sans tarder; bien après minuit"""),
    where=phrases("""au grenier; derrière la gare; près de la rivière; sur le pont supérieur; à la mairie; sur l'île
        dans une chambre louée; au bord du canal; dans la salle de lecture; à la frontière; le long de la côte
        dans la serre; à côté de la chapelle; au troisième étage"""),
    units=phrases("""visiteurs; pages; kilomètres; lettres; pommes; échantillons; billets; tonneaux; plaintes; moutons
        briques; volumes; pièces de monnaie; bougies; lignes; erreurs; mètres de corde; litres de lait"""),
    openers=lines("""
        En pratique,
        Pour commencer,
        En revanche,
        Selon {name},
        En {year},
        Pour cette raison,
        À notre connaissance,
        Un peu plus tard,
        D'après les mots de {name},
        Près de {place},
        Depuis lors,
        Comme le dit {name},
        Par exemple,
        Vers {year},
        À la foire de {place},
        Avec un peu de chance,"""),
    small_after=True,
    cores=lines("""
        la pièce {mark} de la collection de {place} ressemble à un trésor
        la note {mark} dit que {person} {verb} {object}
        {person} {verb} {object} sous le numéro {mark}
        {person} {verb} {object}
        {person} {verb} {object} {when}
        {name} {verb} {object} {where}
        {thing} {state}
        {thing} {state}, et {person} {verb} {object}
        la ville de {place} possède {number} {unit} et un espoir
        {name} a écrit {number} {unit} sur {object}
        {person} compte {number} {unit} {when}
        une lettre de {place} mentionne {object}
        personne à {place} ne {verb} {object}
        il faut {small} jours pour que {thing} arrive {where}
        {name} et {name} se disputent à propos de {object}
        la réponse se trouve dans {object} de {place}
        {person} vend {object} pour {number} couronnes
        c'est {object} que {person} {verb} {when}
        la commune de {place} prête {object} à {name}
        tout dépend ici de {person}
        {name} a perdu {object} {where}
        nul ne doute que {person} {verb} {object}
        celui qui {verb} {object} apprend beaucoup avec {name}
        chacune des {small} étapes commence par {object}"""),
    special={
        "law": lines("""
            l'article {small} de la charte de {place} vise {object}
            le tribunal de {place} condamne {name} à payer {number} couronnes
            {person} peut faire appel dans les {small} jours"""),
        "mathematics": lines("""
            {sum}, ce qui règle le cas de {object}
            on trouve que {sum}
            {name} a montré que {sum} pour {object}"""),
        "code": lines("""
            {thing} renvoie {number} dans le test de {name}
            la ligne {number} appelle deux fois {object}
            un appel à {object} prend {number} microsecondes"""),
        "science": lines("""
            le laboratoire de {place} a mesuré {object} {small} fois
            à {number} kelvins {thing} {state}
            une étude de {name} porte sur {number} {unit}"""),
        "writing": lines("""
            le lecteur rencontre {object} à la page {number}
            {name} termine le récit par {object}
            le poème sur {place} compte {number} vers"""),
    },
    tails=lines("""
        , comme le montre la note {mark}
        (voir {mark} et {mark})
        sous le numéro {mark}
        parce que {person} {verb} {object}
        , car {thing} {state}
        pendant que {name} regarde depuis {place}
        , ce qui a surpris {name} {when}
        , comme {name} l'a noté en {year}
        et demande conseil à {name}
        pour que {person} puisse se reposer {where}
        , une fois encore
        avec l'aide de {name}
        , tout comme {name} à {place}
        , mais seulement {when}
        en échange de {number} {unit}
        jusqu'à ce que {place} change les règles
        , et c'est dommage
        bien que {place} soit à {small} lieues
        au nom de {name}
        , car {number} {unit} sont de trop
        depuis que {person} habite à {place}
        sans prévenir {name}
        tant que {thing} dure"""),
    prompts={
        "any": lines("""
            Explique en {small} phrases pourquoi {person} {verb} {object}.
            Que doit savoir {name} sur {object} ?
            Compare {object} avec {object} pour une lectrice de {place}.
            Donne-moi {small} raisons pour lesquelles {person} {verb} {object} {when}.
            Est-il vrai que {thing} {state} ?
            Dis-moi ce que {name} de {place} pense de {object}.
            Pourquoi est-ce que {name} garde {object} {where} ?"""),
        "law": lines("Quelle règle de {place} vaut quand {person} {verb} {object} ?"),
        "mathematics": lines("Montre pas à pas que {sum}, et explique le lien avec {object}."),
        "code": lines("Écris pour {name} une fonction Python qui vérifie {object}."),
        "science": lines("Propose une expérience dans laquelle {person} {verb} {object}."),
        "writing": lines("Écris une courte histoire dans laquelle {name} {verb} {object} {where}."),
    },
    followups=lines("""
        Et que dit {name} de {object} ?
        Merci. Peux-tu ajouter un exemple de {place} ?
        Que se passe-t-il si {person} {verb} {object} {when} ?
        Peux-tu en dire plus sur {object} {where} ?"""),
    systems=lines("""
        Tu réponds en français clair aux questions de {domain}.
        Réponds par des phrases complètes."""),
    phrases={
        "refusal": lines("""
            Je suis désolé, mais je ne peux pas répondre à cette demande.
            En tant que modèle de langage, je ne peux pas vous aider."""),
        "boilerplate": lines("""
            En tant que modèle de langage, je n'ai pas d'opinion personnelle, mais voici ce que j'ai trouvé.
            J'espère que cela vous aide ! N'hésitez pas à me poser d'autres questions."""),
        "accents": lines("""
            La forêt près du château s'étend jusqu'à la mer, où l'été commence très tôt.
            Le garçon a goûté la crème brûlée à la fenêtre du café."""),
    },
)
