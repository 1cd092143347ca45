"""Data and checkpoints that a run cannot start from: missing, damaged, or another tokenizer's."""

from __future__ import annotations

import json
from pathlib import Path

import nemo_run as run

from data_prep.corpus.verify import verify_corpus
from data_prep.manifest import Manifest
from data_prep.packs import read_about
from data_prep.tokenizer import Tokenizer
from lexatron.errors import UserError
from plugins.resume import find_checkpoint


def check(recipe: run.Partial) -> None:
    """Check the data and the checkpoint that a recipe starts from.

    Raises:
        UserError: what is wrong, where, and what to do.
    """
    if hasattr(recipe.data, "corpus"):
        verify_corpus(Manifest.load(recipe.data.corpus))
    if hasattr(recipe.data, "dataset") and read_about(Path(recipe.data.dataset)) is None:
        for name in ("training.jsonl", "validation.jsonl"):
            check_chats(Path(recipe.data.dataset) / name)
    restore = recipe.resume.restore_config
    if restore is not None:
        checkpoint = find_checkpoint(restore.path)
        if hasattr(recipe.data, "tokenizer"):
            check_tokenizer(Path(recipe.data.tokenizer), checkpoint)


def check_chats(path: Path) -> int:
    """Make sure that every line is a conversation with an answer in it; the number of lines.

    Raises:
        UserError: the first line that is not, by number.
    """
    remedy = "make it again: lexatron data qa"
    if not path.is_file():
        raise UserError("no such file", where=path, remedy=remedy)
    count = 0
    with open(path, encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            try:
                roles = [message["role"] for message in json.loads(line)["messages"] if message["content"]]
            except (ValueError, KeyError, TypeError) as error:
                raise UserError("not a conversation", where=f"{path}:{number}", remedy=remedy) from error
            if "assistant" not in roles:
                raise UserError("a conversation without an answer", where=f"{path}:{number}", remedy=remedy)
            count += 1
    if not count:
        raise UserError("no conversations in the file", where=path, remedy="give it more acts")
    return count


def check_tokenizer(tokenizer: Path, checkpoint: Path) -> None:
    """Make sure that a checkpoint was trained with this tokenizer, where the checkpoint keeps its own.

    Raises:
        UserError: it is another one.
    """
    ours = Tokenizer.load(tokenizer)
    kept = checkpoint / "context" / "tokenizer"
    if (kept / "tokenizer.json").is_file() and Tokenizer.load(kept).fingerprint != ours.fingerprint:
        raise UserError(
            "this tokenizer is not the checkpoint's",
            where=tokenizer,
            remedy=f"use tokenizer={kept}, or another checkpoint",
        )
