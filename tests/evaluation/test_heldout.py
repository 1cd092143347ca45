"""Held-out documents come from the test split alone, whole, and up to the limit."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from data_prep.tokenizer import Tokenizer
from evaluation.heldout import load_heldout
from lexatron.errors import UserError


def test_documents_are_those_of_the_test_split(corpus_dir: Path) -> None:
    heldout = load_heldout(corpus_dir, max_tokens=10**6)
    core = Tokenizer.load(corpus_dir / "tokenizer")
    assert set(heldout.documents) == {"en", "fr"}
    for language, documents in heldout.documents.items():
        assert len(documents) == 3
        for number, document in enumerate(documents):
            assert document[-1] == heldout.eos_id
            assert core.decode(document[:-1].tolist()).startswith(f"{language} test act number {number}:")


def test_known_celex_numbers_are_those_of_all_splits(corpus_dir: Path) -> None:
    assert len(load_heldout(corpus_dir, 1).known) == 9


def test_the_limit_keeps_whole_documents_and_at_least_one(corpus_dir: Path) -> None:
    everything = load_heldout(corpus_dir, 10**6).documents["en"]
    first_two = sum(map(len, everything[:2]))
    assert len(load_heldout(corpus_dir, first_two).documents["en"]) == 2
    assert len(load_heldout(corpus_dir, first_two - 1).documents["en"]) == 1
    assert len(load_heldout(corpus_dir, 1).documents["en"]) == 1


def test_a_model_with_another_tokenizer_is_refused(corpus_dir: Path, tmp_path: Path) -> None:
    folder = tmp_path / "tokenizer"
    folder.mkdir()
    raw = json.loads((corpus_dir / "tokenizer" / "tokenizer.json").read_text("utf-8"))
    raw["model"]["merges"].pop()
    (folder / "tokenizer.json").write_text(json.dumps(raw), "utf-8")
    (folder / "tokenizer_config.json").write_text('{"eos_token": "<|end_of_text|>"}', "utf-8")
    with pytest.raises(UserError, match="another tokenizer"):
        load_heldout(corpus_dir, 1).check_tokenizer(folder)


def test_no_corpus(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such manifest"):
        load_heldout(tmp_path, 1)
