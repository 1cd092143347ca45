"""`lexatron check` as a user meets it: the list, the file, the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lexatron.errors import UserError
from recipes.check.cli import check, stand_in
from recipes.check.finding import Finding, fails
from recipes.check.report import summary
from recipes.registry import expected_gpu, find
from tests.recipes.check.conftest import SHAPE


def run(*arguments: object) -> Result:
    return CliRunner(env={"COLUMNS": "200"}).invoke(check, [*map(str, arguments)])


def test_a_run_that_may_start(tiny_data: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.json"
    outcome = run(
        *("lumi_demo_cpt", f"corpus={tiny_data / 'corpus'}", f"run_dir={tmp_path / 'run'}", "seq_length=2048", *SHAPE),
        *("max_steps=20", "global_batch_size=8", "--no-plan", "--json", table),
    )
    assert outcome.exit_code == 0, outcome.output
    assert "Next: lexatron train lumi_demo_cpt" in outcome.output
    findings = [Finding(**line) for line in json.loads(table.read_text())["findings"]]
    assert not fails(findings)
    assert summary(findings) in outcome.output
    assert {"Python", "packages", "layout", "corpus", "epochs", "resume"} <= {finding.name for finding in findings}
    assert all(finding.remedy for finding in findings if finding.status != "pass")
    assert not (tmp_path / "run").exists()


def test_data_that_is_not_there_and_a_machine_without_gpus_are_in_the_same_list(tmp_path: Path) -> None:
    arguments = ("llama31_8b_cpt", "layout=h100x8", f"corpus={tmp_path}", f"run_dir={tmp_path / 'run'}", "--no-plan")
    outcome = run(*arguments)
    assert outcome.exit_code == 1
    assert "no such manifest" in outcome.output
    assert "this layout needs 8 x H100" in outcome.output
    assert "checked with 446,470,190 tokens" in outcome.output
    assert "Next: mend what fails" in outcome.output
    elsewhere = run(*arguments, "--elsewhere")
    assert elsewhere.exit_code == 1
    assert "not checked here; this layout needs 8 x H100" in elsewhere.output


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["lumi_demo_cbt"], "did you mean lumi_demo_cpt"),
        (["lumi_demo_cpt", "sequence=1"], "unknown parameter"),
        (["llama31_8b_cpt", "layout=h100x3", "tokens=1000"], "unknown layout"),
        (["llama31_8b_cpt", "layout=h100x8", "precision=nvfp4", "tokens=1000"], "nvfp4"),
    ],
)
def test_bad_input_is_an_error_of_the_user(arguments: list[str], message: str) -> None:
    """`lexatron.cli.main` turns it into one sentence and exit code 2."""
    outcome = run(*arguments)
    assert isinstance(outcome.exception, UserError)
    assert message in str(outcome.exception)


def test_the_gpu_of_a_layout() -> None:
    function = find("llama33_70b_cpt").load()
    for layout, name in (("b200x4", "B200"), ("auto:4xH200", "H200")):
        gpu = expected_gpu(function, [f"layout={layout}"])
        assert gpu is not None
        assert gpu.name == name
    assert expected_gpu(find("lumi_demo_cpt").load(), []) is None


def test_an_amount_that_the_user_gave_is_not_replaced() -> None:
    function = find("llama31_8b_cpt").load()
    assert stand_in(function, ["layout=h100x8"]) == "tokens=446470190"
    assert stand_in(function, ["tokens=5"]) is None
    assert stand_in(find("llama31_8b_sft").load(), []) == "samples=150000"
