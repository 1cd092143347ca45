"""`packs.json`: what packs were made with, and whether that is what a training wants."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from data_prep.chat import ChatTokenizer
from data_prep.packs.packs import PackedSide
from lexatron.errors import UserError

SIDES = ("training", "validation")
ABOUT = "packs.json"

TooLong = Literal["truncate", "drop"]


@dataclass(frozen=True)
class PackOptions:
    """How conversations are packed.

    Attributes:
        seq_length: tokens of a pack.
        multiple: each conversation is padded to a multiple of it: twice the context-parallel size, else 1.
        too_long: whether a conversation longer than a pack loses its end, as without packing, or is left out.
    """

    seq_length: int
    multiple: int = 1
    too_long: TooLong = "truncate"

    def check(self) -> None:
        """Make sure that a pack holds whole multiples.

        Raises:
            UserError: it does not.
        """
        if self.seq_length % self.multiple:
            raise UserError(
                f"a sequence length of {self.seq_length} is not a multiple of twice the context-parallel size"
            )


def write_about(
    folder: Path, chat: ChatTokenizer, options: PackOptions, inputs: str, counts: Mapping[str, Any]
) -> None:
    """Write `packs.json`; `inputs` is the digest of the conversations."""
    template = {"name": chat.template.name, "uses_date": chat.template.uses_date}
    about = {**asdict(options), "template": template, "tokenizer": chat.fingerprints(), "inputs": inputs, **counts}
    (folder / ABOUT).write_text(json.dumps(about, indent=2) + "\n", "utf-8")


def read_about(folder: Path) -> dict[str, Any] | None:
    """The content of `packs.json`; None for a folder without it, which is not of packs.

    Raises:
        UserError: it is damaged.
    """
    file = folder / ABOUT
    if not file.is_file():
        return None
    try:
        found = json.loads(file.read_text("utf-8"))
        for side in SIDES:
            PackedSide(**found[side])
    except (ValueError, LookupError, TypeError) as error:
        raise UserError(f"not a description of packs ({error})", where=file, remedy="pack the dataset again") from error
    return dict(found)


def differences(about: Mapping[str, Any], chat: ChatTokenizer, options: PackOptions) -> list[str]:
    """What the packs were made with and a training would not be, in words; whether ends were cut does not matter."""
    wanted = {"seq_length": options.seq_length, "multiple": options.multiple}
    found = [f"{name} {about.get(name)}, not {value}" for name, value in wanted.items() if about.get(name) != value]
    theirs = about.get("tokenizer", {})
    other = [name.replace("_", " ") for name, mine in chat.fingerprints().items() if theirs.get(name) != mine]
    return found + ([f"another {', '.join(other)} of the tokenizer"] if other else [])
