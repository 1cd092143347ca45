"""Turns a SentencePiece model into a Hugging Face tokenizer folder that `AutoTokenizer` loads as a fast tokenizer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import sentencepiece
import tokenizers
from sentencepiece import sentencepiece_model_pb2
from tokenizers import decoders, models, normalizers, pre_tokenizers

from data_prep.llama3 import BOS, CHAT_TEMPLATE, EOS, PAD, SPECIAL_TOKENS
from data_prep.tokenizer_train import UNKNOWN

SPACE = "\u2581"  # how SentencePiece writes a space
_NEVER_CHOSEN = -1e6  # nats; for pieces that no text may be split into


def write_tokenizer_folder(model: bytes, folder: Path) -> None:
    """Write `tokenizer.model`, `tokenizer.json`, `tokenizer_config.json` and `special_tokens_map.json`.

    Args:
        model: a model of `train_sentencepiece`.
        folder: an existing folder.
    """
    (folder / "tokenizer.model").write_bytes(model)
    (folder / "tokenizer.json").write_text(fast_tokenizer(model).to_str(pretty=True), "utf-8")
    _write_json(folder / "special_tokens_map.json", _roles())
    _write_json(folder / "tokenizer_config.json", _config())


def _write_json(path: Path, value: dict[str, Any]) -> None:
    path.write_text(json.dumps(value, indent=2) + "\n", "utf-8")


def _roles() -> dict[str, Any]:
    others = [token for token in SPECIAL_TOKENS if token not in (BOS, EOS, PAD)]
    return {"bos_token": BOS, "eos_token": EOS, "pad_token": PAD, "additional_special_tokens": others}


def _config() -> dict[str, Any]:
    return {
        **_roles(),
        "tokenizer_class": "PreTrainedTokenizerFast",
        "clean_up_tokenization_spaces": False,
        "model_input_names": ["input_ids", "attention_mask"],
        "model_max_length": 131_072,
        "chat_template": CHAT_TEMPLATE,
    }


def fast_tokenizer(model: bytes) -> tokenizers.Tokenizer:
    """The same tokenizer for the `tokenizers` library: same ids, same text back.

    As in SentencePiece, no token is put in front of a text, and U+2581, its sign for a space, comes back as a space.
    """
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    tokenizer = tokenizers.Tokenizer(_bpe(processor) if _is_bpe(model) else _unigram(processor))
    tokenizer.normalizer = normalizers.Replace(" ", SPACE)
    tokenizer.pre_tokenizer = words()
    tokenizer.decoder = decoders.Sequence([decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse()])
    tokenizer.add_special_tokens([tokenizers.AddedToken(token, normalized=False) for token in SPECIAL_TOKENS])
    return tokenizer


def words() -> pre_tokenizers.PreTokenizer:
    """Words with the space before them, and line feeds: no piece spans two of them, so the ids stay the same.

    It lets the library cache words, and keeps a line feed and an unknown character behind it two tokens with an
    offset each, on which the mask of the assistant's tokens relies.
    """
    line_feeds, spaces = pre_tokenizers.Split("\n", "isolated"), pre_tokenizers.Split(SPACE, "merged_with_next")
    return pre_tokenizers.Sequence([line_feeds, spaces])


def _is_bpe(model: bytes) -> bool:
    spec = sentencepiece_model_pb2.ModelProto.FromString(model).trainer_spec
    return bool(spec.model_type == sentencepiece_model_pb2.TrainerSpec.BPE)


def _is_text(processor: sentencepiece.SentencePieceProcessor, token: int) -> bool:
    """Whether text can be split into this piece: not so for bytes, control tokens and the unknown one."""
    return not (processor.is_byte(token) or processor.is_control(token) or processor.is_unknown(token))


def _bpe(processor: sentencepiece.SentencePieceProcessor) -> models.BPE:
    pieces = [processor.id_to_piece(token) for token in range(len(processor))]
    by_rank = [piece for token, piece in enumerate(pieces) if _is_text(processor, token)]
    return models.BPE(
        {piece: token for token, piece in enumerate(pieces)}, _merges(by_rank), byte_fallback=True, unk_token=UNKNOWN
    )


def _merges(pieces: list[str]) -> list[tuple[str, str]]:
    """Every way to join two pieces into a third, best piece first: SentencePiece joins whatever makes a piece.

    Args:
        pieces: in order of rank, as BPE training leaves them.
    """
    known = set(pieces)
    splits = ((piece[:at], piece[at:]) for piece in pieces for at in range(1, len(piece)))
    return [(left, right) for left, right in splits if left in known and right in known]


def _unigram(processor: sentencepiece.SentencePieceProcessor) -> models.Unigram:
    """Special tokens and bytes get a score so low that plain text that looks like them is never taken for them."""
    scored = [
        (processor.id_to_piece(token), processor.get_score(token) if _is_text(processor, token) else _NEVER_CHOSEN)
        for token in range(len(processor))
    ]
    return models.Unigram(scored, unk_id=processor.unk_id(), byte_fallback=True)
