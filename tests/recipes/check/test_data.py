"""Data against itself, the checkpoint, and the way evaluation asks; every damage done to real files."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from data_prep.llama3 import CHAT_TEMPLATE
from data_prep.packs.cli import pack
from recipes.check import data
from recipes.check.checkpoint import Checkpoint
from recipes.check.damage import check
from recipes.check.finding import Finding
from tests.recipes.check.conftest import HIDDEN, LAYERS, Make


def only(findings: list[Finding]) -> Finding:
    [finding] = findings
    return finding


def edit(file: Path, change: Callable[[dict[str, Any]], None]) -> None:
    settings = json.loads(file.read_text())
    change(settings)
    file.write_text(json.dumps(settings))


@pytest.fixture
def copied(tiny_data: Path, tmp_path: Path) -> Path:
    """A copy of the tokenizer that may be changed."""
    shutil.copytree(tiny_data / "corpus" / "tokenizer", tmp_path / "tokenizer")
    return tmp_path / "tokenizer"


@pytest.fixture
def questions(tiny_data: Path, tmp_path: Path) -> Path:
    """A copy of the questions that may be changed."""
    shutil.copytree(tiny_data / "qa", tmp_path / "qa")
    return tmp_path / "qa"


def test_packs_of_the_data_room(sft: Make, tiny_data: Path, tmp_path: Path) -> None:
    tokenizer, packed = str(tiny_data / "corpus" / "tokenizer"), tmp_path / "packed"
    words = [str(tiny_data / "qa"), "-o", str(packed), "--tokenizer", tokenizer, "--seq-length", "512"]
    assert CliRunner().invoke(pack, words, catch_exceptions=False).exit_code == 0
    made = sft(f"dataset={packed}", "seq_length=512")
    finding = only(data.conversations(made))
    assert (finding.status, finding.detail.startswith("285 training in ")) == ("pass", True)
    assert data.chat_template(made) == data.conversation_shape(made) == []
    check(made.recipe)


def test_a_corpus_whole_damaged_and_missing(cpt: Make, tiny_data: Path, tmp_path: Path) -> None:
    assert only(data.corpus(cpt(whole=True))).status == "pass"
    corpus = tmp_path / "corpus"
    shutil.copytree(tiny_data / "corpus", corpus)
    file = corpus / "en_train_00000.bin"
    file.write_bytes(file.read_bytes()[::-1])
    made = cpt(f"corpus={corpus}", "max_steps=2", whole=True)
    finding = only(data.corpus(made))
    assert finding.status == "fail"
    assert "en_train_00000.bin" in finding.detail
    assert "build it again" in finding.remedy
    assert only(data.corpus(replace(made, whole=False))).status == "pass"
    (corpus / "manifest.json").unlink()
    assert "manifest.json" in only(data.corpus(cpt(f"corpus={corpus}", "max_steps=2"))).detail


def test_conversations(sft: Make, questions: Path) -> None:
    finding = only(data.conversations(sft()))
    assert (finding.status, finding.detail) == ("pass", "285 train, 15 validation, 16 test")
    test = questions / "test.jsonl"
    test.write_text(test.read_text() + "{\n")
    finding = only(data.conversations(sft(f"dataset={questions}")))
    assert (finding.status, "test.jsonl:17" in finding.detail) == ("fail", True)
    test.unlink()
    assert only(data.conversations(sft(f"dataset={questions}"))).status == "warn"
    (questions / "validation.jsonl").write_text("{\n")
    finding = only(data.conversations(sft(f"dataset={questions}")))
    assert finding.status == "fail"
    assert "validation.jsonl:1" in finding.detail


def test_the_chat_template_of_training_is_that_of_evaluation(sft: Make, copied: Path) -> None:
    finding = only(data.chat_template(sft()))
    assert finding.status == "pass"
    assert "316 looked at" in finding.detail
    asks_otherwise = CHAT_TEMPLATE.replace("{%- if add_generation_prompt %}", "{%- if add_generation_prompt %}Answer: ")
    edit(copied / "tokenizer_config.json", lambda settings: settings.update(chat_template=asks_otherwise))
    finding = only(data.chat_template(sft(f"tokenizer={copied}")))
    assert finding.status == "fail"
    assert "'Answer:<|start_header_id|>" in finding.detail


def test_a_chat_template_that_does_not_mark_answers_and_none_at_all(sft: Make, copied: Path, tmp_path: Path) -> None:
    plain = CHAT_TEMPLATE.replace("{%- generation %}", "").replace("{%- endgeneration %}", "")
    edit(copied / "tokenizer_config.json", lambda settings: settings.update(chat_template=plain))
    finding = only(data.chat_template(sft(f"tokenizer={copied}")))
    assert finding.status == "fail"
    assert "generation" in finding.detail
    edit(copied / "tokenizer_config.json", lambda settings: settings.pop("chat_template"))
    assert only(data.chat_template(sft(f"tokenizer={copied}"))).status == "fail"
    (copied / "tokenizer.json").write_text("{}")
    damaged = sft(f"tokenizer={copied}")
    assert (only(data.chat_template(damaged)).status, damaged.tokenizer) == ("fail", None)
    missing = sft(f"tokenizer={tmp_path / 'nowhere'}")
    assert only(data.chat_template(missing)).detail.endswith("no tokenizer.json here")
    assert only(data.conversations(missing)).status == "pass"


def test_a_system_prompt_that_evaluation_does_not_give(sft: Make, questions: Path) -> None:
    assert only(data.conversation_shape(sft())).status == "pass"
    file = questions / "training.jsonl"
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    lines[0]["messages"].insert(0, {"role": "system", "content": "You are a lawyer."})
    file.write_text("".join(json.dumps(line) + "\n" for line in lines))
    finding = only(data.conversation_shape(sft(f"dataset={questions}")))
    assert finding.status == "warn"
    assert "system, user, assistant" in finding.detail


def test_the_tokenizer_is_the_checkpoints(sft: Make, cpt: Make, copied: Path, tiny_checkpoint: Path) -> None:
    assert only(data.tokenizer(sft())).status == "pass"
    assert only(data.tokenizer(cpt(f"checkpoint={tiny_checkpoint}"))).status == "pass"
    assert data.tokenizer(cpt()) == []

    edit(copied / "tokenizer_config.json", lambda settings: settings.update(pad_token="<|end_of_text|>"))
    edit(copied / "special_tokens_map.json", lambda settings: settings.update(pad_token="<|end_of_text|>"))
    finding = only(data.tokenizer(sft(f"tokenizer={copied}")))
    assert (finding.status, finding.detail[:9]) == ("warn", "pad_token")


def test_a_template_that_writes_another_text_than_the_checkpoints(sft: Make, copied: Path) -> None:
    other = CHAT_TEMPLATE.replace("{{- bos_token }}", "{{- bos_token }}Law: ")
    edit(copied / "tokenizer_config.json", lambda settings: settings.update(chat_template=other))
    finding = only(data.tokenizer(sft(f"tokenizer={copied}")))
    assert finding.status == "warn"
    assert "another text" in finding.detail


def test_another_vocabulary_with_the_same_names(sft: Make, copied: Path) -> None:
    def swap(settings: dict[str, Any]) -> None:
        vocabulary = settings["model"]["vocab"]
        first, second = list(vocabulary)[300:302]
        vocabulary[first], vocabulary[second] = vocabulary[second], vocabulary[first]

    edit(copied / "tokenizer.json", swap)
    finding = only(data.tokenizer(sft(f"tokenizer={copied}")))
    assert finding.status == "fail"
    assert "is not the checkpoint's" in finding.detail


def test_the_checkpoint_is_read_from_its_own_index(sft: Make, tiny_checkpoint: Path) -> None:
    made = sft()
    assert isinstance(made.checkpoint, Checkpoint)
    assert made.checkpoint.vocabulary == 1024
    assert made.checkpoint.network["num_layers"] == LAYERS
    assert made.checkpoint.network["hidden_size"] == HIDDEN
    finding = only(data.checkpoint(made))
    assert finding.status == "pass"
    assert "1,024 rows for 1,024 tokens" in finding.detail


def test_a_checkpoint_too_small_of_another_network_or_missing(sft: Make, cpt: Make, tmp_path: Path) -> None:
    made = sft()
    assert isinstance(made.checkpoint, Checkpoint)
    short = replace(made, checkpoint=replace(made.checkpoint, vocabulary=1000))
    assert "1,000 rows of embedding, and the tokenizer has 1,024" in only(data.checkpoint(short)).detail
    finding = only(data.checkpoint(sft("num_layers=4")))
    assert finding.status == "fail"
    assert "num_layers 2, not 4" in finding.detail
    finding = only(data.checkpoint(sft(f"checkpoint={tmp_path / 'nowhere'}")))
    assert (finding.status, "no whole NeMo checkpoint" in finding.detail) == ("fail", True)
    assert only(data.checkpoint(cpt())).detail == "none: random weights"


def test_a_recipe_without_conversations_is_not_asked_for_a_template(cpt: Make) -> None:
    made = cpt()
    assert data.conversations(made) == data.chat_template(made) == data.conversation_shape(made) == []
