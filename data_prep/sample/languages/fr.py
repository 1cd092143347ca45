"""French sample acts."""

from __future__ import annotations

from data_prep.sample.languages.base import Changes, Headings, Institution, KindWords, Language, Patterns, Words
from data_prep.sample.languages.romance import described
from data_prep.sample.lexicon import Gender


def _vowel(word: str) -> bool:
    return word[0].lower() in "aeiouéèê"


def _the(word: str, gender: Gender) -> str:
    return f"l'{word}" if _vowel(word) else f"{'la' if gender == 'f' else 'le'} {word}"


def _of_the(word: str, gender: Gender) -> str:
    return f"du {word}" if gender == "m" and not _vowel(word) else f"de {_the(word, gender)}"


def _to_the(word: str, gender: Gender) -> str:
    return f"au {word}" if gender == "m" and not _vowel(word) else f"à {_the(word, gender)}"


def _a(word: str, gender: Gender) -> str:
    return f"{'une' if gender == 'f' else 'un'} {word}"


def forms(words: Words) -> dict[str, str]:
    """Gender, elision (`l'inspection`) and contraction (`du`, `au`)."""
    (first, second), activity = words.persons, words.activity
    thing, things = described(words.thing, words.property)
    regulated = f"des {things} {words.place}"
    return {
        "thing": words.thing.singular,
        "of_the_thing": _of_the(words.thing.singular, words.thing.gender),
        "a_thing": _a(words.thing.singular, words.thing.gender),
        "object": thing,
        "objects": things,
        "of_objects": f"d'{things}" if _vowel(things) else f"de {things}",
        "an_object": _a(thing, words.thing.gender),
        "each_object": f"chaque {thing}",
        "clause": words.property.clause,
        "document": activity.document,
        "the_document": _the(activity.document, activity.document_gender),
        "of_the_document": _of_the(activity.document, activity.document_gender),
        "the_activity": _the(activity.name, activity.gender),
        "of_the_activity": _of_the(activity.name, activity.gender),
        "place": words.place,
        "person": first.singular,
        "verb": first.verb,
        "second_person": second.singular,
        "second_verb": second.verb,
        "the_person": _the(first.singular, "m"),
        "of_the_person": _of_the(first.singular, "m"),
        "persons": first.plural,
        "second_persons": second.plural,
        "office": f"l'Office européen {words.office}",
        "aim": words.aim,
        "exclusion": words.exclusion,
        "subject": f"{_the(activity.name, activity.gender)} {regulated}",
        "cited_subject": f"{_to_the(activity.name, activity.gender)} {regulated}",
    }


