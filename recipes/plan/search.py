"""`layout=auto:4xB200`: the fastest layout that fits by the plan.

All layouts that divide are listed, those that plainly do not fit are dropped by a bound that costs nothing, the rest
are ordered by estimated time, and the real plan is asked in that order: the first that fits is the answer. States of
the optimizer in fewer bits, and offloading, change the numerics or the time by much: they are only tried where no
layout with plain Adam fits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import nemo_run as run

from lexatron.errors import UserError
from recipes import layouts
from recipes.hardware import Gpu, nodes
from recipes.layouts import Layout, Optimizer, Recompute
from recipes.plan.bound import bound
from recipes.plan.memory import plan_memory
from recipes.plan.planner import LUMI_VOCABULARY
from recipes.plan.speed import step
from recipes.plan.workload import Workload, laid_out, read
from recipes.recipe import Factory
from recipes.registry import parameters

TIERS: tuple[Optimizer, ...] = ("adam", "adam_bf16", "adam_fp8", "cpu_offload")
RECOMPUTE: tuple[Recompute, ...] = ("none", "selective", "full")
MICRO_BATCHES = (1, 2, 4, 8, 16)
MAX_TENSOR = 8
SAME = 0.02  # estimates that differ by less are equal, and the simpler layout is taken
ATTEMPTS = 12  # real plans a tier: those after them are much slower and rarely leaner
SLACK = 0.9  # what is known of the bound's errors is trusted so far when it drops a layout
MARGIN = 0.05  # of the memory stays free: what the plan may be wrong by


def auto(function: Factory, settings: Mapping[str, Any], gpu: Gpu, count: int) -> Layout:
    """The fastest layout that fits a recipe with these settings; `layout` among them is not read, nor are data.

    Raises:
        UserError: nothing fits, or the precision needs another GPU.
    """
    given = {key: value for key, value in settings.items() if key != "layout"}
    given |= {name: 1 for name in ("max_steps", "samples") if name in parameters(function) and not given.get(name)}

    def build(layout: Layout) -> run.Partial:
        recipe = function.with_layout(layout, **given)
        if recipe.model.config.vocab_size is None and not _has_tokenizer(recipe):
            recipe.model.config.vocab_size = LUMI_VOCABULARY
        return recipe

    return search(build, gpu, count)


class NothingFits(UserError):
    """No layout fits.

    Attributes:
        leanest: the layout that needs least by the bound.
    """

    def __init__(self, what: str, leanest: Layout):
        super().__init__(what, remedy="use more GPUs")
        self.leanest = leanest


def search(build: Callable[[Layout], run.Partial], gpu: Gpu, count: int) -> Layout:
    """The fastest layout that fits what `build` makes of it, on `count` GPUs in whole nodes.

    Raises:
        NothingFits: the nearest miss is told.
        UserError: the precision needs another GPU, or no layout divides the batch.
    """
    probe = build(Layout("probe", "gpu", gpu.name))
    work, shape = read(probe), _shape(probe)
    if work.number_format not in gpu.peak_flops:
        raise UserError(f"no speed of {gpu.name} in {work.number_format} is known", remedy="use precision=bf16")
    micro_batches = MICRO_BATCHES if hasattr(probe.data, "micro_batch_size") else (1,)  # of packs there is one
    missed: list[tuple[float, Layout]] = []
    leanest: list[tuple[float, Layout]] = []
    for tier in TIERS if work.adapter is None else TIERS[:1]:
        ordered = _fastest_first(candidates(shape, gpu, count, tier, micro_batches), work, gpu)
        fitting = _first_that_fits(ordered, build, work, gpu, missed)
        if fitting is not None:
            return fitting
        leanest += [(bound(laid_out(work, layout)), layout) for layout in ordered]
    if not leanest:
        raise UserError(
            f"no layout of {count} x {gpu.name} divides the model and the batch", remedy="use other numbers"
        )
    what = f"it does not fit {count} x {gpu.name}{_miss(missed)}"
    raise NothingFits(what, min(leanest, key=lambda pair: pair[0])[1])


def _first_that_fits(
    ordered: Sequence[Layout],
    build: Callable[[Layout], run.Partial],
    work: Workload,
    gpu: Gpu,
    missed: list[tuple[float, Layout]],
) -> Layout | None:
    """The first layout that the real plan lets fit; those that do not are added to `missed` with the bytes missing.

    What the bound was too low by at one layout, it is at the others too: they are dropped for it.
    """
    needed = gpu.memory_bytes * (1 - MARGIN)
    tried, too_low = 0, 0.0
    for layout in ordered:
        low = bound(laid_out(work, layout))
        if low * SLACK > needed or low + SLACK * too_low > needed:
            continue
        total = plan_memory(build(layout), gpu).worst.total
        if total <= needed:
            return layout
        missed.append((total - needed, layout))
        tried, too_low = tried + 1, max(0.0, total - low)
        if tried == ATTEMPTS:
            break
    return None


def candidates(
    shape: layouts.Shape, gpu: Gpu, count: int, optimizer: Optimizer, micro_batches: Sequence[int] = MICRO_BATCHES
) -> list[Layout]:
    """Every layout of `count` GPUs that divides the model, the batch and the GPUs, in a fixed order."""
    num_nodes, devices = nodes(gpu, count)
    base = Layout(f"auto_{gpu.name.lower()}x{count}", "gpu", gpu.name, num_nodes, devices, optimizer=optimizer)
    found = []
    for parallel, micro, recompute in product(_parallel(shape, gpu, base), micro_batches, RECOMPUTE):
        layout = replace(parallel, micro_batch_size=micro, recompute=recompute)
        if _divides(layout, shape):
            found.append(layout)
    return found


def _parallel(shape: layouts.Shape, gpu: Gpu, base: Layout) -> Iterator[Layout]:
    """Tensor parallel within NVLink, pipeline and its virtual stages, context parallel for long sequences.

    Not Megatron FSDP: this stack builds it, but nothing of its memory was ever compared with a run.
    """
    count = base.world_size
    for tensor, pipeline, context in product(_divisors(count), _divisors(count), _divisors(count)):
        spread = tensor * pipeline * context
        if count % spread or tensor > min(MAX_TENSOR, gpu.nvlink_domain) or context > max(1, shape.seq_length // 4096):
            continue
        layout = replace(
            base,
            tensor_model_parallel_size=tensor,
            pipeline_model_parallel_size=pipeline,
            context_parallel_size=context,
            sequence_parallel=tensor > 1,
        )
        yield layout
        for virtual in _virtual(shape.num_layers, pipeline):
            yield replace(layout, virtual_pipeline_model_parallel_size=virtual)


def _divisors(number: int) -> list[int]:
    return [n for n in range(1, number + 1) if number % n == 0]


def _virtual(num_layers: int, pipeline: int) -> list[int]:
    """Virtual stages of about four layers, as NVIDIA's runs of 70B have them; fewer layers are all communication."""
    if pipeline == 1 or num_layers % pipeline:
        return []
    stage = num_layers // pipeline
    return [stage // 4] if stage > 4 and stage % 4 == 0 else []


def _divides(layout: Layout, shape: layouts.Shape) -> bool:
    try:
        layouts.check(layout, shape)
    except UserError:
        return False
    microbatches = shape.global_batch_size // (layout.micro_batch_size * layout.data_parallel_size)
    pipeline = layout.pipeline_model_parallel_size
    interleaved = layout.virtual_pipeline_model_parallel_size is not None
    return microbatches >= pipeline and not (interleaved and microbatches % pipeline)


def _fastest_first(found: Sequence[Layout], work: Workload, gpu: Gpu) -> list[Layout]:
    """By the estimated time of a step; of equally fast ones the simplest first."""
    timed = [(step(laid_out(work, layout), gpu).seconds, layout) for layout in found]
    best = min((seconds for seconds, _ in timed), default=1.0)
    timed.sort(key=lambda pair: (int((pair[0] / best - 1) / SAME), _complexity(pair[1]), pair[0]))
    return [layout for _, layout in timed]


def _complexity(layout: Layout) -> tuple[int, ...]:
    """What makes a layout harder to run: fewer kinds of parallelism first, then smaller groups."""
    sizes = (
        layout.pipeline_model_parallel_size,
        layout.context_parallel_size,
        layout.tensor_model_parallel_size,
        layout.virtual_pipeline_model_parallel_size or 1,
    )
    kinds = sum(size > 1 for size in sizes)
    return (kinds, RECOMPUTE.index(layout.recompute), *sizes, layout.micro_batch_size)


def _has_tokenizer(recipe: run.Partial) -> bool:
    folder = getattr(recipe.data, "tokenizer", None) or f"{recipe.data.corpus}/tokenizer"
    return Path(folder).is_dir()


def _shape(recipe: run.Partial) -> layouts.Shape:
    config = recipe.model.config
    return layouts.Shape(
        num_layers=config.num_layers,
        num_attention_heads=config.num_attention_heads,
        num_query_groups=config.num_query_groups,
        seq_length=recipe.data.seq_length,
        global_batch_size=recipe.data.global_batch_size,
    )


def _miss(missed: Sequence[tuple[float, Layout]]) -> str:
    if not missed:
        return ": the weights and states alone are too large"
    missing, layout = min(missed, key=lambda pair: pair[0])
    tensor, pipeline = layout.tensor_model_parallel_size, layout.pipeline_model_parallel_size
    return (
        f" with 5 % left free: the nearest layout misses {missing / 2**30:.1f} GiB a GPU "
        f"(TP {tensor}, PP {pipeline}, {layout.recompute} recomputation, {layout.optimizer})"
    )
