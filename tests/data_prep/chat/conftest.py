"""Tokenizers of several kinds, made on the spot, each for us and for `transformers`."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tokenizers
from tokenizers import AddedToken, decoders, models, normalizers, pre_tokenizers, trainers

from data_prep.chat.builtin import IM_END, IM_START
from data_prep.llama3 import BOS, EOS, PAD, SPECIAL_TOKENS
from data_prep.tokenizer_folder import write_tokenizer_folder
from data_prep.tokenizer_train import train_sentencepiece
from tests.data_prep.byte_level import LAW, write_byte_level

CONFIG = {
    "bos_token": BOS,
    "eos_token": EOS,
    "pad_token": PAD,
    "tokenizer_class": "PreTrainedTokenizerFast",
    "clean_up_tokenization_spaces": False,
}
TOKENS = (*SPECIAL_TOKENS, IM_START, IM_END)

Reference = Callable[..., Any]


def make_byte_level(folder: Path) -> Path:
    """Llama 3's kind."""
    return write_byte_level(folder, LAW, 600, special_tokens=TOKENS, config=CONFIG)


def make_normalised(folder: Path) -> Path:
    """Qwen's kind: text is normalised, so that its bytes are not those of its tokens."""
    return write_byte_level(folder, LAW, 600, special_tokens=TOKENS, config=CONFIG, normalizer=normalizers.NFC())


def make_sentencepiece(folder: Path) -> Path:
    """That of `lexatron data tokenizer`; it has no tokens for ChatML."""
    folder.mkdir()
    write_tokenizer_folder(train_sentencepiece(LAW * 3, 400), folder)
    return folder


def make_metaspace(folder: Path) -> Path:
    """Mistral's kind: a space in front of the text's first word alone, so that stretches cannot stand by themselves."""
    made = tokenizers.Tokenizer(models.BPE(byte_fallback=True, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
    made.decoder = decoders.Sequence([decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse()])
    pieces = ["<unk>", *(f"<0x{byte:02X}>" for byte in range(256))]
    made.train_from_iterator(LAW, trainers.BpeTrainer(vocab_size=600, special_tokens=pieces, show_progress=False))
    spec = json.loads(made.to_str())
    spec["added_tokens"] = []
    made = tokenizers.Tokenizer.from_str(json.dumps(spec))
    made.add_special_tokens([AddedToken(token, rstrip=token == IM_END, normalized=False) for token in TOKENS])
    folder.mkdir()
    made.save(str(folder / "tokenizer.json"))
    (folder / "tokenizer_config.json").write_text(json.dumps(CONFIG), "utf-8")
    return folder


MAKERS = {
    "byte_level": make_byte_level,
    "normalised": make_normalised,
    "sentencepiece": make_sentencepiece,
    "metaspace": make_metaspace,
}


@pytest.fixture(scope="session")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Tokenizer folders, by kind."""
    root = tmp_path_factory.mktemp("kinds")
    return {kind: make(root / kind) for kind, make in MAKERS.items()}


@pytest.fixture(scope="session")
def reference() -> Reference:
    """`reference(folder, template, messages)`: ids and mask of `transformers`; without a mask for no marks."""
    from transformers import AutoTokenizer

    loaded: dict[Path, Any] = {}

    def encode(
        folder: Path, template: str, messages: list[dict[str, str]], mask: bool = True
    ) -> tuple[list[int], list[int]]:
        if folder not in loaded:
            loaded[folder] = AutoTokenizer.from_pretrained(str(folder))
        options = {"return_dict": True, "return_assistant_tokens_mask": mask}
        found = loaded[folder].apply_chat_template(messages, chat_template=template, tokenize=True, **options)
        return found["input_ids"], found["assistant_masks"] if mask else []

    return encode
