"""Tokens of a conversation by Hugging Face's library, the text taken as a whole: exact for every tokenizer.

Control tokens get names in this copy of the tokenizer that no text can hold, since they are drawn anew in every
process: the template's own are written by these names, and the old strings are plain text.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import tokenizers

from data_prep.chat.encoded import Encoded
from data_prep.chat.pieces import Piece

Spec = Mapping[str, Any]
"""The content of a `tokenizer.json`."""


class WholeEncoder:
    """`tokenizers` over a `tokenizer.json`."""

    def __init__(self, spec: Spec):
        secret = f"\uf8fe{secrets.randbelow(10**18):018}"
        special = {token["content"]: token["id"] for token in spec["added_tokens"] if token["special"]}
        names = {content: f"{secret}:{token}\uf8ff" for content, token in special.items()}
        self._name_of = {special[content]: name for content, name in names.items()}
        self._tokenizer = tokenizers.Tokenizer.from_str(json.dumps(_renamed(spec, names)))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def encode(self, pieces: Sequence[Piece]) -> Encoded:
        """The ids of a conversation; a token is the assistant's if one of its characters is."""
        texts = [piece.text if piece.token is None else self._name_of[piece.token] for piece in pieces]
        encoding = self._tokenizer.encode("".join(texts), add_special_tokens=False)
        offsets = np.array(encoding.offsets, dtype=np.int64).reshape(-1, 2)
        assistant = np.zeros(len(offsets), dtype=np.uint8)
        at = 0
        for piece, text in zip(pieces, texts, strict=True):
            for start, end in piece.spans if piece.token is None else [(0, len(text))] * len(piece.spans):
                assistant |= (offsets[:, 0] < at + end) & (offsets[:, 1] > at + start)
            at += len(text)
        return Encoded(np.array(encoding.ids, dtype=np.int32), assistant)


def _renamed(spec: Spec, names: Mapping[str, str]) -> dict[str, Any]:
    """The spec with other strings for its control tokens, and without what would change offsets."""
    model = dict(spec["model"])
    vocabulary = model["vocab"]
    if isinstance(vocabulary, Mapping):
        model["vocab"] = {names.get(piece, piece): token for piece, token in vocabulary.items()}
    else:
        model["vocab"] = [[names.get(piece, piece), score] for piece, score in vocabulary]
    if isinstance(model.get("unk_token"), str):
        model["unk_token"] = names.get(model["unk_token"], model["unk_token"])
    added = [
        {**token, "content": names[token["content"]], "normalized": False} if token["content"] in names else token
        for token in spec["added_tokens"]
    ]
    bare = {"post_processor": None, "truncation": None, "padding": None}
    return {**spec, "model": model, "added_tokens": added, **bare}
