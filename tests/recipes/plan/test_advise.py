"""Advice: why a plan does not fit, changes that truly fit, and claims that cannot be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recipes.hardware import GPUS
from recipes.layouts import Layout
from recipes.plan.advise import claim, fitting_changes, reasons, searched, sentence
from recipes.plan.calibration import SHAPES
from recipes.plan.planner import Planned, Question
from recipes.plan.speed import speed
from recipes.plan.workload import Workload, read
from recipes.registry import find

WORDS = ("tokens=1000000", "global_batch_size=8", "seq_length=1024", "model.config.vocab_size=128256")
QUESTION = Question(find("llama31_8b_cpt").load(), WORDS)


@pytest.fixture(scope="module")
def too_much() -> Planned:
    """All weights of 8B with plain Adam on one H100: 144 GB of states alone."""
    return QUESTION.plan(Layout("h100x1", "gpu", "H100"))


def test_the_reason_names_rank_and_components(too_much: Planned) -> None:
    assert not too_much.fits
    (reason,) = reasons(too_much)
    assert "more than a H100 has" in reason
    assert "optimizer" in reason
    assert reason.startswith("Every GPU needs")


def test_changes_fit_when_planned_again_and_are_single(too_much: Planned) -> None:
    changes = fitting_changes(QUESTION, too_much)
    said = [change.what for change in changes]
    assert any("cpu_offload" in what for what in said)
    assert any("llama31_8b_lora" in what for what in said)
    assert not any("Micro batch" in what for what in said)  # it is 1 already
    assert all(change.planned.fits and change.planned.memory.headroom for change in changes)
    for change in changes:
        assert "GiB free" in sentence(change, too_much)
    hours = [change.planned.run.hours or (0, 0) for change in changes]
    assert hours == sorted(hours)


def test_what_to_type_makes_the_recipe_of_the_change(too_much: Planned) -> None:
    for change in fitting_changes(QUESTION, too_much):
        if change.planned.recipe == "llama31_8b_cpt":
            typed = replace(QUESTION, words=(*WORDS, *change.words)).build(too_much.layout)
            assert change.words
            assert read(typed) == change.planned.work


def test_nothing_is_said_of_what_fits() -> None:
    planned = Question(find("llama31_8b_lora").load(), ("samples=100", "packed=False", *WORDS[1:])).plan(
        Layout("h", "gpu", "H100")
    )
    assert planned.fits
    assert reasons(planned) == []


def test_the_search_says_the_fewest_gpus_and_the_layout(too_much: Planned) -> None:
    said = searched(QUESTION, too_much)
    assert said.startswith("layout=auto:1xH100 fits: 1 x H100, DP 1")
    assert "cpu_offload" in said


WORK_70B = Workload(SHAPES["70b"], 4096, 1, 128, 4, tensor=4, recompute="full", number_format="fp8")


@pytest.mark.parametrize(
    ("claimed", "verdict"),
    [
        (90_000, "impossible, 2.2 times the dense FP8 peak of 4.5 PFLOP/s"),
        (35_000, "more than the"),
        (8_000, "within or below"),
    ],
)
def test_claims_are_held_against_the_peak(claimed: float, verdict: str) -> None:
    """22,500 tokens/s a GPU times 433 GFLOP a token are 9.7 PFLOP/s."""
    assert verdict in claim(speed(WORK_70B, GPUS["B200"]), GPUS["B200"], "fp8", claimed)
