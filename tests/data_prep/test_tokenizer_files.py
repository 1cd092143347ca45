"""Which token ends a document: pre-training's own where the vocabulary has it, else the folder's `eos_token`."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_prep.llama3 import BOS, EOS, EOT
from data_prep.tokenizer import Tokenizer
from data_prep.tokenizer_files import find_tokenizer
from lexatron.errors import UserError
from tests.data_prep.byte_level import LAW, write_byte_level


def ends_with(folder: Path, special_tokens: list[str], eos: object) -> int:
    config = None if eos is None else {"eos_token": eos}
    return Tokenizer.load(write_byte_level(folder, LAW, 300, special_tokens=special_tokens, config=config)).eos_id


def test_an_instruct_model_ends_documents_as_its_base_does(tmp_path: Path) -> None:
    assert ends_with(tmp_path / "llama", [BOS, EOS, EOT], EOT) == 301
    assert ends_with(tmp_path / "qwen", ["<|endoftext|>", "<|im_start|>", "<|im_end|>"], "<|im_end|>") == 300


def test_otherwise_the_folder_names_it(tmp_path: Path) -> None:
    assert ends_with(tmp_path / "plain", ["<s>", "</s>"], "</s>") == 301
    assert ends_with(tmp_path / "object", ["<s>", "</s>"], {"content": "</s>", "lstrip": False}) == 301
    (tmp_path / "map").mkdir()
    (tmp_path / "map" / "special_tokens_map.json").write_text('{"eos_token": "</s>"}')
    assert ends_with(tmp_path / "map", ["<s>", "</s>"], None) == 301


def test_a_tokenizer_that_names_none_is_the_users_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="names no eos_token"):
        ends_with(tmp_path / "none", ["<s>"], None)
    with pytest.raises(UserError, match="not in the vocabulary"):
        ends_with(tmp_path / "unknown", ["<s>"], "<|nope|>")
    (tmp_path / "none" / "tokenizer_config.json").write_text("[]")
    with pytest.raises(UserError, match="not a JSON object"):
        Tokenizer.load(tmp_path / "none")


def test_a_file_a_folder_and_a_model_are_found(tmp_path: Path) -> None:
    write_byte_level(tmp_path, LAW, 300)
    assert find_tokenizer(tmp_path) == find_tokenizer(tmp_path / "tokenizer.json") == tmp_path / "tokenizer.json"
    (tmp_path / "tokenizer.json").unlink()
    with pytest.raises(UserError, match=r"no tokenizer\.json"):
        find_tokenizer(tmp_path)
    (tmp_path / "tokenizer.model").write_bytes(b"")
    assert find_tokenizer(str(tmp_path)) == tmp_path / "tokenizer.model"
