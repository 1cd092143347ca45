"""A configuration as YAML with every default written out and, above each option, what it is.

`python -m data_prep.curation.annotated configs/instruct/*.yaml` writes the shipped files anew; a test fails on drift.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from data_prep.curation.config import Config, load_config
from data_prep.curation.sources.options import Source
from lexatron.atomic import write_text

_WIDTH = 110
_INDENT = "  "


def to_yaml(config: Config) -> str:
    """The configuration; of a source only what is set, below a list of all that can be."""
    return "\n".join(_section(config, "")) + "\n"


def _section(section: BaseModel, indent: str) -> Iterator[str]:
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        yield from _comment(field.description, indent)
        if name == "sources" and isinstance(section, Config):
            yield from _sources(section, indent)
        elif isinstance(value, BaseModel):
            yield from _comment((type(value).__doc__ or "").partition("\n\n")[0], indent)
            inside = list(_section(value, indent + _INDENT))
            yield f"{indent}{name}:" if inside else f"{indent}{name}: {{}}"
            yield from inside
        else:
            dumped = section.model_dump(mode="json", include={name})
            yield textwrap.indent(_dumped(dumped), indent)


def _sources(config: Config, indent: str) -> Iterator[str]:
    for name, field in Source.model_fields.items():
        yield from _comment(f"  {name}: {field.description or 'as it says'}", indent)
    yield f"{indent}sources:"
    for source in config.sources:
        yield textwrap.indent(_dumped([source.model_dump(mode="json", exclude_defaults=True)]), indent + _INDENT)


def _dumped(value: Any) -> str:
    return yaml.safe_dump(value, sort_keys=False, allow_unicode=True, width=_WIDTH).rstrip("\n")


def _comment(text: str | None, indent: str) -> Iterator[str]:
    lead = " " * (len(text or "") - len((text or "").lstrip()))
    for line in textwrap.wrap(" ".join((text or "").split()), _WIDTH - len(indent) - len(lead)):
        yield f"{indent}# {lead}{line}"


def main(paths: list[str]) -> None:
    """Write configurations anew; the comments above the first option stay."""
    for path in map(Path, paths):
        write_text(path, header(path.read_text("utf-8")) + to_yaml(load_config(path)))


def header(text: str) -> str:
    """The comment at the head of a file, up to and with the first empty line."""
    head, gap, _ = text.partition("\n\n")
    return head + gap if gap and all(line.startswith("#") for line in head.splitlines()) else ""


if __name__ == "__main__":
    main(sys.argv[1:])
