"""Conversations become packs in the form that NeMo's `GPTSFTPackedDataset` reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from data_prep.packing import Packing, first_fit_decreasing
from data_prep.packs.conversation import Conversation

SEED = 1234  # of the order within and among packs; the number of packs does not depend on it
NAMED_LINES = 1_000  # lines that a count names at most

Pack = dict[str, Any]
"""NeMo's: `input_ids` and `loss_mask`, each of shape [sum of length + 1], and `seq_start_id`, a list of starts."""


@dataclass(frozen=True)
class PackedSide:
    """Counts of `training` or `validation`: conversations = packed_conversations + unanswered + dropped.

    Attributes:
        conversations: lines of the file.
        packed_conversations: those that are in the packs.
        packs: sequences of one length; one is one sample of NeMo's batches.
        tokens: tokens that the model reads, padding left out.
        answer_tokens: tokens that the loss is taken over.
        efficiency: `tokens` over the packs' room.
        longest: tokens of the longest conversation in the packs.
        truncated: conversations that were longer than a pack and lost their end.
        unanswered: conversations left out, because no token of an answer is in what the model would read of them.
        dropped: conversations left out, because they are longer than a pack.
        truncated_lines: lines of the truncated ones, the first 1,000.
        unanswered_lines: lines of the unanswered ones, the first 1,000.
        dropped_lines: lines of the dropped ones, the first 1,000.
    """

    conversations: int
    packed_conversations: int
    packs: int
    tokens: int
    answer_tokens: int
    efficiency: float
    longest: int
    truncated: int
    unanswered: int
    dropped: int = 0
    truncated_lines: list[int] = field(default_factory=list)
    unanswered_lines: list[int] = field(default_factory=list)
    dropped_lines: list[int] = field(default_factory=list)

    @property
    def tokens_per_pack(self) -> float:
        """Mean of the tokens in a pack that are no padding."""
        return self.tokens / self.packs


def fill_packs(
    conversations: Sequence[Conversation], seq_length: int, *, multiple: int = 1, pad_id: int = 0, drop: bool = False
) -> tuple[list[Pack], PackedSide]:
    """Pack all conversations that have an answer; which go together is random, but always the same.

    Args:
        conversations: those of one file, none longer than `seq_length`.
        seq_length: tokens of a pack.
        multiple: each conversation is padded to a multiple of it, which `seq_length` must be too.
        pad_id: the token to pad with; the loss is never taken over it.
        drop: leave out those that were cut.
    """
    dropped = [conversation for conversation in conversations if drop and conversation.truncated]
    whole = [conversation for conversation in conversations if not (drop and conversation.truncated)]
    answered = [conversation for conversation in whole if conversation.num_answer_tokens]
    random = np.random.default_rng(SEED)
    shuffled = [answered[number] for number in random.permutation(len(answered))]
    lengths = [_round_up(conversation.length, multiple) for conversation in shuffled]
    packing = first_fit_decreasing(lengths, seq_length)
    packs = [_join([shuffled[n] for n in members], multiple, pad_id) for members in packing.members()]
    return [packs[number] for number in random.permutation(len(packs))], _count(whole, answered, dropped, packing)


def _round_up(length: int, multiple: int) -> int:
    return -(-length // multiple) * multiple


def _join(conversations: Sequence[Conversation], multiple: int, pad_id: int) -> Pack:
    padded = [list(_pad(conversation, multiple, pad_id)) for conversation in conversations]
    ids, masks = zip(*padded, strict=True)
    starts = np.cumsum([0, *map(len, ids[:-1])]).tolist()
    return {"input_ids": np.concatenate(ids), "loss_mask": np.concatenate(masks), "seq_start_id": starts}


def _pad(conversation: Conversation, multiple: int, pad_id: int) -> Iterator[npt.NDArray[Any]]:
    missing = _round_up(conversation.length, multiple) - conversation.length
    yield np.pad(conversation.input_ids, (0, missing), constant_values=pad_id)
    yield np.pad(conversation.loss_mask, (0, missing))


def _count(
    whole: Sequence[Conversation], answered: Sequence[Conversation], dropped: Sequence[Conversation], packing: Packing
) -> PackedSide:
    truncated = [conversation.line for conversation in whole if conversation.truncated]
    unanswered = [conversation.line for conversation in whole if not conversation.num_answer_tokens]
    tokens = sum(conversation.length for conversation in answered)
    return PackedSide(
        conversations=len(whole) + len(dropped),
        packed_conversations=len(answered),
        packs=packing.num_packs,
        tokens=tokens,
        answer_tokens=sum(conversation.num_answer_tokens for conversation in answered),
        efficiency=tokens / max(1, packing.num_packs * packing.capacity),
        longest=max((conversation.length for conversation in answered), default=0),
        truncated=len(truncated),
        unanswered=len(unanswered),
        dropped=len(dropped),
        truncated_lines=truncated[:NAMED_LINES],
        unanswered_lines=unanswered[:NAMED_LINES],
        dropped_lines=[conversation.line for conversation in dropped[:NAMED_LINES]],
    )


def nemo_metadata(packs: Sequence[Pack], seq_length: int) -> dict[str, float]:
    """What NeMo's `create_packing_strategy` says of a side; it reads two of these values for CUDA graphs."""
    sizes = [np.diff([*pack["seq_start_id"], len(pack["input_ids"])]) - 1 for pack in packs]
    filled = [int(size.sum()) for size in sizes]
    count = sum(map(len, sizes))
    return {
        "dataset_max_seqlen": max(int(size.max()) for size in sizes),
        "max_samples_per_bin": max(map(len, sizes)),
        "packing_factor": round(count / len(packs), 2),
        "packing_efficiency": round(sum(filled) / len(packs) / seq_length * 100, 2),
        "pack_size": seq_length,
        "min_packed_seqlen": min(filled),
    }
