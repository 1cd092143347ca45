"""YAML files that a user writes, checked key by key against a pydantic model; what is wrong is one sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

import yaml
from pydantic import BaseModel, ValidationError

from lexatron.errors import UserError

M = TypeVar("M", bound=BaseModel)


def read_mapping(path: Path, what: str, missing: str, page: str) -> dict[str, Any]:
    """The mapping that a YAML file is.

    Args:
        what: `a cluster file`, for messages.
        missing: the remedy where there is no such file.
        page: of the documentation.

    Raises:
        UserError: it is not there, not YAML or not a mapping.
    """
    try:
        content = yaml.safe_load(path.read_text("utf-8"))
    except (FileNotFoundError, IsADirectoryError) as error:
        raise UserError(f"no such {what.partition(' ')[2]}", where=path, remedy=missing) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f"{path}:{mark.line + 1}" if mark else path
        raise UserError("not YAML", where=line, remedy=f"see {page}") from error
    if not isinstance(content, dict):
        raise UserError(f"{what} is a mapping of keys", where=path, remedy=f"see {page}")
    return content


def checked(model: type[M], content: dict[str, Any], path: Path, page: str) -> M:
    """The content as the model has it.

    Raises:
        UserError: a key is unknown, missing, or of another type; the first one that is.
    """
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise _explained(error, path, model, page) from error


def _explained(error: ValidationError, path: Path, model: type[BaseModel], page: str) -> UserError:
    first = error.errors(include_url=False)[0]
    location = tuple(part for part in first["loc"] if part != "[key]")  # pydantic's mark of a key that is wrong itself
    key = ".".join(map(str, location))
    if first["type"] == "extra_forbidden" or location != first["loc"]:
        known = list(known_keys(model, location[:-1]))
        near = get_close_matches(str(location[-1]), known, n=1)
        remedy = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(sorted(known))}"
        return UserError(f"unknown key {key}", where=path, remedy=remedy)
    if first["type"] == "missing":
        return UserError(f"{key} is missing", where=path, remedy=f"add {key}: ... ({page})")
    message = str(first.get("ctx", {}).get("error", first["msg"]))
    return UserError(f"{key}: {message}" if key else message, where=path, remedy=f"see {page}")


def known_keys(model: type[BaseModel], location: Iterable[str | int]) -> Iterator[str]:
    """The keys that a model takes at a place in it, where they can be listed."""
    here: list[Any] = [model]
    for part in location:
        here = [below for kind in here for below in _below(kind, part)]
    for kind in here:
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from kind.model_fields
        elif get_origin(kind) is dict and get_origin(get_args(kind)[0]) is Literal:
            yield from get_args(get_args(kind)[0])


def _below(kind: Any, part: str | int) -> Iterator[Any]:
    """What stands at a key or number of a kind of value."""
    if isinstance(kind, type) and issubclass(kind, BaseModel) and part in kind.model_fields:
        yield from _alternatives(kind.model_fields[str(part)].annotation)
    elif get_origin(kind) in (dict, list, tuple):
        yield from _alternatives(get_args(kind)[1 if get_origin(kind) is dict else 0])


def _alternatives(hint: Any) -> Iterator[Any]:
    if get_origin(hint) in (Union, UnionType):
        for each in get_args(hint):
            yield from _alternatives(each)
    elif get_origin(hint) is Annotated:
        yield from _alternatives(get_args(hint)[0])
    else:
        yield hint
