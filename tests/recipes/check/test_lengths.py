"""Lengths, packing and epochs, against known answers and against NeMo's own packs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep.manifest import Manifest
from recipes.check import lengths
from recipes.check.context import Context
from recipes.check.conversations import Conversations
from recipes.check.finding import Finding
from tests.recipes.check.conftest import Make


def only(findings: list[Finding]) -> Finding:
    [finding] = findings
    return finding


def with_chats(context: Context, lengths_: list[int], prompts: list[int] | None = None) -> Context:
    sample = Conversations(
        count=len(lengths_),
        lengths=tuple(lengths_),
        prompts=tuple(prompts or [10] * len(lengths_)),
        roles=frozenset({("user", "assistant")}),
        diverging=0,
        example=None,
    )
    return replace(context, chats={"train": sample})


def test_documents_of_the_corpus(cpt: Make, tiny_data: Path) -> None:
    manifest = Manifest.load(tiny_data / "corpus")
    found = lengths.document_lengths(manifest)
    datasets = manifest.splits["train"].values()
    assert found.sum() == manifest.tokens("train")
    assert len(found) == sum(dataset.documents for dataset in datasets)
    finding = only(lengths.sequence_length(cpt("seq_length=512")))
    assert finding.status == "warn"
    assert f"99 % at most {np.percentile(found, 99):,.0f}" in finding.detail
    assert only(lengths.sequence_length(cpt("seq_length=4096"))).status == "pass"


@pytest.mark.parametrize(("long", "status"), [(0, "pass"), (1, "pass"), (3, "warn"), (8, "fail")])
def test_conversations_that_lose_their_end(long: int, status: str, sft: Make) -> None:
    made = with_chats(sft("seq_length=512"), [100] * (100 - long) + [513] * long)
    finding = only(lengths.sequence_length(made))
    assert finding.status == status
    assert f"{long:.1f} % are longer than 512" in finding.detail


def test_lengths_are_those_that_the_packer_reads(sft: Make, tiny_data: Path) -> None:
    """The sample of the tiny data is all of it, so both see the same conversations."""
    from data_prep.chat import ChatTokenizer
    from data_prep.packs import read_conversations

    made = sft()
    assert isinstance(made.chats, dict)
    tokenizer = ChatTokenizer.load(tiny_data / "corpus" / "tokenizer")
    read = list(read_conversations(tiny_data / "qa" / "validation.jsonl", tokenizer, 4096))
    assert made.chats["validation"].lengths == tuple(conversation.length for conversation in read)
    assert made.chats["validation"].count == 15


def test_packing(sft: Make, cpt: Make) -> None:
    assert only(lengths.packing(cpt())).status == "pass"
    made = sft("seq_length=512", "packed=False")
    assert only(lengths.packing(with_chats(made, [512] * 16))).status == "pass"
    finding = only(lengths.packing(with_chats(made, [512, 16] * 8)))
    assert (finding.status, finding.remedy) == ("warn", "pack: packed=True")
    assert "52 %" in finding.detail  # (512 + 16) / (2 * 512)


@settings(deadline=None)
@given(st.lists(st.integers(1, 300), min_size=1, max_size=60), st.integers(1, 9))
def test_the_padding_of_micro_batches(sizes: list[int], micro_batch_size: int) -> None:
    positions = 0
    for start in range(0, len(sizes), micro_batch_size):
        batch = sizes[start : start + micro_batch_size]
        longest = max(batch)
        while longest % 16:
            longest += 1
        positions += longest * len(batch)
    found = lengths.unpacked_efficiency(np.array(sizes), micro_batch_size)
    assert found == pytest.approx(sum(sizes) / positions)


def test_tokens_per_step(large: Make, cpt: Make) -> None:
    assert "128 x 4,096 = 524,288" in only(lengths.tokens_per_step(large())).detail
    assert only(lengths.tokens_per_step(large())).status == "pass"
    assert only(lengths.tokens_per_step(large("global_batch_size=8"))).status == "warn"
    assert only(lengths.tokens_per_step(large("global_batch_size=2048"))).status == "warn"
    assert only(lengths.tokens_per_step(cpt())).status == "pass"


def test_epochs_of_each_source(cpt: Make, tiny_data: Path) -> None:
    manifest = Manifest.load(tiny_data / "corpus")
    made = cpt("max_steps=10", "global_batch_size=8", "seq_length=64")
    english = manifest.splits["train"]["en"]
    expected = 10 * 8 * 64 * english.weight / english.tokens
    finding = only(lengths.epochs(made))
    assert finding.status == "pass"
    assert f"en {expected:.3g}" in finding.detail
    assert only(lengths.epochs(cpt("max_steps=1000", "global_batch_size=8", "seq_length=64"))).status == "warn"


def test_epochs_of_conversations(sft: Make) -> None:
    made = sft("max_steps=100", "global_batch_size=16", "seq_length=512", "packed=False")
    finding = only(lengths.epochs(with_chats(made, [100] * 800)))
    assert (finding.status, finding.detail) == ("pass", "conversations 2")
    assert only(lengths.epochs(with_chats(made, [100] * 80))).status == "warn"


def test_room_for_an_answer(sft: Make) -> None:
    made = sft("seq_length=512")
    finding = only(lengths.output(with_chats(made, [199, 299], [100, 200])))
    assert (finding.status, finding.remedy) == ("pass", "")
    assert "--max-new-tokens 112" in finding.detail  # 100, rounded up to 16
    assert only(lengths.output(with_chats(made, [100, 499], [50, 480]))).status == "warn"  # 480 + 51 > 512
    assert only(lengths.output(with_chats(made, [520], [511]))).status == "fail"
