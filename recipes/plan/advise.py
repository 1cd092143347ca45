"""What does not fit, why, and which single changes would make it fit: each is tried by a plan of its own.

Also whether a claimed speed is possible at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import nemo_run as run

from lexatron.errors import UserError
from recipes.hardware import Gpu, nodes
from recipes.layouts import Layout
from recipes.plan.difference import overrides
from recipes.plan.memory import COMPONENTS
from recipes.plan.planner import Planned, Question
from recipes.plan.report import describe, duration
from recipes.plan.search import search
from recipes.plan.speed import Speed
from recipes.registry import RECIPES, find

GIB = 2**30
MOST_GPUS = 64
FORMAT_NAMES = {"bf16": "BF16", "fp8": "FP8", "fp4": "FP4"}


@dataclass(frozen=True)
class Change:
    """A change that makes a plan fit.

    Attributes:
        what: the change, as a user would say it.
        planned: the plan with it.
        words: what to add to the command for it; empty where it is another recipe.
    """

    what: str
    planned: Planned
    words: tuple[str, ...] = ()


def reasons(planned: Planned) -> list[str]:
    """Why a plan does not fit: the worst rank, what it misses, its largest components. Nothing where it fits."""
    memory = planned.memory
    if memory.fits or memory.headroom is None or memory.capacity is None:
        return []
    worst = memory.worst
    largest = sorted(COMPONENTS, key=lambda name: -getattr(worst, name))[:3]
    parts = ", ".join(f"{name.replace('_', ' ')} {getattr(worst, name) / GIB:,.1f}" for name in largest)
    others = sum(rank.total > memory.capacity for rank in memory.ranks)
    alone = len(memory.ranks) == 1
    who = "Every GPU" if alone else f"Rank {worst.rank}"
    ranks = "" if alone else f"; {others} of {len(memory.ranks)} pipeline ranks do not fit"
    needed = f"{worst.total / GIB:,.1f} GiB, {-memory.headroom / GIB:,.1f} more than a {planned.layout.gpu} has"
    return [f"{who} needs {needed}: {parts}{ranks}."]


def fitting_changes(question: Question, planned: Planned) -> list[Change]:
    """Single changes that make it fit, fastest first; each is planned for real."""
    found = [change for what, asked, layout in _changes(question, planned) if (change := _try(what, asked, layout))]
    before = question.build(planned.layout)
    found = [replace(change, words=_words(question, before, change)) for change in found]
    return sorted(found, key=lambda change: change.planned.run.hours or (0.0, 0.0))


def _words(question: Question, before: run.Partial, change: Change) -> tuple[str, ...]:
    if change.planned.recipe != question.function.__name__:
        return ()
    return tuple(overrides(before, question.build(change.planned.layout)))


def searched(question: Question, planned: Planned) -> str:
    """Where no single change helps: the first number of GPUs, from the present one on, for which a layout fits."""
    gpu, count = planned.layout.hardware, planned.layout.world_size
    while gpu is not None and count <= MOST_GPUS:
        try:
            found = question.plan(search(question.build, gpu, count))
        except UserError:
            count *= 2
            continue
        return f"layout=auto:{count}x{gpu.name} fits: {describe(found)}."
    return f"No layout fits, with up to {MOST_GPUS} GPUs."


def sentence(change: Change, before: Planned) -> str:
    """A change, what it leaves free, what it costs in time, and what to type."""
    planned = change.planned
    text = f"{change.what}: {(planned.memory.headroom or 0) / GIB:,.1f} GiB free"
    if planned.run.hours is not None and before.run.hours is not None:
        ratio = planned.run.hours[0] / before.run.hours[0]
        text += f", {duration(planned.run.hours)} ({ratio:.2f} times the time planned above)"
    return f"{text}. Add: {' '.join(change.words)}" if change.words else f"{text}."


def _try(what: str, question: Question, layout: Layout) -> Change | None:
    try:
        planned = question.plan(layout)
    except UserError:  # it does not divide
        return None
    return Change(what, planned) if planned.fits else None


def _changes(question: Question, planned: Planned) -> Iterator[tuple[str, Question, Layout]]:
    layout = planned.layout
    for what, changed in _layout_changes(layout, planned):
        yield what, question, replace(changed, name=f"{layout.name}_changed")
    yield from _adapters(question, planned)


def _layout_changes(layout: Layout, planned: Planned) -> Iterator[tuple[str, Layout]]:
    """One change each; those that the layout has already are left out."""
    if layout.recompute == "none":
        yield "Recompute the MLPs", replace(layout, recompute="selective")
    if layout.recompute != "full":
        yield "Recompute every layer", replace(layout, recompute="full")
    if layout.micro_batch_size > 1:
        yield "Micro batch 1", replace(layout, micro_batch_size=1)
    if planned.work.adapter is None:
        yield from _optimizer_changes(layout)
    yield from _wider(layout)
    yield from _more(layout)


def _optimizer_changes(layout: Layout) -> Iterator[tuple[str, Layout]]:
    if layout.optimizer == "adam":
        yield "Moments and gradients of 16 bits (adam_bf16)", replace(layout, optimizer="adam_bf16")
    if layout.optimizer in ("adam", "adam_bf16"):
        yield "First moment of 8 bits, the rest of 16 (adam_fp8)", replace(layout, optimizer="adam_fp8")
    if layout.optimizer != "cpu_offload":
        yield "Optimizer in the host's memory (cpu_offload)", replace(layout, optimizer="cpu_offload")


def _wider(layout: Layout) -> Iterator[tuple[str, Layout]]:
    """More of the same GPUs for one copy of the model."""
    tensor, pipeline = layout.tensor_model_parallel_size, layout.pipeline_model_parallel_size
    yield f"TP {tensor * 2}", replace(layout, tensor_model_parallel_size=tensor * 2, sequence_parallel=True)
    yield f"PP {pipeline * 2}", replace(layout, pipeline_model_parallel_size=pipeline * 2)
    if not layout.fsdp and layout.world_size > 1 and layout.optimizer == "adam":
        yield (
            "Megatron FSDP",
            replace(
                layout,
                fsdp=True,
                tensor_model_parallel_size=1,
                pipeline_model_parallel_size=1,
                virtual_pipeline_model_parallel_size=None,
                context_parallel_size=1,
                sequence_parallel=False,
            ),
        )


def _more(layout: Layout) -> Iterator[tuple[str, Layout]]:
    gpu = layout.hardware
    if gpu is not None and layout.world_size < MOST_GPUS:
        count = layout.world_size * 2
        num_nodes, devices = nodes(gpu, count)
        yield f"{count} x {gpu.name} (more copies)", replace(layout, num_nodes=num_nodes, devices=devices)


def _adapters(question: Question, planned: Planned) -> Iterator[tuple[str, Question, Layout]]:
    """LoRA and QLoRA of the same model in the same precision, for as many steps of as many tokens."""
    entry, work = find(question.function.__name__), planned.work
    words = (
        *(word for word in question.words if word.startswith(("precision=", "model.config.vocab_size="))),
        *(f"seq_length={work.seq_length}", f"global_batch_size={work.global_batch_size}"),
        *(f"max_steps={planned.run.steps}", "samples=1", "packed=False"),
    )
    stages = ("lora", "qlora") if work.adapter is None else () if work.adapter.quantised else ("qlora",)
    for stage in stages:
        name = f"{entry.model}_{stage}"
        if name in RECIPES:
            asked = replace(question, function=find(name).load(), words=words)
            layout = replace(planned.layout, optimizer="adam", fsdp=False, name=f"{planned.layout.name}_{stage}")
            yield f"{name} instead", asked, layout


def claim(speed: Speed, gpu: Gpu, number_format: str, tokens_per_second: float) -> str:
    """Whether a claimed speed of all GPUs together is possible: model FLOP/s against the peak and the estimate."""
    each = tokens_per_second / speed.world_size
    needed = speed.flops / speed.tokens * each
    low, high = speed.tokens_per_second
    said = (
        f"{tokens_per_second:,.0f} tokens/s on {speed.world_size} x {gpu.name} are {each:,.0f} a GPU, "
        f"{needed / 1e15:.2g} PFLOP/s"
    )
    name = f"the dense {FORMAT_NAMES[number_format]} peak of {speed.peak / 1e15:.2g} PFLOP/s"
    if needed > speed.peak:
        return f"{said}: impossible, {needed / speed.peak:.1f} times {name}."
    if each > high:
        return f"{said}: {needed / speed.peak:.0%} of {name}, more than the {low:,.0f} to {high:,.0f} planned here."
    return f"{said}: within or below the {low:,.0f} to {high:,.0f} planned here."
