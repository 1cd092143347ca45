"""Functions and their arguments as JSON, so that another process, job or machine can run the same task."""

from __future__ import annotations

import importlib
import os
from collections.abc import Callable
from dataclasses import is_dataclass
from inspect import signature
from pathlib import Path
from types import FunctionType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import orjson

Function = Callable[..., Any]


def name_of(function: Function) -> str:
    """`module:name` of a function of a module.

    Raises:
        TypeError: it is a method, a lambda or an inner function, which no other process can find.
    """
    if isinstance(function, FunctionType) and function.__qualname__.isidentifier():
        name = f"{function.__module__}:{function.__qualname__}"
        if find(name) is function:
            return name
    raise TypeError(f"{function!r} is not a function of a module")


def find(name: str) -> Function:
    """The function of a `module:name`."""
    module, _, attribute = name.partition(":")
    function: Function = getattr(importlib.import_module(module), attribute)
    return function


def to_plain(argument: Any) -> Any:
    """A dataclass of plain fields, or a plain value, as what JSON makes of it; paths become strings."""
    return orjson.loads(orjson.dumps(argument, default=os.fspath, option=orjson.OPT_SERIALIZE_NUMPY))


def first_parameter(function: Function) -> Any:
    """The type of a function's first parameter, `Any` where it has no annotation."""
    name = next(iter(signature(function).parameters))
    return get_type_hints(function).get(name, Any)


def rebuild(hint: Any, plain: Any) -> Any:
    """The value of type `hint` that `to_plain` made `plain` of: dataclasses, paths, tuples, lists, dicts, options."""
    if plain is None:
        return None
    kinds, origin = get_args(hint), get_origin(hint)
    if is_dataclass(hint):
        types = get_type_hints(hint)
        return hint(**{name: rebuild(types[name], value) for name, value in plain.items()})  # type: ignore[operator]
    if origin is list:
        return [rebuild(kinds[0], value) for value in plain]
    if origin is dict:
        return {key: rebuild(kinds[1], value) for key, value in plain.items()}
    if origin is tuple:
        types_of = kinds[:1] * len(plain) if kinds[1:] == (...,) else kinds
        return tuple(rebuild(kind, value) for kind, value in zip(types_of, plain, strict=True))
    if origin in (Union, UnionType):
        return rebuild(next(kind for kind in kinds if kind is not type(None)), plain)
    return Path(plain) if hint is Path else plain
