"""Resuming from the last whole checkpoint, whatever a killed run has left beside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nemo import lightning as nl
from nemo.lightning.pytorch.callbacks import ModelCheckpoint
from nemo.utils.get_rank import is_global_rank_zero

from lexatron.errors import UserError
from plugins import origin

STEP = re.compile(r"step=(\d+)")


def is_whole(checkpoint: Path) -> bool:
    """Whether a checkpoint folder was written to its end: no `-unfinished` marker, weights and context there."""
    context = checkpoint / "context" / "io.json"
    return (
        not ModelCheckpoint.is_checkpoint_unfinished(checkpoint)
        and (checkpoint / "weights" / "metadata.json").is_file()
        and context.is_file()
        and context.stat().st_size > 0
    )


def finished_steps(checkpoint: Path) -> int:
    """How far a checkpoint got, from its name (`step=640-last`); -1 where the name does not say."""
    match = STEP.search(checkpoint.name)
    return int(match.group(1)) if match else -1


def last_whole(folder: str | Path) -> Path | None:
    """The checkpoint of `folder` that got furthest and is whole, or None."""
    found = [path for path in Path(folder).glob("*") if path.is_dir() and is_whole(path)]
    return max(found, key=lambda path: (finished_steps(path), path.name.endswith("-last")), default=None)


def find_checkpoint(path: str | Path) -> Path:
    """A checkpoint folder, or the last whole one of a run folder.

    Raises:
        UserError: there is none.
    """
    path = Path(path)
    for candidate in (path, last_whole(path / "checkpoints"), last_whole(path)):
        if candidate is not None and candidate.is_dir() and is_whole(candidate):
            return candidate
    raise UserError("no whole NeMo checkpoint here", where=path, remedy="name a run folder or a checkpoint folder")


@dataclass(kw_only=True)
class LastWholeCheckpoint(nl.AutoResume):
    """NeMo's `AutoResume`, which gives up where a run was killed during its first save, made to carry on.

    Unfinished checkpoints are deleted by `ModelCheckpoint` when training starts; until then they are ignored here.
    """

    def setup(self, trainer: Any, model: Any = None) -> None:
        """Resolve a run folder in `restore_config` to its last whole checkpoint, and take what Hugging Face said of it
        into the run; then do as NeMo does.

        Raises:
            UserError: there is no whole checkpoint to start from.
        """
        if self.restore_config is not None:
            base = find_checkpoint(self.restore_config.path)
            self.restore_config.path = str(base)
            if is_global_rank_zero() and self.resume_from_directory:
                origin.carry(base, Path(self.resume_from_directory).parent)
        super().setup(trainer, model)

    def _find_trainer_ckpt_path(self) -> Path | None:
        folder = Path(self.resume_from_directory or "checkpoints")
        return last_whole(folder) if folder.is_dir() else None
