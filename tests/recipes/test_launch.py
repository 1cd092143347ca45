"""`lexatron train` through NeMo-Run's local executor: two processes by torchrun, both loggers, and a job that fails."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

SHAPE = ("num_layers=2", "hidden_size=128", "seq_length=64", "max_steps=4")


def train(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "lexatron.cli", "train", "lumi_demo_cpt", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)


@pytest.mark.slow
def test_two_processes_and_both_loggers(tiny_data: Path, tmp_path: Path) -> None:
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    run_dir, outcome_file = tmp_path / "run", tmp_path / "outcome.json"
    arguments = (f"corpus={tiny_data / 'corpus'}", f"run_dir={run_dir}", "layout=cpu_dp2", *SHAPE)
    outcome = train(*arguments, "--json", outcome_file)
    assert outcome.returncode == 0, outcome.stderr
    assert json.loads(outcome_file.read_text())["steps"] == 4

    events = EventAccumulator(str(run_dir / "tensorboard"))
    events.Reload()
    logged = [scalar.value for scalar in events.Scalars("reduced_train_loss")]
    written = [json.loads(line) for line in (run_dir / "metrics.jsonl").read_text().splitlines()]
    assert logged == pytest.approx([line["loss"] for line in written if "loss" in line])

    offline = list((run_dir / "wandb").glob("offline-run-*/run-*.wandb"))
    assert len(offline) == 1
    assert b"reduced_train_loss" in offline[0].read_bytes()
    assert json.loads((run_dir / "run.json").read_text())["versions"]["megatron-core"]

    again = train(*arguments)
    assert again.returncode == 0
    assert "nothing to do" in again.stderr


@pytest.mark.slow
def test_a_job_that_fails_says_so_and_names_its_log(tiny_data: Path, tmp_path: Path) -> None:
    arguments = (f"corpus={tiny_data / 'corpus'}", f"run_dir={tmp_path / 'run'}", *SHAPE)
    outcome = train(*arguments, "--no-wandb", "--no-tensorboard", "model.config.num_query_groups=3")
    assert outcome.returncode == 1
    assert "ended before step 4" in outcome.stderr
    log = Path(outcome.stderr.strip().splitlines()[-1].removeprefix("log: "))
    assert log.is_file()
    assert not (tmp_path / "run" / "wandb").exists()
    assert not (tmp_path / "run" / "tensorboard").exists()


@pytest.mark.slow
def test_nemos_own_command_runs_our_factories(tiny_data: Path, tmp_path: Path) -> None:
    nemo = Path(sys.executable).with_name("nemo")
    given = {"corpus": f'"{tiny_data / "corpus"}"', "run_dir": f'"{tmp_path / "run"}"', "max_steps": 2, "num_layers": 2}
    given |= {"hidden_size": 128, "seq_length": 64, "wandb": False, "tensorboard": False}
    factory = f"lumi_demo_cpt({','.join(f'{key}={value}' for key, value in given.items())})"
    command = [str(nemo), "llm", "pretrain", "--factory", factory, "--yes"]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, cwd=tmp_path)
    assert outcome.returncode == 0, outcome.stderr[-3000:]
    assert len((tmp_path / "run" / "metrics.jsonl").read_text().splitlines()) == 4
