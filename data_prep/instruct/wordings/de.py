"""German wordings."""

from __future__ import annotations

from data_prep.instruct.wordings.form import Form

FORMS = {
    "definition": Form(
        training=(
            "Was bedeutet „{term}“ {within}?",
            "Wie definiert {act} den Ausdruck „{term}“?",
            "Geben Sie die Begriffsbestimmung von „{term}“ {within} an.",
            "Was bezeichnet der Ausdruck „{term}“ im Sinne {of}?",
            "Welche Bedeutung hat „{term}“ für die Zwecke {of}?",
            "Definieren Sie „{term}“ im Sinne {of}.",
        ),
        heldout=(
            "{act} verwendet den Begriff „{term}“. Wofür steht er?",
            "Wie ist „{term}“ {within} zu verstehen?",
        ),
        answer="Nach {citation} bezeichnet der Ausdruck {text}",
    ),
    "obligation": Form(
        training=(
            "Was schreibt {place} vor?",
            "Welche Pflicht ist {at} festgelegt?",
            "Nennen Sie die Pflicht, die {at} steht.",
            "Was verlangt {place}?",
            "Welche Anforderung stellt {place}?",
            "Was ist {at} vorgeschrieben?",
        ),
        heldout=(
            "Welche Verpflichtung begründet {place}?",
            "Was muss getan werden, wie es {at} heißt?",
        ),
        answer="Nach {citation}: {text}",
    ),
    "scope": Form(
        training=(
            "Welchen Anwendungsbereich hat {act}?",
            "Wofür gilt {act}?",
            "Was regelt {act}?",
            "Beschreiben Sie den Anwendungsbereich {of}.",
            "Was sind Gegenstand und Anwendungsbereich {of}?",
            "Worauf findet {act} Anwendung?",
        ),
        heldout=(
            "Was fällt in den Geltungsbereich {of}?",
            "Wie weit reicht {act}?",
        ),
        answer="Nach {citation}: {text}",
    ),
    "which_act_by_celex": Form(
        training=(
            "Welcher Rechtsakt hat die CELEX-Nummer {celex}?",
            "Welcher Rechtsakt ist CELEX {celex}?",
            "Nennen Sie den Rechtsakt mit der CELEX-Nummer {celex}.",
            "Zu welchem Rechtsakt gehört die CELEX-Nummer {celex}?",
            "CELEX {celex}: Um welchen Rechtsakt handelt es sich?",
            "Welchen Rechtsakt bezeichnet die CELEX-Nummer {celex}?",
        ),
        heldout=(
            "Welcher Text des Unionsrechts ist unter CELEX {celex} abgelegt?",
            "Welcher Rechtsakt verbirgt sich hinter der CELEX-Nummer {celex}?",
        ),
        answer="{citation}, {text}.",
    ),
    "which_act_by_label": Form(
        training=(
            "Wie lautet die CELEX-Nummer {of}?",
            "Welche CELEX-Nummer hat {act}?",
            "Geben Sie die CELEX-Nummer {of} an.",
            "Unter welcher CELEX-Nummer steht {act}?",
            "Nennen Sie die CELEX-Nummer {of}.",
            "{label}: Wie lautet die CELEX-Nummer?",
        ),
        heldout=(
            "Wie ist {act} in CELEX nummeriert?",
            "Mit welcher CELEX-Nummer lässt sich der Text {of} finden?",
        ),
        answer="{citation}, {text}.",
    ),
    "which_act_by_subject": Form(
        training=(
            "Wie lautet die CELEX-Nummer des Rechtsakts „{subject}“?",
            "Welcher Rechtsakt trägt den Titel „{subject}“?",
            "Welcher Rechtsakt wird als „{subject}“ beschrieben?",
            "Geben Sie die CELEX-Nummer des Rechtsakts mit dem Titel „{subject}“ an.",
            "Nennen Sie den Rechtsakt „{subject}“.",
            "Welchen Rechtsakt der Union bezeichnet der Titel „{subject}“?",
        ),
        heldout=(
            "Unter welcher CELEX-Nummer findet sich der Rechtsakt „{subject}“?",
            "Welcher Rechtsakt wurde mit den Worten „{subject}“ im Titel erlassen?",
        ),
        answer="{citation}, {text}.",
    ),
    "which_article_by_heading": Form(
        training=(
            "Welcher Artikel {of} trägt die Überschrift „{heading}“?",
            "Welcher Artikel {of} behandelt „{heading}“?",
            "Wo behandelt {act} „{heading}“?",
            "Nennen Sie den Artikel {of} mit der Überschrift „{heading}“.",
            "In welchem Artikel {of} finde ich „{heading}“?",
            "„{heading}“: Welcher Artikel {of} ist das?",
        ),
        heldout=(
            "Welche Bestimmung {of} ist mit „{heading}“ überschrieben?",
            "Wo muss ich {within} nach „{heading}“ suchen?",
        ),
        answer="{citation}: „{text}“.",
    ),
    "which_article_by_quote": Form(
        training=(
            "Welcher Artikel {of} besagt: „{quote}“?",
            "In welchem Artikel {of} heißt es: „{quote}“?",
            "Wo steht {within}: „{quote}“?",
            "Nennen Sie den Artikel {of}, in dem es heißt: „{quote}“.",
            "„{quote}“: Welcher Artikel {of} ist das?",
            "Welcher Artikel {of} enthält die Worte „{quote}“?",
        ),
        heldout=(
            "Welche Bestimmung {of} lautet: „{quote}“?",
            "Aus welchem Artikel {of} stammt dies: „{quote}“?",
        ),
        answer="{citation}: „{text}“.",
    ),
}
