"""Trains a SentencePiece model on texts: the same bytes for the same texts, whatever their order."""

from __future__ import annotations

import heapq
import io
import re
import string
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from typing import Literal

import sentencepiece
from sentencepiece import sentencepiece_model_pb2

from data_prep.llama3 import BOS, END_HEADER, EOS, EOT, PAD, START_HEADER
from lexatron.errors import UserError

ModelType = Literal["bpe", "unigram"]

SAMPLE_CHARACTERS = 100_000_000
"""Text to train on at most; more changes little, and the trainer holds all of it in memory."""

UNKNOWN = "<unk>"
_ALWAYS_IN_VOCABULARY = string.ascii_letters + string.digits + string.punctuation
_LONGEST_LINE_BYTES = 1 << 24  # the trainer drops longer lines in silence; its default of 4,192 drops paragraphs
_NUM_THREADS = 4  # a constant: the sums of the unigram trainer depend on it
_SCORE_STEPS_PER_NAT = 64


def train_sentencepiece(texts: Iterable[str], vocab_size: int, model_type: ModelType = "bpe") -> bytes:
    """Train a model whose ids are exactly 0 to `vocab_size - 1`: `<unk>`, Llama 3's special tokens, 256 bytes, pieces.

    Text is taken as it is (no normalisation, no space put in front), digits stay single, what has no piece falls
    back to its UTF-8 bytes; a line feed is such a byte, so no piece spans two lines.

    Returns:
        The serialised model, the content of a `tokenizer.model`.

    Raises:
        UserError: the texts are too few for that vocabulary, or the vocabulary too small for their characters.
    """
    sample = sample_texts(texts, SAMPLE_CHARACTERS)
    if not sample:
        raise UserError("no text to train a tokenizer on", remedy="give files or folders that hold text")
    model = io.BytesIO()
    try:
        sentencepiece.SentencePieceTrainer.train(
            sentence_iterator=_lines(sample),
            model_writer=model,
            model_type=model_type,
            vocab_size=vocab_size,
            unk_id=0,
            unk_piece=UNKNOWN,
            bos_id=1,
            bos_piece=BOS,
            eos_id=2,
            eos_piece=EOS,
            pad_id=3,
            pad_piece=PAD,
            control_symbols=[START_HEADER, END_HEADER, EOT],
            required_chars=_ALWAYS_IN_VOCABULARY,
            normalization_rule_name="identity",
            add_dummy_prefix=False,
            remove_extra_whitespaces=False,
            split_digits=True,
            byte_fallback=True,
            max_sentence_length=_LONGEST_LINE_BYTES,
            num_threads=_NUM_THREADS,
            minloglevel=2,
        )
    except RuntimeError as error:
        raise _explained(error, vocab_size) from error
    return _with_exact_scores(model.getvalue())


def sample_texts(texts: Iterable[str], characters: int) -> list[str]:
    """Distinct texts of about `characters` in all, chosen and ordered by their hashes, not by their order.

    Memory holds the sample and no more.
    """
    chosen: dict[int, str] = {}
    worst_first: list[int] = []
    total = 0
    for text in texts:
        rank = int.from_bytes(blake2b(text.encode(), digest_size=16).digest())
        if not text.strip() or rank in chosen:
            continue
        chosen[rank] = text
        heapq.heappush(worst_first, -rank)
        total += len(text)
        while total - len(chosen[-worst_first[0]]) >= characters:
            total -= len(chosen.pop(-heapq.heappop(worst_first)))
    return [chosen[rank] for rank in sorted(chosen)]


def _lines(texts: list[str]) -> Iterator[str]:
    """The trainer's sentences; every required character comes once, since the trainer aborts where one is missing."""
    yield from _ALWAYS_IN_VOCABULARY
    for text in texts:
        yield from filter(None, text.split("\n"))


def _explained(error: RuntimeError, vocab_size: int) -> UserError:
    """The user's error behind the trainer's message."""
    message = str(error)
    if found := re.search(r"Please set it to a value <= (\d+)", message):
        largest = int(found[1])
        return UserError(
            f"the texts are too few for a vocabulary of {vocab_size:,} tokens; the largest possible is {largest:,}",
            remedy=f"give --vocab-size {largest} or less, or more text",
        )
    if found := re.search(r"smaller than required_chars\. \d+ vs (\d+)", message):
        smallest = int(found[1]) + 1
        return UserError(
            f"a vocabulary of {vocab_size:,} tokens has no room for bytes and single characters",
            remedy=f"give --vocab-size {smallest} or more",
        )
    return UserError(f"SentencePiece could not train: {message.strip()}")


def _with_exact_scores(model: bytes) -> bytes:
    """Round the scores to 64ths of a nat.

    Sums of such scores are exact both in the 32-bit floats of SentencePiece and in the 64-bit ones of
    Hugging Face tokenizers, so that both choose the same pieces where two segmentations nearly tie.
    """
    proto = sentencepiece_model_pb2.ModelProto.FromString(model)
    for piece in proto.pieces:
        piece.score = round(piece.score * _SCORE_STEPS_PER_NAT) / _SCORE_STEPS_PER_NAT
    return proto.SerializeToString(deterministic=True)
