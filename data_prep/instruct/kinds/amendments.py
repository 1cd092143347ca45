"""Which act changed what in this one, from the marks that consolidated texts carry (CLG.MDFO).

Asked of a place, `Which act inserted Article 6a?`, and of an amending act, `Which provisions did it change?`; of the
act as a whole only where the marks do not tell the place. Corrigenda amend nothing. Marks show the latest change of
each passage and not every earlier one, so no answer claims that there were no others.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from data_prep.formex.acts import Amendment, Unit
from data_prep.instruct.changes import ACTIONS, Action, act_changed, unit_changed
from data_prep.instruct.citation import format_citation
from data_prep.instruct.facts import Cited, Fact, Source
from data_prep.instruct.kinds.reading import Reading
from data_prep.instruct.passages import clean, unit_text
from data_prep.instruct.reference import citable, format_reference

MOST_ACTS = 3  # amending provisions that an answer about the act names
MOST_PROVISIONS = 2  # the same of an answer about a place, which is cited too
MOST_PLACES_LENGTH = 170  # characters of the places that an amending act changed
_LAW = re.compile(r"3\d{4}[RLD]\d{4}")
_CORRIGENDUM = re.compile(r"R\(\d+\)$")
_ARTICLE = re.compile(r"AR:0*(\d+)([A-Z]{0,2})(?=$|[;\s])")
_DIVISIONS = frozenset({"part", "title_division", "chapter", "section", "division"})


@dataclass(frozen=True)
class Provision:
    """An article of an amending act, by its CELEX number and its key."""

    work: str
    article: str


@dataclass(frozen=True)
class Change:
    """A change of one place; `by` is None where the amending provision cannot be cited."""

    action: Action
    key: str
    whole: bool
    by: Provision | None


def amendments(reading: Reading) -> Iterator[Fact]:
    """Which provisions inserted, replaced or deleted each place, what each act changed, and what changed the act."""
    marks = [mark for mark in reading.act.amendments if not _CORRIGENDUM.search(mark.celex)]
    units = {unit.key: unit for unit in reading.act.walk() if not unit.quoted}
    told = [(mark.celex, list(_changes(mark, units, reading.source))) for mark in marks]
    yield from _of_places(reading, [change for _, changes in told for change in changes], units)
    yield from _by_acts(reading.source, told)
    yield from _of_the_act(reading.source, [mark for mark in marks if mark.unit is None])


def _changes(mark: Amendment, units: dict[str, Unit], source: Source) -> Iterator[Change]:
    action = next((known for known in ACTIONS if known == mark.action), None)
    unit = units.get(mark.unit or "")
    if action is None or unit is None:
        return
    by = _provision(mark, source)
    for key, whole in _places(unit, whole=mark.whole):
        if key in units:
            yield Change(action, key, whole, by)


def _places(unit: Unit, *, whole: bool) -> Iterator[tuple[str, bool]]:
    """What can be cited of a changed unit: the articles of a division, else the nearest place, then in part."""
    if whole and unit.kind in _DIVISIONS:
        yield from (
            (each.key, True) for each in unit.walk() if each.kind == "article" and citable(each.key) == each.key
        )
    elif (key := citable(unit.key)) and key.startswith(("art", "anx")):
        yield key, whole and key == unit.key


def _provision(mark: Amendment, source: Source) -> Provision | None:
    """The article that orders a change; None where none is told, and where the act is not one with articles."""
    place = _ARTICLE.match(mark.location or "")
    if place is None or not _LAW.fullmatch(mark.celex) or mark.celex == source.work:
        return None
    return Provision(mark.celex, f"art_{place[1]}{place[2].lower()}")


# -- asked of a place


def _of_places(reading: Reading, changes: Iterable[Change], units: dict[str, Unit]) -> Iterator[Fact]:
    """One fact a place and action; none where too many provisions changed it, or one that cannot be cited."""
    source, later = reading.source, _Touched(reading.act.amendments)
    grouped: dict[tuple[str, Action, bool], dict[Provision | None, None]] = defaultdict(dict)
    for change in changes:
        grouped[change.key, change.action, change.whole][change.by] = None
    for (key, action, whole), found in grouped.items():
        by = [provision for provision in found if provision is not None]
        if len(by) < len(found) or len(by) > MOST_PROVISIONS:
            continue
        told = whole and action != "deleted" and len(by) == 1 and later.only(key, by[0].work)
        text = _words(units[key]) if told else ""
        form = "amended_unit" if text else "amended_unit_unquoted"
        slots, variant = unit_changed(action, key, source, whole=whole), action if whole else f"{action}_in_part"
        yield Fact(source, "amendment", form, key, text, slots, _cited(by), needs=_works(by), variant=variant)


class _Touched:
    """Which acts, corrigenda included, changed what; an act is not quoted for words that another one wrote."""

    def __init__(self, marks: Iterable[Amendment]):
        self._by_key: dict[str, set[str]] = defaultdict(set)
        for mark in marks:
            parts = (mark.unit or "").split(".")
            for length in range(1, len(parts) + 1):
                self._by_key[".".join(parts[:length])].add(mark.celex)

    def only(self, key: str, work: str) -> bool:
        """Whether nothing at a place and below it is marked as another act's."""
        return self._by_key.get(key, set()) <= {work}


