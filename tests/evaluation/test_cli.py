"""The commands as a user runs them: arguments, tables, and one sentence where something is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from evaluation.cli import parse_models
from lexatron.errors import UserError
from tests.evaluation import made_up_run


def lexatron(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "ignore", "-m", "lexatron.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_compare_and_report(trained_dir: Path, testset: Path, corpus_dir: Path, tmp_path: Path) -> None:
    done = lexatron(
        "eval", "compare", "--model", f"sft={trained_dir}", "--testset", testset, "--corpus", corpus_dir,
        "-o", tmp_path / "run" / "eval", "--limit", "12", "--json", tmp_path / "out.json",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "100.0%" in done.stderr
    assert "lexatron report" in done.stderr
    result = json.loads((tmp_path / "out.json").read_text("utf-8"))
    assert result == json.loads((tmp_path / "run" / "eval" / "eval.json").read_text("utf-8"))
    reported = lexatron("report", tmp_path / "run", "--json", tmp_path / "report.json")
    assert reported.returncode == 0, reported.stderr
    assert "Not in this run: the corpus manifest" in reported.stderr
    content = json.loads((tmp_path / "report.json").read_text("utf-8"))
    assert content["models"]["sft"]["citation_accuracy"]["seen"] == 1.0


def test_lm_eval_alone(model_dir: Path, testset: Path, tmp_path: Path) -> None:
    done = lexatron(
        "eval", "lm-eval", "--model", f"initial={model_dir}", "--testset", testset, "-o", tmp_path, "--limit", "6"
    )
    assert done.returncode == 0, done.stderr
    assert json.loads((tmp_path / "lm_eval.json").read_text("utf-8"))["initial"]["documents"] == 6


def test_report_names_the_file_it_wrote(tmp_path: Path) -> None:
    done = lexatron("report", made_up_run.write_run(tmp_path / "demo"))
    assert done.returncode == 0
    assert "report.html" in done.stderr
    assert "Not in this run" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["eval", "compare", "--model", "sft", "--testset", "t", "-o", "o"], "not NAME=DIR"),
        (["eval", "compare", "--model", "a/b=c", "--testset", "t", "-o", "o"], "not NAME=DIR"),
        (["eval", "compare", "--model", "sft=nowhere", "--testset", "t", "-o", "o"], "no such test set"),
        (["report", "nowhere"], "no such run folder"),
        (["eval", "compare", "--model", "sft=x"], "Missing option"),
    ],
)
def test_a_mistake_costs_one_sentence(arguments: list[str], message: str) -> None:
    done = lexatron(*arguments)
    assert done.returncode == 2
    assert message in done.stderr
    assert "Traceback" not in done.stderr


def test_models_keep_their_order_and_their_names_differ() -> None:
    assert list(parse_models(["sft=b", "initial=a=b"]).items()) == [("sft", Path("b")), ("initial", Path("a=b"))]
    with pytest.raises(UserError, match="two models are named sft"):
        parse_models(["sft=a", "sft=b"])


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from lexatron.cli import main\n"
        "try: main(['eval', 'compare', '--help'])\n"
        "except SystemExit: pass\n"
        "print(sorted({'torch', 'transformers', 'numpy', 'matplotlib', 'lm_eval'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")
