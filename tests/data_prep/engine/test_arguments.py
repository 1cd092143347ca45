"""Arguments that come back from JSON as they went, and functions that are found by their name."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.engine.arguments import find, first_parameter, name_of, rebuild, to_plain


@dataclass(frozen=True)
class Inner:
    """Plain fields."""

    text: str
    number: float


@dataclass(frozen=True)
class Outer:
    """Every shape of field."""

    path: Path
    inner: Inner
    inners: tuple[Inner, ...] = ()
    pair: tuple[str, int] = ("", 0)
    names: list[str] = field(default_factory=list)
    shares: dict[str, Inner] = field(default_factory=dict)
    perhaps: Inner | None = None


TEXT = st.text(st.characters(exclude_categories=["Cs"]))
INNERS = st.builds(Inner, TEXT, st.floats(allow_nan=False, allow_infinity=False))
OUTERS = st.builds(
    Outer,
    path=st.sampled_from([Path("a"), Path("/b/c")]),
    inner=INNERS,
    inners=st.lists(INNERS, max_size=3).map(tuple),
    pair=st.tuples(TEXT, st.integers(-(2**63), 2**63 - 1)),
    names=st.lists(TEXT, max_size=3),
    shares=st.dictionaries(TEXT, INNERS, max_size=3),
    perhaps=st.none() | INNERS,
)


def takes(outer: Outer, folder: Path) -> dict[str, Any]:
    return {}


@given(OUTERS)
def test_dataclasses_come_back(outer: Outer) -> None:
    plain = orjson.loads(orjson.dumps(to_plain(outer)))
    assert rebuild(first_parameter(takes), plain) == outer


@given(st.recursive(st.none() | st.booleans() | TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner)))
def test_plain_values_come_back(value: Any) -> None:
    assert rebuild(Any, to_plain(value)) == value


def test_functions_of_modules_have_names() -> None:
    assert find(name_of(takes)) is takes
    for function in (lambda: None, Outer.__init__, "".join):
        with pytest.raises(TypeError, match="not a function of a module"):
            name_of(function)
