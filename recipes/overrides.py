"""`key=value` on the command line: parameters of the recipe function, or NeMo-Run overrides of what it returns."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable
from difflib import get_close_matches
from types import UnionType
from typing import Any, Union, get_args, get_type_hints

import nemo_run as run
from fiddle import daglish
from nemo_run.cli.cli_parser import CLIException, parse_cli_args, parse_value

from lexatron.errors import UserError
from recipes.registry import parameters


def split_arguments(function: Callable[..., Any], arguments: Iterable[str]) -> tuple[dict[str, str], list[str]]:
    """Parameters of the recipe function (`layout=cpu`), and overrides by dotted path (`trainer.max_steps=10`).

    Raises:
        UserError: an argument is not `key=value`, or its key is no parameter.
    """
    known = parameters(function)
    own: dict[str, str] = {}
    dotted: list[str] = []
    for argument in arguments:
        key, equals, value = argument.partition("=")
        if not equals or not key:
            raise UserError(f"{argument!r} is not key=value")
        if "." in key:
            dotted.append(argument)
        elif key in known:
            own[key] = value
        else:
            raise UserError(f"unknown parameter {key!r}", remedy=_suggest(key, list(known)))
    return own, dotted


def build(function: Callable[..., Any], arguments: Iterable[str]) -> run.Partial:
    """Call a recipe function with the arguments of the command line.

    Raises:
        UserError: an unknown key or a value of the wrong type.
    """
    own, dotted = split_arguments(function, arguments)
    hints = get_type_hints(function)
    values = {key: _value(key, value, hints.get(key, str)) for key, value in own.items()}
    recipe = function(**values)
    for argument in dotted:
        _check_path(recipe, argument)
    if dotted:
        _resolve_annotations(recipe)
    try:
        return parse_cli_args(recipe, dotted) if dotted else recipe
    except (CLIException, AttributeError, TypeError, ValueError) as error:
        raise UserError(f"override refused: {str(error).splitlines()[0]}") from error


def _resolve_annotations(recipe: run.Partial) -> None:
    """Give our own callables signatures with real types: NeMo-Run reads neither postponed ones nor `int | None`."""
    for node, _ in daglish.iterate(recipe):
        target: Any = getattr(node, "__fn_or_cls__", None)
        if getattr(target, "__module__", "").split(".")[0] in ("recipes", "plugins"):
            try:
                signature = inspect.signature(target, eval_str=True)
            except NameError:
                continue  # a dataclass whose base lives in a module with names of its own; those are NeMo's, and real
            parameters = [p.replace(annotation=_optional(p.annotation)) for p in signature.parameters.values()]
            target.__signature__ = signature.replace(parameters=parameters)


def _optional(annotation: Any) -> Any:
    return Union[get_args(annotation)] if isinstance(annotation, UnionType) else annotation  # noqa: UP007


def _value(key: str, value: str, annotation: Any) -> Any:
    if type(None) in get_args(annotation):
        if value in ("None", "null"):
            return None
        annotation = next(kind for kind in get_args(annotation) if kind is not type(None))
    try:
        return parse_value(value, annotation)
    except CLIException as error:
        wanted = getattr(annotation, "__name__", str(annotation))
        raise UserError(f"{key}={value!r} is not of type {wanted}") from error


def _check_path(recipe: Any, argument: str) -> None:
    path = argument.partition("=")[0].rstrip("+-*/|&")
    node = recipe
    for name in path.split("."):
        names = _names(node)
        if names is not None and name not in names:
            raise UserError(f"unknown override {path!r}: no {name!r} here", remedy=_suggest(name, names))
        node = getattr(node, name, None) if isinstance(node, run.Config | run.Partial) else None
        if node is None:
            return


def _names(node: Any) -> list[str] | None:
    if not isinstance(node, run.Config | run.Partial):
        return None
    signature = node.__signature_info__
    return None if signature.has_var_keyword else list(signature.parameters)


def _suggest(name: str, known: list[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else f"one of: {', '.join(sorted(known))}"
