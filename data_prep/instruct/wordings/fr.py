"""French wordings; as in the Official Journal, no blank stands before a question mark or a colon."""

from __future__ import annotations

from data_prep.instruct.wordings.form import Form, Frames

FORMS = {
    "definition": Form(
        training=(
            "Que signifie «{term}» {within}?",
            "Comment «{term}» est-il défini {within}?",
            "Donnez la définition de «{term}» {within}.",
            "Au sens {of}, qu’entend-on par «{term}»?",
            "Quel est le sens de «{term}» aux fins {of}?",
            "Définissez «{term}» au sens {of}.",
        ),
        heldout=(
            "{act} emploie le terme «{term}». Que désigne-t-il?",
            "Comment faut-il comprendre «{term}» {within}?",
        ),
        answer="Selon l’{citation}, on entend par {text}",
    ),
    "obligation": Form(
        training=(
            "Que prescrit {place}?",
            "Quelle obligation est prévue {at}?",
            "Indiquez l’obligation énoncée {at}.",
            "Que faut-il faire en vertu de {place}?",
            "Qu’exige {place}?",
            "Quelle exigence découle de {place}?",
        ),
        heldout=(
            "À quoi faut-il se conformer selon {place}?",
            "Quel est le devoir imposé par {place}?",
        ),
        answer="Selon l’{citation}: {text}",
    ),
    "scope": Form(
        training=(
            "Quel est le champ d’application {of}?",
            "À quoi s’applique {act}?",
            "Que couvre {act}?",
            "Décrivez le champ d’application {of}.",
            "Quels sont l’objet et le champ d’application {of}?",
            "Sur quoi porte {act}?",
        ),
        heldout=(
            "Quelles matières relèvent {of}?",
            "Jusqu’où s’étend {act}?",
        ),
        answer="Selon l’{citation}: {text}",
    ),
    "which_act_by_celex": Form(
        training=(
            "Quel acte porte le numéro CELEX {celex}?",
            "Quel est l’acte CELEX {celex}?",
            "Nommez l’acte dont le numéro CELEX est {celex}.",
            "À quel acte appartient le numéro CELEX {celex}?",
            "CELEX {celex}: de quel acte s’agit-il?",
            "À quel acte correspond le numéro CELEX {celex}?",
        ),
        heldout=(
            "Quel texte du droit de l’Union est classé sous CELEX {celex}?",
            "Quel acte se cache derrière le numéro CELEX {celex}?",
        ),
        answer="{citation}, {text}.",
        framed=False,
    ),
    "which_act_by_label": Form(
        training=(
            "Quel est le numéro CELEX {of}?",
            "Quel numéro CELEX porte {act}?",
            "Donnez le numéro CELEX {of}.",
            "Sous quel numéro CELEX trouve-t-on {act}?",
            "Indiquez le numéro CELEX que porte {act}.",
            "{label}: quel est son numéro CELEX?",
        ),
        heldout=(
            "Comment le texte {of} est-il numéroté dans CELEX?",
            "Par quel numéro CELEX peut-on rechercher {act}?",
        ),
        answer="{citation}, {text}.",
        framed=False,
    ),
    "which_act_by_subject": Form(
        training=(
            "Quel est le numéro CELEX de l’acte «{subject}»?",
            "Quel acte porte le titre «{subject}»?",
            "Quel acte est décrit comme «{subject}»?",
            "Donnez le numéro CELEX de l’acte intitulé «{subject}».",
            "Nommez l’acte «{subject}».",
            "Quel acte de l’Union est celui «{subject}»?",
        ),
        heldout=(
            "Sous quel numéro CELEX se trouve l’acte «{subject}»?",
            "Quel acte a été adopté avec les mots «{subject}» dans son titre?",
        ),
        answer="{citation}, {text}.",
        framed=False,
    ),
    "which_article_by_heading": Form(
        training=(
            "Quel article {of} est intitulé «{heading}»?",
            "Quel article {of} traite de «{heading}»?",
            "Où est-il question de «{heading}» {within}?",
            "Nommez l’article {of} qui a pour titre «{heading}».",
            "Dans quel article {of} trouve-t-on «{heading}»?",
            "«{heading}»: de quel article {of} s’agit-il?",
        ),
        heldout=(
            "Quelle disposition {of} porte le titre «{heading}»?",
            "Où faut-il chercher «{heading}» {within}?",
        ),
        answer="{citation}: «{text}».",
    ),
    "which_article_by_quote": Form(
        training=(
            "Quel article {of} dit: «{quote}»?",
            "Dans quel article {of} est-il écrit: «{quote}»?",
            "Où lit-on {within}: «{quote}»?",
            "Nommez l’article {of} qui dit: «{quote}».",
            "«{quote}»: de quel article {of} s’agit-il?",
            "Quel article {of} contient les mots «{quote}»?",
        ),
        heldout=(
            "Quelle disposition {of} est ainsi libellée: «{quote}»?",
            "De quel article {of} ceci est-il tiré: «{quote}»?",
        ),
        answer="{citation}: «{text}».",
    ),
    "requirement": Form(
        training=(
            "Quelles sont les exigences énumérées {at}?",
            "Quels éléments {place} exige-t-il, point par point?",
            "{place} commence ainsi: «{introduction}». Quels points suivent?",
            "Énumérez les exigences fixées {at}.",
            "Que faut-il fournir, indiquer ou faire selon la liste figurant {at}?",
            "Quelles exigences suivent, {at}, les mots «{introduction}»?",
        ),
        heldout=(
            "Exposez point par point ce qu’impose {place}.",
            "Comment se poursuit, {at}, la liste qui débute par «{introduction}»?",
        ),
        answer="Selon l’{citation}: {text}",
    ),
    "condition": Form(
        training=(
            "À quelles conditions {place} s’applique-t-il?",
            "Quelles conditions {place} pose-t-il?",
            "{place} dispose: «{introduction}». Quels sont ces conditions ou ces cas?",
            "Énumérez les conditions fixées {at}.",
            "Dans quels cas vaut ce que prévoit {place}?",
            "Quels conditions ou cas suivent, {at}, les mots «{introduction}»?",
        ),
        heldout=(
            "De quoi {place} fait-il dépendre la règle qu’il énonce?",
            "Quels conditions ou cas sont énumérés {at}?",
        ),
        answer="Selon l’{citation}: {text}",
    ),
    "exception": Form(
        training=(
            "Quelle exception est prévue {at}?",
            "Que soustrait {place} à l’application de la règle?",
            "À quelle règle déroge {place}, ou quelle application exclut-il?",
            "Indiquez l’exception énoncée {at}.",
        ),
        heldout=(
            "Quelle dérogation ou exclusion trouve-t-on {at}?",
            "Qu’est-ce qui est excepté selon {place}?",
        ),
        answer="Selon l’{citation}: {text}",
    ),
    "entry_into_force": Form(
        training=(
            "À quelle date a lieu l’entrée en vigueur {of}?",
            "Quand est prévue l’entrée en vigueur {of}?",
            "Indiquez quand a lieu l’entrée en vigueur {of}.",
            "Quelle disposition régit l’entrée en vigueur {of} et que dit-elle?",
        ),
        heldout=(
            "Que prévoit {act} au sujet de sa propre entrée en vigueur?",
            "Comment est déterminée l’entrée en vigueur {of}?",
        ),
        answer="Selon l’{citation}: {text}",
    ),
    "application_date": Form(
        training=(
            "À partir de quand s’applique {act}?",
            "Quelle est la date d’application {of}?",
            "Indiquez la date à partir de laquelle s’applique {act}.",
            "Quelle disposition dit à partir de quand s’applique {act}, et quelle est cette date?",
        ),
        heldout=(
            "Que prévoit {act} au sujet du début de son application?",
            "À compter de quel jour faut-il appliquer {act}?",
        ),
        answer="Selon l’{citation}: {text}",
    ),
    "penalty": Form(
        training=(
            "Quelles sanctions sont prévues {at}?",
            "Que dit {place} des amendes ou des sanctions?",
            "Quelle amende ou autre sanction découle de {place}?",
            "Indiquez les sanctions énoncées {at}.",
            "Quelles sont, en matière d’amendes ou de sanctions, les conséquences prévues {at}?",
            "Quelle règle relative aux sanctions trouve-t-on {at}?",
        ),
        heldout=(
            "Comment les infractions sont-elles punies selon {place}?",
            "Qu’est-il prévu {at} en matière de sanctions?",
        ),
        answer="Selon l’{citation}: {text}",
    ),
    "deadline_period": Form(
        training=(
            "Dans quel délai faut-il faire ce que prescrit {place}?",
            "Quel délai {place} fixe-t-il?",
            "Quel est le délai applicable en vertu de {place}?",
            "Indiquez le délai prévu {at}.",
            "De combien de temps dispose-t-on selon {place}?",
            "Quelle est la durée prescrite {at}?",
        ),
        heldout=(
            "Combien de temps peut-on mettre au plus pour se conformer à {place}?",
            "Quel délai est imparti {at}?",
        ),
        answer="Selon l’{citation}, le délai est le suivant: «{limit}». {text}",
    ),
    "deadline_date": Form(
        training=(
            "Pour quelle date faut-il faire ce que prescrit {place}?",
            "Quelle date {place} fixe-t-il?",
            "Indiquez la date prévue {at}.",
            "Pour quand faut-il se conformer à {place}?",
        ),
        heldout=(
            "Jusqu’à quel jour peut-on faire ce que prescrit {place}?",
            "Quelle date limite est fixée {at}?",
        ),
        answer="Selon l’{citation}, le délai est le suivant: «{limit}». {text}",
    ),
    "amendment": Form(
        training=(
            "Quelle disposition de quel acte {change}?",
            "Indiquez quel article de quel acte {change}.",
            "Quel acte, par lequel de ses articles, {change}?",
            "Quelle disposition modificative {change}?",
        ),
        heldout=(
            "Donnez le numéro CELEX et l’article de l’acte qui {change}.",
            "Qu’est-ce qui {change}? Nommez l’acte et l’article.",
        ),
        answer="{others}: modification {of} (CELEX: {celex}).",
        without_text=True,
    ),
    "amended_unit": Form(
        training=(
            "Quel acte {change}?",
            "Par quel acte {passive}?",
            "Indiquez l’acte, et son article, qui {change}.",
            "Quel acte modificatif {change}, et par lequel de ses articles?",
            "Par quel article de quel acte {passive}?",
            "Dites-moi quel acte {change}.",
        ),
        heldout=(
            "En vertu de quelle disposition modificative {passive}?",
            "C’est un acte modificatif qui {change}. Lequel?",
        ),
        answer="L’{citation} {done} par l’{others}. En voici le texte: {text}",
    ),
    "amended_by": Form(
        training=(
            "Qu’est-ce que l’acte portant le numéro CELEX {by} a modifié {within}, d’après le texte consolidé?",
            "Quelles dispositions du texte consolidé {of} ont été modifiées par l’acte CELEX {by}?",
            "Indiquez les dispositions {of} qui sont signalées comme modifiées par l’acte CELEX {by}.",
            "Quelles modifications dues à l’acte CELEX {by} le texte consolidé {of} fait-il apparaître?",
        ),
        heldout=(
            "L’acte CELEX {by} a modifié {act}. À quels endroits le texte consolidé le montre-t-il?",
            "Quels passages du texte consolidé {of} doit-on à l’acte CELEX {by}?",
        ),
        answer="{places}: modification par l’{others}.",
        without_text=True,
    ),
    "cross_reference": Form(
        training=(
            "Que prévoit {place}, et que dit la disposition à laquelle il renvoie?",
            "{place} renvoie à un autre article. Que disent les deux dispositions?",
            "Expliquez {place} en même temps que l’article auquel il renvoie.",
            "À quelle autre disposition {place} renvoie-t-il, et que prévoient-elles toutes deux?",
            "Citez {place} et la disposition à laquelle il renvoie.",
            "Comment faut-il lire {place} avec l’article qu’il mentionne?",
        ),
        heldout=(
            "Pour comprendre {place}, il faut lire aussi un autre article. Que disent-ils?",
            "Exposez ce qui est prévu {at} et dans la disposition visée.",
        ),
        answer="Selon l’{citation}: {text}",
        further="La disposition à laquelle il est renvoyé, l’{citation}, est libellée comme suit: {text}",
        short=False,
    ),
    "cross_lingual": Form(
        training=(
            "Que dit en français la disposition reproduite, dont le texte est en {shown}?",
            "Le texte reproduit est en {shown}. Quel est le libellé de {place} en français?",
            "Donnez la version française de la disposition reproduite en {shown}.",
            "La disposition reproduite est la version en {shown} de {place}. Comment est-elle libellée en français?",
        ),
        heldout=(
            "Comment {place}, donné ici en {shown}, se lit-il dans sa version française?",
            "Indiquez en français ce que prévoit le texte en {shown} de {place}.",
        ),
        answer="{citation}: {text}",
        shown=True,
    ),
}

