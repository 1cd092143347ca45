"""What a run counts, for people and for plots; every file that went in is in one of the counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

from data_prep.formex import celex as cx
from data_prep.formex.acts import Act

UNKNOWN = "unknown"


@dataclass(frozen=True)
class Disagreement:
    """A CELEX number by rule that the publisher's metadata contradict; the metadata win.

    Attributes:
        file: the act's main file.
        rule: what the rules of `metadata` gave.
        metadata: what the work's RDF says.
    """

    file: str
    rule: str
    metadata: str


@dataclass
class Stats:
    """Counts of a run. `files = files_used + files_skipped + files_rejected`, which `check` asserts.

    Attributes:
        celex_checked: acts whose CELEX by rule could be compared with the publisher's metadata.
        by_length: lower bounds of characters (powers of two) -> acts.
        by_sector: first character of CELEX -> acts.
    """

    files: int = 0
    files_used: int = 0
    files_skipped: int = 0
    files_rejected: int = 0
    files_missing: int = 0
    acts: int = 0
    rejects: int = 0
    bytes_read: int = 0
    characters: int = 0
    without_celex: int = 0
    celex_checked: int = 0
    by_type: Counter[str] = field(default_factory=Counter)
    by_language: Counter[str] = field(default_factory=Counter)
    by_year: Counter[str] = field(default_factory=Counter)
    by_length: Counter[str] = field(default_factory=Counter)
    by_sector: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)
    unknown_elements: Counter[str] = field(default_factory=Counter)
    celex_disagreements: list[Disagreement] = field(default_factory=list)

    def check(self) -> None:
        """Every file and every act is accounted for."""
        assert self.files == self.files_used + self.files_skipped + self.files_rejected, self.as_dict()
        tables = (self.by_type, self.by_language, self.by_year, self.by_length, self.by_sector)
        assert all(table.total() == self.acts for table in tables), self.as_dict()

    def add(self, other: Stats) -> None:
        """Add another's counts to these."""
        for name, value in vars(other).items():
            if isinstance(value, Counter):
                getattr(self, name).update(value)
            else:
                setattr(self, name, getattr(self, name) + value)

    def count_act(self, act: Act) -> None:
        """Count one act."""
        length = characters(act)
        self.acts += 1
        self.characters += length
        self.without_celex += act.celex is None
        self.by_type[act.doc_type] += 1
        self.by_language[act.language] += 1
        self.by_year[act.date[:4] if act.date else UNKNOWN] += 1
        self.by_length[str(1 << max(0, length.bit_length() - 1))] += 1
        parsed = cx.parse(act.celex) if act.celex else None
        self.by_sector[parsed.sector if parsed else UNKNOWN] += 1
        self.unknown_elements.update(act.unknown_elements)

    def as_dict(self) -> dict[str, Any]:
        """Plain, with the keys of every table sorted."""
        plain = {k: dict(sorted(v.items())) if isinstance(v, Counter) else v for k, v in vars(self).items()}
        return {**plain, "celex_disagreements": [asdict(entry) for entry in self.celex_disagreements]}

    @classmethod
    def from_dict(cls, raw: Mapping[str, Any]) -> Stats:
        """The inverse of `as_dict`.

        Raises:
            TypeError: a field is missing or unknown.
        """
        tables = {f.name for f in fields(cls) if f.default_factory is Counter}
        plain: dict[str, Any] = {name: Counter(value) if name in tables else value for name, value in raw.items()}
        plain["celex_disagreements"] = [Disagreement(**entry) for entry in raw["celex_disagreements"]]
        return cls(**plain)


def characters(act: Act) -> int:
    """Characters of an act's text: headings, numbers, text and table cells."""
    total = 0
    for unit in act.walk():
        total += len(unit.text) + len(unit.heading or "") + len(unit.number or "")
        total += sum(len(cell) for row in unit.rows for cell in row)
    return total
