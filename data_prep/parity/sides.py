"""What training, validation, test and serving are made of: conversations, packs, or an exported model."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from data_prep.lengths.dataset import FILES
from data_prep.limits import MANIFEST, Limits, read_limits
from data_prep.packs.about import ABOUT, read_about
from lexatron.errors import UserError

ACCEPTED = (
    "give dataset folders (training.jsonl, validation.jsonl, test.jsonl), JSONL test files, folders of "
    f"lexatron data pack ({ABOUT}), or exported Hugging Face models (tokenizer.json, config.json)"
)

Kind = Literal["dataset", "file", "packed", "serving"]
Json = dict[str, Any]


@dataclass(frozen=True)
class Side:
    """One thing that is compared.

    Attributes:
        path: as the user gave it. kind: what it is.
        held_out: files of conversations that training must not hold.
        fingerprints: component of the tokenizer -> fingerprint, as it was noted when the side was made.
        tokenizer, template: names of the tokenizer and the chat template, as noted.
        seq_length: tokens of a packed sequence.
        limits: task -> limits of the manifest.
        model: `config.json`, `generation_config.json` and `tokenizer_config.json` of an exported model, by name.
    """

    path: Path
    kind: Kind
    held_out: tuple[Path, ...] = ()
    fingerprints: dict[str, str] = field(default_factory=dict)
    tokenizer: str | None = None
    template: str | None = None
    seq_length: int | None = None
    limits: dict[str, Limits] = field(default_factory=dict)
    model: dict[str, Json] = field(default_factory=dict)

    @property
    def context(self) -> int | None:
        """Tokens that serving reads at most: the least of what the model and its tokenizer say."""
        said = [
            self.model.get("config.json", {}).get("max_position_embeddings"),
            self.model.get("tokenizer_config.json", {}).get("model_max_length"),
        ]
        known = [int(value) for value in said if isinstance(value, int | float) and 0 < value < _ENDLESS]
        return min(known, default=None)


_ENDLESS = 1 << 40  # transformers writes 1e30 where there is no limit


def training_side(folder: Path) -> Side:
    """The dataset that is trained on; its validation and test sides are held out.

    Raises:
        UserError: it has no `training.jsonl`, or its manifest is damaged.
    """
    if not (folder / FILES["train"]).is_file():
        raise UserError(f"no {FILES['train']} here", where=folder, remedy=ACCEPTED)
    return _dataset(folder)


def find_side(path: Path) -> Side:
    """What a path that is compared with the training side stands for.

    Raises:
        UserError: it is none of what is accepted, or damaged.
    """
    if path.is_file():
        return _with_manifest(path, "file", (path,), path.parent / MANIFEST)
    if (about := read_about(path)) is not None:
        return _packed(path, about)
    if any((path / name).is_file() for name in FILES.values()):
        return _dataset(path)
    if (path / "tokenizer.json").is_file():
        return serving_side(path)
    what = "neither a dataset, packs nor a model" if path.is_dir() else "no such file or folder"
    raise UserError(what, where=path, remedy=ACCEPTED)


def serving_side(folder: Path) -> Side:
    """An exported model.

    Raises:
        UserError: it has no tokenizer, or a file is not JSON.
    """
    if not (folder / "tokenizer.json").is_file():
        raise UserError("no tokenizer.json here", where=folder, remedy="give the folder of lexatron export")
    names = ("config.json", "generation_config.json", "tokenizer_config.json")
    return Side(folder, "serving", model={name: read_json(folder / name) for name in names})


def _dataset(folder: Path) -> Side:
    names = [FILES["validation"], FILES["test"]]
    held_out = tuple(folder / name for name in names if (folder / name).is_file())
    return _with_manifest(folder, "dataset", held_out, folder / MANIFEST)


def _with_manifest(path: Path, kind: Kind, held_out: Sequence[Path], manifest: Path) -> Side:
    raw = read_json(manifest)
    template, said = raw.get("template"), raw.get("tokenizer")
    tokenizer = said if isinstance(said, dict) else {}
    name = tokenizer.get("name")
    return Side(
        path,
        kind,
        tuple(held_out),
        fingerprints=_strings(tokenizer.get("fingerprints")),
        tokenizer=name if isinstance(name, str) else None,
        template=template if isinstance(template, str) else None,
        limits=read_limits(path),
    )


def _packed(folder: Path, about: Json) -> Side:
    template, length, fingerprints = (about.get(name) for name in ("template", "seq_length", "tokenizer"))
    return Side(
        folder,
        "packed",
        fingerprints=_strings(fingerprints),
        template=template.get("name") if isinstance(template, dict) else None,
        seq_length=length if isinstance(length, int) else None,
    )


def _strings(found: Any) -> dict[str, str]:
    """The fingerprints of `ChatTokenizer.fingerprints`; none where they are something else."""
    return {str(name): str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def read_json(path: Path) -> Json:
    """The object of a file; empty where there is no such file.

    Raises:
        UserError: it is not a JSON object.
    """
    if not path.is_file():
        return {}
    try:
        found = json.loads(path.read_bytes())
    except ValueError as error:
        raise UserError(f"not JSON ({error})", where=path, remedy="make it again") from error
    if not isinstance(found, dict):
        raise UserError("not a JSON object", where=path, remedy="make it again")
    return found