# what has no answer, or whose answer quotes nothing, is asked in the words of what has one
FORMS |= {
    "amended_unit_unquoted": Form(
        training=FORMS["amended_unit"].training,
        heldout=FORMS["amended_unit"].heldout,
        answer="L’{citation} {done} par l’{others}.",
        without_text=True,
    ),
    "unanswerable_article": Form(
        training=FORMS["obligation"].training,
        heldout=FORMS["obligation"].heldout,
        answer="{citation} ne comporte pas d’{article}; le dernier article en est l’{last}.",
        without_text=True,
    ),
    "unanswerable_term": Form(
        training=FORMS["definition"].training,
        heldout=FORMS["definition"].heldout,
        answer="L’{citation}, où figurent les définitions, ne définit pas «{term}».",
        without_text=True,
    ),
    "unanswerable_time": Form(
        training=FORMS["deadline_period"].training,
        heldout=FORMS["deadline_period"].heldout,
        answer="L’{citation} ne fixe aucun délai. Il dispose: {text}",
        shown=True,
    ),
    "unanswerable_fine": Form(
        training=FORMS["penalty"].training,
        heldout=FORMS["penalty"].heldout,
        answer="L’{citation} ne prévoit ni amende ni autre sanction. Il dispose: {text}",
        shown=True,
    ),
}

