"""The data room's tokenizer: text to ids through a Hugging Face `tokenizer.json` or a SentencePiece model."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import sentencepiece
import tokenizers

from lexatron.errors import UserError

TOKENIZER_FILES = (
    "tokenizer.json",
    "tokenizer.model",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "added_tokens.json",
    "chat_template.jinja",
    "config.json",
)
"""What makes a tokenizer folder; a folder of a whole model holds far more."""

Ids = npt.NDArray[np.int32]


class _Encoder(Protocol):
    vocab_size: int
    fingerprint: str

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]: ...

    def decode(self, ids: Sequence[int]) -> str: ...


class Tokenizer:
    """Text to ids and back; made by `Tokenizer.load`.

    A special-token string that stands in a text is encoded as the plain text it is, never as a control token.
    No token is put in front of a text or behind it.

    Attributes:
        vocab_size: size of the whole vocabulary, special tokens included.
        eos_id: the token that ends a document.
        fingerprint: SHA-256 over everything that decides the ids, independent of how the file is laid out.
    """

    def __init__(self, file: Path, encoder: _Encoder, eos_id: int):
        self.eos_id = eos_id
        self.vocab_size = encoder.vocab_size
        self.fingerprint = encoder.fingerprint
        self._file = file
        self._encoder = encoder

    @classmethod
    def load(cls, path: str | Path) -> Tokenizer:
        """Load a folder that holds `tokenizer.json` or `tokenizer.model`, or one of these files.

        Raises:
            UserError: there is none, it cannot be read, or it does not say which token ends a document.
        """
        file = _tokenizer_file(Path(path))
        if file.suffix == ".model":
            model = _SentencePieceEncoder(file)
            return cls(file, model, model.eos_id)
        encoder = _HuggingFaceEncoder(file)
        return cls(file, encoder, encoder.token_id(_eos_token(file.parent), file))

    def encode_batch(self, texts: Sequence[str]) -> list[Ids]:
        """The ids of each text, one array of shape [num_tokens] a text."""
        return [np.array(ids, dtype=np.int32) for ids in self._encoder.encode_batch(texts)]

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids, special tokens left out."""
        return self._encoder.decode(ids)

    def files(self) -> list[Path]:
        """The files that a copy of this tokenizer needs."""
        if self._file.suffix == ".model":
            return [self._file]
        return [file for name in TOKENIZER_FILES if (file := self._file.with_name(name)).is_file()]

    def copy_to(self, folder: Path) -> None:
        """Copy the tokenizer into a folder, made where missing, that `Tokenizer.load` takes."""
        folder.mkdir(parents=True, exist_ok=True)
        for file in self.files():
            shutil.copyfile(file, folder / ("tokenizer.model" if file.suffix == ".model" else file.name))


class _HuggingFaceEncoder:
    def __init__(self, file: Path):
        try:
            self._tokenizer = tokenizers.Tokenizer.from_file(str(file))
        except Exception as error:  # the library raises nothing narrower
            raise UserError(f"not a tokenizer ({error})", where=file, remedy="copy or train it again") from error
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._tokenizer.encode_special_tokens = True
        self.vocab_size = self._tokenizer.get_vocab_size(with_added_tokens=True)
        self.fingerprint = _fingerprint(json.loads(self._tokenizer.to_str()))

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [encoding.ids for encoding in encodings]

    def decode(self, ids: Sequence[int]) -> str:
        return self._tokenizer.decode(list(ids))

    def token_id(self, token: str, file: Path) -> int:
        found = self._tokenizer.token_to_id(token)
        if found is None:
            raise UserError(f"the end-of-sequence token {token} is not in the vocabulary", where=file)
        return found


class _SentencePieceEncoder:
    def __init__(self, file: Path):
        model = file.read_bytes()
        try:
            self._processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        except RuntimeError as error:
            raise UserError("not a SentencePiece model", where=file, remedy="copy or train it again") from error
        self.vocab_size = self._processor.vocab_size()
        self.eos_id = self._processor.eos_id()
        if self.eos_id < 0:
            raise UserError("the model has no end-of-sequence token", where=file, remedy="train one with an eos_id")
        self.fingerprint = hashlib.sha256(model).hexdigest()

    def encode_batch(self, texts: Sequence[str]) -> list[list[int]]:
        return self._processor.encode(list(texts))

    def decode(self, ids: Sequence[int]) -> str:
        return self._processor.decode([int(token) for token in ids])


def _tokenizer_file(path: Path) -> Path:
    if path.is_file():
        return path
    if not path.is_dir():
        raise UserError("no such tokenizer", where=path, remedy="train one: lexatron data tokenizer ACTS_DIR -o DIR")
    for name in ("tokenizer.json", "tokenizer.model"):
        if (path / name).is_file():
            return path / name
    raise UserError("no tokenizer.json or tokenizer.model in this folder", where=path, remedy="give a tokenizer folder")


def _eos_token(folder: Path) -> str:
    """The end-of-sequence token that a Hugging Face folder names."""
    for name in ("tokenizer_config.json", "special_tokens_map.json"):
        if (folder / name).is_file() and (token := _named_eos(folder / name)):
            return token
    raise UserError(
        "the tokenizer names no eos_token",
        where=folder,
        remedy='add one to tokenizer_config.json: "eos_token": "<|end_of_text|>"',
    )


def _named_eos(file: Path) -> str | None:
    try:
        token = json.loads(file.read_text("utf-8")).get("eos_token")
    except (ValueError, AttributeError) as error:
        raise UserError(f"not a JSON object ({error})", where=file, remedy="copy it again") from error
    return token.get("content") if isinstance(token, dict) else token


def _fingerprint(tokenizer: dict[str, Any]) -> str:
    """SHA-256 over what decides the ids, in canonical JSON."""
    model = tokenizer["model"]
    added = sorted((token["id"], token["content"], token["special"]) for token in tokenizer["added_tokens"])
    decisive = {
        "vocabulary": model["vocab"],
        "merges": [merge.split(" ", 1) if isinstance(merge, str) else merge for merge in model.get("merges", [])],
        "added": added,
        "normalizer": tokenizer["normalizer"],
        "pre_tokenizer": tokenizer["pre_tokenizer"],
    }
    canonical = json.dumps(decisive, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
