"""A whole pipeline as dependent jobs of a real Slurm: a failure, a rerun that skips, a session that keeps its time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from lexatron.run_files import read_ending
from tests.cluster.launches import cluster_file, lexatron, log_text, stages, starts, steps
from tests.cluster.slurm import SlurmCluster

pytestmark = [pytest.mark.slurm, pytest.mark.slow]

NAME = "eurlex_lumi_quick"
RUN = Path("runs") / NAME
SMALL = (
    *(
        "tokenizer.vocab-size=1024",
        "corpus.shares=80,10,10",
        "qa.pairs=300",
        "qa.test-per-language=2",
        "qa.style=short",
    ),
    *(
        "cpt.num_layers=2",
        "cpt.hidden_size=128",
        "cpt.seq_length=64",
        "cpt.global_batch_size=8",
        "cpt.max_steps=100000",
    ),
    *("cpt.validations=2", "cpt.saves=4", "cpt.wandb=False", "sft.num_layers=2", "sft.hidden_size=128"),
    *("sft.seq_length=256", "sft.global_batch_size=4", "sft.max_steps=4", "sft.wandb=False"),
    *("evaluate.max-new-tokens=8", "evaluate.limit=4", "evaluate.perplexity-tokens=500", "evaluate.lm-eval-limit=2"),
)


@pytest.fixture
def place(slurm_cluster: SlurmCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The cluster file, in a folder that commands are given in."""
    slurm_cluster.reset()
    monkeypatch.chdir(tmp_path)
    return cluster_file(tmp_path / "cluster.yaml")


def test_from_law_to_report(
    slurm_cluster: SlurmCluster, tiny_data: Path, place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    where = ("--executor", "slurm", "--cluster", place)
    given = (f"formex={tiny_data / 'formex'}", "minutes=0.3", *SMALL)
    assert lexatron("pipeline", NAME, *given, "corpus.min-quality=7", *where) == 1
    said = capfd.readouterr().err
    assert f"{NAME}: corpus failed (2)." in said
    states = {name: stage.state for name, stage in stages(RUN).items()}
    assert states == {
        **dict.fromkeys(("formex", "tokenizer"), "done"),
        "corpus": "failed (2)",
        **dict.fromkeys(("qa", "cpt", "sft", "export", "evaluate", "report"), "cancelled"),
    }
    assert stages(RUN)["qa"].reason == "corpus did not succeed"
    assert not slurm_cluster.run(["squeue", "--noheader"]).strip()
    assert lexatron("logs", NAME, "--stage", "corpus") == 0
    assert "min-quality" in capfd.readouterr().out

    assert lexatron("pipeline", NAME, *given, *where) == 0, log_text(slurm_cluster, RUN)
    states = {name: stage.state for name, stage in stages(RUN).items()}
    assert [name for name, state in states.items() if state == "skipped"] == ["formex", "tokenizer"]
    assert {state for name, state in states.items() if name not in ("formex", "tokenizer")} == {"done"}
    ending = read_ending(RUN / "cpt")
    assert ending is not None
    assert ending.code == 0
    assert ending.reason == "its time budget of 0.15 minutes is spent"
    assert 1 < steps(RUN / "cpt") < 100_000
    report = json.loads((RUN / "report.json").read_text())
    assert set(report["models"]) == {"initial", "cpt", "sft"}
    costs = [stage["name"] for stage in report["stages"]]
    assert costs[:3] + costs[5:] == ["formex", "tokenizer", "corpus", "sft", "export", "evaluate"]
    assert set(costs[3:5]) == {"qa", "cpt"}  # side by side
    capfd.readouterr()
    assert lexatron("pipeline", NAME, *given, *where) == 0
    assert "every stage is done" in capfd.readouterr().err
    assert starts(RUN, "cpt") == 1

    assert lexatron("status") == 0
    assert capfd.readouterr().out.split("\t")[:4] == [NAME, "slurm", "done", "9/9"]
    assert lexatron("cancel", NAME) == 2
