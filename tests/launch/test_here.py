"""Launching on this machine: a pipeline whose stage fails, and a training that is detached, cancelled and saves."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from launch.follow import known
from launch.status import StageStatus, status_of
from lexatron.run_files import PREEMPTED, read_ending, saved_step

pytestmark = pytest.mark.usefixtures("launches_end")


def lexatron(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own."""
    command = [sys.executable, "-m", "lexatron.cli", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)


def stages(folder: Path) -> dict[str, StageStatus]:
    launch, machine = known(folder)
    return {stage.name: stage for stage in status_of(folder, launch, machine)}


def test_a_failed_stage_takes_those_behind_it_and_a_rerun_skips_what_is_done(
    tiny_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    given = (f"acts={tiny_data / 'acts'}", "tokenizer.vocab-size=1024", "corpus.min-quality=7")
    failed = lexatron("pipeline", "eurlex_lumi", *given)
    assert failed.returncode == 2
    assert "2/8 corpus: failed with code 2; log: runs/eurlex_lumi/launch/logs/corpus.log" in failed.stderr
    assert "8/8 report: cancelled, because corpus failed" in failed.stderr
    run = Path("runs/eurlex_lumi")
    assert {name: stage.state for name, stage in stages(run).items()} == {
        "tokenizer": "done",
        "corpus": "failed (2)",
        **dict.fromkeys(("qa", "cpt", "sft", "export", "evaluate", "report"), "cancelled"),
    }
    logged = lexatron("logs", "eurlex_lumi", "--stage", "corpus")
    assert "min-quality" in logged.stdout
    again = lexatron("pipeline", "eurlex_lumi", *given)
    assert "1/8 tokenizer: done before" in again.stderr
    lines = lexatron("status", "eurlex_lumi").stdout.splitlines()
    assert [line.split("\t")[1:3] for line in lines[:2]] == [["tokenizer", "skipped"], lines[1].split("\t")[1:3]]
    assert lines[1].split("\t")[2].startswith("failed (2)")


@pytest.mark.slow
def test_a_detached_training_is_cancelled_and_saves(
    tiny_data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """torchx would give it ten seconds and no word; here it is told, and waited for."""
    monkeypatch.chdir(tmp_path)
    shape = ("num_layers=2", "hidden_size=128", "seq_length=64", "max_steps=100000", "saves=1", "validations=1")
    arguments = ("train", "lumi_demo_cpt", f"corpus={tiny_data / 'corpus'}", "run_dir=runs/here", *shape)
    started = lexatron(*arguments, "--no-wandb", "--no-tensorboard", "--detach")
    assert started.returncode == 0, started.stderr
    run, until = Path("runs/here"), time.monotonic() + 400
    while not (run / "metrics.jsonl").exists() or len((run / "metrics.jsonl").read_text().splitlines()) < 20:
        assert time.monotonic() < until, (run / "launch" / "logs" / "driver.log").read_text()
        time.sleep(0.2)
    running = lexatron("status", "here").stdout.split("\t")
    assert running[1:3] == ["train", "running"]
    assert running[3].endswith("/100000")
    second = lexatron(*arguments, "--detach")
    assert second.returncode == 2
    assert "here is running already" in second.stderr

    assert lexatron("cancel", "here").returncode == 0
    ending = read_ending(run)
    assert ending is not None
    assert ending.code == PREEMPTED
    assert saved_step(run) == ending.step >= 20
    assert stages(run)["train"].state == "preempted"
    assert lexatron("cancel", "here").returncode == 2
