"""The three libraries that turn text into ids: Hugging Face tokenizers, gigatoken and SentencePiece.

None of them puts a token in front of a text or behind it, and to each a special-token string is the plain text it is.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from textwrap import shorten
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import sentencepiece
import tokenizers

from data_prep.tokenizer_folder import SPACE, words
from lexatron.errors import UserError

Ids = npt.NDArray[np.int32]


class Encoder(Protocol):
    """Texts to ids, one array of shape [num_tokens] a text."""

    def encode_batch(self, texts: Sequence[str]) -> list[Ids]: ...


class Reference(Encoder, Protocol):
    """The library that the tokenizer was written for: what it says is right."""

    vocab_size: int
    fingerprint: str

    def decode(self, ids: Sequence[int]) -> str: ...


class CannotEncode(Exception):
    """gigatoken does not take this tokenizer; the message says why."""


class HuggingFaceEncoder:
    """`tokenizers` over a `tokenizer.json`; `special_tokens` maps tokens to ids."""

    def __init__(self, file: Path):
        try:
            self._tokenizer = tokenizers.Tokenizer.from_file(str(file))
        except Exception as error:  # the library raises nothing narrower
            raise UserError(f"not a tokenizer ({error})", where=file, remedy="copy or train it again") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._tokenizer.encode_special_tokens = True
        spec = self.spec()
        added = spec["added_tokens"]
        self.special_tokens: dict[str, int] = {token["content"]: token["id"] for token in added if token["special"]}
        self.vocab_size: int = self._tokenizer.get_vocab_size(with_added_tokens=True)
        self.fingerprint = spec_fingerprint(spec)

    def spec(self) -> dict[str, Any]:
        """The content of the file in the library's own layout; for Llama 3 some 70 MB of Python objects."""
        return json.loads(self._tokenizer.to_str())

    def encode_batch(self, texts: Sequence[str]) -> list[Ids]:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [np.array(encoding.ids, dtype=np.int32) for encoding in encodings]

    def decode(self, ids: Sequence[int]) -> str:
        return self._tokenizer.decode(list(ids))

    def token_id(self, token: str, file: Path) -> int:
        """The id of a token.

        Raises:
            UserError: the vocabulary does not have it.
        """
        found = self._tokenizer.token_to_id(token)
        if found is None:
            raise UserError(f"the end-of-sequence token {token} is not in the vocabulary", where=file)
        return int(found)


class GigatokenEncoder:
    """gigatoken over the same tokenizer, on all cores, or on one where `RAYON_NUM_THREADS` is 1 or in a worker.

    Args:
        spec: `HuggingFaceEncoder.spec()`; special tokens are taken out of it, so that no text can contain one.

    Raises:
        CannotEncode: gigatoken is not installed or does not take this kind of tokenizer.
    """

    def __init__(self, spec: Mapping[str, Any]):
        with _refusals():
            from gigatoken import Tokenizer

            self._tokenizer = Tokenizer.from_json(json.dumps(_plain(spec), ensure_ascii=False))

    def encode_batch(self, texts: Sequence[str]) -> list[Ids]:
        """The arrays are views of one block of memory that holds the ids of the whole batch."""
        if not texts:
            return []
        parallel = False if os.environ.get("RAYON_NUM_THREADS") == "1" else None  # None: no threads in a worker
        with _refusals():
            rows: Any = self._tokenizer.encode_batch(list(texts), parallel=parallel).layout
        ids: Ids = np.asarray(rows.content.data).view(np.int32)
        return [ids[start:end] for start, end in pairwise(rows.offsets.data.tolist())]


class SentencePieceEncoder:
    """`sentencepiece` over a `tokenizer.model`."""

    def __init__(self, file: Path):
        model = file.read_bytes()
        try:
            self._processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        except RuntimeError as error:
            raise UserError("not a SentencePiece model", where=file, remedy="copy or train it again") from error
        self.vocab_size: int = self._processor.vocab_size()
        self.eos_id: int = self._processor.eos_id()
        if self.eos_id < 0:
            raise UserError("the model has no end-of-sequence token", where=file, remedy="train one with an eos_id")
        self.fingerprint = hashlib.sha256(model).hexdigest()

    def encode_batch(self, texts: Sequence[str]) -> list[Ids]:
        return [np.array(ids, dtype=np.int32) for ids in self._processor.encode(list(texts))]

    def decode(self, ids: Sequence[int]) -> str:
        return self._processor.decode([int(token) for token in ids])


@contextmanager
def _refusals() -> Iterator[None]:
    """Whatever gigatoken raises, a panic of its Rust code included, as `CannotEncode` with its first line."""
    try:
        yield
    except ImportError as error:
        raise CannotEncode("it is not installed") from error
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise
        raise CannotEncode(shorten(str(error).partition("\n")[0], 200)) from error


def _plain(spec: Mapping[str, Any]) -> dict[str, Any]:
    """A spec for gigatoken: without special tokens, and without a pre-tokenizer that changes no ids."""
    plain = {**spec, "added_tokens": [token for token in spec["added_tokens"] if not token["special"]]}
    if spec["pre_tokenizer"] == _OUR_WORDS and not any(map(_spans_words, spec["model"]["vocab"])):
        plain["pre_tokenizer"] = None  # gigatoken has none of this kind
    return plain


_OUR_WORDS = json.loads(words().__getstate__())


def _spans_words(piece: str) -> bool:
    """Whether a piece could join two of the words that `tokenizer_folder.words` separates."""
    return SPACE in piece[1:] or (len(piece) > 1 and "\n" in piece)


def spec_fingerprint(spec: Mapping[str, Any]) -> str:
    """SHA-256 over what decides the ids, in canonical JSON."""
    model = spec["model"]
    decisive = {
        "model": {name: value for name, value in model.items() if name not in ("vocab", "merges") and _is_set(value)},
        "vocabulary": model["vocab"],
        "merges": [merge.split(" ", 1) if isinstance(merge, str) else merge for merge in model.get("merges", [])],
        "added": sorted((token["id"], token["content"], token["special"]) for token in spec["added_tokens"]),
        "normalizer": spec["normalizer"],
        "pre_tokenizer": spec["pre_tokenizer"],
    }
    canonical = json.dumps(decisive, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def _is_set(value: object) -> bool:
    """Whether a setting of a model says more than its absence, which newer versions of the library write out."""
    return value is not None and value is not False and value != ""
