"""Rows whose keys have unusual names, under the names that shapes know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data_prep.curation.sources.row import Row

_MISSING = object()


def renamed(row: Row, fields: Mapping[str, str]) -> Row:
    """The row with our keys in the place of its own.

    Args:
        row: of a file; it stays as it is.
        fields: our key -> the row's, with dots for objects in objects; one that is not there is left out.
    """
    found = {ours: _value(row, theirs) for ours, theirs in fields.items()}
    kept = {key: value for key, value in row.items() if key not in fields.values()}
    return {**kept, **{ours: value for ours, value in found.items() if value is not _MISSING}}


def _value(row: Row, path: str) -> Any:
    if path in row:
        return row[path]
    value: Any = row
    for key in path.split("."):
        if not isinstance(value, Mapping) or key not in value:
            return _MISSING
        value = value[key]
    return value
