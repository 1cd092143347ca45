"""Real trainings: what they write, when they stop, what stays, and that a preempted one goes on with the same bits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from data_prep.indexed import indexed_writer
from lexatron.run_files import GUARD_STOPPED, PREEMPTED
from tests.plugins.callbacks.forked import Run
from tests.plugins.jobs import ForkServer

pytestmark = pytest.mark.slow
FIRST_LOSSES = {"gradient_norm_limit": 1e-6, "spike_actions": {"gradient_norm": "stop"}}
"""Stops after the first step."""


def test_everything_watched_is_in_the_metrics(whole: Run) -> None:
    lines = whole.metrics()
    assert [line["step"] for line in lines if "loss" in line] == list(range(1, 13))
    assert [line["step"] for line in lines if "val_loss" in line] == [3, 6, 9, 12]
    assert [line["step"] for line in lines if "general_loss" in line] == [0, 2, 4, 6, 8, 10, 12]
    assert all(line["grad_norm"] > 0 for line in lines if "loss" in line)
    assert whole.events() == []


def test_permanent_best_and_last_checkpoints_stay(whole: Run) -> None:
    assert min(whole.values("val_loss")) == whole.values("val_loss")[-1], "the best is the last one here"
    assert whole.checkpoints() == ["step=11-last", "step=3", "step=7"]


def test_loggers_get_what_is_ours(whole: Run) -> None:
    events = EventAccumulator(str(whole.run_dir / "tensorboard"))
    events.Reload()
    logged = [event.value for event in events.Scalars("general_loss")]
    assert logged == pytest.approx(whole.values("general_loss"), rel=1e-6)
    assert len(events.Scalars("tflop_per_second_per_device")) == 12
    assert {"grad_norm", "tokens_per_second", "val_loss"} <= set(events.Tags()["scalars"])


def test_preempted_on_a_validation_step_it_goes_on_with_the_same_bits(
    server: ForkServer, words: dict[str, Any], behaviour: dict[str, Any], whole: Run, tmp_path: Path
) -> None:
    """The save comes before the validation of step 6, which the second job makes up for; kernels are deterministic."""
    run = Run(server, tmp_path / "run", words=words, behaviour=behaviour)
    assert run.run(signal_at=6) == PREEMPTED
    ending = run.ending()
    assert ending is not None
    assert (ending.code, ending.step) == (PREEMPTED, 6)
    assert run.last() == "step=5-last"
    assert len(run.values("val_loss")) == 1
    assert run.finish() == whole.metrics()
    assert run.checkpoints() == whole.checkpoints()
    assert run.ending() is None


def test_a_stop_saves_and_a_watched_run_is_the_unwatched_one(
    server: ForkServer, words: dict[str, Any], whole: Run, tmp_path: Path
) -> None:
    stop = {"validation_ratio": 0.5, "spike_actions": {"validation_over_training": "stop"}}
    run = Run(server, tmp_path / "run", words=words, behaviour=stop)
    assert run.run() == GUARD_STOPPED
    assert [(event["step"], event["event"], event["action"]) for event in run.events()] == [
        (3, "validation_over_training", "stop")
    ]
    assert run.last() == "step=2-last"
    assert run.values("loss") == whole.values("loss")[:3], "the other one measured general text meanwhile"


def test_weights_that_explode_stop_the_run_without_a_save(
    server: ForkServer, words: dict[str, Any], tmp_path: Path
) -> None:
    run = Run(server, tmp_path / "run", words={**words, "max_lr": 1e30, "warmup": 0.0})
    assert run.run() == GUARD_STOPPED, run.tail()
    assert run.events()[-1]["event"] == "non_finite"
    assert run.last() == ""


@pytest.mark.parametrize("layout", ["cpu_tp2_sp", "cpu_dp2"])
def test_general_loss_and_stops_in_other_layouts(
    layout: str, server: ForkServer, words: dict[str, Any], behaviour: dict[str, Any], whole: Run, tmp_path: Path
) -> None:
    """Same weights: the same loss on general text; and rank 0's verdict ends both processes."""
    start = {**words, "layout": layout, "checkpoint": whole.run_dir / "initial"}
    run = Run(server, tmp_path / "run", words=start, behaviour={**behaviour, **FIRST_LOSSES})
    assert run.run() == GUARD_STOPPED
    assert run.values("general_loss") == pytest.approx(whole.values("general_loss")[:1], rel=1e-5)
    assert run.values("loss") == pytest.approx(whole.values("loss")[:1], rel=1e-5)
    assert run.last() == "step=0-last"


def test_a_signal_to_one_rank_preempts_both(
    server: ForkServer, words: dict[str, Any], behaviour: dict[str, Any], whole: Run, tmp_path: Path
) -> None:
    start = {**words, "layout": "cpu_pp2", "checkpoint": whole.run_dir / "initial"}
    expected = Run(server, tmp_path / "whole", words=start, behaviour=behaviour).finish()
    run = Run(server, tmp_path / "run", words=start, behaviour=behaviour)
    assert run.run(signal_at=5, signal_rank=1) == PREEMPTED
    assert run.last() == "step=4-last"
    assert run.finish() == expected
    general = [line["general_loss"] for line in expected if "general_loss" in line]
    assert general == pytest.approx(whole.values("general_loss"), rel=1e-3)


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """Text A counts up, text B counts down, over the same 32 tokens."""
    folder = tmp_path_factory.mktemp("texts")
    for name, sign in (("a", 1), ("b", -1)):
        with indexed_writer(folder / name, np.uint16) as writer:
            for start in range(64):
                writer.add_document(100 + (start + sign * np.arange(200)) % 32)
    return str(folder / "a"), str(folder / "b")


def test_training_on_b_forgets_a_and_is_stopped(
    server: ForkServer, words: dict[str, Any], texts: tuple[str, str], tmp_path: Path
) -> None:
    a, b = texts
    first = Run(server, tmp_path / "first", words={**words, "max_steps": 30}, pairs=a, behaviour={"general": a})
    first.finish()
    learned = first.values("general_loss")
    assert learned[-1] < 0.5 * learned[0]

    watched = {"general": a, "forgetting_every": 2, "save_every": 2, "forgetting_limit": 0.2}
    start = {**words, "max_steps": 12, "checkpoint": first.run_dir}
    stopped = Run(
        server, tmp_path / "stopped", words=start, pairs=b, behaviour={**watched, "forgetting_action": "stop"}
    )
    assert stopped.run() == GUARD_STOPPED
    measured = stopped.values("general_loss")
    assert measured[0] == pytest.approx(learned[-1], rel=1e-6), "continued from the weights of the first run"
    assert measured[-1] > 1.2 * measured[0]
    assert all(loss <= 1.2 * measured[0] for loss in measured[:-1])
    event = stopped.events()[-1]
    assert (event["event"], event["action"], event["value"]) == ("forgetting", "stop", measured[-1])
    assert stopped.last() == f"step={event['step'] - 1}-last"

    kept = Run(server, tmp_path / "kept", words=start, pairs=b, behaviour={**watched, "forgetting_action": "keep_best"})
    kept.finish()
    breach = kept.events()[0]
    assert breach["value"] == event["value"]
    assert len(kept.events()) == 1
    before = [f"step={breach['step'] - 3}"] if breach["step"] > 2 else []
    assert kept.checkpoints() == sorted([*before, "step=11-last"])
