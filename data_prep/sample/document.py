"""A sample act written out in one language, before it becomes FORMEX. Strings may hold inline mark-up."""

from __future__ import annotations

from dataclasses import dataclass

from data_prep.sample.languages.base import Institution
from data_prep.sample.plan import ActPlan, Change


@dataclass(frozen=True, slots=True)
class Table:
    """Caption, rows (the first is the header; integers are numbers), and the note of the table, if any."""

    title: str
    rows: tuple[tuple[str | int, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Text that an act puts into another one.

    Attributes:
        marks: what stands before and after, as mark-up: quotation marks and what ends the instruction.
        part: what is quoted. article, position: of a paragraph, where it goes.
    """

    marks: tuple[str, str]
    part: Article | Paragraph | Definition
    article: int = 0
    position: int = 0


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a list, with its label as printed."""

    label: str
    text: str
    quotation: Quotation | None = None


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text, then points (`lettered`, or else numbered), then a table; `change` where it is not the original text."""

    text: str
    points: tuple[Point, ...] = ()
    table: Table | None = None
    lettered: bool = True
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Definition:
    """One defined term.

    Attributes:
        line: what is printed: term in quotation marks and meaning.
        quoted: the term in its quotation marks. term, meaning: without mark-up.
        change: where it is not in the original text.
    """

    line: str
    quoted: str
    term: str
    meaning: str
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """An article; with one paragraph, that has no number. An article of definitions has an opening and its terms."""

    number: int
    heading: str
    paragraphs: tuple[Paragraph, ...]
    definitions: tuple[Definition, ...] = ()
    change: Change | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """Articles under a heading; without one, they stand in no chapter."""

    articles: tuple[Article, ...]
    number: str = ""
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Annex:
    """An annex, which is a file of its own: numbered points, or a table."""

    number: str
    heading: str
    points: tuple[str, ...] = ()
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Reference:
    """What one passage cites.

    Attributes:
        celex: of the cited act; an act's own number for a reference to one of its articles.
        article, paragraph: None where the act as a whole is cited.
        source: the citation key of the passage: `rec_2`, `art_7.par_1`.
    """

    celex: str
    article: str | None
    paragraph: str | None
    source: str


@dataclass(frozen=True, slots=True)
class Document:
    """One act in one language.

    Attributes:
        label: `Regulation (EU) 2031/123`. subject: what it is about, in German in the accusative.
        title: its three lines.
        notes: how many footnotes the main file has.
    """

    plan: ActPlan
    language: str
    label: str
    subject: str
    title: tuple[str, str, str]
    institution: Institution
    visas: tuple[str, ...]
    consideration: str
    recitals: tuple[str, ...]
    adopted: str
    chapters: tuple[Chapter, ...]
    binding: str
    done: str
    notes: int
    annexes: tuple[Annex, ...]
    references: tuple[Reference, ...]

    @property
    def articles(self) -> list[Article]:
        """Every article, in order."""
        return [article for chapter in self.chapters for article in chapter.articles]

    @property
    def tables(self) -> list[Table]:
        """Every table, those of the annexes included."""
        in_articles = (part.table for article in self.articles for part in article.paragraphs)
        in_annexes = (annex.table for annex in self.annexes)
        return [table for group in (in_articles, in_annexes) for table in group if table is not None]
