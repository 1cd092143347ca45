"""Jinja as `transformers` 4.57 sets it up for chat templates, with the places of `{% generation %}` in what is written.

`{% generation %}` encloses what the assistant says. It is written between two marks that no content can hold, since
they are drawn anew in every process; `split_marks` takes them out again and says where they were.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any

import jinja2
from jinja2 import nodes
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

Span = tuple[int, int]
"""Characters of a text, the second one left out."""

_TAG = re.compile(r"\{%-?\s*generation\s*-?%\}")
_MARK = f"\ufdd0{secrets.randbelow(10**18):018}\ufdd1"


class _Generation(Extension):
    """The tag `generation`, which ends with `endgeneration`."""

    tags = {"generation"}  # noqa: RUF012 (an instance variable of the base class, says jinja2)

    def parse(self, parser: Parser) -> nodes.Node:
        line = next(parser.stream).lineno
        body = parser.parse_statements(("name:endgeneration",), drop_needle=True)
        return nodes.CallBlock(self.call_method("_enclose"), [], [], body).set_lineno(line)

    def _enclose(self, caller: Callable[[], str]) -> str:
        return f"{_MARK}{caller()}{_MARK}"


@cache
def environment() -> ImmutableSandboxedEnvironment:
    """The environment that compiles chat templates."""
    made = ImmutableSandboxedEnvironment(trim_blocks=True, lstrip_blocks=True, extensions=[_Generation, loopcontrols])
    made.filters["tojson"] = _tojson
    made.globals["raise_exception"] = _raise_exception
    made.globals["strftime_now"] = _strftime_now
    return made


def has_marks(source: str) -> bool:
    """Whether `transformers` finds `{% generation %}` in a template's text."""
    return _TAG.search(source) is not None


def calls(source: str) -> set[str]:
    """The functions that a template calls by their name.

    Raises:
        jinja2.TemplateSyntaxError: it is none.
    """
    called = (call.node for call in environment().parse(source).find_all(nodes.Call))
    return {node.name for node in called if isinstance(node, nodes.Name)}


def split_marks(written: str) -> tuple[str, list[Span]]:
    """The text without marks, and the spans that they enclosed."""
    parts = written.split(_MARK)
    bounds = [0]
    for part in parts:
        bounds.append(bounds[-1] + len(part))
    return "".join(parts), list(zip(bounds[1:-1:2], bounds[2:-1:2], strict=True))


def _tojson(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """Jinja's own would escape HTML."""
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def _raise_exception(message: str) -> None:
    raise jinja2.TemplateError(message)


def _strftime_now(form: str) -> str:
    return datetime.now().strftime(form)
