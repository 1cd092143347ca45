"""NeMo-Run's experiment as every launch uses it: silent, with its files in the launch's own folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nemo_run as run


@contextmanager
def open_experiment(title: str, base_dir: Path) -> Iterator[run.Experiment]:
    """An experiment whose scripts and logs go to `base_dir/experiments/TITLE/`; it is not asked for its state at the
    end, which `lexatron status` does better."""
    with run.Experiment(
        title,
        base_dir=str(base_dir),
        clean_mode=True,
        log_level="ERROR",
        enable_goodbye_message=False,
        skip_status_at_exit=True,
    ) as experiment:
        yield experiment
