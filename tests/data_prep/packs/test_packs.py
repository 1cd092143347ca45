"""Packs hold every answered conversation once, whole, and NeMo's own numbers say the same of them."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep.packs.conversation import Conversation
from data_prep.packs.packs import Pack, fill_packs, nemo_metadata

PAD = 7


def conversations(lengths: list[int], answered: list[bool]) -> list[Conversation]:
    """Conversations of random tokens of which none is like another; the last token before the end is the answer."""
    random = np.random.default_rng(0)
    made = []
    for line, (length, has_answer) in enumerate(zip(lengths, answered, strict=True), 1):
        mask = np.zeros(length + 1, np.uint8)
        mask[length - 1] = has_answer
        made.append(Conversation(line, random.integers(0, 2**30, length + 1).astype(np.int32), mask, False))
    return made


def taken_apart(packs: list[Pack]) -> list[tuple[list[int], list[int]]]:
    """Tokens and loss masks of the sequences in packs."""
    parts = []
    for pack in packs:
        bounds = [*pack["seq_start_id"], len(pack["input_ids"])]
        for start, end in pairwise(bounds):
            parts.append((pack["input_ids"][start:end].tolist(), pack["loss_mask"][start:end].tolist()))
    return parts


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 32), st.booleans()), min_size=1, max_size=40))
def test_every_answered_conversation_is_in_one_pack_whole(cases: list[tuple[int, bool]]) -> None:
    every = conversations([length for length, _ in cases], [answered for _, answered in cases])
    packs, count = fill_packs(every, 32)
    expected = [(c.input_ids.tolist(), c.loss_mask.tolist()) for c in every if c.num_answer_tokens]
    assert sorted(taken_apart(packs)) == sorted(expected)
    assert all(len(pack["input_ids"]) - len(pack["seq_start_id"]) <= 32 for pack in packs)
    assert count.conversations == count.packed_conversations + count.unanswered == len(cases)
    assert count.unanswered_lines == [line for line, (_, answered) in enumerate(cases, 1) if not answered]
    assert count.tokens == sum(length for length, answered in cases if answered)
    assert (count.packs, count.answer_tokens) == (len(packs), count.packed_conversations)


@settings(max_examples=50, deadline=None)
@given(st.lists(st.integers(1, 32), min_size=1, max_size=40), st.sampled_from([2, 4, 8]))
def test_for_context_parallelism_every_conversation_divides(lengths: list[int], multiple: int) -> None:
    every = conversations(lengths, [True] * len(lengths))
    packs, count = fill_packs(every, 32, multiple=multiple, pad_id=PAD)
    found = taken_apart(packs)
    assert all((len(ids) - 1) % multiple == 0 for ids, _ in found)
    assert count.tokens == sum(lengths), "padding does not count"
    originals = {tuple(c.input_ids.tolist()): c.loss_mask.tolist() for c in every}
    for ids, mask in found:
        cut = next(n for n in range(len(ids), 0, -1) if tuple(ids[:n]) in originals)
        assert ids[cut:] == [PAD] * (len(ids) - cut)
        assert mask == originals[tuple(ids[:cut])] + [0] * (len(ids) - cut)


def test_conversations_of_a_kind_are_spread() -> None:
    """Neighbours in the file, which are of one act, do not all meet in one pack."""
    packs, _ = fill_packs(conversations([8] * 64, [True] * 64), 32)
    assert fill_packs(conversations([8] * 64, [True] * 64), 32)[0][0]["input_ids"].tolist() == (
        packs[0]["input_ids"].tolist()
    ), "but always in the same way"
    first = conversations([8] * 64, [True] * 64)[:4]
    together = {tuple(c.input_ids.tolist()) for c in first}
    assert max(len(together & {tuple(ids) for ids, _ in taken_apart([pack])}) for pack in packs) < 4


def test_the_metadata_are_nemos() -> None:
    from nemo.utils.sequence_packing_utils import create_packing_strategy

    lengths = np.random.default_rng(1).integers(1, 65, 200).tolist()
    packs, count = fill_packs(conversations(lengths, [True] * 200), 64)
    histogram = np.bincount(lengths, minlength=65).tolist()
    assignments, theirs = create_packing_strategy(histogram, 64, "first_fit_decreasing")
    assert nemo_metadata(packs, 64) == theirs
    assert count.packs == len(assignments)
    assert count.efficiency * 100 == pytest.approx(theirs["packing_efficiency"], abs=0.01)
    ours = sorted(sorted(len(ids) - 1 for ids, _ in taken_apart([pack])) for pack in packs)
    assert ours == sorted(sorted(lengths) for lengths in assignments)
