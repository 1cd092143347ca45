"""The data room's tokenizer: text to ids through a Hugging Face `tokenizer.json` or a SentencePiece model.

A `tokenizer.json` is encoded by gigatoken, some 20 times as fast as Hugging Face's own library, where gigatoken takes
it and gives the same ids on a built-in probe; else by that library, and `notice` says why.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from data_prep.tokenizer_encoders import (
    CannotEncode,
    Encoder,
    GigatokenEncoder,
    HuggingFaceEncoder,
    Ids,
    Reference,
    SentencePieceEncoder,
)
from data_prep.tokenizer_files import TOKENIZER_FILES, document_end, find_tokenizer
from data_prep.tokenizer_proof import Proof, compare, probe_texts

Backend = Literal["gigatoken", "tokenizers", "sentencepiece"]


class Tokenizer:
    """Text to ids and back; made by `Tokenizer.load`.

    A special-token string that stands in a text is encoded as the plain text it is, never as a control token.
    No token is put in front of a text or behind it.

    Attributes:
        vocab_size: size of the whole vocabulary, special tokens included.
        eos_id: the token that ends a document (`data_prep.tokenizer_files.document_end`).
        fingerprint: SHA-256 over everything that decides the ids, independent of how the file is laid out.
        backend: the library that encodes.
        notice: why gigatoken does not encode a `tokenizer.json`, for the user; else None.
    """

    def __init__(self, file: Path, reference: Reference, eos_id: int, backend: Backend):
        self.eos_id = eos_id
        self.vocab_size = reference.vocab_size
        self.fingerprint = reference.fingerprint
        self.backend: Backend = backend
        self.notice: str | None = None
        self._file = file
        self._reference = reference
        self._encoder: Encoder = reference

    @classmethod
    def load(cls, path: str | Path, *, fast: bool = True) -> Tokenizer:
        """Load a folder that holds `tokenizer.json` or `tokenizer.model`, one of these files, or a hub name.

        Args:
            path: `ORGANISATION/NAME` is looked up in the Hugging Face cache and on the hub where no such path exists.
            fast: False for Hugging Face's own library, whatever gigatoken could do.

        Raises:
            UserError: there is none, it cannot be read, or it does not say which token ends a document.
        """
        file = find_tokenizer(path)
        if file.suffix == ".model":
            model = SentencePieceEncoder(file)
            return cls(file, model, model.eos_id, "sentencepiece")
        reference = HuggingFaceEncoder(file)
        eos_id = reference.token_id(document_end(file.parent, reference.special_tokens), file)
        tokenizer = cls(file, reference, eos_id, "tokenizers")
        if fast:
            tokenizer._speed_up(reference)
        return tokenizer

    def _speed_up(self, reference: HuggingFaceEncoder) -> None:
        """Let gigatoken encode, if it gives the reference's ids on the probe."""
        try:
            encoder = GigatokenEncoder(reference.spec())
            proof = compare(reference, encoder, probe_texts(reference.special_tokens))
        except CannotEncode as error:
            self._fall_back(str(error))
        else:
            self._encoder, self.backend = encoder, "gigatoken"
            if not proof.identical:
                self._fall_back("it gives other ids than Hugging Face tokenizers on the probe")

    def _fall_back(self, reason: str) -> None:
        self._encoder, self.backend = self._reference, "tokenizers"
        self.notice = f"Tokenising with Hugging Face tokenizers, which is slower; gigatoken is not used: {reason}"

    def encode_batch(self, texts: Sequence[str]) -> list[Ids]:
        """The ids of each text, one array of shape [num_tokens] a text.

        Should gigatoken fail on a text, then from here on `backend` is Hugging Face's library, and `notice` says why.
        """
        try:
            return self._encoder.encode_batch(texts)
        except CannotEncode as error:
            self._fall_back(str(error))
            return self._encoder.encode_batch(texts)

    def prove(self, texts: Iterable[str]) -> Proof:
        """Encode texts both with `backend` and with the library the tokenizer was written for, and compare the ids.

        Where the two are the same library, there is nothing that could differ. After a proof that failed, load the
        tokenizer with `fast=False`.
        """
        return compare(self._reference, self, texts)

    def decode(self, ids: Sequence[int]) -> str:
        """The text of ids, special tokens left out."""
        return self._reference.decode(ids)

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
