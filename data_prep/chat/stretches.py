"""Tokens of many conversations at once: each stretch of plain text by itself, by the data room's fast tokenizer.

That gives ids alone. Where a span of the assistant's begins or ends within a stretch, a token's place follows from the
bytes of the tokens before it; where these are not the text's bytes (a normaliser changed them), there is no telling.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from data_prep.chat.encoded import Encoded, Ids, Mask
from data_prep.chat.pieces import Piece
from data_prep.chat.whole import Spec
from data_prep.tokenizer import Tokenizer

_SPACE = "\u2581"
_BYTE = len("<0x00>")


class StretchEncoder:
    """`data_prep.tokenizer.Tokenizer` over stretches, those that conversations share only once."""

    def __init__(self, tokenizer: Tokenizer, spec: Spec):
        self._tokenizer = tokenizer
        self._bytes = _bytes_of_tokens(spec)

    def encode_batch(self, conversations: Sequence[Sequence[Piece]]) -> list[Encoded | None]:
        """The ids of each conversation; None where it cannot be told which of them are the assistant's."""
        texts: dict[str, int] = {}
        for pieces in conversations:
            for piece in pieces:
                if piece.token is None:
                    texts.setdefault(piece.text, len(texts))
        ids = self._tokenizer.encode_batch(list(texts))
        return [self._join(pieces, texts, ids) for pieces in conversations]

    def _join(self, pieces: Sequence[Piece], texts: dict[str, int], ids: Sequence[Ids]) -> Encoded | None:
        each = [ids[texts[piece.text]] if piece.token is None else None for piece in pieces]
        total = sum(1 if found is None else len(found) for found in each)
        input_ids, assistant = np.empty(total, dtype=np.int32), np.zeros(total, dtype=np.uint8)
        at = 0
        for piece, found in zip(pieces, each, strict=True):
            end = at + (1 if found is None else len(found))
            input_ids[at:end] = piece.token if found is None else found
            if piece.spans == ((0, len(piece.text)),):
                assistant[at:end] = 1
            elif piece.spans and found is not None:
                mask = self._mask(piece, found)
                if mask is None:
                    return None
                assistant[at:end] = mask
            at = end
        return Encoded(input_ids, assistant)

    def _mask(self, piece: Piece, ids: Ids) -> Mask | None:
        ends = np.cumsum(self._bytes[ids])
        if not ends.size or ends[-1] != len(piece.text.encode()):
            return None
        starts = ends - self._bytes[ids]
        mask = np.zeros(len(ids), dtype=np.uint8)
        for start, end in piece.spans:
            mask |= (starts < len(piece.text[:end].encode())) & (ends > len(piece.text[:start].encode()))
        return mask


def _bytes_of_tokens(spec: Spec) -> npt.NDArray[np.int64]:
    """How many bytes of UTF-8 each token stands for, shape [vocab_size]; 0 where an id has no token."""
    byte_level = '"ByteLevel"' in json.dumps(spec["pre_tokenizer"])
    vocabulary = spec["model"]["vocab"]
    if not isinstance(vocabulary, Mapping):
        vocabulary = {piece: token for token, (piece, _) in enumerate(vocabulary)}
    lengths = {token: len(piece) if byte_level else _bytes(piece) for piece, token in vocabulary.items()}
    lengths |= {token["id"]: len(token["content"].encode()) for token in spec["added_tokens"]}
    table = np.zeros(max(lengths, default=0) + 1, dtype=np.int64)
    table[list(lengths)] = list(lengths.values())
    return table


def _bytes(piece: str) -> int:
    """Bytes of a SentencePiece piece: `<0x0A>` is one, and its sign for a space too."""
    if len(piece) == _BYTE and piece.startswith("<0x"):
        return 1
    return len(piece.replace(_SPACE, " ").encode())
