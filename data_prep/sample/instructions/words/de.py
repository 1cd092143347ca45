"""German phrases of the invented instructions."""

from __future__ import annotations

from data_prep.sample.instructions.words.base import Words, lines, phrases


def _joined(noun: str, adjective: str) -> tuple[str, str]:
    """`der Vertrag`, `alt` -> `der alte Vertrag`, `den alten Vertrag`."""
    article, _, name = noun.partition(" ")
    accusative, ending = ("den", "en") if article == "der" else (article, "e")
    middle = (f" {adjective}e ", f" {adjective}{ending} ") if adjective else (" ", " ")
    return f"{article}{middle[0]}{name}", f"{accusative}{middle[1]}{name}"


WORDS = Words(
    code="de",
    nouns={
        "general": phrases("""der Kessel; das Fahrrad; der Gartenweg; die Holzbank; die Fähre; der Marktstand
            der Regenschirm; das Brot; der Fahrplan; der Leuchtturm; der Postsack; das Fischernetz; die Kupferlampe
            die Wanderkarte; der Dorfofen; die Teetasse; der Koffer; der Brunnen"""),
        "law": phrases("""der Vertrag; die Mietklausel; die Gerichtsakte; die Urkunde; die Berufung; die Satzung
            die Lizenz; die Gewährleistung; die Verfügung; das Siegel; der Vergleich; die Vollmacht; der Schiedsspruch
            die Marke; die Verordnung"""),
        "mathematics": phrases("""der Beweis; das Polynom; die Matrix; das Dreieck; der Primfaktor; das Integral
            die Folge; das Lemma; der Vektor; der Graph; die Ellipse; der Logarithmus; der Bruch; die Parabel"""),
        "code": phrases("""der Parser; der Compiler; die Hashtabelle; der Komponententest; die Warteschlange; der Index
            die Schleife; der Zwischenspeicher; der Zweig; der Webserver; die Liste; das Skript; die Prüfsumme"""),
        "science": phrases("""das Enzym; der Gletscher; das Mikroskop; der Magnet; das Fossil; das Isotop; der Vulkan
            das Riff; das Pendel; die Membran; der Kristall; die Umlaufbahn; das Spektrum; der Käfer; die Batterie"""),
        "writing": phrases("""der Aufsatz; das Sonett; die Überschrift; das erste Kapitel; die Metapher; das Tagebuch
            das Drehbuch; die Fußnote; der Dialog; die Handschrift; die Fabel; das Vorwort; der Reim; der Brief"""),
    },
    adjectives=phrases("""alt; neu; klein; schwer; still; kaputt; blau; zerbrechlich; einfach; selten; berühmt; lang
        schmal; modern; kostbar; schmutzig; zweifelhaft; zweit; fehlend; verborgen; lebhaft; riesig; schlicht"""),
    joined=_joined,
    people=phrases("""die Schreiberin; der Hafenmeister; der Bäcker; eine junge Ingenieurin; die Bibliothekarin
        die Richterin; der Gärtner; meine Nachbarin; der Vermesser; eine pensionierte Lehrerin; die Archivarin
        der Pilot; der Maler; eine Studentin; der Tischler; die Übersetzerin; der Bürgermeister; die Chemikerin
        der Imker; der Schneider; die Geigerin; ein neugieriges Kind"""),
    verbs=phrases("""prüft; repariert; beschreibt; zeichnet; leiht; misst; verteidigt; vergisst; lobt; vergleicht
        fotografiert; erbt; hinterfragt; verpackt; versteigert; poliert; versteckt; bewundert; erklärt; testet
        bewegt; kopiert; beschriftet; verschenkt; verbessert; untersucht; wiegt; tauscht; restauriert; empfiehlt
        schützt; übersetzt; zerlegt; entdeckt; schmückt; ersetzt"""),
    states=lines("""
        bleibt {small} Monate gültig
        wiegt {number} Gramm
        stammt aus dem Jahr {year}
        wirkt größer als früher
        kostet etwa {number} Kronen
        gehört {name}
        braucht {small} Minuten Pflege
        ist älter als {place}
        verdient einen zweiten Blick
        enthält {small} versteckte Fehler
        kommt aus {place}
        heißt nach {name}
        funktioniert bei {small} Grad
        hat {small} Teile"""),
    when=phrases("""vor dem Mittag; nach dem Sturm; jeden zweiten Montag; im Morgengrauen; im Spätherbst; in den Ferien
        einmal im Monat; an Markttagen; kurz nach dem Essen; bei Regen; ohne Verzug; lange nach Mitternacht"""),
    where=phrases("""auf dem Dachboden; hinter dem Bahnhof; in der Nähe des Flusses; auf dem Oberdeck; im Rathaus
        unter der alten Brücke; in einem gemieteten Zimmer; neben dem Kanal; auf der Insel; im Lesesaal
        an der Grenze; im Gewächshaus; neben der Kapelle; im dritten Stock"""),
    units=phrases("""Besucher; Seiten; Kilometer; Briefe; Äpfel; Proben; Fahrkarten; Fässer; Beschwerden; Schafe
        Ziegel; Bände; Münzen; Kerzen; Zeilen; Fehler; Meter Seil; Liter Milch; Blatt Papier"""),
    openers=lines("""
        Kurz gesagt:
        Zum Beispiel so:
        Erstens:
        Eines ist sicher:
        Aus {place} hört man:
        So schreibt es {name}:
        Im Jahr {year} hieß es:
        Was viele vergessen:
        Streng genommen:
        Die Erfahrung zeigt:
        Für Anfänger:
        Und noch etwas:
        In den Worten von {name}:"""),
    small_after=False,
    cores=lines("""
        das Stück {mark} der Sammlung von {place} ist etwas Besonderes
        der Vermerk {mark} sagt, dass {person} {object} {verb}
        {person} {verb} {object} mit der Nummer {mark}
        {person} {verb} {object}
        {person} {verb} {when} {object}
        {name} {verb} {object} {where}
        {thing} {state}
        {thing} {state}, und {person} {verb} {object}
        {place} hat {number} {unit} und eine Hoffnung
        {name} schrieb {number} {unit} über {object}
        {person} zählt {when} {number} {unit}
        ein Brief aus {place} erwähnt {object}
        niemand in {place} {verb} {object}
        es dauert {small} Tage, bis {thing} eintrifft
        {name} und {name} streiten über {object}
        für {number} Kronen verkauft {person} {object}
        {place} leiht {name} für {small} Tage {object}
        wichtig ist hier {thing}
        {name} verlor {object} {where}
        niemand bezweifelt, dass {person} {object} {verb}
        wer {object} {verb}, lernt von {name}
        jeder der {small} Schritte beginnt mit einem Blick auf {object}"""),
    special={
        "law": lines("""
            Paragraf {small} der Satzung von {place} regelt {object}
            das Gericht von {place} verurteilt {name} zu {number} Kronen
            innerhalb von {small} Tagen kann {person} Berufung einlegen"""),
        "mathematics": lines("""
            {sum}, und damit ist der Fall geklärt
            man findet, dass {sum}
            {name} zeigte, dass {sum}"""),
        "code": lines("""
            {thing} liefert im Test von {name} den Wert {number}
            die Zeile {number} ruft zweimal {object} auf
            ein Aufruf braucht {number} Mikrosekunden"""),
        "science": lines("""
            das Labor von {place} vermaß {small} Mal {object}
            bei {number} Kelvin gilt: {thing} {state}
            eine Studie von {name} umfasst {number} {unit}"""),
        "writing": lines("""
            auf Seite {number} sieht die Leserin {object}
            {name} beendet die Geschichte im Kapitel {small}
            das Gedicht über {place} hat {number} Verse"""),
    },
    tails=lines("""
        , wie der Vermerk {mark} zeigt
        (siehe {mark} und {mark})
        unter der Nummer {mark}
        , weil {person} {object} {verb}
        , während {name} aus {place} herüberschaut
        , was {name} überraschte
        , wie {name} im Jahr {year} bemerkte
        und fragt {name} um Rat
        , damit {person} sich {where} ausruhen kann
        , und das nicht zum ersten Mal
        mit der Hilfe von {name}
        , genau wie {name} in {place}
        , aber nur {when}
        im Tausch gegen {number} {unit}
        , bis {place} die Regeln ändert
        , und das ist schade
        , obwohl {place} {small} Meilen entfernt liegt
        im Namen von {name}
        , denn {number} {unit} sind zu viele
        , seit {person} in {place} wohnt
        , ohne {name} zu fragen
        , solange {thing} hält"""),
    prompts={
        "any": lines("""
            Erkläre in {small} Sätzen, warum {person} {object} {verb}.
            Was sollte {name} über {object} wissen?
            Vergleiche {object} und {object} für eine Leserin in {place}.
            Nenne mir {small} Gründe, warum {person} {when} {object} {verb}.
            Stimmt es wirklich: {thing} {state}?
            Was denkt {name} aus {place} über {object}?
            Warum behält {name} {object} {where}?"""),
        "law": lines("Welche Regel von {place} gilt, wenn {person} {object} {verb}?"),
        "mathematics": lines("Zeige Schritt für Schritt, dass {sum}, und erläutere {object}."),
        "code": lines("Schreibe für {name} eine Funktion in Python, die {object} prüft."),
        "science": lines("Entwirf einen Versuch, in dem {person} {object} {verb}."),
        "writing": lines("Schreibe eine kurze Geschichte, in der {name} {object} {verb}."),
    },
    followups=lines("""
        Und was sagt {name} über {object}?
        Danke. Kannst du ein Beispiel aus {place} ergänzen?
        Was geschieht, wenn {person} {when} {object} {verb}?
        Kannst du mehr über {object} sagen?"""),
    systems=lines("""
        Du beantwortest Fragen zu {domain} in klarem Deutsch.
        Antworte in ganzen Sätzen."""),
    phrases={
        "refusal": lines("""
            Es tut mir leid, aber dabei kann ich nicht helfen.
            Als KI-Sprachmodell kann ich diese Anfrage leider nicht beantworten."""),
        "boilerplate": lines("""
            Als KI-Sprachmodell habe ich keine persönliche Meinung, aber das habe ich gefunden.
            Ich hoffe, das hilft! Lass mich wissen, wenn du weitere Fragen hast."""),
        "accents": lines("""
            Die Äpfel für größere Körbe wären in Österreich früher teurer gewesen.
            Müßige Bürger hören im Frühling öfter schöne Chöre."""),
    },
)
