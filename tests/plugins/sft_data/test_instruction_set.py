"""What `lexatron data instruct` writes is what NeMo's chat and fine-tuning data modules read."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from nemo.collections.llm.gpt.data.core import create_sft_dataset

from data_prep.curation.cli import instruct
from data_prep.sample.instructions.cli import sample_instructions

SEQ_LENGTH = 4096


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("instructions")
    for command, arguments in (
        (sample_instructions, ["-o", folder / "raw", "--records", 200]),
        (instruct, [folder / "raw" / "instruct.yaml", "-o", folder / "set"]),
    ):
        result = CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)
        assert result.exit_code == 0, result.output
    return folder / "set"


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _text(tokenizer: Any, ids: Any) -> str:
    return str(tokenizer.tokenizer.decode(ids, skip_special_tokens=True))


def test_chats(made: Path, tokenizer: Any, tmp_path: Path) -> None:
    path = made / "training.jsonl"
    dataset = create_sft_dataset(
        path, tokenizer, SEQ_LENGTH, chat=True, use_hf_tokenizer_chat_template=True, memmap_workers=1,
        index_mapping_dir=str(tmp_path),
    )  # fmt: skip
    lines = _lines(path)
    assert len(dataset) == len(lines)
    for number in (0, len(lines) // 2, len(lines) - 1):
        example, messages = dataset[number], lines[number]["messages"]
        assert _text(tokenizer, example["answer_ids"]).strip() == messages[-1]["content"].strip()
        assert example["loss_mask"].any()


def test_inputs_and_outputs(made: Path, tokenizer: Any, tmp_path: Path) -> None:
    path = made / "finetuning" / "training.jsonl"
    dataset = create_sft_dataset(path, tokenizer, SEQ_LENGTH, memmap_workers=1, index_mapping_dir=str(tmp_path))
    lines = _lines(path)
    assert len(dataset) == len(lines)
    example = dataset[0]
    assert _text(tokenizer, example["answer_ids"]).strip() == lines[0]["output"].strip()
    assert lines[0]["input"].strip() in _text(tokenizer, example["input_ids"])
