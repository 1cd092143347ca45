"""Ends of a run that are neither success nor a crash: each has its exit code, and says itself in `ending.json`.

A process ends with the code. torchrun and NeMo-Run's local executor turn every failure into 1, so the run folder
holds the reason too: `lexatron.run_files.read_ending(run_dir)`.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from lexatron.atomic import write_text
from lexatron.run_files import ENDING, Ending


def forget_ending(run_dir: str | Path) -> None:
    """Remove what an earlier job of this run folder left: the present one has not ended."""
    (Path(run_dir) / ENDING).unlink(missing_ok=True)


def write_ending(run_dir: str | Path, ending: Ending) -> None:
    """Leave the reason in the run folder."""
    write_text(Path(run_dir) / ENDING, json.dumps(asdict(ending)) + "\n")


def highest(number: int) -> int:
    """The highest number of all processes, the same on all: how they agree on one rank's signal or verdict."""
    if not torch.distributed.is_initialized():
        return number
    tensor = torch.tensor(number, dtype=torch.int64, device=torch.cuda.current_device())
    torch.distributed.all_reduce(tensor, op=torch.distributed.ReduceOp.MAX)
    return int(tensor)


def end_run(trainer: Any, run_dir: str | Path, *, code: int, reason: str, save: bool = True) -> None:
    """Save a checkpoint, leave the reason in the run folder, and end this process; called on all ranks at one step.

    Raises:
        SystemExit: always, with the code.
    """
    if save:
        trainer.checkpoint_callback.save(trainer, wait=True)
    if trainer.is_global_zero:
        write_ending(run_dir, Ending(code, trainer.global_step, reason))
        print(f"lexatron: ended at step {trainer.global_step}: {reason}", file=sys.stderr, flush=True)
    trainer.strategy.barrier()  # a launcher ends the others when the first process is gone
    raise SystemExit(code)
