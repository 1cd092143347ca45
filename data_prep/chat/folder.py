"""What a tokenizer folder says besides its vocabulary: its chat template, and its tokens by role (`bos_token`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lexatron.errors import UserError

ROLES = ("bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token")
Variables = dict[str, str | list[str]]
"""What `transformers` calls a tokenizer's special tokens map; a template can name each as a variable."""


def own_template(folder: Path) -> str | None:
    """The template of `chat_template.jinja`, else of `tokenizer_config.json`: of several, the one named `default`.

    Raises:
        UserError: a file is damaged.
    """
    file = folder / "chat_template.jinja"
    if file.is_file():
        return read_text(file)
    found = _read(folder / "tokenizer_config.json").get("chat_template")
    if isinstance(found, list):
        found = {each.get("name"): each.get("template") for each in found if isinstance(each, dict)}.get("default")
    return found if isinstance(found, str) else None


def variables(folder: Path) -> Variables:
    """The special tokens by role, as `AutoTokenizer` reads them: both files, and which of them wins.

    Raises:
        UserError: a file is damaged.
    """
    config = _read(folder / "tokenizer_config.json")
    merged = config if "added_tokens_decoder" in config else config | _read(folder / "special_tokens_map.json")
    found: Variables = {role: token for role in ROLES if (token := _content(merged.get(role)))}
    others = merged.get("additional_special_tokens")
    if isinstance(others, list) and others:
        found["additional_special_tokens"] = [token for each in others if (token := _content(each))]
    return found


def read_text(file: Path) -> str:
    """The text of a file.

    Raises:
        UserError: it cannot be read, or is not UTF-8.
    """
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"not a text file ({error})", where=file, remedy="copy it again") from error


def _content(token: Any) -> str | None:
    """The string of a token that is written as a string or as an object."""
    found = token.get("content") if isinstance(token, dict) else token
    return found if isinstance(found, str) and found else None


def _read(file: Path) -> dict[str, Any]:
    if not file.is_file():
        return {}
    try:
        found = json.loads(read_text(file))
    except ValueError as error:
        raise UserError(f"not JSON ({error})", where=file, remedy="copy it again") from error
    if not isinstance(found, dict):
        raise UserError("not a JSON object", where=file, remedy="copy it again")
    return found
