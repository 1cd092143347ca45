"""`lexatron data pack`: what it writes, what it says, and that it does nothing twice."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from data_prep.chat import ChatTokenizer
from data_prep.packs import PackOptions, differences, read_about, read_conversations
from data_prep.packs.batches import DATA_PARALLEL, batches
from data_prep.packs.cli import pack
from lexatron.errors import UserError
from tests.data_prep.packs.conftest import CHATS, Write
from tests.data_prep.packs.test_packs import taken_apart

LONG = ("Why?", "because " * 100)


def run(dataset: Path, output: Path, tokenizer: Path, *options: str) -> Result:
    words = [str(dataset), "-o", str(output), "--tokenizer", str(tokenizer), "--seq-length", "128", *options]
    return CliRunner().invoke(pack, words, catch_exceptions=False)


def load(file: Path) -> list[Any]:
    return list(np.load(file, allow_pickle=True))  # what this test has just written


def test_every_conversation_is_in_a_pack(
    tokenizer_folder: Path, chat: ChatTokenizer, write: Write, tmp_path: Path
) -> None:
    dataset, output = write(CHATS, CHATS[:9]), tmp_path / "packed"
    result = run(dataset, output, tokenizer_folder, "--json", str(tmp_path / "figures.json"))
    assert result.exit_code == 0, result.output
    assert {file.name for file in output.iterdir()} == {
        *("training.npy", "validation.npy", "metadata.json", "packs.json", "stage.json")
    }
    for side in ("training", "validation"):
        read = read_conversations(dataset / f"{side}.jsonl", chat, 128)
        expected = sorted((c.input_ids.tolist(), c.loss_mask.tolist()) for c in read)
        assert sorted(taken_apart(load(output / f"{side}.npy"))) == expected
    figures = json.loads((tmp_path / "figures.json").read_text())["training"]
    packs = len(load(output / "training.npy"))
    assert (figures["conversations"], figures["packs"]) == (60, packs)
    assert figures["padding_saved"] == (60 - packs) * 128
    assert figures["efficiency"] == pytest.approx(figures["one_a_row"] * 60 / packs)
    assert f"dataset={output}" in result.stderr


def test_a_second_run_does_nothing_and_another_length_all(tokenizer_folder: Path, write: Write, tmp_path: Path) -> None:
    dataset, output = write(CHATS), tmp_path / "packed"
    run(dataset, output, tokenizer_folder)
    before = (output / "training.npy").stat().st_mtime_ns
    assert "nothing changed" in run(dataset, output, tokenizer_folder).stderr
    assert (output / "training.npy").stat().st_mtime_ns == before
    assert "changed since the last run: config" in run(dataset, output, tokenizer_folder, "--multiple", "4").stderr
    assert (output / "training.npy").stat().st_mtime_ns != before
    assert read_about(output)["multiple"] == 4  # type: ignore[index]


def test_long_ones_are_cut_or_left_out(tokenizer_folder: Path, write: Write, tmp_path: Path) -> None:
    dataset, output = write([*CHATS[:3], LONG]), tmp_path / "packed"
    assert "1 longer than a pack lost their end: lines 4" in run(dataset, output, tokenizer_folder).stderr
    said = run(dataset, output, tokenizer_folder, "--too-long", "drop").stderr
    assert "1 longer than a pack left out: lines 4" in said
    training = read_about(output)["training"]  # type: ignore[index]
    counts = [training[name] for name in ("conversations", "packed_conversations", "dropped", "truncated")]
    assert counts == [4, 3, 1, 0]


def test_what_cannot_be_packed(tokenizer_folder: Path, write: Write, tmp_path: Path) -> None:
    dataset = write(CHATS)
    with pytest.raises(UserError, match="not a multiple"):
        run(dataset, tmp_path / "packed", tokenizer_folder, "--multiple", "3")
    with pytest.raises(UserError, match="no conversation with an answer"):
        run(write([("why " * 200, "Because.")]), tmp_path / "packed", tokenizer_folder)
    (dataset / "validation.jsonl").unlink()
    with pytest.raises(UserError, match=r"validation\.jsonl: no such file"):
        run(dataset, tmp_path / "packed", tokenizer_folder)
    assert not (tmp_path / "packed").exists()


def test_what_packs_were_made_with_is_compared(tokenizer_folder: Path, write: Write, tmp_path: Path) -> None:
    output = tmp_path / "packed"
    run(write(CHATS), output, tokenizer_folder, "--template", "plain")
    about = read_about(output)
    assert about is not None
    chat = ChatTokenizer.load(tokenizer_folder, "plain")
    assert differences(about, chat, PackOptions(128)) == []
    assert differences(about, chat, PackOptions(256, 4)) == ["seq_length 128, not 256", "multiple 1, not 4"]
    other = ChatTokenizer.load(tokenizer_folder, "llama3")
    assert differences(about, other, PackOptions(128)) == ["another template of the tokenizer"]
    (output / "packs.json").write_text("{}")
    with pytest.raises(UserError, match="not a description of packs"):
        read_about(output)


def test_batches_are_suggested(tokenizer_folder: Path, write: Write, tmp_path: Path) -> None:
    result = run(write(CHATS), tmp_path / "packed", tokenizer_folder, "--tokens-per-step", "2000")
    assert "global_batch_size" in result.stderr


@given(st.integers(1, 10**7), st.floats(1, 10**5))
def test_no_batch_of_whole_packs_is_nearer(tokens: int, per_pack: float) -> None:
    for batch, replicas in zip(batches(tokens, per_pack), DATA_PARALLEL, strict=True):
        assert batch.global_batch_size == replicas * batch.accumulation
        missed = abs(batch.global_batch_size * per_pack - tokens)
        for other in (batch.accumulation - 1, batch.accumulation + 1):
            assert other == 0 or missed <= abs(replicas * other * per_pack - tokens) * (1 + 1e-9) + 1e-6
