"""Acts made on the spot, and a tokenizer trained on them."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from data_prep.formex.acts import Act, Unit
from data_prep.formex.rendering import render_act
from data_prep.tokenizer import Tokenizer
from data_prep.tokenizer_folder import write_tokenizer_folder
from data_prep.tokenizer_train import train_sentencepiece

WORDS = {
    "en": "the competent authority shall ensure that any natural person may lodge a complaint without undue delay",
    "fr": "l’autorité compétente veille à ce que toute personne physique puisse introduire une réclamation",
    "de": "die zuständige Behörde stellt sicher dass jede natürliche Person eine Beschwerde einreichen kann",
}

MakeActs = Callable[..., list[Act]]


def _act(work: str, language: str, random_: random.Random, words: int) -> Act:
    vocabulary = WORDS[language].split()
    text = " ".join(random_.choice(vocabulary) for _ in range(words))
    unit = Unit("article", "art_1", number="Article 1", text=f"{text} {work}.")
    return Act(work, work, language, "regulation", f"Regulation {work}", [unit], sources=[f"{work}.{language}.xml"])


@pytest.fixture(scope="session")
def make_acts() -> MakeActs:
    """`make_acts(works=12, languages="en fr de", words=40, seed=0)`: one act a work and language."""

    def make(works: int = 12, languages: str = "en fr de", words: int = 40, seed: int = 0) -> list[Act]:
        random_ = random.Random(seed)
        return [
            _act(f"3{2000 + number // 100}R{number % 100:04}", language, random_, words)
            for number in range(works)
            for language in languages.split()
        ]

    return make


@pytest.fixture(scope="session")
def tokenizer_folder(make_acts: MakeActs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tokenizer of 512 tokens."""
    folder = tmp_path_factory.mktemp("tokenizer")
    texts = [render_act(act) for act in make_acts()]
    write_tokenizer_folder(train_sentencepiece(texts, 512), folder)
    return folder


@pytest.fixture(scope="session")
def tokenizer(tokenizer_folder: Path) -> Tokenizer:
    """The tokenizer of `tokenizer_folder`."""
    return Tokenizer.load(tokenizer_folder)
