"""What is wrong with a YAML file is one sentence with the key and the remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict

from lexatron.errors import UserError
from lexatron.yaml_file import checked, known_keys, read_mapping


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    size: int = 1


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid")
    name: str
    inner: Inner | None = None
    several: tuple[Inner, ...] = ()
    by_kind: dict[Literal["red", "blue"], Inner] = {}


@pytest.mark.parametrize(
    ("content", "what", "remedy"),
    [
        ({"name": "a", "inner": {"sise": 2}}, "unknown key inner.sise", "did you mean size?"),
        ({"name": "a", "several": [{}, {"zzz": 2}]}, "unknown key several.1.zzz", "known keys: size"),
        ({"name": "a", "by_kind": {"rad": {}}}, "unknown key by_kind.rad", "did you mean red?"),
        ({"nme": "a"}, "name is missing", "add name: ..."),
        ({"name": "a", "inner": {"size": "x"}}, "inner.size: Input should be a valid integer", "see PAGE"),
    ],
)
def test_the_first_thing_that_is_wrong(content: dict[str, object], what: str, remedy: str) -> None:
    with pytest.raises(UserError) as caught:
        checked(Outer, content, Path("f.yaml"), "PAGE")
    assert str(caught.value).startswith(f"f.yaml: {what}")
    assert remedy in str(caught.value)


def test_keys_at_a_place() -> None:
    assert list(known_keys(Outer, ("several", 0))) == ["size"]
    assert list(known_keys(Outer, ("by_kind",))) == ["red", "blue"]
    assert list(known_keys(Outer, ("name", "deeper"))) == []


def test_files_that_are_no_mapping(tmp_path: Path) -> None:
    path = tmp_path / "f.yaml"
    with pytest.raises(UserError, match=r"no such recipe.*MISSING"):
        read_mapping(path, "a recipe", "MISSING", "PAGE")
    for text, what in (("a: [1", r"f.yaml:\d: not YAML"), ("- 1", "a recipe is a mapping of keys")):
        path.write_text(text)
        with pytest.raises(UserError, match=what):
            read_mapping(path, "a recipe", "MISSING", "PAGE")
