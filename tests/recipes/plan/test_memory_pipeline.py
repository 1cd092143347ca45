"""Microbatches in flight against a simulation of all ranks that knows nothing of warm-up counts."""

from __future__ import annotations

import pytest
from megatron.core.pipeline_parallel.schedules import convert_schedule_table_to_order, get_schedule_table

from recipes.plan.pipeline import in_flight, warmup


@pytest.mark.parametrize("pipeline", [1, 2, 4, 8])
@pytest.mark.parametrize("microbatches", [1, 3, 8, 32])
def test_without_virtual_stages_a_rank_holds_as_many_as_there_are_stages_after_it(
    pipeline: int, microbatches: int
) -> None:
    for rank in range(pipeline):
        assert in_flight(pipeline, rank, None, microbatches) == {(min(pipeline - rank, microbatches),)}


@pytest.mark.parametrize(
    ("pipeline", "virtual", "microbatches"), [(2, 2, 4), (4, 2, 8), (4, 5, 16), (8, 2, 16), (4, 3, 4)]
)
def test_interleaved_order_is_megatrons_and_respects_every_dependency(
    pipeline: int, virtual: int, microbatches: int
) -> None:
    orders = [_order(pipeline, virtual, microbatches, rank) for rank in range(pipeline)]
    peaks = _run(orders, pipeline, virtual)
    for rank in range(pipeline):
        assert {sum(state) for state in in_flight(pipeline, rank, virtual, microbatches)} == {peaks[rank]}


def test_interleaving_costs_more_on_the_first_rank() -> None:
    """Narayanan et al., arXiv 2104.04473: more, smaller chunks; 1 + (p - 1) / (p v) times as much."""
    (state,) = {sum(counts) for counts in in_flight(4, 0, 5, 64)}
    assert state / 5 == pytest.approx(4 * (1 + 3 / (4 * 5)))


def _order(pipeline: int, virtual: int, microbatches: int, rank: int) -> list[int]:
    """Megatron's order of passes: chunk + 1 forward, -(chunk + 1) backward."""
    ahead = min(warmup(pipeline, rank, virtual), microbatches * virtual)
    table = get_schedule_table(microbatches, virtual, pipeline)
    return convert_schedule_table_to_order(ahead, virtual, table)


def _run(orders: list[list[int]], pipeline: int, virtual: int) -> list[int]:
    """Run all ranks, each pass as soon as what it needs is done; the most chunks that each rank holds.

    Raises:
        AssertionError: the ranks wait for each other.
    """
    done: set[tuple[str, int, int]] = set()  # pass, stage, number among the passes of that stage
    stages = pipeline * virtual
    positions, held, peaks = [0] * pipeline, [0] * pipeline, [0] * pipeline
    counts = [{"f": [0] * virtual, "b": [0] * virtual} for _ in range(pipeline)]
    while any(position < len(order) for position, order in zip(positions, orders, strict=True)):
        moved = False
        for rank, order in enumerate(orders):
            if positions[rank] == len(order):
                continue
            move = order[positions[rank]]
            kind, chunk = ("f" if move > 0 else "b"), abs(move) - 1
            stage, number = chunk * pipeline + rank, counts[rank][kind][chunk]
            if kind == "f":
                ready = stage == 0 or ("f", stage - 1, number) in done
            else:
                ready = ("f", stage, number) in done and (stage == stages - 1 or ("b", stage + 1, number) in done)
            if ready:
                moved = True
                done.add((kind, stage, number))
                counts[rank][kind][chunk] += 1
                positions[rank] += 1
                held[rank] += 1 if kind == "f" else -1
                peaks[rank] = max(peaks[rank], held[rank])
        assert moved, "the ranks wait for each other"
    return peaks
