"""What FORMEX becomes: acts, made of typed units, each with a language-neutral citation key.

One act in one language is one JSON line (`to_json`, `from_json`); `docs/formex.md` describes the schema.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, Literal

import orjson

UnitKind = Literal[
    "title", "preamble", "citation", "recital",
    "part", "title_division", "chapter", "section", "division",
    "article", "paragraph", "subparagraph", "point", "text",
    "table", "footnote", "annex", "signature", "quoted",
]  # fmt: skip

LANGUAGES = ("en", "fr", "de", "es", "pt")


@dataclass(slots=True)
class Unit:
    """One piece of an act. Reading order is `number`, `heading`, `text`, then `children`.

    Attributes:
        kind: what it is; text that follows a unit's children is a child of kind `text`.
        key: language-neutral path within the act, unique there: `art_8a.par_2.pt_b`, `rec_26`, `anx_I.tbl_1`.
        number: as printed (`Article 8a`, `(b)`, `2.`), or None.
        heading: the unit's title in the act's language, or None.
        text: its own text, without that of its children.
        children: in document order.
        quoted: text of another act that this act inserts (QUOT.S); its articles are not this act's.
        rows: for a table, its rows of cells with spans resolved (each cell's text repeated along its span); else empty.
        quoted_from: of quoted text, the CELEX number of the act that it belongs to, where the text tells.
    """

    kind: UnitKind
    key: str
    number: str | None = None
    heading: str | None = None
    text: str = ""
    children: list[Unit] = field(default_factory=list)
    quoted: bool = False
    rows: list[list[str]] = field(default_factory=list)
    quoted_from: str | None = None

    def walk(self) -> Iterator[Unit]:
        """This unit and everything below it, in reading order."""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(slots=True)
class Amendment:
    """What one passage of a consolidated text owes to a later act (CLG.MDFO).

    Attributes:
        action: inserted, replaced, deleted (the deleted text is still there) or repealed.
        celex: the amending act, or the corrigendum (`32016R0679R(02)`).
        location: the place in that act that orders the change, `AR:2;PT:1`.
        unit: key of the unit of this act that the passage is or lies in; None for the act itself, and in files read
            before this was told.
        whole: whether the passage is all of the unit, or all of its text, and not a part.
    """

    action: str
    celex: str
    location: str | None = None
    unit: str | None = None
    whole: bool = False


@dataclass(slots=True)
class Act:
    """One act in one language.

    Attributes:
        celex: `32016R0679`, `02016R0679-20160504` for a consolidated text, or None where the files do not tell.
        base_celex: the sector-3 act that a consolidated text, an annex or a corrigendum belongs to; the **work**
            by which data is split. Equal to `celex` for an act itself.
        language: ISO 639-1 in lower case.
        doc_type: regulation, directive, decision, recommendation, corrigendum, judgment, order, opinion,
            annex or other.
        label: how the act is cited, in its language: `Regulation (EU) 2016/679`; None where unknown.
        title: the full title, one line.
        date: ISO date of the act. `version_date`: of a consolidated text.
        oj: Official Journal reference, `OJ L 119, 4.5.2016, p. 1` in canonical form, or None.
        sources: the files it was read from, relative to the input they were given by.
        references: machine-readable citations of other acts (OJ references, ELI URIs), in order of first appearance.
        unknown_elements: element names the parser has no rule for; their text is kept all the same.
    """

    celex: str | None
    base_celex: str | None
    language: str
    doc_type: str
    title: str
    units: list[Unit]
    label: str | None = None
    authors: list[str] = field(default_factory=list)
    date: str | None = None
    version_date: str | None = None
    eli: str | None = None
    ecli: str | None = None
    oj: str | None = None
    sources: list[str] = field(default_factory=list)
    references: list[str] = field(default_factory=list)
    amendments: list[Amendment] = field(default_factory=list)
    unknown_elements: dict[str, int] = field(default_factory=dict)

    @property
    def work(self) -> str:
        """The key by which languages and versions of one act stay on the same side of a split."""
        return self.base_celex or self.celex or f"unknown:{self.sources[0] if self.sources else self.title}"

    def walk(self) -> Iterator[Unit]:
        """Every unit in reading order."""
        for unit in self.units:
            yield from unit.walk()

    def articles(self) -> list[Unit]:
        """This act's own articles, in order; not those that it quotes."""
        return [unit for unit in self.walk() if unit.kind == "article" and not unit.quoted]

    def find(self, key: str) -> Unit | None:
        """The unit with that key, or None."""
        return next((unit for unit in self.walk() if unit.key == key), None)


_ACT_FIELDS = tuple(f.name for f in fields(Act))


@dataclass(frozen=True, slots=True)
class Reject:
    """A file, or a part of one, that gave no act.

    Attributes:
        file: its name, relative to the input it was found in.
        place: where in it, `line 12, column 5`, or empty.
        reason: what is wrong, for a person.
    """

    file: str
    place: str
    reason: str


def _raw_unit(unit: Unit) -> dict[str, Any]:
    """A unit without what equals its default, so that a line holds what the act says and no more."""
    raw: dict[str, Any] = {"kind": unit.kind, "key": unit.key}
    if unit.number:
        raw["number"] = unit.number
    if unit.heading:
        raw["heading"] = unit.heading
    if unit.text:
        raw["text"] = unit.text
    if unit.children:
        raw["children"] = [_raw_unit(child) for child in unit.children]
    if unit.quoted:
        raw["quoted"] = True
    if unit.rows:
        raw["rows"] = unit.rows
    if unit.quoted_from:
        raw["quoted_from"] = unit.quoted_from
    return raw


def to_json(act: Act, *, consume: bool = False) -> bytes:
    """One line of `acts-*.jsonl.zst`, without its line feed.

    Args:
        act: to be written.
        consume: take amendments and units out of the act as they are written, so that a large act and its line are
            not in memory at the same time.
    """
    raw = {name: value for name in _ACT_FIELDS if (value := getattr(act, name))}
    units, amendments = (act.units, act.amendments) if consume else (list(act.units), list(act.amendments))
    if amendments:  # first, as they hold the keys of units all over memory, which could not be given back
        raw["amendments"] = orjson.Fragment(orjson.dumps(amendments))
        amendments.clear()
    units.reverse()
    raw["units"] = []
    while units:
        raw["units"].append(orjson.Fragment(orjson.dumps(_raw_unit(units.pop()))))
    return orjson.dumps(raw)


def _unit(raw: dict[str, Any]) -> Unit:
    return Unit(**{**raw, "children": [_unit(child) for child in raw.get("children", [])]})


def from_json(line: bytes | str) -> Act:
    """The act of one line.

    Raises:
        ValueError: the line is not JSON or lacks a field.
    """
    raw = orjson.loads(line)
    required: dict[str, Any] = {"celex": None, "base_celex": None, "title": "", "units": []}
    if (
        not isinstance(raw, dict)
        or not raw.keys() <= set(_ACT_FIELDS)
        or "language" not in raw
        or "doc_type" not in raw
    ):
        raise ValueError("not an act: wrong or missing fields")
    raw = {**required, **raw}
    raw["units"] = [_unit(unit) for unit in raw["units"]]
    raw["amendments"] = [Amendment(**a) for a in raw.get("amendments", [])]
    return Act(**raw)
