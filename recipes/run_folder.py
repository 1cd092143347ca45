"""The folder of a training run: what it holds, whose it is, and whether it is finished."""

from __future__ import annotations

import json
import platform
import shutil
from importlib.metadata import version
from pathlib import Path
from typing import Any

import nemo_run as run
from nemo_run.core.serialization.zlib_json import ZlibJSONSerializer

from data_prep.packs.about import ABOUT
from lexatron.atomic import write_text
from lexatron.console import console
from lexatron.errors import UserError
from lexatron.run_files import read_ending
from lexatron.stage import digest, file_digest
from plugins.resume import finished_steps, last_whole

PACKAGES = ("nemo-toolkit", "megatron-core", "nemo-run", "torch", "lightning", "transformers")
LAUNCH = "launch"
"""What the launcher keeps in a run folder (docs/launch.md); it belongs to no configuration and outlives `--fresh`."""


def run_folder(recipe: run.Partial) -> Path:
    """The run folder that a recipe writes to: the parent of its checkpoints."""
    return Path(recipe.log.ckpt.dirpath).parent


def describe(recipe: run.Partial, name: str) -> dict[str, Any]:
    """What `run.json` holds: recipe, data, versions, and the fingerprint that decides whether a run may be resumed."""
    data = {key: str(getattr(recipe.data, key)) for key in ("corpus", "dataset") if hasattr(recipe.data, key)}
    files = [Path(folder) / file for folder in data.values() for file in ("manifest.json", "training.jsonl", ABOUT)]
    inputs = {str(file): file_digest(file) for file in files if file.is_file()}
    return {
        "recipe": name,
        "max_steps": recipe.trainer.max_steps,
        "data": data,
        "fingerprint": digest({"recipe": ZlibJSONSerializer().serialize(recipe), "inputs": inputs}),
        "versions": {package: version(package) for package in PACKAGES} | {"python": platform.python_version()},
    }


def holds_files(folder: Path) -> bool:
    """Whether a folder has anything but what the launcher keeps in it."""
    return folder.exists() and any(entry.name != LAUNCH for entry in folder.iterdir())


def claim(folder: Path, description: dict[str, Any], *, fresh: bool = False) -> None:
    """Write `run.json`; where the folder holds another run, refuse, or with `fresh` delete that run.

    Raises:
        UserError: the folder holds a run of another recipe, configuration or corpus, or something else.
    """
    path = folder / "run.json"
    if path.exists():
        found = json.loads(path.read_text("utf-8"))
        if found.get("fingerprint") != description["fingerprint"]:
            if not fresh:
                raise UserError(
                    f"this folder holds a run of {found.get('recipe')} with another configuration or other data",
                    where=folder,
                    remedy="give another run_dir=..., or --fresh to delete it",
                )
            console.print(f"{folder} held another run: deleted.", highlight=False)
            _empty(folder)
    elif holds_files(folder):
        raise UserError("this folder is not a run and not empty", where=folder, remedy="give another run_dir=...")
    write_text(path, json.dumps(description, indent=2) + "\n")


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.name != LAUNCH:
            shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


def finished(folder: Path, max_steps: int) -> Path | None:
    """The last checkpoint of a run that is at its end: its last step, or the end of its time budget; else None."""
    checkpoint = last_whole(folder / "checkpoints")
    if checkpoint is None:
        return None
    ending = read_ending(folder)
    # NeMo numbers a checkpoint by the index of its last step, so the run's last one is max_steps - 1.
    whole = finished_steps(checkpoint) >= max_steps - 1 or (ending is not None and ending.code == 0)
    return checkpoint if whole else None
