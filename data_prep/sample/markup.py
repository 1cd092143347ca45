"""FORMEX mark-up that stands inside a line: quotation marks, notes, dates, numbers, references to the journal."""

from __future__ import annotations

from datetime import date

from data_prep.sample.changes import ACTIONS
from data_prep.sample.languages.base import Language
from data_prep.sample.plan import Change


class Inline:
    """Writes the inline elements of one file; quotations and notes are numbered through the file.

    Attributes:
        notes: how many footnotes it has written.
    """

    def __init__(self, language: Language):
        self.language = language
        self.notes = 0
        self._quotes = 0

    def quotation_marks(self) -> tuple[str, str]:
        """The quotation marks of the language, before and after a text."""
        self._quotes += 1
        (start, end), number = self.language.quotes, f"{self._quotes:04}"
        return (
            f'<QUOT.START CODE="{start}" ID="QS{number}" REF.END="QE{number}"/>',
            f'<QUOT.END CODE="{end}" ID="QE{number}" REF.START="QS{number}"/>',
        )

    def quote(self, text: str) -> str:
        """`text` between the quotation marks of the language."""
        start, end = self.quotation_marks()
        return f"{start}{text}{end}"

    def note(self, text: str) -> str:
        """A footnote; it joins the word before it without a space."""
        self.notes += 1
        return f'<NOTE NOTE.ID="E{self.notes:04}" NUMBERING="ARAB" TYPE="FOOTNOTE"><P>{text}</P></NOTE>'

    def table_note(self, text: str) -> tuple[str, str]:
        """A note of a table: the mark in its cell, and the note for GR.NOTES."""
        self.notes += 1
        name = f"E{self.notes:04}"
        return (
            f'<NOTE NOTE.REF="{name}" TYPE="TABLE"/>',
            f'<NOTE NOTE.ID="{name}" NUMBERING="ARAB" TYPE="TABLE"><P>{text}</P></NOTE>',
        )

    def day(self, day: date) -> str:
        """A date as the language prints it, with its ISO form."""
        return f'<DATE ISO="{day:%Y%m%d}">{self.language.print_date(day)}</DATE>'

    def journal(self, series: str, number: int, day: date, page: int) -> str:
        """A reference to the Official Journal, for readers and for machines."""
        printed = self.language.official_journal.format(
            series=series, number=number, day=f"{day.day}.{day.month}.{day.year}", page=page
        )
        return (
            f'<REF.DOC.OJ COLL="{series}" DATE.PUB="{day:%Y%m%d}" NO.OJ="{number:03}" PAGE.FIRST="{page}">'
            f"{printed}</REF.DOC.OJ>"
        )


def number(value: int) -> str:
    """A number, whose digits the reader groups."""
    return f'<FT TYPE="NUMBER">{value}</FT>'


def capital(text: str) -> str:
    """`text` with its first letter raised, unless it begins with mark-up."""
    return text[:1].upper() + text[1:]


def changed(xml: str, change: Change | None) -> str:
    """What a later act has changed, between the processing instructions that say so in a consolidated text."""
    if change is None:
        return xml
    opened, closed = (f"{letter}{change.order:03}001M{change.number:03}000" for letter in "OC")
    level = "TEXT" if change.kind == "figure" else "STRUCTURE"
    return (
        f'<?CLG.MDFO ID="{opened}" IDREF="{closed}" ACTION="{ACTIONS[change.kind]}" LEVEL="{level}" '
        f'COMMAND="EXPLICIT" ACTIVE.DOC="{change.celex}" ACTIVE.LOC="{change.location}" MOD.LEVEL="1"?>'
        f'{xml}<?CLG.MDFC ID="{closed}" IDREF="{opened}"?>'
    )