FRAMES = Frames(
    training=(
        "Ma question concerne {act}{about}. {question} Commencez par l’article et le numéro CELEX, puis "
        "citez les termes de la disposition.",
        "{question} L’acte en question est {act}{about}. Veuillez citer l’article avec le numéro CELEX et "
        "reproduire le texte pertinent.",
        "Pour une note juridique sur {act}{about}, il me faut une source exacte. {question} Indiquez d’abord "
        "l’article et le numéro CELEX, puis le libellé sur lequel repose la réponse.",
        "Répondez sur la base {of}{about}, et citez l’article avec son numéro CELEX avant d’en reproduire le "
        "texte. {question}",
    ),
    heldout=(
        "Je prépare un avis sur {act}{about}. {question} La réponse doit nommer la disposition avec son "
        "numéro CELEX et en exposer le texte.",
        "{question} Il s’agit {of}{about}; donnez la référence avec le numéro CELEX, puis dites ce qui y est écrit.",
    ),
    passage=(
        "Lisez le texte suivant et répondez en indiquant l’article et le numéro CELEX.\n\n{passage}\n\n{question}",
        "{question} N’utilisez que ce texte, et citez-le.\n\n{passage}",
        "Le texte suivant est tiré {of}{about}.\n\n{passage}\n\n{question} Citez la disposition.",
        "Répondez d’après le texte ci-dessous et dites où il se trouve.\n\n{passage}\n\n{question}",
    ),
    passage_heldout=(
        "Source:\n{passage}\n\nTâche: {question} Citez la source.",
        "{question} La réponse, s’il y en a une, est dans ce texte:\n\n{passage}",
    ),
)
