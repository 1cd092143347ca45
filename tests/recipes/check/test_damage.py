"""What is refused before a job starts: one sentence with file, place and remedy, exit code 2, nothing written."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from lexatron.errors import UserError
from recipes.check.damage import check, check_chats, check_tokenizer
from recipes.overrides import build
from recipes.registry import find

GOOD = {"messages": [{"role": "user", "content": "q"}, {"role": "assistant", "content": "a"}]}


def flip_a_byte(corpus: Path) -> None:
    file = corpus / "en_train_00000.bin"
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def truncate(corpus: Path) -> None:
    file = corpus / "fr_train_00000.bin"
    file.write_bytes(file.read_bytes()[:-2])


def swap_two_tokens(corpus: Path) -> None:
    file = corpus / "tokenizer" / "tokenizer.json"
    settings = json.loads(file.read_text())
    vocabulary = settings["model"]["vocab"]
    first, second = list(vocabulary)[300:302]
    vocabulary[first], vocabulary[second] = vocabulary[second], vocabulary[first]
    file.write_text(json.dumps(settings))


def remove_the_manifest(corpus: Path) -> None:
    (corpus / "manifest.json").unlink()


@pytest.mark.parametrize(
    ("damage", "word"),
    [
        (flip_a_byte, "en_train_00000.bin"),
        (truncate, "fr_train"),
        (swap_two_tokens, "tokenizer"),
        (remove_the_manifest, "manifest.json"),
    ],
)
def test_a_damaged_corpus(damage: Callable[[Path], None], word: str, tiny_data: Path, tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    shutil.copytree(tiny_data / "corpus", corpus)
    recipe = build(find("lumi_demo_cpt").load(), [f"corpus={corpus}", "max_steps=2"])
    check(recipe)
    damage(corpus)
    with pytest.raises(UserError, match=word):
        check(recipe)


def test_the_command_says_it_in_one_sentence_and_writes_nothing(tiny_data: Path, tmp_path: Path) -> None:
    corpus, run_dir = tmp_path / "corpus", tmp_path / "run"
    shutil.copytree(tiny_data / "corpus", corpus)
    flip_a_byte(corpus)
    command = [sys.executable, "-m", "lexatron.cli", "train", "lumi_demo_cpt", f"corpus={corpus}"]
    outcome = subprocess.run(
        [*command, f"run_dir={run_dir}", "max_steps=2"], capture_output=True, text=True, check=False
    )
    assert outcome.returncode == 2, outcome.stderr
    assert len(outcome.stderr.strip().splitlines()) == 1
    assert not run_dir.exists()


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (["{"], ":1: not a conversation"),
        ([json.dumps(GOOD), json.dumps({"text": "x"})], ":2: not a conversation"),
        ([json.dumps({"messages": GOOD["messages"][:1]})], ":1: a conversation without an answer"),
        ([], "no conversations"),
    ],
)
def test_damaged_chats(lines: list[str], sentence: str, tmp_path: Path) -> None:
    file = tmp_path / "training.jsonl"
    file.write_text("".join(line + "\n" for line in lines))
    with pytest.raises(UserError, match=sentence):
        check_chats(file)


def test_good_chats_and_a_missing_file(tmp_path: Path, tiny_data: Path) -> None:
    check_chats(tiny_data / "qa" / "training.jsonl")
    with pytest.raises(UserError, match="no such file"):
        check_chats(tmp_path / "training.jsonl")


def test_the_tokenizer_of_another_checkpoint(tiny_data: Path, tmp_path: Path) -> None:
    ours, checkpoint = tmp_path / "tokenizer", tmp_path / "checkpoint"
    shutil.copytree(tiny_data / "corpus" / "tokenizer", ours)
    shutil.copytree(ours, checkpoint / "context" / "tokenizer")
    check_tokenizer(ours, checkpoint)
    swap_two_tokens(tmp_path)
    with pytest.raises(UserError, match="is not the checkpoint's"):
        check_tokenizer(ours, checkpoint)
