"""A plan as tables, Markdown and JSON; nothing here computes anything but sums."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from itertools import groupby
from typing import Any

from recipes.plan.cost import Range
from recipes.plan.memory import COMPONENTS, MemoryPlan, RankMemory
from recipes.plan.planner import Planned

GIB = 2**30
MAX_CLASSES = 6  # columns that fit on a screen
Rows = list[list[str]]


def memory_table(memory: MemoryPlan) -> tuple[list[str], Rows]:
    """GiB by component, a column for every class of ranks that need the same; the worst is marked.

    Of more classes than fit on a screen only the first, the worst and the last are shown; JSON has all of them.
    """
    classes = _classes(memory)
    if len(classes) > MAX_CLASSES:
        worst = next(number for number, (_, rank) in enumerate(classes) if rank == memory.worst)
        classes = [classes[number] for number in sorted({0, worst, len(classes) - 1})]
    shown = [name for name in COMPONENTS if any(getattr(rank, name) for rank in memory.ranks)]
    marks = [" (worst)" if rank == memory.worst and len(memory.ranks) > 1 else "" for _, rank in classes]
    columns = ["GiB a GPU", *(label + mark for (label, _), mark in zip(classes, marks, strict=True))]
    rows = [[name.replace("_", " "), *(_gib(getattr(rank, name)) for _, rank in classes)] for name in shown]
    return columns, [*rows, ["total", *(_gib(rank.total) for _, rank in classes)]]


def _classes(memory: MemoryPlan) -> list[tuple[str, RankMemory]]:
    """Neighbouring ranks that look the same, under one label; the worst stands alone."""

    def key(rank: RankMemory) -> tuple[Any, ...]:
        return rank == memory.worst, *(_gib(getattr(rank, name)) for name in COMPONENTS)

    classes = []
    for _, group in groupby(memory.ranks, key):
        ranks = list(group)
        first, last = ranks[0], ranks[-1]
        joined = f"pp {first.pipeline_rank} to {last.pipeline_rank} of {len(memory.ranks)}"
        classes.append((joined if len(ranks) > 1 else first.rank, first))
    return classes if len(memory.ranks) > 1 else [("every GPU", memory.worst)]


def facts(planned: Planned) -> list[tuple[str, str]]:
    """Everything but the components of memory, as name and value."""
    work, memory, run = planned.work, planned.memory, planned.run
    rows = [
        ("layout", describe(planned)),
        ("parameters", f"{memory.total_parameters:,}"),
        ("fullest GPU", f"{_gib(memory.worst.total)} GiB{_of_capacity(memory)}"),
        ("headroom", "not planned on a CPU" if memory.headroom is None else f"{_gib(memory.headroom)} GiB"),
    ]
    if memory.host_bytes_per_node:
        rows.append(("host memory", f"{_gib(memory.host_bytes_per_node)} GiB a node"))
    rows += [
        ("steps", f"{run.steps:,}" + ("" if run.epochs is None else f", {run.epochs:.3g} epochs")),
        ("tokens", f"{run.tokens:,}, {work.tokens_per_step:,} a step"),
    ]
    if planned.speed is not None:
        rows += _time(planned)
    rows.append(("checkpoint", f"{_size(memory.checkpoint_bytes)}, {run.checkpoints} on disk: {_size(run.disk_bytes)}"))
    return rows


def _time(planned: Planned) -> list[tuple[str, str]]:
    speed, run = planned.speed, planned.run
    assert speed is not None
    assert run.hours is not None
    assert run.gpu_hours is not None
    low, high = speed.mfu
    rows = [
        ("model FLOPs", f"{speed.flops / 1e15:,.4g} PFLOP a step"),
        ("step", f"{_range(speed.seconds, 3)} s"),
        ("tokens/s a GPU", _range(speed.tokens_per_second, 3)),
        ("MFU", f"{low:.0%} to {high:.0%} of {speed.peak / 1e15:.3g} PFLOP/s ({planned.work.number_format}, dense)"),
        ("whole run", f"{duration(run.hours)}, {run.validations} validations included"),
        ("GPU-hours", _range(run.gpu_hours, 3)),
    ]
    if run.price is not None:
        rows.append(("price", _range(run.price, 3)))
    return rows


def describe(planned: Planned) -> str:
    """A layout in words: GPUs, parallelism, micro batch, recomputation, optimizer."""
    layout = planned.layout
    parts = [f"{layout.world_size} x {layout.gpu or 'process'}"]
    work = planned.work
    for name, size in (("TP", work.tensor), ("PP", work.pipeline), ("VP", work.virtual), ("CP", work.context)):
        parts += [f"{name} {size}"] if size > 1 else []
    parts += [f"DP {work.data}{' FSDP' if work.fsdp else ''}", f"micro batch {work.micro_batch_size}"]
    parts += [f"{work.recompute} recomputation"] if work.recompute != "none" else []
    return ", ".join([*parts, layout.optimizer, planned.precision])


def comparison(plans: Sequence[Planned]) -> tuple[list[str], Rows]:
    """Several plans side by side: a column each, memory of the worst rank."""
    columns = ["", *(planned.layout.name for planned in plans)]
    by_plan = [dict(facts(planned)) for planned in plans]
    rows = [["fits", *("yes" if planned.fits else "NO" for planned in plans)]]
    rows += [
        [f"{name.replace('_', ' ')}, GiB", *(_gib(getattr(planned.memory.worst, name)) for planned in plans)]
        for name in COMPONENTS
    ]
    names = dict.fromkeys(name for shown in by_plan for name in shown)
    rows += [[name, *(shown.get(name, "") for shown in by_plan)] for name in names]
    return columns, rows


def as_json(planned: Planned, advice: Sequence[str] = ()) -> dict[str, Any]:
    """The plan as it is, bytes and seconds unrounded."""
    memory, speed = planned.memory, planned.speed
    return {
        "recipe": planned.recipe,
        "precision": planned.precision,
        "layout": asdict(planned.layout),
        "fits": planned.fits,
        "capacity_bytes": memory.capacity,
        "headroom_bytes": memory.headroom,
        "worst_rank": memory.worst.rank,
        "ranks": [{**asdict(rank), "total": rank.total} for rank in memory.ranks],
        "total_parameters": memory.total_parameters,
        "host_bytes_per_node": memory.host_bytes_per_node,
        "checkpoint_bytes": memory.checkpoint_bytes,
        "speed": None
        if speed is None
        else {
            "model_flops_per_step": speed.flops,
            "step_seconds": speed.seconds,
            "step_parts_seconds": asdict(speed.step),
            "tokens_per_second_per_gpu": speed.tokens_per_second,
            "mfu": speed.mfu,
            "peak_flops": speed.peak,
        },
        "run": asdict(planned.run),
        "advice": list(advice),
        "notes": list(memory.notes),
    }


def as_markdown(planned: Planned, advice: Sequence[str] = ()) -> str:
    """Both tables and the advice."""
    columns, rows = memory_table(planned.memory)
    text = f"{markdown(columns, rows)}\n{markdown(['what', 'value'], facts(planned))}"
    return text + "".join(f"\n- {sentence}" for sentence in advice) + ("\n" if advice else "")


def markdown(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def duration(hours: Range) -> str:
    """A range of hours in the unit that reads best."""
    short, long = hours
    if long < 1 / 60:
        return f"{_range((short * 3600, long * 3600), 2)} s"
    if long < 2:
        return f"{_range((short * 60, long * 60), 2)} min"
    return f"{_range(hours, 3)} h" if long < 96 else f"{_range((short / 24, long / 24), 3)} days"


def _range(pair: Range, digits: int) -> str:
    low, high = (_rounded(value, digits) for value in pair)
    return f"{low} to {high}"


def _rounded(value: float, digits: int) -> str:
    """So many significant digits, never in scientific notation."""
    if value >= 10**digits:
        power = 10 ** (len(str(int(value))) - digits)
        return f"{round(value / power) * power:,}"
    return f"{value:.{digits}g}"


def _gib(size: int) -> str:
    return f"{size / GIB:,.1f}"


def _size(size: int) -> str:
    return f"{size / 2**40:,.2f} TiB" if size >= 2**40 else f"{size / GIB:,.1f} GiB"


def _of_capacity(memory: MemoryPlan) -> str:
    return "" if memory.capacity is None else f" of {_gib(memory.capacity)}"
