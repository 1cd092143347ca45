"""`lexatron plan` as a user types it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lexatron.errors import UserError
from recipes.plan.cli import plan

SMALL = ("tokens=1000000", "global_batch_size=8", "seq_length=1024")
TUNING = ("samples=1000", "packed=False", *SMALL[1:])


def run(*arguments: str) -> Result:
    return CliRunner().invoke(plan, list(arguments))


def test_json_is_pure_and_exit_code_0_means_it_fits() -> None:
    outcome = run("llama31_8b_lora", *TUNING, "layout=h100x1", "--price", "2", "--format", "json")
    value = json.loads(outcome.stdout)
    assert outcome.exit_code == 0
    assert value["fits"] is True
    assert value["layout"]["gpu"] == "H100"
    assert value["capacity_bytes"] - max(rank["total"] for rank in value["ranks"]) == value["headroom_bytes"] > 0
    assert value["run"]["steps"] == 375  # 1,000 samples, 3 epochs, 8 a step
    assert value["run"]["price"][0] == pytest.approx(2 * value["run"]["gpu_hours"][0])
    assert value["speed"]["mfu"][0] < value["speed"]["mfu"][1] < 1


def test_exit_code_1_and_advice_where_it_does_not_fit(tmp_path: Path) -> None:
    file, picture = tmp_path / "plan.json", tmp_path / "plan.png"
    overrides = ("optim.config.optimizer_cpu_offload=False", "optim.config.use_precision_aware_optimizer=False")
    outcome = run("llama31_8b_cpt", *SMALL, "layout=h100x1", *overrides, "--json", str(file), "--plot", str(picture))
    value = json.loads(file.read_text("utf-8"))
    assert outcome.exit_code == 1
    assert value["headroom_bytes"] < 0
    assert "needs" in value["advice"][0]
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_layouts_side_by_side_and_a_claim() -> None:
    outcome = run(
        "llama31_8b_lora",
        *TUNING,
        *("layout=h100x1", "--compare", "h100x8", "--format", "markdown"),
        *("--claim-tokens-per-second", "1000000"),
    )
    header = outcome.stdout.splitlines()[0]
    assert outcome.exit_code == 0
    assert header == "|  | h100x1 | h100x8 |"


def test_a_cpu_recipe_has_memory_steps_and_no_time() -> None:
    outcome = run("lumi_demo_cpt", *SMALL, "num_layers=2", "hidden_size=128", "--format", "json")
    value = json.loads(outcome.stdout)
    assert outcome.exit_code == 0
    assert value["speed"] is None
    assert value["headroom_bytes"] is None
    assert value["run"]["steps"] == 367  # 3 epochs of 1,000,000 tokens, 8 x 1024 a step


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("llama33_70b_ctp",), "did you mean llama33_70b_cpt"),
        (("llama33_70b_cpt", "tokens=1", "layout=b200x8", "--gpus", "4xB200"), "twice"),
        (("llama33_70b_cpt", "tokens=1", "--gpus", "4xB20"), "unknown GPU"),
        (("llama33_70b_cpt", "tokens=1", "layout=b200x9"), "unknown layout"),
        (("llama33_70b_cpt", "tokens=1", "sequence=1"), "unknown parameter"),
        (("lumi_demo_cpt", "tokens=1", "--claim-tokens-per-second", "5"), "needs a GPU"),
    ],
)
def test_bad_input_is_one_sentence(arguments: tuple[str, ...], message: str) -> None:
    outcome = run(*arguments)
    assert isinstance(outcome.exception, UserError)
    assert message in str(outcome.exception)


def test_help_needs_no_nemo() -> None:
    code = (
        "import sys; import recipes.plan.cli; sys.exit(any(m in sys.modules for m in ('torch', 'nemo', 'matplotlib')))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
