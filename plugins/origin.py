"""What a Hugging Face checkpoint says that NeMo has no place for, kept so that an export can give it back.

`lexatron import` puts the files into the NeMo checkpoint (`context/from_huggingface`); a run that starts from it takes
them into its own folder (`RUN/from_huggingface`), because its checkpoints have a context of their own and the one it
started from may be gone by the time of the export.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from nemo.lightning.ckpt_utils import ADAPTER_META_FILENAME

from lexatron.atomic import atomic_folder

FOLDER = "from_huggingface"
DESCRIPTION_FILES = ("config.json", "generation_config.json")
TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "tokenizer.model",
    "added_tokens.json",
    "vocab.json",
    "merges.txt",
    "chat_template.jinja",
    "chat_template.json",
)
LICENCE_FILES = ("LICENSE*", "NOTICE*", "USE_POLICY*")  # Llama's licence has to go with the weights
KEPT = (*DESCRIPTION_FILES, *TOKENIZER_FILES, *LICENCE_FILES)


def copy_files(source: Path, target: Path, patterns: tuple[str, ...] = KEPT) -> None:
    """Copy the files of `source` that match into `target`, byte for byte."""
    for pattern in patterns:
        for file in sorted(source.glob(pattern)):
            if file.is_file():
                shutil.copyfile(file, target / file.name)


def find(checkpoint: Path) -> Path | None:
    """The folder of kept files that belongs to a checkpoint: its own, its run's, or that of an adapter's base."""
    for folder in (checkpoint / "context", checkpoint.parent, checkpoint.parent.parent):
        if (folder / FOLDER / "config.json").is_file():
            return folder / FOLDER
    note = checkpoint / "weights" / ADAPTER_META_FILENAME
    if not note.is_file():
        return None
    base = Path(json.loads(note.read_text("utf-8"))["model_ckpt_path"])
    return find(base) if base.is_dir() else None


def carry(base: Path, run_dir: Path) -> None:
    """Take what is kept with `base` into a run that starts from it; nothing where nothing is kept, or it is there."""
    kept = find(base)
    if kept is None or (run_dir / FOLDER).exists():
        return
    with atomic_folder(run_dir / FOLDER) as folder:
        copy_files(kept, folder)
