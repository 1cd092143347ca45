"""Packed once for a dataset, tokenizer and length; whole or not there, also after kill -9 and with two at a time."""

from __future__ import annotations

import multiprocessing
import os
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from data_prep.packs.cli import pack as pack_command
from lexatron.errors import UserError
from plugins.sft_data import find, pack
from tests.plugins.sft_data.conftest import CHATS, Write

FORK = multiprocessing.get_context("fork")


def state(folder: Path) -> dict[str, int]:
    """When each file below was last written, in nanoseconds."""
    return {str(file.relative_to(folder)): file.stat().st_mtime_ns for file in folder.rglob("*") if file.is_file()}


def pack_in_fork(dataset: Path, tokenizer: Any) -> None:
    """Pack without the tokenizers' threads, which a fork does not have."""
    os.environ["TOKENIZERS_PARALLELISM"] = "false"
    pack(dataset, tokenizer, 128)


def test_a_second_run_does_nothing(tokenizer: Any, write: Write) -> None:
    dataset = write(CHATS)
    assert find(dataset, tokenizer, 128) is None
    packed = pack(dataset, tokenizer, 128)
    before = state(packed.folder)
    assert set(before) == {"training.npy", "validation.npy", "metadata.json", "packs.json", "stage.json"}
    assert pack(dataset, tokenizer, 128) == packed == find(dataset, tokenizer, 128)
    assert state(packed.folder) == before


def test_what_decides_the_packs_decides_the_folder(
    tokenizer: Any, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = write(CHATS)
    folders = {pack(dataset, tokenizer, length, multiple).folder for length, multiple in ((128, 1), (64, 1), (64, 4))}
    write([*CHATS[:-1], ("Which?", "Another.")])
    assert find(dataset, tokenizer, 64) is None
    folders.add(pack(dataset, tokenizer, 64).folder)
    monkeypatch.setattr(tokenizer.tokenizer, "chat_template", tokenizer.tokenizer.chat_template + " ")
    assert find(dataset, tokenizer, 64) is None
    assert len(folders) == 4


def test_what_was_cut_or_left_out_is_reported(tokenizer: Any, write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    long_answer, long_question = ("Why?", "because " * 100), ("why " * 100, "Because.")
    side = pack(write([*CHATS[:3], long_answer, long_question], CHATS[:3]), tokenizer, 64).training
    assert (side.conversations, side.packed_conversations) == (5, 4)
    assert (side.truncated_lines, side.unanswered_lines) == ([4, 5], [5])
    printed = capsys.readouterr().err
    assert "2 longer than a pack lost their end: lines 4, 5" in printed
    assert "1 left out, no token of an answer is left: lines 5" in printed


def test_packs_of_the_data_room_are_taken_as_they_are(tokenizer: Any, write: Write, tmp_path: Path) -> None:
    dataset, packed = write(CHATS), tmp_path / "packed"
    folder = tokenizer.tokenizer.name_or_path
    words = [str(dataset), "-o", str(packed), "--tokenizer", folder, "--seq-length", "128", "--multiple", "4"]
    assert CliRunner().invoke(pack_command, words, catch_exceptions=False).exit_code == 0
    before = state(packed)
    assert pack(packed, tokenizer, 128, 4) == find(packed, tokenizer, 128, 4)
    assert state(packed) == before
    made = pack(dataset, tokenizer, 128, 4)
    assert pack(packed, tokenizer, 128, 4).training == made.training
    assert (packed / "training.npy").read_bytes() == made.file("training").read_bytes()
    with pytest.raises(UserError, match="packed for another training: seq_length 128, not 64; multiple 4, not 1"):
        find(packed, tokenizer, 64)


def test_nothing_to_train_on(tokenizer: Any, write: Write) -> None:
    dataset = write([("why " * 100, "Because.")])
    with pytest.raises(UserError, match="no conversation with an answer"):
        pack(dataset, tokenizer, 64)
    assert not list((dataset / "packed").glob("*.npy"))
    (dataset / "validation.jsonl").unlink()
    with pytest.raises(UserError, match=r"validation\.jsonl: no such file"):
        pack(dataset, tokenizer, 64)
    with pytest.raises(UserError, match="not a multiple"):
        pack(dataset, tokenizer, 66, 4)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written(tokenizer: Any, write: Write) -> None:
    dataset = write(CHATS)
    dataset.chmod(0o555)
    with pytest.raises(UserError, match="cannot be written"):
        pack(dataset, tokenizer, 64)


def test_killed_while_it_packs(tokenizer: Any, write: Write) -> None:
    dataset = write(CHATS * 20)
    packing = FORK.Process(target=pack_in_fork, args=(dataset, tokenizer))
    packing.start()
    deadline = time.monotonic() + 60
    while not list((dataset / "packed").glob(".tmp-*")):
        assert packing.is_alive(), "it ended before it was killed"
        assert time.monotonic() < deadline
        time.sleep(0.001)
    packing.kill()
    packing.join()
    assert find(dataset, tokenizer, 128) is None
    packed = pack(dataset, tokenizer, 128)
    assert packed.training.conversations == 1200
    assert {path.name for path in (dataset / "packed").iterdir()} == {"lock", packed.folder.name}


def test_of_two_at_a_time_one_packs_and_the_other_waits(tokenizer: Any, write: Write) -> None:
    dataset = write(CHATS * 5)
    both = [FORK.Process(target=pack_in_fork, args=(dataset, tokenizer)) for _ in range(2)]
    for process in both:
        process.start()
    for process in both:
        process.join(60)
    assert [process.exitcode for process in both] == [0, 0]
    packed = find(dataset, tokenizer, 128)
    assert packed is not None
    assert {path.name for path in (dataset / "packed").iterdir()} == {"lock", packed.folder.name}
