"""Trainings with a behaviour, and what they leave."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from lexatron.run_files import Ending, read_ending
from plugins.resume import last_whole
from tests.plugins.jobs import ForkServer, Metrics, Training

SHAPE = {"num_layers": 2, "hidden_size": 256, "seq_length": 64, "global_batch_size": 8}


class Run(Training):
    """One run folder, and the jobs that are started in it."""

    call = "tests.plugins.callbacks.orders:train"

    def __init__(
        self, server: ForkServer, run_dir: Path, recipe: str = "lumi_demo_cpt", *, words: dict[str, Any], **order: Any
    ):
        super().__init__(server, recipe, run_dir, **{**SHAPE, **words})
        self.order |= {"behaviour": {}, "signal_at": None, "signal_rank": 0, "pairs": None, **order}

    def events(self) -> Metrics:
        """The event lines."""
        return [line for line in self.metrics() if "event" in line]

    def values(self, key: str) -> list[float]:
        """All values of one key, in order."""
        return [line[key] for line in self.metrics() if key in line]

    def checkpoints(self) -> list[str]:
        """Names in the folder of checkpoints."""
        return sorted(path.name for path in (self.run_dir / "checkpoints").glob("*"))

    def last(self) -> str:
        """The name of the last whole checkpoint."""
        found = last_whole(self.run_dir / "checkpoints")
        return found.name if found else ""

    def ending(self) -> Ending | None:
        """How the last job ended early."""
        return read_ending(self.run_dir)
