"""Fixtures that every room's tests share."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def formex_dir() -> Path:
    """Real FORMEX 4 files of the Publications Office; in CI their absence is a failure, not a skip."""
    folder = Path(os.environ.get("LEXATRON_FORMEX", ROOT.parent / "shared" / "formex"))
    if not folder.is_dir():
        message = f"no real FORMEX files at {folder}: set LEXATRON_FORMEX to a folder of FORMEX 4 XML"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder
