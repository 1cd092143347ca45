"""FORMEX 4, the publication format of EU law, to acts with a citation key on every unit.

from data_prep.formex import audit, parse_act, parse_paths, read_acts, render
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from data_prep.formex.acts import Act, Reject, Unit
    from data_prep.formex.audit_run import audit, audit_folder
    from data_prep.formex.parser import parse_act, parse_paths
    from data_prep.formex.rendering import render, render_act, render_unit
    from data_prep.formex.store import read_acts, write_acts

__all__ = [
    "Act", "Reject", "Unit", "audit", "audit_folder", "parse_act", "parse_paths", "read_acts", "render", "render_act",
    "render_unit", "write_acts",
]  # fmt: skip

_HOMES = {
    "Act": "acts",
    "Reject": "acts",
    "Unit": "acts",
    "audit": "audit_run",
    "audit_folder": "audit_run",
    "parse_act": "parser",
    "parse_paths": "parser",
    "read_acts": "store",
    "render": "rendering",
    "render_act": "rendering",
    "render_unit": "rendering",
    "write_acts": "store",
}


def __getattr__(name: str) -> Any:
    """Import a name from its module on first use: lxml and zstandard are not needed to read `Act`."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
