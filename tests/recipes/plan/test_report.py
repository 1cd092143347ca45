"""The plan as tables, Markdown, JSON and a picture."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from recipes.plan.memory import COMPONENTS, MemoryPlan, RankMemory
from recipes.plan.plot import plot
from recipes.plan.report import duration, memory_table

GIB = 2**30


def rank(number: int, weights: int, activations: int) -> RankMemory:
    sizes = dict.fromkeys(COMPONENTS, 0) | {"weights": weights * GIB, "activations": activations * GIB}
    return RankMemory(
        rank=f"pp {number} of 4", pipeline_rank=number, parameters=weights, trainable_parameters=weights, **sizes
    )


PLAN = MemoryPlan(
    ranks=(rank(0, 40, 30), rank(1, 38, 20), rank(2, 38, 20), rank(3, 40, 10)),
    capacity=60 * GIB,
    host_bytes_per_node=0,
    total_parameters=156,
    checkpoint_bytes=1,
)


def test_equal_ranks_share_a_column_and_the_worst_is_marked() -> None:
    columns, rows = memory_table(PLAN)
    assert columns == ["GiB a GPU", "pp 0 of 4 (worst)", "pp 1 to 2 of 4", "pp 3 of 4"]
    assert rows == [
        ["weights", "40.0", "38.0", "40.0"],
        ["activations", "30.0", "20.0", "10.0"],
        ["total", "70.0", "58.0", "50.0"],
    ]


def test_one_rank_is_not_called_the_worst() -> None:
    assert memory_table(replace(PLAN, ranks=PLAN.ranks[:1]))[0] == ["GiB a GPU", "every GPU"]


def test_of_many_ranks_the_first_the_worst_and_the_last_are_shown() -> None:
    ranks = tuple(rank(number, 40, 30 + (number if number < 5 else -number)) for number in range(8))
    columns, rows = memory_table(replace(PLAN, ranks=ranks))
    assert columns[1:] == ["pp 0 of 4", "pp 4 of 4 (worst)", "pp 7 of 4"]
    assert rows[-1] == ["total", "70.0", "74.0", "63.0"]


@pytest.mark.parametrize(
    ("hours", "text"),
    [
        ((0.002, 0.003), "7.2 to 11 s"),
        ((0.5, 1.5), "30 to 90 min"),
        ((47.321, 61.24), "47.3 to 61.2 h"),
        ((120.0, 156.0), "5 to 6.5 days"),
        ((2400, 3120), "100 to 130 days"),
    ],
)
def test_durations_read_well(hours: tuple[float, float], text: str) -> None:
    assert duration(hours) == text


@pytest.mark.parametrize(("name", "magic"), [("memory.png", b"\x89PNG"), ("memory.svg", b"<?xml")])
def test_the_picture_is_what_its_name_says(tmp_path: Path, name: str, magic: bytes) -> None:
    plot(PLAN, "a plan", tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(magic)
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_the_picture_has_bars_of_the_right_height_and_the_capacity(tmp_path: Path) -> None:
    """An SVG keeps text: the legend names the components that are there, and no others."""
    plot(PLAN, "a plan", tmp_path / "memory.svg")
    text = (tmp_path / "memory.svg").read_text("utf-8")
    assert "<!-- weights -->" in text
    assert "<!-- capacity -->" in text
    assert "<!-- gradients -->" not in text


def test_json_needs_no_help() -> None:
    assert json.loads(json.dumps(PLAN.worst.total)) == 70 * GIB
