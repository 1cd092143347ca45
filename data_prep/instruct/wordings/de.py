"""German wordings."""

from __future__ import annotations

from data_prep.instruct.wordings.form import Form, Frames

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
        framed=False,
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
        framed=False,
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
        framed=False,
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
    "requirement": Form(
        training=(
            "Welche Anforderungen zählt {place} auf?",
            "Was verlangt {place} Punkt für Punkt?",
            "{place} beginnt mit den Worten „{introduction}“. Welche Punkte folgen?",
            "Nennen Sie die Anforderungen, die {at} aufgeführt sind.",
            "Was ist nach der Liste {at} vorzulegen, anzugeben oder zu tun?",
            "Welche Anforderungen folgen {at} auf die Worte „{introduction}“?",
        ),
        heldout=(
            "Legen Sie Punkt für Punkt dar, was {place} fordert.",
            "Wie geht die Aufzählung {at} nach „{introduction}“ weiter?",
        ),
        answer="Nach {citation}: {text}",
    ),
    "condition": Form(
        training=(
            "Unter welchen Voraussetzungen gilt {place}?",
            "Welche Bedingungen stellt {place} auf?",
            "{place} besagt: „{introduction}“. Welche Bedingungen oder Fälle sind das?",
            "Nennen Sie die Bedingungen, die {at} aufgeführt sind.",
            "In welchen Fällen gilt, was {place} bestimmt?",
            "Welche Bedingungen oder Fälle folgen {at} auf die Worte „{introduction}“?",
        ),
        heldout=(
            "Wovon macht {place} die Regelung abhängig?",
            "Welche Bedingungen oder Fälle werden {at} aufgezählt?",
        ),
        answer="Nach {citation}: {text}",
    ),
    "exception": Form(
        training=(
            "Welche Ausnahme sieht {place} vor?",
            "Was nimmt {place} von der Regel aus?",
            "Wovon weicht {place} ab, oder welche Anwendung wird dort ausgeschlossen?",
            "Nennen Sie die Ausnahme, die {at} steht.",
        ),
        heldout=(
            "Welche Abweichung oder welcher Ausschluss findet sich {at}?",
            "Was ist nach dem Wortlaut {at} ausgenommen?",
        ),
        answer="Nach {citation}: {text}",
    ),
    "entry_into_force": Form(
        training=(
            "Wann tritt {act} in Kraft?",
            "An welchem Tag tritt {act} in Kraft?",
            "Geben Sie an, wann {act} in Kraft tritt.",
            "Welche Vorschrift regelt das Inkrafttreten {of}, und wie lautet sie?",
        ),
        heldout=(
            "Was bestimmt {act} über das eigene Inkrafttreten?",
            "Wie wird der Zeitpunkt des Inkrafttretens {of} festgelegt?",
        ),
        answer="Nach {citation}: {text}",
    ),
    "application_date": Form(
        training=(
            "Ab wann gilt {act}?",
            "Ab welchem Datum ist {act} anzuwenden?",
            "Geben Sie das Datum an, ab dem {act} gilt.",
            "Welche Vorschrift sagt, ab wann {act} gilt, und welches Datum ist das?",
        ),
        heldout=(
            "Was bestimmt {act} über den Beginn der eigenen Geltung?",
            "Von welchem Tag an findet {act} Anwendung?",
        ),
        answer="Nach {citation}: {text}",
    ),
    "penalty": Form(
        training=(
            "Welche Sanktionen sieht {place} vor?",
            "Was sagt {place} über Geldbußen oder Sanktionen?",
            "Welche Geldbuße oder sonstige Sanktion ergibt sich aus dem, was {at} steht?",
            "Nennen Sie die Sanktionen, die {at} festgelegt sind.",
            "Welche Folgen in Form von Geldbußen oder Sanktionen sind {at} vorgesehen?",
            "Welche Regelung über Sanktionen findet sich {at}?",
        ),
        heldout=(
            "Wie werden Verstöße geahndet, wenn es nach dem geht, was {place} bestimmt?",
            "Was ist {at} über Sanktionen bestimmt?",
        ),
        answer="Nach {citation}: {text}",
    ),
    "deadline_period": Form(
        training=(
            "Innerhalb welcher Frist ist zu tun, was {place} vorschreibt?",
            "Welche Frist setzt {place}?",
            "Welche Frist gilt nach dem, was {at} bestimmt ist?",
            "Nennen Sie die Frist, die {at} festgelegt ist.",
            "Wie viel Zeit lässt {place}?",
            "Wie lang ist die Frist, die {place} vorsieht?",
        ),
        heldout=(
            "Wie lange darf es höchstens dauern, bis erfüllt ist, was {place} verlangt?",
            "Welcher Zeitraum ist {at} bestimmt?",
        ),
        answer="Nach {citation} lautet die Frist „{limit}“: {text}",
    ),
    "deadline_date": Form(
        training=(
            "Bis zu welchem Datum ist zu tun, was {place} vorschreibt?",
            "Welches Datum setzt {place}?",
            "Nennen Sie das Datum, das {at} festgelegt ist.",
            "Bis wann ist zu befolgen, was {place} bestimmt?",
        ),
        heldout=(
            "Bis zu welchem Tag ist Zeit, zu erfüllen, was {place} verlangt?",
            "Welcher Stichtag ist {at} bestimmt?",
        ),
        answer="Nach {citation} lautet die Frist „{limit}“: {text}",
    ),
    "amendment": Form(
        training=(
            "Welche Vorschrift welches Rechtsakts hat {change}?",
            "Nennen Sie den Artikel und den Rechtsakt, der {change} hat.",
            "Welcher Rechtsakt hat mit welchem seiner Artikel {change}?",
            "Welche Änderungsvorschrift hat {change}?",
        ),
        heldout=(
            "Geben Sie CELEX-Nummer und Artikel des Rechtsakts an, der {change} hat.",
            "Was hat {change}? Nennen Sie Rechtsakt und Artikel.",
        ),
        answer="{others}: Änderung {of} (CELEX: {celex}).",
        without_text=True,
    ),
    "amended_unit": Form(
        training=(
            "Welcher Rechtsakt hat {change}?",
            "Durch welchen Rechtsakt wurde {passive}?",
            "Nennen Sie den Rechtsakt und dessen Artikel, der {change} hat.",
            "Welcher Änderungsrechtsakt hat {change}, und mit welchem seiner Artikel?",
            "Durch welchen Artikel welches Rechtsakts wurde {passive}?",
            "Sagen Sie mir, welcher Rechtsakt {change} hat.",
        ),
        heldout=(
            "Aufgrund welcher Änderungsvorschrift wurde {passive}?",
            "Ein Änderungsrechtsakt hat {change}. Welcher?",
        ),
        answer="{citation} wurde durch {others} {done}. Der Wortlaut: {text}",
    ),
    "amended_by": Form(
        training=(
            "Was hat der Rechtsakt mit der CELEX-Nummer {by} {within} geändert, wie die konsolidierte Fassung zeigt?",
            "Welche Bestimmungen der konsolidierten Fassung {of} wurden durch CELEX {by} geändert?",
            "Nennen Sie die Bestimmungen {of}, die als durch CELEX {by} geändert gekennzeichnet sind.",
            "Welche Änderungen durch CELEX {by} weist die konsolidierte Fassung {of} aus?",
        ),
        heldout=(
            "CELEX {by} hat {act} geändert. Wo zeigt die konsolidierte Fassung das?",
            "Welche Stellen der konsolidierten Fassung {of} gehen auf CELEX {by} zurück?",
        ),
        answer="{places}: geändert durch {others}.",
        without_text=True,
    ),
    "cross_reference": Form(
        training=(
            "Was bestimmt {place}, und wie lautet die Vorschrift, auf die dort verwiesen wird?",
            "{place} verweist auf einen anderen Artikel. Was besagen die beiden Vorschriften?",
            "Erläutern Sie {place} zusammen mit dem Artikel, auf den dort verwiesen wird.",
            "Auf welche andere Vorschrift verweist {place}, und was bestimmen beide?",
            "Zitieren Sie {place} und die Vorschrift, auf die dort verwiesen wird.",
            "Wie ist {place} zusammen mit dem dort genannten Artikel zu lesen?",
        ),
        heldout=(
            "Um {place} zu verstehen, muss man noch einen anderen Artikel lesen. Was steht in beiden?",
            "Legen Sie dar, was {at} und in der dort genannten Vorschrift bestimmt ist.",
        ),
        answer="Nach {citation}: {text}",
        further="Die Vorschrift, auf die verwiesen wird, {citation}, lautet: {text}",
        short=False,
    ),
    "cross_lingual": Form(
        training=(
            "Was besagt die wiedergegebene Vorschrift, deren Text auf {shown} ist, auf Deutsch?",
            "Der wiedergegebene Text ist auf {shown}. Welchen deutschen Wortlaut hat {place}?",
            "Geben Sie die deutsche Fassung der Vorschrift an, die auf {shown} wiedergegeben ist.",
            "Wiedergegeben ist {place} auf {shown}. Wie lautet die Vorschrift auf Deutsch?",
        ),
        heldout=(
            "Wie liest sich {place}, hier auf {shown} wiedergegeben, in der deutschen Fassung?",
            "Sagen Sie auf Deutsch, was der Text auf {shown} bestimmt, der {place} wiedergibt.",
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
        answer="{citation} wurde durch {others} {done}.",
        without_text=True,
    ),
    "unanswerable_article": Form(
        training=FORMS["obligation"].training,
        heldout=FORMS["obligation"].heldout,
        answer="{citation} enthält keinen {article}; der letzte Artikel ist {last}.",
        without_text=True,
    ),
    "unanswerable_term": Form(
        training=FORMS["definition"].training,
        heldout=FORMS["definition"].heldout,
        answer="{citation}, der die Begriffsbestimmungen enthält, definiert „{term}“ nicht.",
        without_text=True,
    ),
    "unanswerable_time": Form(
        training=FORMS["deadline_period"].training,
        heldout=FORMS["deadline_period"].heldout,
        answer="{citation} setzt keine Frist. Dort heißt es: {text}",
        shown=True,
    ),
    "unanswerable_fine": Form(
        training=FORMS["penalty"].training,
        heldout=FORMS["penalty"].heldout,
        answer="{citation} sieht weder eine Geldbuße noch eine andere Sanktion vor. Dort heißt es: {text}",
        shown=True,
    ),
}

