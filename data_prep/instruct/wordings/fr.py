"""French wordings; as in the Official Journal, no blank stands before a question mark or a colon."""

from __future__ import annotations

from data_prep.instruct.wordings.form import Form

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
}
