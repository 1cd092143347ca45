"""The proof finds a difference where there is one, and counts what it compared."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from tokenizers import normalizers

from data_prep.llama3 import EOT
from data_prep.tokenizer_encoders import GigatokenEncoder, HuggingFaceEncoder
from data_prep.tokenizer_proof import Proof, batches, compare, probe_texts
from tests.data_prep.byte_level import LAW, LLAMA_3, write_byte_level

TRAINING = [*LAW, *probe_texts([]) * 3]  # so that what the probe holds is worth a token where it is kept together


def encoder(folder: Path) -> HuggingFaceEncoder:
    return HuggingFaceEncoder(folder / "tokenizer.json")


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> HuggingFaceEncoder:
    return encoder(write_byte_level(tmp_path_factory.mktemp("reference"), TRAINING, 6000))


def test_the_same_tokenizer_is_identical(reference: HuggingFaceEncoder) -> None:
    fast = GigatokenEncoder(reference.spec())
    tokens = sum(map(len, reference.encode_batch(LAW)))
    assert compare(reference, fast, LAW) == Proof(len(LAW), sum(map(len, LAW)), tokens, identical=True)
    assert compare(reference, fast, iter([])) == Proof(0, 0, 0, identical=True)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"pattern": LLAMA_3.replace("{1,3}", "{1,2}")}, id="numbers in twos"),
        pytest.param({"pattern": LLAMA_3.replace("(?i:", "(?:")}, id="contractions by case"),
        pytest.param({"pattern": LLAMA_3.replace(r"\s+(?!\S)|", "")}, id="runs of spaces"),
        pytest.param({"pattern": LLAMA_3.replace("[\\r\\n]*|", "|", 1)}, id="line ends after signs"),
        pytest.param({"normalizer": normalizers.NFC()}, id="composed"),
        pytest.param({"normalizer": normalizers.Strip()}, id="stripped"),
        pytest.param({"special_tokens": [], "plain_tokens": [EOT]}, id="special tokens recognised"),
    ],
)
def test_the_probe_tells_apart_what_differs_little(
    reference: HuggingFaceEncoder, tmp_path: Path, change: dict[str, object]
) -> None:
    other = encoder(write_byte_level(tmp_path, TRAINING, 6000, **change))  # type: ignore[arg-type]
    assert not compare(reference, other, probe_texts(reference.special_tokens)).identical


def test_one_other_token_in_many_documents_is_found(reference: HuggingFaceEncoder) -> None:
    class Wrong:
        """Right but for the last token of one document."""

        def encode_batch(self, texts: Sequence[str]) -> list[object]:
            found = reference.encode_batch(texts)
            return [ids[:-1] if text == "at fault" else ids for text, ids in zip(texts, found, strict=True)]

    texts = [*LAW * 50, "at fault", *LAW]
    assert not compare(reference, Wrong(), texts).identical  # type: ignore[arg-type]
    assert compare(reference, Wrong(), LAW).identical  # type: ignore[arg-type]


def test_batches_hold_every_text_once_and_are_bounded() -> None:
    texts = [
        character * size for character, size in zip("abcdefgh", [1, 0, 3_999_998, 1, 5, 9_000_000, 2, 3], strict=True)
    ]
    found = list(batches(iter(texts)))
    assert [text for batch in found for text in batch] == texts
    assert [len(batch) for batch in found] == [4, 2, 2]
    assert list(batches([])) == []


def test_the_probe_is_some_thousand_characters() -> None:
    texts = probe_texts([EOT])
    assert 5_000 < sum(map(len, texts)) < 30_000
    assert any(EOT in text for text in texts)
