"""Whose text a quotation is: the act that an amending act says it changes.

A quotation (QUOT.S) belongs to the act that the nearest enclosing passage names together with a word of amendment:
`Article 3 of Directive 2009/16/EC is amended as follows:`. Where no passage does, an amending act's title decides, if
it names one act alone. In a corrigendum it is the corrected act. Where the text does not tell, or names the act that
quotes, nothing is said; nor of what a court quotes.
"""

from __future__ import annotations

import re

from data_prep.formex import labels
from data_prep.formex.acts import Act, Unit
from data_prep.formex.celex import from_number

_AMENDS = re.compile(
    r"amend|replac|insert|\badded|delet|substitut"  # English; `insert` and `substitut` also in Spanish and Portuguese
    r"|modifi|remplac|insér|ajout|supprim"
    r"|änder|ersetzt|fügt|gestrichen|Fassung"
    r"|sustitu|añad|suprim|alter|aditad",
    re.IGNORECASE,
)
_TITLE_AMENDS = re.compile(r"amending|modifiant|änderung|modifica|altera", re.IGNORECASE)
_COURT = frozenset({"judgment", "order", "opinion"})
_GOES_ON = frozenset({"text", "subparagraph"})  # a passage whose quotation may follow as its neighbour


def attribute(act: Act) -> None:
    """Fill in `quoted_from` of every quoted unit of an act, where the text tells."""
    if act.doc_type in _COURT:
        return
    named = act.base_celex if act.doc_type == "corrigendum" else _by_title(act)
    passages = _Passages(None if act.doc_type == "corrigendum" else act.base_celex, read=act.doc_type != "corrigendum")
    _descend(act.units, passages, named)


class _Passages:
    """The passages around the place that has been reached; read only when a quotation asks, and then once.

    Args:
        own: the act that quotes, which is never the answer.
        read: whether passages count at all.
    """

    def __init__(self, own: str | None, *, read: bool):
        self._own, self._read = own, read
        self.around: list[Unit] = []
        self._known: dict[int, str | None] = {}

    def changed_act(self) -> str | None:
        """The act that the nearest passage says is changed."""
        if not self._read:
            return None
        return next((celex for unit in reversed(self.around) if (celex := self._of(unit))), None)

    def _of(self, unit: Unit) -> str | None:
        if id(unit) not in self._known:
            self._known[id(unit)] = _changed_act(unit, self._own)
        return self._known[id(unit)]


def _descend(units: list[Unit], passages: _Passages, named: str | None) -> None:
    """Walk down; what is quoted belongs to the act of the nearest passage, or else to the one of the title."""
    depth = len(passages.around)
    for unit in units:
        if unit.quoted:
            celex = passages.changed_act() or named
            for below in unit.walk():
                below.quoted_from = celex
            continue
        passages.around.append(unit)
        _descend(unit.children, passages, named)
        if unit.kind not in _GOES_ON:
            passages.around.pop()
    del passages.around[depth:]


def _changed_act(unit: Unit, own: str | None) -> str | None:
    """The act that a unit's own words say is changed: the first one named in its last line that changes one."""
    for line in reversed([unit.heading or "", *unit.text.split("\n")]):
        if _AMENDS.search(line):
            mentions = [celex for shown in labels.mentions(line) if (celex := _celex(shown))]
            if mentions and mentions[0] != own:
                return mentions[0]
    return None


def _by_title(act: Act) -> str | None:
    """The only act that the title says is amended."""
    found = _TITLE_AMENDS.search(act.title)
    if found is None:
        return None
    mentions = {celex for shown in labels.mentions(act.title[found.start() :]) if (celex := _celex(shown))}
    return next(iter(mentions)) if len(mentions) == 1 and act.base_celex not in mentions else None


def _celex(shown: labels.Designation) -> str | None:
    """The CELEX number of an act that is named with its community; without one its series is not certain."""
    return from_number(shown.letter, str(shown.year), str(shown.number)) if shown.community else None
