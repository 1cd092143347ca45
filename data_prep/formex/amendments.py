"""What later acts changed in a consolidated text, to the unit: what stands between CLG.MDFO and its CLG.MDFC.

A marked passage is one or several whole units (an article that was inserted, all the text of a paragraph), or it lies
in one (words that were replaced, the row of a table). Which it is can be told only when the unit it began in is read
to its end, so passages are kept while an act is walked through, and resolved after it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from sys import intern

from data_prep.formex.acts import Amendment, Unit
from data_prep.formex.celex import normalise
from data_prep.formex.sink import Sink

_ASIDE = frozenset({"footnote", "text"})  # children that are no places of their own
_OPENING = frozenset({"title", "preamble"})


class Passage:
    """One marked passage.

    Attributes:
        action, celex, location: of its CLG.MDFO; the amending act as a modern CELEX number.
        unit: that it began in, or a line or a cell of which it stands in (`flat`).
        first, last: the children of the unit that it covers; `last` is None as long as it has not ended.
        fresh: whether the unit had neither text nor children where it began.
        inside: whether it ended inside of its last child.
        length: characters of the unit's own text where it ended, counted where it began fresh.
    """

    __slots__ = ("action", "celex", "first", "flat", "fresh", "inside", "last", "length", "location", "unit")

    def __init__(self, action: str, celex: str, location: str | None, sink: Sink):
        self.action, self.celex, self.location = action, celex, location
        self.flat = sink.flat is not None
        self.unit = sink.flat or sink.unit
        self.first = len(sink.unit.children)
        self.fresh = not self.flat and not sink.has_text and not any(_places(sink.unit.children)) and _unwritten(sink)
        self.last: int | None = None
        self.inside, self.length = False, 0

    def end(self, sink: Sink) -> None:
        """Its CLG.MDFC has been met, in whichever unit."""
        if self.last is not None or self.flat:
            return
        self.last = len(self.unit.children)
        self.inside = sink.unit is not self.unit
        if self.fresh and not self.inside:
            self.length = _length(self.unit, sink)

    def changed(self) -> Iterator[tuple[str | None, bool]]:
        """Key and `whole` of what it covers, when the act has been read; no key for the act itself."""
        home = self.unit.key or None
        covered = list(_places(self.unit.children[self.first : self.last])) if self.last is not None else []
        if home is None and len(covered) > 1 and covered[0].kind in _OPENING:
            yield None, True
        elif self._is_unit():
            yield home, True
        elif covered:
            yield from ((unit.key, True) for unit in covered[:-1])
            yield covered[-1].key, not self.inside
        else:
            yield home, False

    def _is_unit(self) -> bool:
        """Whether it is all the text of the unit that it stands in."""
        if not self.length or self.length != _length(self.unit):
            return False
        return not any(_places(self.unit.children[self.last :]))


def _places(children: list[Unit]) -> Iterator[Unit]:
    """The children that can be named."""
    return (child for child in children if child.kind not in _ASIDE and child.key)


def _unwritten(sink: Sink) -> bool:
    """Whether the open line says nothing yet."""
    return all(not piece or piece.isspace() for piece in sink.pieces)


def _length(unit: Unit, sink: Sink | None = None) -> int:
    """Characters of a unit's own text, blanks apart; of one that is being read, with what its sink holds."""
    parts = [unit.text, *(child.text for child in unit.children if child.kind == "text")]
    if sink is not None:
        parts += [*sink.lines, *sink.pieces]
    return sum(len(word) for part in parts for word in part.split())


class Passages:
    """The marked passages of an act, in the order in which they begin."""

    def __init__(self) -> None:
        self._all: list[Passage] = []
        self._open: dict[str, Passage] = {}

    def begin(self, attributes: Mapping[str, str], sink: Sink) -> None:
        """CLG.MDFO, by its attributes; one without an act that can be told says nothing."""
        celex = normalise(attributes.get("ACTIVE.DOC", ""))
        if celex is None:
            return
        action, location = attributes.get("ACTION", "").lower(), attributes.get("ACTIVE.LOC")
        passage = Passage(intern(action), intern(celex), location and intern(location), sink)
        self._all.append(passage)
        if identifier := attributes.get("ID"):
            self._open[identifier] = passage

    def end(self, attributes: Mapping[str, str], sink: Sink) -> None:
        """CLG.MDFC, by its attributes: the end of the passage that its IDREF names."""
        passage = self._open.pop(attributes.get("IDREF", ""), None)
        if passage is not None:
            passage.end(sink)

    def amendments(self) -> list[Amendment]:
        """What they say, each once, when the act has been read."""
        found: dict[tuple[str, str, str | None, str | None, bool], Amendment] = {}
        for passage in self._all:
            for unit, whole in passage.changed():
                amendment = Amendment(passage.action, passage.celex, passage.location, unit, whole)
                found[passage.action, passage.celex, passage.location, unit, whole] = amendment
        return list(found.values())
