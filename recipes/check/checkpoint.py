"""What a NeMo checkpoint says of itself: its vocabulary, its network and its tokenizer, without loading a weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from torch.distributed.checkpoint import FileSystemReader

EMBEDDING = "embedding.word_embeddings.weight"
NETWORK = ("num_layers", "hidden_size", "ffn_hidden_size", "num_attention_heads", "num_query_groups")


@dataclass(frozen=True)
class Checkpoint:
    """A checkpoint folder.

    Attributes:
        vocabulary: rows of its embedding, padding included; None for a checkpoint of adapters, which has none.
        network: the values of `NETWORK` in its configuration, as far as they stand there.
        tokenizer: the folder of its own; None where it keeps none.
    """

    folder: Path
    vocabulary: int | None
    network: Mapping[str, int]
    tokenizer: Path | None


def read_checkpoint(folder: Path) -> Checkpoint:
    """Read the index of the weights and the configuration of a whole checkpoint."""
    tokenizer = folder / "context" / "tokenizer"
    return Checkpoint(
        folder,
        _vocabulary(folder / "weights"),
        _network(folder / "context" / "model.yaml"),
        tokenizer if (tokenizer / "tokenizer.json").is_file() else None,
    )


def _vocabulary(weights: Path) -> int | None:
    if not (weights / ".metadata").is_file():
        return None
    entries: Mapping[str, Any] = FileSystemReader(weights).read_metadata().state_dict_metadata
    return next((int(entry.size[0]) for name, entry in entries.items() if name.endswith(EMBEDDING)), None)


def _network(file: Path) -> dict[str, int]:
    if not file.is_file():
        return {}
    config = yaml.safe_load(file.read_text("utf-8")).get("config") or {}
    return {name: config[name] for name in NETWORK if isinstance(config.get(name), int)}
