"""Perplexity against a token-by-token computation, and invariances that a batching error would break."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from evaluation import perplexity
from evaluation.models import LoadedModel, load_model
from evaluation.perplexity import likelihood, perplexities, windows


@pytest.fixture(scope="module")
def loaded(model_dir: Path) -> LoadedModel:
    return load_model(model_dir)


def documents(loaded: LoadedModel, *lengths: int) -> list[np.ndarray]:
    rng = np.random.default_rng(3)
    return [rng.integers(0, loaded.model.config.vocab_size, length) for length in lengths]


@given(st.lists(st.integers(1, 99), max_size=50), st.integers(1, 12))
def test_every_token_is_predicted_once(document: list[int], length: int) -> None:
    cut = windows(document, 0, length)
    assert [int(token) for window in cut for token in window[1:]] == document
    assert all(2 <= len(window) <= length + 1 for window in cut)
    assert [int(window[0]) for window in cut] == [0, *document][:-1][::length]


def test_nll_of_a_document_is_the_sum_over_its_tokens(loaded: LoadedModel) -> None:
    (document,) = documents(loaded, 30)
    eos = loaded.tokenizer.eos_token_id
    ids, expected = [eos, *map(int, document)], 0.0
    for place in range(1, len(ids)):
        with torch.inference_mode():
            logits = loaded.model(torch.tensor([ids[:place]])).logits[0, -1]
        expected -= float(torch.log_softmax(logits.double(), -1)[ids[place]])
    measured = likelihood(loaded, [document], eos)
    assert measured.tokens == 30
    assert measured.nll == pytest.approx(expected, rel=1e-5)


def test_documents_do_not_touch_each_other(loaded: LoadedModel, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = documents(loaded, 5, 400, 17, 192, 193, 1)
    eos = loaded.tokenizer.eos_token_id
    apart = [likelihood(loaded, [text], eos) for text in texts]
    together = likelihood(loaded, texts, eos)
    assert together.tokens == sum(map(len, texts))
    assert together.nll == pytest.approx(sum(part.nll for part in apart), rel=1e-5)
    assert likelihood(loaded, texts[::-1], eos).nll == together.nll
    monkeypatch.setattr(perplexity, "LOGITS_BUDGET", 1)
    assert likelihood(loaded, texts, eos).nll == pytest.approx(together.nll, rel=1e-5)


def test_overall_is_weighted_by_tokens(loaded: LoadedModel) -> None:
    short, long = documents(loaded, 10, 90)
    eos = loaded.tokenizer.eos_token_id
    figures = perplexities(loaded, {"en": [short], "fr": [long], "de": []}, eos)
    assert set(figures) == {"overall", "en", "fr"}
    mean = (10 * math.log(figures["en"]) + 90 * math.log(figures["fr"])) / 100
    assert math.log(figures["overall"]) == pytest.approx(mean)


def test_a_model_that_knows_nothing_is_as_perplexed_as_its_vocabulary_is_large(loaded: LoadedModel) -> None:
    with torch.no_grad():
        saved = loaded.model.lm_head.weight.clone()
        loaded.model.lm_head.weight.zero_()
    figures = perplexities(loaded, {"en": documents(loaded, 50)}, loaded.tokenizer.eos_token_id)
    with torch.no_grad():
        loaded.model.lm_head.weight.copy_(saved)
    assert figures["overall"] == pytest.approx(loaded.model.config.vocab_size, rel=1e-4)
