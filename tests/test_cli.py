"""The command as a user meets it: light to start, and one sentence for what went wrong."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("torch", "numpy", "nemo", "megatron", "transformers", "tokenizers", "sentencepiece", "lxml", "matplotlib")


def lexatron(*arguments: str) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-m", "lexatron.cli", *arguments]
    return subprocess.run(program, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["--version"], ["data", "--help"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    program = (
        "import sys; from lexatron.cli import main\n"
        "try: main(sys.argv[2:])\n"
        "except SystemExit as end: assert end.code == 0, end.code\n"
        "print('loaded:', *sorted(set(sys.argv[1].split(',')) & set(sys.modules)))"
    )
    finished = subprocess.run(
        [sys.executable, "-c", program, ",".join(HEAVY), *arguments], capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stderr
    assert finished.stdout.splitlines()[-1].strip() == "loaded:"


def test_help_names_every_command() -> None:
    finished = lexatron("--help")
    for command in ("demo", "data", "recipes", "train", "import", "export", "eval", "report"):
        assert f"\n  {command} " in finished.stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["unknown"], "unknown"),
        (["data", "unknown"], "unknown"),
        (["data", "corpus", "{missing}", "-o", "{out}"], "--tokenizer"),
        (["data", "tokenizer", "{missing}", "-o", "{out}"], "missing"),
        (["data", "tokenizer", "{empty}", "-o", "{out}"], "empty"),
        (["data", "verify", "{missing}"], "missing"),
        (["data", "verify", "{empty}"], "manifest.json"),
        (["data", "formex", "{missing}", "-o", "{out}"], "missing"),
        (["data", "formex", "{empty}", "-o", "{out}"], "empty"),
    ],
)
def test_a_users_error_is_one_sentence(tmp_path: Path, arguments: list[str], message: str) -> None:
    (tmp_path / "empty").mkdir()
    paths = {name: str(tmp_path / name) for name in ("missing", "empty", "out")}
    failed = lexatron(*(argument.format(**paths) for argument in arguments))
    assert failed.returncode == 2
    assert "Traceback" not in failed.stderr
    [line] = failed.stderr.splitlines()
    assert line.startswith("lexatron: ")
    assert message in line
    assert not (tmp_path / "out").exists()


def test_debug_shows_the_traceback(tmp_path: Path) -> None:
    failed = lexatron("--debug", "data", "verify", str(tmp_path))
    assert failed.returncode != 0
    assert "Traceback" in failed.stderr
    assert "no such manifest" in failed.stderr