FRAMES = Frames(
    training=(
        "Meine Frage betrifft {act}{about}. {question} Beginnen Sie mit dem Artikel und der CELEX-Nummer, "
        "und zitieren Sie dann den Wortlaut der Vorschrift.",
        "{question} Der Rechtsakt, um den es geht, ist {act}{about}. Bitte nennen Sie den Artikel mit der "
        "CELEX-Nummer und geben Sie den maßgeblichen Text wieder.",
        "Für einen Vermerk zum Text {of}{about} brauche ich eine genaue Quelle. {question} Nennen Sie zuerst "
        "Artikel und CELEX-Nummer und dann den Wortlaut, auf dem die Antwort beruht.",
        "Antworten Sie auf der Grundlage {of}{about}, und nennen Sie den Artikel mit der CELEX-Nummer, bevor "
        "Sie den Text zitieren. {question}",
    ),
    heldout=(
        "Ich bereite eine Stellungnahme zum Inhalt {of}{about} vor. {question} Die Antwort soll die "
        "Vorschrift mit ihrer CELEX-Nummer nennen und ihren Text anführen.",
        "{question} Gemeint ist {act}{about}; geben Sie die Fundstelle mit der CELEX-Nummer an und dann, was "
        "dort steht.",
    ),
    passage=(
        "Lesen Sie den folgenden Text, und antworten Sie mit dem Artikel und der "
        "CELEX-Nummer.\n\n{passage}\n\n{question}",
        "{question} Verwenden Sie nur diesen Text, und zitieren Sie ihn.\n\n{passage}",
        "Der folgende Text stammt aus dem Wortlaut {of}{about}.\n\n{passage}\n\n{question} Nennen Sie die Vorschrift.",
        "Antworten Sie anhand des folgenden Textes, und sagen Sie, wo er steht.\n\n{passage}\n\n{question}",
    ),
    passage_heldout=(
        "Quelle:\n{passage}\n\nAufgabe: {question} Nennen Sie die Quelle.",
        "{question} Die Antwort steht, wenn es eine gibt, in diesem Text:\n\n{passage}",
    ),
)
