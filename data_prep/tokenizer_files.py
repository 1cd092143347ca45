"""Where a tokenizer's files are, and which of its tokens ends a document of a corpus."""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path

from data_prep.tokenizer_hub import hub_folder, is_hub_name
from lexatron.errors import UserError

TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer.model",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "chat_template.jinja",
    "config.json",
)
"""What makes a tokenizer folder; a folder of a whole model holds far more."""

DOCUMENT_ENDS = ("<|end_of_text|>", "<|endoftext|>")
"""What separates documents in the pre-training of Llama 3 and of Qwen, Phi and GPT: see `document_end`."""

_LOADABLE = ("tokenizer.json", "tokenizer.model")


def find_tokenizer(path: str | Path) -> Path:
    """The `tokenizer.json` or SentencePiece model that a path or a hub name stands for.

    Args:
        path: a folder, one of these files, or `ORGANISATION/NAME` on the Hugging Face hub.

    Raises:
        UserError: there is none, or the hub does not give it.
    """
    path = Path(path)
    if path.is_file():
        return path
    if path.is_dir():
        return _loadable(path, "no tokenizer.json or tokenizer.model in this folder")
    if is_hub_name(path):
        folder = hub_folder(path.as_posix(), TOKENIZER_FILES)
        return _loadable(folder, f"{path} has no tokenizer.json, or only a part of it is in the cache")
    raise UserError("no such tokenizer", where=path, remedy="train one: lexatron data tokenizer ACTS_DIR -o DIR")


def _loadable(folder: Path, what: str) -> Path:
    for name in _LOADABLE:
        if (folder / name).is_file():
            return folder / name
    raise UserError(what, where=folder, remedy="give a tokenizer folder")


def document_end(folder: Path, special_tokens: Collection[str]) -> str:
    """The token that ends a document: the one pre-training used where the vocabulary has it, else the `eos_token`.

    The `eos_token` of an Instruct model ends a turn of a chat (`<|eot_id|>` for Llama 3.3 70B Instruct), while the
    model has learnt from billions of documents that `<|end_of_text|>` is what stands between two of them. A corpus
    for continued pre-training keeps to that.

    Args:
        folder: holds `tokenizer_config.json` or `special_tokens_map.json`.
        special_tokens: of the tokenizer.

    Raises:
        UserError: the vocabulary has no such token, and the folder names no `eos_token`.
    """
    for token in DOCUMENT_ENDS:
        if token in special_tokens:
            return token
    for name in ("tokenizer_config.json", "special_tokens_map.json"):
        if (folder / name).is_file() and (named := _named_eos(folder / name)):
            return named
    raise UserError(
        "the tokenizer names no eos_token",
        where=folder,
        remedy='add one to tokenizer_config.json: "eos_token": "<|end_of_text|>"',
    )


def _named_eos(file: Path) -> str | None:
    try:
        token = json.loads(file.read_text("utf-8")).get("eos_token")
    except (ValueError, AttributeError) as error:
        raise UserError(f"not a JSON object ({error})", where=file, remedy="copy it again") from error
    return token.get("content") if isinstance(token, dict) else token
