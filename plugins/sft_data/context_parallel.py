"""Packs under context parallelism: every conversation is cut over the ranks, not the pack as a whole.

NeMo 2.7's data step for GPT cuts a batch with Megatron's `get_batch_on_this_cp_rank`, which takes a pack for one
sequence (and cuts `cu_seqlens` too). Transformer Engine's `thd` attention and Megatron's rotary embedding expect each
sequence cut in 2 x ranks pieces, of which rank r has pieces r and 2 x ranks - 1 - r.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from megatron.core import parallel_state

BY_TOKEN = ("tokens", "labels", "loss_mask", "position_ids")
ON_HOST = ("cu_seqlens_argmin", "max_seqlen")  # read as Python numbers


def places_of_rank(cu_seqlens: torch.Tensor, rank: int, size: int) -> torch.Tensor:
    """Places in a pack that a context-parallel rank has, in its order, shape [tokens // size].

    Args:
        cu_seqlens: cumulative lengths starting with 0, each length a multiple of twice `size`, shape [sequences + 1].
        rank: from 0.
        size: context-parallel ranks.
    """
    pieces = []
    for start, end in zip(cu_seqlens[:-1].tolist(), cu_seqlens[1:].tolist(), strict=True):
        every = torch.arange(start, end).view(2 * size, -1)
        pieces += [every[rank], every[2 * size - 1 - rank]]
    return torch.cat(pieces)


def packed_data_step(dataloader_iter: Iterator[Any]) -> dict[str, Any]:
    """The next pack as NeMo's `gpt_forward_step` wants it, on this rank's device, cut for its context-parallel rank."""
    batch = next(dataloader_iter)
    batch = batch[0] if isinstance(batch, tuple) else batch
    bounds = batch["cu_seqlens"][0, : int(batch["cu_seqlens_argmin"])]
    rank, size = parallel_state.get_context_parallel_rank(), parallel_state.get_context_parallel_world_size()
    places = places_of_rank(bounds, rank, size)
    given = {key: batch[key][:, places].cuda(non_blocking=True) for key in BY_TOKEN}
    given |= {key: batch[key].cuda(non_blocking=True) for key in ("attention_mask", "cu_seqlens")}
    return given | {key: batch[key].cpu() for key in ON_HOST}
