"""German sample acts."""

from __future__ import annotations

from data_prep.sample.languages.base import Changes, Headings, Institution, KindWords, Language, Patterns, Words
from data_prep.sample.lexicon import Gender

_THE: dict[Gender, str] = {"m": "der", "f": "die", "n": "das"}
_THE_ACCUSATIVE: dict[Gender, str] = {"m": "den", "f": "die", "n": "das"}
_THE_GENITIVE: dict[Gender, str] = {"m": "des", "f": "der", "n": "des"}
_A_ACCUSATIVE: dict[Gender, str] = {"m": "einen", "f": "eine", "n": "ein"}
_A: dict[Gender, str] = {"m": "ein", "f": "eine", "n": "ein"}
_EACH_ACCUSATIVE: dict[Gender, str] = {"m": "jeden", "f": "jede", "n": "jedes"}
_STRONG: dict[Gender, str] = {"m": "er", "f": "e", "n": "es"}
_WEAK_ACCUSATIVE: dict[Gender, str] = {"m": "en", "f": "e", "n": "e"}


def _genitive(noun: str, gender: Gender) -> str:
    """`des Prüfberichts`, `des Nachweises`, `der Zertifizierung`."""
    ending = "" if gender == "f" else "es" if noun.endswith("s") else "s"
    return f"{_THE_GENITIVE[gender]} {noun}{ending}"


def forms(words: Words) -> dict[str, str]:
    """Case, gender, and adjectives after `ein` (mixed), after `jeder` (weak) and without article (strong)."""
    (first, second), activity = words.persons, words.activity
    noun, stem, gender = words.thing, words.property.m, words.thing.gender
    accusative = stem + ("en" if gender == "m" else _STRONG[gender])
    regulated = f"{stem}er {noun.plural} {words.place}"
    return {
        "thing_genitive": _genitive(noun.singular, gender),
        "a_thing": f"{_A_ACCUSATIVE[gender]} {noun.singular}",
        "which": _THE[gender],
        "object": f"{stem}{_STRONG[gender]} {noun.singular}",
        "objects": f"{stem}e {noun.plural}",
        "objects_genitive": f"{stem}er {noun.plural}",
        "the_objects_genitive": f"der {stem}en {noun.plural}",
        "an_object": f"{_A[gender]} {stem}{_STRONG[gender]} {noun.singular}",
        "an_object_accusative": f"{_A_ACCUSATIVE[gender]} {accusative} {noun.singular}",
        "an_object_genitive": f"{'einer' if gender == 'f' else 'eines'} {stem}en "
        f"{_genitive(noun.singular, gender).partition(' ')[2]}",
        "each_object": f"{_EACH_ACCUSATIVE[gender]} {stem}{_WEAK_ACCUSATIVE[gender]} {noun.singular}",
        "clause": words.property.clause,
        "document": activity.document,
        "the_document": f"{_THE[activity.document_gender]} {activity.document}",
        "the_document_accusative": f"{_THE_ACCUSATIVE[activity.document_gender]} {activity.document}",
        "the_document_genitive": _genitive(activity.document, activity.document_gender),
        "the_activity": f"{_THE_ACCUSATIVE[activity.gender]} {activity.name}",
        "the_activity_genitive": _genitive(activity.name, activity.gender),
        "place": words.place,
        "person": first.singular,
        "verb": first.verb,
        "second_person": second.singular,
        "second_verb": second.verb,
        "the_person": f"der {first.singular}",
        "the_person_genitive": _genitive(first.singular, "m"),
        "persons": first.plural,
        "second_persons": second.plural,
        "office": f"das Europäische Amt {words.office}",
        "office_dative": f"dem Europäischen Amt {words.office}",
        "aim": words.aim,
        "exclusion": words.exclusion,
        "subject": f"{_THE_ACCUSATIVE[activity.gender]} {activity.name} {regulated}",
        "cited_subject": f"{_THE_ACCUSATIVE[activity.gender]} {activity.name} {regulated}",
    }


