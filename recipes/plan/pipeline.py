"""How many microbatches a pipeline rank holds at once, by Megatron's schedules.

`megatron/core/pipeline_parallel/schedules.py`: some forward passes to warm up, then one forward and one backward pass
in turn, then the backward passes that are left. With virtual stages a rank has several model chunks, and the order in
which it takes them is Megatron's own schedule table.
"""

from __future__ import annotations

from collections.abc import Iterator

from megatron.core.pipeline_parallel.schedules import get_schedule_table


def in_flight(
    pipeline: int, rank: int, virtual: int | None, microbatches: int, group: int | None = None
) -> set[tuple[int, ...]]:
    """The numbers of microbatches in flight, one for each model chunk, at every moment when they are most.

    Args:
        pipeline: stages in the pipeline.
        rank: this rank's place in it.
        virtual: model chunks of each rank; None: one.
        microbatches: of one step.
        group: microbatches that a chunk takes in a row; None: as many as there are stages.
    """
    chunks = virtual or 1
    table = [chunk for _, chunk in get_schedule_table(microbatches, chunks, group or pipeline)]
    states = list(_states(table, chunks, warmup(pipeline, rank, virtual, group)))
    most = max(sum(state) for state in states)
    return {state for state in states if sum(state) == most}


def warmup(pipeline: int, rank: int, virtual: int | None, group: int | None = None) -> int:
    """Forward passes of chunks before the first backward pass, in a step of many microbatches."""
    if virtual is None:
        return pipeline - rank - 1
    return 2 * (pipeline - rank - 1) + (virtual - 1) * (group or pipeline)


def _states(table: list[int], chunks: int, ahead: int) -> Iterator[tuple[int, ...]]:
    """In flight after each forward pass; `table` is the chunk of each, backward passes mirror it."""
    counts = [0] * chunks
    for number, chunk in enumerate(table):
        counts[chunk] += 1
        yield tuple(counts)
        if number >= ahead:
            counts[chunks - 1 - table[number - ahead]] -= 1
