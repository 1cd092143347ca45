"""Which tokens of a pack a context-parallel rank has: those that Megatron's rotary embedding takes them for."""

from __future__ import annotations

import pytest
import torch
from megatron.core import parallel_state
from megatron.core.models.common.embeddings.rope_utils import _get_thd_freqs_on_this_cp_rank

from plugins.sft_data.context_parallel import packed_data_step, places_of_rank


def test_by_hand() -> None:
    cu_seqlens = torch.tensor([0, 4, 12])
    assert places_of_rank(cu_seqlens, 0, 2).tolist() == [0, 3, 4, 5, 10, 11]
    assert places_of_rank(cu_seqlens, 1, 2).tolist() == [1, 2, 6, 7, 8, 9]


@pytest.mark.parametrize("size", [1, 2, 4])
def test_the_positions_are_those_of_megatron(size: int) -> None:
    lengths = [8, 24, 16]
    cu_seqlens = torch.tensor([0, *torch.tensor(lengths).cumsum(0).tolist()])
    positions = torch.cat([torch.arange(length) for length in lengths])
    every = [places_of_rank(cu_seqlens, rank, size) for rank in range(size)]
    assert torch.cat(every).sort().values.tolist() == list(range(48))
    for rank, places in enumerate(every):
        expected = [
            _get_thd_freqs_on_this_cp_rank(rank, size, torch.empty(length // size), torch.arange(24))
            for length in lengths
        ]
        assert positions[places].tolist() == torch.cat(expected).tolist()


def test_a_batch_is_cut_token_by_token_and_its_bounds_are_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel_state, "get_context_parallel_rank", lambda: 1)
    monkeypatch.setattr(parallel_state, "get_context_parallel_world_size", lambda: 2)
    batch = {key: torch.arange(12)[None] for key in ("tokens", "labels", "loss_mask", "position_ids")}
    batch |= {"cu_seqlens": torch.tensor([[0, 4, 12, -1]], dtype=torch.int32), "attention_mask": torch.tensor([1])}
    batch |= {"cu_seqlens_argmin": torch.tensor([[3]]), "max_seqlen": torch.tensor([[8]])}
    given = packed_data_step(iter([(batch, 0, 0)]))
    assert given["tokens"].tolist() == given["loss_mask"].tolist() == [[1, 2, 6, 7, 8, 9]]
    assert given["cu_seqlens"].tolist() == [[0, 4, 12, -1]]
    assert int(given["max_seqlen"]) == 8
