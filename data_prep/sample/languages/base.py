"""What a language must give so that sample acts can be written in it: inflected words and sentence patterns.

Patterns are filled by `str.format`. The fields: those of `Language.forms` (inflected words), the figures of the
plan, `this`, `of_this`, `it` (the act itself), and what single patterns name in their comments below. A field may
hold FORMEX mark-up; patterns themselves hold none but `<HT>`. The first letter of a sentence is raised by the caller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from data_prep.sample.lexicon import Activity, Noun, Person, Property
from data_prep.sample.plan import Duty, Kind


@dataclass(frozen=True, slots=True)
class Words:
    """The words that one act needs, in one language, not yet inflected."""

    thing: Noun
    property: Property
    activity: Activity
    place: str
    persons: tuple[Person, Person]
    office: str
    aim: str
    exclusion: str


@dataclass(frozen=True, slots=True)
class KindWords:
    """How an act speaks of itself and is spoken of.

    Attributes:
        this, of_this, it: the act itself: `this Regulation`, `of this Regulation`, `it`.
        of_other, in_other: another act by its `number`: `of Regulation {number}`, `in Regulation {number}`.
        the_other: the same as a subject.
        corrigendum_to: the title of a corrigendum to it (`title`, or `rest`, the title without its first word).
        and_amending: what the title of an act of this kind ends in that amends another (`the_other`, `of_other`).
        is_amended: what is said of an act of this kind that is amended.
        relating: the last line of the title, which agrees with the kind: `relatif {to_subject}`.
        adopted, binding: the formulas that end the preamble and the act.
    """

    this: str
    of_this: str
    it: str
    of_other: str
    in_other: str
    the_other: str
    corrigendum_to: str
    and_amending: str
    is_amended: str
    relating: str
    adopted: str
    binding: str


@dataclass(frozen=True, slots=True)
class Institution:
    """Who adopts an act.

    Attributes:
        before, after: what the title prints before the word `Decision` and after the number.
        preamble: its first line. visas: what it has regard to; a `note` is a footnote.
        signatures: (for whom, office) of each who signs.
        authors: its codes in the manifest.
    """

    before: str
    after: str
    preamble: str
    visas: tuple[str, ...]
    signatures: tuple[tuple[str, str], ...]
    authors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Headings:
    """Headings of chapters, articles and annexes.

    Attributes:
        chapter: `CHAPTER {}`. annex: `ANNEX`. in_annex: `in the Annex`, and `in Annex {}` where there are several.
        amendments: of an article that amends another act (`of_other`).
    """

    chapter: str
    chapters: tuple[str, str, str, str]
    scope: str
    definitions: str
    duties: str
    document: str
    limits: str
    derogation: str
    fees: str
    supervision: str
    penalties: str
    relation: str
    transposition: str
    application: str
    addressees: str
    amendments: str
    annex: str
    in_annex: tuple[str, str]


@dataclass(frozen=True, slots=True)
class Changes:
    """How one act changes another, and what a corrigendum says.

    Attributes:
        article: instruction that replaces an article. paragraph, definition: that add one (`article`).
        figure: instruction that replaces a figure (`place`, `old`, `new`).
        new_paragraph: of the article on the document. new_term, new_meaning: the definition that is added.
        corrected: where a corrigendum corrects (`page`, `recital`). wrong, right: before the old and the new text.
        journal: of the title of a corrigendum (`series`, `number`, `date`).
    """

    article: str
    figure: str
    paragraph: str
    definition: str
    new_paragraph: str
    new_term: str
    new_meaning: str
    corrected: str
    wrong: str
    right: str
    journal: str


@dataclass(frozen=True, slots=True)
class Patterns:
    """Sentences. A tuple is as many paragraphs, recitals, points or cells.

    Attributes:
        recitals: use grows; rules exist already (`in_cited`, `cited_subject`, `note`); study; aim.
        scope: subject; persons; exclusion.
        definition: of one term (`term` with quotation marks, `meaning`).
        thing, person, document, incident: meanings (`person` with `verb`); incident_term: the term itself.
        document_rules: validity; content (`in_annex`); copies.
        derogation: opening (`reference`), then the conditions; derogation_end: the second paragraph.
        relation: `cited_reference`. penalties: first with `reference`.
        annex_points: content of the document. annex_title: of the first and the second annex.
    """

    recitals: tuple[str, str, str, str]
    scope: tuple[str, str, str]
    definitions_opening: str
    definition: str
    thing: str
    person: str
    document: str
    incident_term: str
    incident: str
    duties: Mapping[Duty, str]
    document_rules: tuple[str, str, str]
    limits: str
    derogation: tuple[str, str, str, str]
    derogation_end: str
    fees: tuple[str, str]
    fee_title: str
    fee_columns: tuple[str, str, str]
    fee_note: str
    supervision: tuple[str, str]
    penalties: tuple[str, str]
    relation: str
    transposition: tuple[str, str]
    application: tuple[str, str]
    addressees: str
    annex_title: tuple[str, str]
    annex_points: tuple[str, str, str, str]
    limit_columns: tuple[str, str, str]
    done: str


@dataclass(frozen=True, slots=True)
class Language:
    """All that is particular to one language.

    Attributes:
        union: how it abbreviates the European Union.
        quotes: code points of its quotation marks, in hexadecimal.
        months: their names, from January, with spaces between.
        date_pattern: `{day} {month} {year}`; day_one: what it prints for the first of a month.
        paragraph, point, item: number patterns of a paragraph `1.`, a lettered point `(a)` and a definition `(1)`.
        article: `Article {}`, as the heading prints it.
        reference, other_reference: to a paragraph of this act; to one of another (`article`, `paragraph`, `act`).
        official_journal: reference to it (`series`, `number`, `day`, `page`).
        title_date: the second line of the title (`date`). consideration: `Whereas:`.
        forms: inflects the words of an act; the names of the forms are the fields of this language's patterns.
        definition_list: whether definitions are a DLIST, as Spanish files have them, and not a LIST.
    """

    code: str
    union: str
    quotes: tuple[str, str]
    months: str
    date_pattern: str
    day_one: str
    paragraph: str
    point: str
    item: str
    article: str
    reference: str
    other_reference: str
    official_journal: str
    title_date: str
    kinds: Mapping[Kind, KindWords]
    legislator: Institution
    commission: Institution
    headings: Headings
    patterns: Patterns
    changes: Changes
    forms: Callable[[Words], dict[str, str]]
    consideration: str
    definition_list: bool = False

    def print_date(self, day: date) -> str:
        """`3 May 2031`."""
        number = self.day_one if day.day == 1 else str(day.day)
        return self.date_pattern.format(day=number, month=self.months.split()[day.month - 1], year=day.year)
