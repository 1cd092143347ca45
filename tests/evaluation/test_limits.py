"""The limits of an evaluation come from the option, else from the manifest beside the test set, else they are ours."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

import pytest
from click.testing import CliRunner

from evaluation.cli import evaluate
from evaluation.compare import CompareConfig, answer_limits
from lexatron.errors import UserError
from lexatron.stage import fingerprint


def manifest(folder: Path, tasks: object) -> Path:
    (folder / "manifest.json").write_text(json.dumps({"tasks": tasks}), "utf-8")
    return folder / "test.jsonl"


def test_the_manifest_says_what_the_option_does_not(tmp_path: Path) -> None:
    testset = manifest(tmp_path, {"default": {"max_input_tokens": 320, "max_output_tokens": 128}})
    found = answer_limits(testset, None)
    assert (found.max_new_tokens, found.max_input_tokens) == (128, 320)
    assert "--max-new-tokens 128" in found.said
    assert str(tmp_path / "manifest.json") in found.said
    asked = answer_limits(testset, 7)
    assert (asked.max_new_tokens, asked.max_input_tokens) == (7, 320)
    assert "--max-new-tokens" not in asked.said


def test_without_a_manifest_nothing_changes(tmp_path: Path) -> None:
    found = answer_limits(tmp_path / "test.jsonl", None)
    assert (found.max_new_tokens, found.max_input_tokens, found.said) == (96, None, "")


def test_limits_are_part_of_the_fingerprint() -> None:
    configs = [CompareConfig(), CompareConfig(max_input_tokens=320), CompareConfig(max_new_tokens=128)]
    assert len({fingerprint([], asdict(config)).config for config in configs}) == 3


def test_the_command_reads_it(tmp_path: Path) -> None:
    testset = manifest(tmp_path, {"default": {"max_input_tokens": 320, "max_output_tokens": 128}})
    arguments = ["compare", "--model", "sft=nowhere", "--testset", str(testset), "-o", str(tmp_path / "out")]
    done = CliRunner().invoke(evaluate, arguments)
    assert isinstance(done.exception, UserError)  # there is no such test set: the limits come first
    assert "--max-new-tokens 128 and at most 320 tokens of a prompt" in done.stderr


def test_a_damaged_manifest_is_the_users_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="max_output_tokens"):
        answer_limits(manifest(tmp_path, {"default": {"max_input_tokens": 320}}), None)
