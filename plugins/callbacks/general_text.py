"""Held-out text of a `.bin/.idx` pair, cut into sequences and handed to Megatron's forward pass as micro batches."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import torch
from megatron.core.datasets.indexed_dataset import IndexedDataset

from lexatron.errors import UserError

Windows = npt.NDArray[np.int64]


def windows(prefixes: Sequence[str], seq_length: int, limit: int) -> Windows:
    """The first sequences of some indexed datasets, as many of each.

    Args:
        prefixes: of `.bin/.idx` pairs.
        seq_length: tokens that the model reads at once.
        limit: sequences in all, at most, but one of each pair.

    Returns:
        `[sequences, seq_length + 1]` token ids; the last of a row is only a label, and the first of the next.

    Raises:
        UserError: no pair is given, one is missing, or one is shorter than a sequence.
    """
    if not prefixes:
        raise UserError("no general text to watch", remedy="name a corpus with general text, or .bin/.idx prefixes")
    each = max(1, limit // len(prefixes))
    return np.concatenate([_of_one(prefix, seq_length, each) for prefix in prefixes])


def _of_one(prefix: str, seq_length: int, limit: int) -> Windows:
    if not IndexedDataset.exists(prefix):
        raise UserError("no such .bin/.idx pair of general text", where=prefix)
    dataset = IndexedDataset(prefix)
    parts: list[Windows] = []
    tokens, wanted = 0, limit * seq_length + 1
    for number in range(len(dataset)):
        if tokens >= wanted:
            break
        parts.append(np.asarray(dataset[number], dtype=np.int64))
        tokens += parts[-1].size
    count = min(limit, (tokens - 1) // seq_length)
    if count < 1:
        raise UserError(f"{tokens} tokens, but a sequence has {seq_length}", where=prefix, remedy="give it more text")
    stream = np.concatenate(parts)
    return np.stack([stream[start : start + seq_length + 1] for start in range(0, count * seq_length, seq_length)])


def micro_batches(
    text: Windows, *, global_batch_size: int, micro_batch_size: int, rank: int, ranks: int
) -> list[list[dict[str, torch.Tensor]]]:
    """What one of `ranks` data-parallel ranks reads: a list of micro batches for each global batch.

    Rows that fill up the last global batch count nothing in the loss.

    Returns:
        What NeMo's GPT data step takes: `tokens`, `labels`, `loss_mask` and `position_ids`, all
        `[micro_batch_size, seq_length]`.
    """
    filled = np.concatenate([text, np.repeat(text[:1], -len(text) % global_batch_size, axis=0)])
    shape = (-1, global_batch_size // (micro_batch_size * ranks), ranks, micro_batch_size)
    rows = filled.reshape(*shape, text.shape[1])[:, :, rank]
    counts = (np.arange(len(filled)) < len(text)).reshape(shape)[:, :, rank]
    return [[_micro_batch(*pair) for pair in zip(*batch, strict=True)] for batch in zip(rows, counts, strict=True)]


def _micro_batch(rows: Windows, counts: npt.NDArray[np.bool_]) -> dict[str, torch.Tensor]:
    tokens = torch.from_numpy(rows)
    length = tokens.size(1) - 1
    return {
        "tokens": tokens[:, :-1].contiguous(),
        "labels": tokens[:, 1:].contiguous(),
        "loss_mask": torch.from_numpy(counts).float().unsqueeze(1).expand(-1, length).contiguous(),
        "position_ids": torch.arange(length).expand(len(tokens), -1).contiguous(),
    }
