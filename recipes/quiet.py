"""NeMo without the forty lines that importing it prints."""

from __future__ import annotations

import logging
import os
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, redirect_stderr, redirect_stdout
from importlib.util import find_spec
from io import StringIO

from lexatron.console import console
from lexatron.errors import UserError


def import_nemo(*, loudly: bool = False) -> None:
    """Import NeMo, and the CPU backend with it where there is no GPU.

    Args:
        loudly: for a job, whose log is to have what NeMo says: its logger keeps the stream that it is imported with.

    Raises:
        UserError: it is not installed.
    """
    if find_spec("nemo") is None or find_spec("nemo_run") is None:
        raise UserError("NeMo is not installed", remedy="pip install 'lexatron[train]'")
    with nullcontext() if loudly else _import_quietly():
        import nemo.collections.llm  # noqa: F401

        import plugins  # noqa: F401


@contextmanager
def _import_quietly() -> Iterator[None]:
    with console.status("importing NeMo"), quietly():
        yield


@contextmanager
def unattended() -> Iterator[None]:
    """`quietly`, and nothing to read: the commands that NeMo-Run starts would take this process's standard input."""
    before = sys.stdin
    with quietly(), open(os.devnull, encoding="utf-8") as nothing:
        sys.stdin = nothing
        try:
            yield
        finally:
            sys.stdin = before


@contextmanager
def quietly() -> Iterator[None]:
    """Keep warnings, log lines below errors and what libraries print to themselves."""
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)