FRENCH = Language(
    code="fr",
    union="UE",
    quotes=("00AB", "00BB"),
    months="janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    date_pattern="{day} {month} {year}",
    day_one='1<HT TYPE="SUP">er</HT>',
    paragraph="{}.",
    point="{})",
    item="{})",
    article="Article {}",
    reference="article {article}, paragraphe {paragraph}",
    other_reference="article {article}, paragraphe {paragraph}, {act}",
    official_journal="JO {series} {number} du {day}, p. {page}",
    title_date="du {date}",
    kinds={
        "regulation": KindWords(
            this="le présent règlement",
            of_this="du présent règlement",
            it="il",
            of_other="du règlement {number}",
            in_other="dans le règlement {number}",
            the_other="le règlement {number}",
            corrigendum_to="Rectificatif au règlement {rest}",
            and_amending="et modifiant {the_other}",
            is_amended="{the_other} est modifié comme suit:",
            relating="relatif {cited_subject}",
            adopted="ONT ADOPTÉ LE PRÉSENT RÈGLEMENT:",
            binding="Le présent règlement est obligatoire dans tous ses éléments et directement applicable dans tout "
            "État membre.",
        ),
        "directive": KindWords(
            this="la présente directive",
            of_this="de la présente directive",
            it="elle",
            of_other="de la directive {number}",
            in_other="dans la directive {number}",
            the_other="la directive {number}",
            corrigendum_to="Rectificatif à la directive {rest}",
            and_amending="et modifiant {the_other}",
            is_amended="{the_other} est modifiée comme suit:",
            relating="relative {cited_subject}",
            adopted="ONT ADOPTÉ LA PRÉSENTE DIRECTIVE:",
            binding="",
        ),
        "decision": KindWords(
            this="la présente décision",
            of_this="de la présente décision",
            it="elle",
            of_other="de la décision {number}",
            in_other="dans la décision {number}",
            the_other="la décision {number}",
            corrigendum_to="Rectificatif à la décision {rest}",
            and_amending="et modifiant {the_other}",
            is_amended="{the_other} est modifiée comme suit:",
            relating="relative {cited_subject}",
            adopted="A ADOPTÉ LA PRÉSENTE DÉCISION:",
            binding="",
        ),
    },
    legislator=Institution(
        before="",
        after="du Parlement européen et du Conseil",
        preamble="LE PARLEMENT EUROPÉEN ET LE CONSEIL DE L'UNION EUROPÉENNE,",
        visas=(
            "vu le traité sur le fonctionnement de l'Union européenne, et notamment son article 114,",
            "vu la proposition de la Commission européenne,",
            "vu l'avis du Comité économique et social européen{note},",
        ),
        signatures=(("Par le Parlement européen", "Le président"), ("Par le Conseil", "Le président")),
        authors=("PE", "CS"),
    ),
    commission=Institution(
        before="",
        after="de la Commission",
        preamble="LA COMMISSION EUROPÉENNE,",
        visas=("vu le traité sur le fonctionnement de l'Union européenne,", "après consultation de {office},"),
        signatures=(("Par la Commission", "Le président"),),
        authors=("CE",),
    ),
    consideration="considérant ce qui suit:",
    headings=Headings(
        chapter="CHAPITRE {}",
        chapters=("Dispositions générales", "Obligations", "Surveillance et sanctions", "Dispositions finales"),
        scope="Objet et champ d'application",
        definitions="Définitions",
        duties="Obligations des {persons}",
        document="{document}",
        limits="Valeurs limites",
        derogation="Dérogation",
        fees="Redevances",
        supervision="Surveillance",
        penalties="Sanctions",
        relation="Relation avec d'autres actes",
        transposition="Transposition",
        application="Entrée en vigueur et application",
        addressees="Destinataires",
        amendments="Modification {of_other}",
        annex="ANNEXE",
        in_annex=("à l'annexe", "à l'annexe {}"),
    ),
    patterns=Patterns(
        recitals=(
            "L'utilisation des {objects} {place} augmente.",
            "Des règles relatives {cited_subject} figurent {in_cited}{note}.",
            "Selon une étude de {study_year}, {share} % des {objects} étaient en service sans {document}.",
            "Des règles communes devraient {aim}.",
        ),
        scope=(
            "{this} établit des règles relatives {cited_subject}.",
            "{it} s'applique aux {persons} et aux {second_persons} {of_objects}.",
            "{it} ne s'applique pas aux {objects} qui {exclusion}.",
        ),
        definitions_opening="Aux fins {of_this}, on entend par:",
        definition="{term}, {meaning}",
        thing="{a_thing} qui {clause}",
        person="toute personne physique ou morale qui {verb} {an_object}",
        document="le document qui atteste {the_activity} d'{an_object}",
        incident_term="incident grave",
        incident="un événement lors duquel {an_object} blesse une personne ou reste en panne plus de "
        "{incident_hours} heures",
        duties={
            "register": "les {persons} doivent enregistrer {each_object} auprès de {office} dans un délai de "
            "{deadline_days} jours à compter de la première utilisation.",
            "keep": "les {persons} doivent conserver {the_document} pendant {keep_years} ans.",
            "report": "les {persons} doivent signaler tout incident grave à {office} dans un délai de "
            "{incident_hours} heures.",
            "train": "les {persons} doivent former leur personnel au moins {training_hours} heures par an.",
            "inspect": "les {persons} doivent inspecter {each_object} tous les {inspection_months} mois.",
            "insure": "les {persons} doivent souscrire une assurance d'au moins {insurance} EUR pour {each_object}.",
            "mark": "les {persons} doivent apposer un numéro de série sur {each_object} avant sa mise sur le marché.",
            "withdraw": "les {persons} doivent mettre {each_object} hors service après un incident grave.",
            "inform": "les {persons} doivent informer par écrit les acheteurs des risques de {each_object}.",
            "copy": "les {persons} doivent envoyer une copie {of_the_document} à {office} avant le 31 mars de "
            "chaque année.",
        },
        document_rules=(
            "{the_document} est valable {validity_years} ans.",
            "{the_document} doit contenir les informations énumérées {in_annex}.",
            "{the_person} doit présenter {the_document} à {office} sur demande.",
        ),
        limits="les {objects} doivent respecter les valeurs limites fixées {in_annex}.",
        derogation=(
            "Par dérogation à l'{reference}, les {persons} sont dispensés de cette obligation lorsque:",
            "l'utilisation ne dure pas plus de {trial_days} jours;",
            "{the_person} a informé {office} à l'avance; et",
            "aucun incident grave n'est survenu.",
        ),
        derogation_end="La dispense prend fin dès que l'une de ces conditions n'est plus remplie.",
        fees=(
            "Les redevances pour {the_activity} des {objects} sont les suivantes:",
            "La redevance doit être payée avant la délivrance {of_the_document}.",
        ),
        fee_title="Redevances pour {the_activity}",
        fee_columns=("Classe", "Masse maximale (kg)", "Redevance (EUR)"),
        fee_note="Masse à vide.",
        supervision=(
            "{office} surveille l'application {of_this}.",
            "Chaque État membre doit communiquer à {office}, avant le 30 juin de chaque année, le nombre des "
            "{objects} {place}.",
        ),
        penalties=(
            "Les États membres doivent infliger une amende maximale de {fine} EUR pour chaque infraction à "
            "l'{reference}.",
            "L'amende est doublée lorsque l'infraction est répétée dans un délai de {keep_years} ans.",
        ),
        relation="{this} s'applique sans préjudice de l'{cited_reference}.",
        transposition=(
            "Les États membres doivent mettre en vigueur, au plus tard le {applies}, les mesures nécessaires pour se "
            "conformer à {this}.",
            "Ils doivent informer la Commission de ces mesures.",
        ),
        application=(
            "{this} entre en vigueur le vingtième jour suivant celui de sa publication au "
            """<HT TYPE="ITALIC">Journal officiel de l'Union européenne</HT>.""",
            "{it} est applicable à partir du {applies}.",
        ),
        addressees="Les États membres sont destinataires {of_this}.",
        annex_title=("Contenu {of_the_document}", "Valeurs limites pour les {objects}"),
        annex_points=(
            "Nom et adresse {of_the_person}.",
            "Numéro de série {of_the_thing}.",
            "Lieu et date {of_the_activity}.",
            "Signature de la personne responsable.",
        ),
        limit_columns=("Classe", "Bruit (dB)", "Température (°C)"),
        done="Fait à Bruxelles, le {date}.",
    ),
    changes=Changes(
        article="l'article {article} est remplacé par le texte suivant:",
        figure="à l'{place}, {old} est remplacé par {new}",
        paragraph="à l'article {article}, le paragraphe suivant est ajouté:",
        definition="à l'article {article}, le point suivant est ajouté:",
        new_paragraph="les {persons} doivent conserver {the_document} également sous forme électronique.",
        new_term="mise hors service",
        new_meaning="le retrait définitif d'{an_object}",
        corrected="Page {page}, considérant {recital}:",
        wrong="au lieu de:",
        right="lire:",
        journal="Journal officiel de l'Union européenne {series} {number} du {date}",
    ),
    forms=forms,
)