GERMAN = Language(
    code="de",
    union="EU",
    quotes=("201E", "201C"),
    months="Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    date_pattern="{day}. {month} {year}",
    day_one="1",
    paragraph="({})",
    point="{})",
    item="{}.",
    article="Artikel {}",
    reference="Artikel {article} Absatz {paragraph}",
    other_reference="Artikel {article} Absatz {paragraph} {act}",
    official_journal="ABl. {series} {number} vom {day}, S. {page}",
    title_date="vom {date}",
    kinds={
        "regulation": KindWords(
            this="diese Verordnung",
            of_this="dieser Verordnung",
            it="sie",
            of_other="der Verordnung {number}",
            in_other="in der Verordnung {number}",
            the_other="die Verordnung {number}",
            corrigendum_to="Berichtigung der Verordnung {rest}",
            and_amending="und zur Änderung {of_other}",
            is_amended="{the_other} wird wie folgt geändert:",
            relating="über {subject}",
            adopted="HABEN FOLGENDE VERORDNUNG ERLASSEN:",
            binding="Diese Verordnung ist in allen ihren Teilen verbindlich und gilt unmittelbar in jedem "
            "Mitgliedstaat.",
        ),
        "directive": KindWords(
            this="diese Richtlinie",
            of_this="dieser Richtlinie",
            it="sie",
            of_other="der Richtlinie {number}",
            in_other="in der Richtlinie {number}",
            the_other="die Richtlinie {number}",
            corrigendum_to="Berichtigung der Richtlinie {rest}",
            and_amending="und zur Änderung {of_other}",
            is_amended="{the_other} wird wie folgt geändert:",
            relating="über {subject}",
            adopted="HABEN FOLGENDE RICHTLINIE ERLASSEN:",
            binding="",
        ),
        "decision": KindWords(
            this="dieser Beschluss",
            of_this="dieses Beschlusses",
            it="er",
            of_other="des Beschlusses {number}",
            in_other="in dem Beschluss {number}",
            the_other="der Beschluss {number}",
            corrigendum_to="Berichtigung des Beschlusses {rest}",
            and_amending="und zur Änderung {of_other}",
            is_amended="{the_other} wird wie folgt geändert:",
            relating="über {subject}",
            adopted="HAT FOLGENDEN BESCHLUSS ERLASSEN:",
            binding="",
        ),
    },
    legislator=Institution(
        before="",
        after="des Europäischen Parlaments und des Rates",
        preamble="DAS EUROPÄISCHE PARLAMENT UND DER RAT DER EUROPÄISCHEN UNION —",
        visas=(
            "gestützt auf den Vertrag über die Arbeitsweise der Europäischen Union, insbesondere auf Artikel 114,",
            "auf Vorschlag der Europäischen Kommission,",
            "nach Stellungnahme des Europäischen Wirtschafts- und Sozialausschusses{note},",
        ),
        signatures=(
            ("Im Namen des Europäischen Parlaments", "Der Präsident"),
            ("Im Namen des Rates", "Der Präsident"),
        ),
        authors=("PE", "CS"),
    ),
    commission=Institution(
        before="",
        after="der Kommission",
        preamble="DIE EUROPÄISCHE KOMMISSION —",
        visas=(
            "gestützt auf den Vertrag über die Arbeitsweise der Europäischen Union,",
            "nach Rücksprache mit {office_dative},",
        ),
        signatures=(("Für die Kommission", "Der Präsident"),),
        authors=("CE",),
    ),
    consideration="in Erwägung nachstehender Gründe:",
    headings=Headings(
        chapter="KAPITEL {}",
        chapters=("Allgemeine Bestimmungen", "Pflichten", "Aufsicht und Sanktionen", "Schlussbestimmungen"),
        scope="Gegenstand und Anwendungsbereich",
        definitions="Begriffsbestimmungen",
        duties="Pflichten der {persons}",
        document="{document}",
        limits="Grenzwerte",
        derogation="Ausnahme",
        fees="Gebühren",
        supervision="Aufsicht",
        penalties="Sanktionen",
        relation="Verhältnis zu anderen Rechtsakten",
        transposition="Umsetzung",
        application="Inkrafttreten und Anwendung",
        addressees="Adressaten",
        amendments="Änderung {of_other}",
        annex="ANHANG",
        in_annex=("im Anhang", "in Anhang {}"),
    ),
    patterns=Patterns(
        recitals=(
            "Die Verwendung {objects_genitive} {place} nimmt zu.",
            "Vorschriften über {cited_subject} sind {in_cited}{note} festgelegt.",
            "Nach einer Studie aus dem Jahr {study_year} waren {share} % {the_objects_genitive} ohne {document} "
            "in Betrieb.",
            "Gemeinsame Vorschriften sollten {aim}.",
        ),
        scope=(
            "{this} enthält Vorschriften über {subject}.",
            "{it} gilt für {persons} und {second_persons} {objects_genitive}.",
            "{it} gilt nicht für {objects}, die {exclusion}.",
        ),
        definitions_opening="Im Sinne {of_this} bezeichnet der Ausdruck:",
        definition="{term} {meaning}",
        thing="{a_thing}, {which} {clause}",
        person="jede natürliche oder juristische Person, die {an_object_accusative} {verb}",
        document="das Dokument, das {the_activity} {an_object_genitive} belegt",
        incident_term="schwerer Zwischenfall",
        incident="ein Ereignis, bei dem {an_object} eine Person verletzt oder länger als {incident_hours} "
        "Stunden ausfällt",
        duties={
            "register": "{persons} müssen {each_object} innerhalb von {deadline_days} Tagen nach der ersten Verwendung "
            "bei {office_dative} registrieren.",
            "keep": "{persons} müssen {the_document_accusative} {keep_years} Jahre lang aufbewahren.",
            "report": "{persons} müssen jeden schweren Zwischenfall innerhalb von {incident_hours} Stunden "
            "{office_dative} melden.",
            "train": "{persons} müssen ihr Personal mindestens {training_hours} Stunden im Jahr schulen.",
            "inspect": "{persons} müssen {each_object} alle {inspection_months} Monate prüfen.",
            "insure": "{persons} müssen für {each_object} eine Versicherung über mindestens {insurance} EUR "
            "abschließen.",
            "mark": "{persons} müssen {each_object} vor dem Inverkehrbringen mit einer Seriennummer kennzeichnen.",
            "withdraw": "{persons} müssen {each_object} nach einem schweren Zwischenfall außer Betrieb nehmen.",
            "inform": "{persons} müssen die Käufer schriftlich über die Gefahren {an_object_genitive} unterrichten.",
            "copy": "{persons} müssen {office_dative} bis zum 31. März jedes Jahres eine Kopie {the_document_genitive} "
            "übermitteln.",
        },
        document_rules=(
            "{the_document} gilt {validity_years} Jahre lang.",
            "{the_document} muss die {in_annex} aufgeführten Angaben enthalten.",
            "{the_person} muss {the_document_accusative} {office_dative} auf Verlangen vorlegen.",
        ),
        limits="{objects} müssen die {in_annex} festgelegten Grenzwerte einhalten.",
        derogation=(
            "Abweichend von {reference} sind {persons} von dieser Pflicht befreit, wenn:",
            "die Verwendung nicht länger als {trial_days} Tage dauert;",
            "{the_person} {office} im Voraus unterrichtet hat; und",
            "kein schwerer Zwischenfall eingetreten ist.",
        ),
        derogation_end="Die Befreiung endet, sobald eine dieser Voraussetzungen nicht mehr erfüllt ist.",
        fees=(
            "Die Gebühren für {the_activity} {objects_genitive} betragen:",
            "Die Gebühr muss vor der Ausstellung {the_document_genitive} entrichtet werden.",
        ),
        fee_title="Gebühren für {the_activity}",
        fee_columns=("Klasse", "Masse bis (kg)", "Gebühr (EUR)"),
        fee_note="Masse ohne Ladung.",
        supervision=(
            "{office} überwacht die Anwendung {of_this}.",
            "Jeder Mitgliedstaat muss {office_dative} bis zum 30. Juni jedes Jahres die Zahl {the_objects_genitive} "
            "{place} mitteilen.",
        ),
        penalties=(
            "Die Mitgliedstaaten müssen für jeden Verstoß gegen {reference} eine Geldbuße von höchstens {fine} EUR "
            "verhängen.",
            "Die Geldbuße wird verdoppelt, wenn sich der Verstoß innerhalb von {keep_years} Jahren wiederholt.",
        ),
        relation="{cited_reference} bleibt unberührt.",
        transposition=(
            "Die Mitgliedstaaten müssen bis zum {applies} die Maßnahmen in Kraft setzen, die erforderlich sind, um "
            "{this} zu befolgen.",
            "Sie müssen die Kommission über diese Maßnahmen unterrichten.",
        ),
        application=(
            "{this} tritt am zwanzigsten Tag nach ihrer Veröffentlichung im Amtsblatt der Europäischen Union in Kraft.",
            "{it} gilt ab dem {applies}.",
        ),
        addressees="{this} ist an die Mitgliedstaaten gerichtet.",
        annex_title=("Inhalt {the_document_genitive}", "Grenzwerte für {objects}"),
        annex_points=(
            "Name und Anschrift {the_person_genitive}.",
            "Seriennummer {thing_genitive}.",
            "Ort und Datum {the_activity_genitive}.",
            "Unterschrift der verantwortlichen Person.",
        ),
        limit_columns=("Klasse", "Geräusch (dB)", "Temperatur (°C)"),
        done="Geschehen zu Brüssel am {date}.",
    ),
    changes=Changes(
        article="Artikel {article} erhält folgende Fassung:",
        figure="in {place} wird {old} durch {new} ersetzt",
        paragraph="dem Artikel {article} wird folgender Absatz angefügt:",
        definition="dem Artikel {article} wird folgende Nummer angefügt:",
        new_paragraph="{persons} müssen {the_document_accusative} auch in elektronischer Form aufbewahren.",
        new_term="Stilllegung",
        new_meaning="die endgültige Außerbetriebnahme {an_object_genitive}",
        corrected="Seite {page}, Erwägungsgrund {recital}:",
        wrong="Anstatt:",
        right="muss es heißen:",
        journal="Amtsblatt der Europäischen Union {series} {number} vom {date}",
    ),
    forms=forms,
)
