"""The report of a dataset's lengths as one HTML file that needs no other."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data_prep.lengths import result as tables

TEMPLATES = Path(__file__).parent / "templates"


def page(name: str, result: tables.Json, plots: Mapping[str, bytes]) -> str:
    """The page.

    Args:
        name: of the dataset.
        result: the content of `lengths.json`.
        plots: way of grouping -> PNG.
    """
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["figure"] = _figure
    return environment.get_template("lengths.html.j2").render(
        name=name,
        result=result,
        plots={group: base64.b64encode(image).decode() for group, image in plots.items()},
        summary_columns=tables.SUMMARY_COLUMNS,
        cut_columns=tables.CUT_COLUMNS,
        rewritten_columns=tables.REWRITTEN_COLUMNS,
        summary_rows=tables.summary_rows,
        cut_rows=tables.cut_rows,
        cost_rows=tables.cost_rows,
        rewritten_rows=tables.rewritten_rows,
    )


def _figure(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else str(value)