def _words(unit: Unit) -> str:
    """What a place says; an annex, which may be long and full of tables, by its heading."""
    return clean(unit.heading or "") if unit.kind == "annex" else unit_text(unit)


# -- asked of an amending act


def _by_acts(source: Source, told: Iterable[tuple[str, list[Change]]]) -> Iterator[Fact]:
    """The places that each amending act changed, where all are known and one answer has room for them."""
    grouped: dict[str, list[list[Change]]] = defaultdict(list)
    for work, changes in told:
        grouped[work].append(changes)
    for work, marked in grouped.items():
        found = [change for changes in marked for change in changes]
        by = list(dict.fromkeys(change.by for change in found if change.by is not None))
        if not all(marked) or any(change.by is None for change in found):
            continue
        keys = _highest(change.key for change in found)
        printed = [format_reference(key, source.language) for key in keys]
        if len(by) > MOST_PROVISIONS or len("; ".join(printed)) > MOST_PLACES_LENGTH:
            continue
        last = format_citation(source.label, source.work, keys[-1], source.language)
        slots = {"by": work, "places": "; ".join([*printed[:-1], last])}
        also = (*(Cited(source.work, key, source.label) for key in keys), *_cited(by))
        yield Fact(source, "amendment", "amended_by", None, "", slots, also, needs=(work,), variant=work)


def _highest(keys: Iterable[str]) -> list[str]:
    """The places in their order, without those inside of others."""
    found = dict.fromkeys(keys)
    return [key for key in found if not any(key.startswith(f"{other}.") for other in found)]


# -- asked of the act


def _of_the_act(source: Source, marks: Iterable[Amendment]) -> Iterator[Fact]:
    """By which articles of which acts text was inserted, replaced or deleted somewhere, where few enough did."""
    grouped: dict[str, set[Provision | None]] = defaultdict(set)
    for mark in marks:
        grouped[mark.action].add(_provision(mark, source))
    for action in ACTIONS:
        by = sorted((provision for provision in grouped[action] if provision is not None), key=_in_order)
        if by and len(by) == len(grouped[action]) and len(by) <= MOST_ACTS:
            slots = {"change": act_changed(action, source), "celex": source.work}
            yield Fact(source, "amendment", "amendment", None, "", slots, _cited(by), needs=_works(by), variant=action)


def _in_order(provision: Provision) -> tuple[str, int, str]:
    return provision.work, int(re.sub(r"\D", "", provision.article)), provision.article


def _cited(by: Iterable[Provision]) -> tuple[Cited, ...]:
    return tuple(Cited(provision.work, provision.article) for provision in by)


def _works(by: Iterable[Provision]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(provision.work for provision in by))
