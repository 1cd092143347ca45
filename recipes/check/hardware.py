"""Checks of the hardware: GPUs against the layout and the precision, the layout against the model, the memory."""

from __future__ import annotations

from lexatron.errors import UserError
from recipes import layouts
from recipes.check.context import Context
from recipes.check.environment import precision_of
from recipes.check.finding import ELSEWHERE, Finding, failed, passed, refused, warned
from recipes.layouts import Layout, Shape
from recipes.precision import PRECISIONS

GIB = 2**30

TIGHT = 0.05
"""Share of a GPU's memory below which headroom is no headroom: the plan aims at 5 % of what is measured."""


def gpus(context: Context) -> list[Finding]:
    """The devices that the layout asks for are there."""
    wanted = int(context.recipe.trainer.devices)
    if context.on_cpu:
        return _processes(context, wanted)
    nodes = int(context.recipe.trainer.num_nodes)
    kind = context.gpu.name if context.gpu else "GPU"
    asked = f"{wanted} x {kind}" + (f" on each of {nodes} nodes" if nodes > 1 else "")
    found = context.machine.gpus
    if context.elsewhere:
        return warned("GPUs", f"not checked here; this layout needs {asked}", ELSEWHERE)
    if not found:
        return failed("GPUs", f"none here; this layout needs {asked}", "--elsewhere for another machine, or layout=cpu")
    names = ", ".join(sorted({gpu.name for gpu in found}))
    if len(found) < wanted:
        return failed("GPUs", f"{len(found)} x {names}; this layout needs {asked}", "choose a layout for fewer GPUs")
    if context.gpu and any(context.gpu.name not in gpu.name.upper().split() for gpu in found):
        return warned("GPUs", f"{names}, and this layout is for {kind}", "choose a layout for them: lexatron plan")
    return passed("GPUs", f"{len(found)} x {names}; this layout needs {asked}")


def _processes(context: Context, wanted: int) -> list[Finding]:
    if context.machine.gpus and not context.elsewhere:
        return warned(
            "GPUs",
            "this layout is for a CPU, and the CPU backend stays off where there are GPUs",
            "choose a GPU layout, or hide them: CUDA_VISIBLE_DEVICES=",
        )
    cores = context.machine.cores
    if wanted > cores and not context.elsewhere:
        return warned("processes", f"{wanted} on {cores} CPU cores: they wait for each other", "use a smaller layout")
    return passed("processes", f"{wanted} on {cores} CPU cores")


def precision(context: Context) -> list[Finding]:
    """The tensor cores that the precision needs are there."""
    asked = PRECISIONS[precision_of(context)]
    if asked.compute_capability == (0, 0):
        return passed("precision", f"{asked.name}: any hardware")
    remedy = "use precision=bf16, or fp8_current on Hopper"
    if context.on_cpu:
        return failed("precision", f"{asked.name} would be ignored on a CPU: it needs {asked.needs}", remedy)
    if context.machine.gpus and not context.elsewhere:
        capability = min(gpu.compute_capability for gpu in context.machine.gpus)
    elif context.gpu is not None:
        capability = context.gpu.compute_capability
    else:
        return warned("precision", f"not checked here; {asked.name} needs {asked.needs}", ELSEWHERE)
    mine = ".".join(map(str, capability))
    if capability < asked.compute_capability:
        return failed("precision", f"{asked.name} needs {asked.needs}; these GPUs have {mine}", remedy)
    return passed("precision", f"{asked.name}: compute capability {mine}")


def layout(context: Context) -> list[Finding]:
    """The parallelism divides the devices, the model and the batch."""
    mine, shape = layout_of(context), shape_of(context)
    try:
        layouts.check(mine, shape)
    except UserError as error:
        return refused("layout", error)
    sizes = {
        "TP": mine.tensor_model_parallel_size,
        "PP": mine.pipeline_model_parallel_size,
        "VP": mine.virtual_pipeline_model_parallel_size or 1,
        "CP": mine.context_parallel_size,
        "DP": mine.data_parallel_size,
    }
    described = ", ".join(f"{name} {size}" for name, size in sizes.items() if size > 1) or "one process"
    return passed("layout", f"{described}, micro batch {mine.micro_batch_size}: divides")


def layout_of(context: Context) -> Layout:
    """The layout that the built recipe says, overrides included."""
    trainer, strategy = context.recipe.trainer, context.recipe.trainer.strategy
    return Layout(
        "of this recipe",
        "cpu" if context.on_cpu else "gpu",
        num_nodes=trainer.num_nodes,
        devices=trainer.devices,
        tensor_model_parallel_size=strategy.tensor_model_parallel_size,
        pipeline_model_parallel_size=strategy.pipeline_model_parallel_size,
        virtual_pipeline_model_parallel_size=strategy.virtual_pipeline_model_parallel_size,
        context_parallel_size=strategy.context_parallel_size,
        sequence_parallel=strategy.sequence_parallel,
        micro_batch_size=context.micro_batch_size,
    )


def shape_of(context: Context) -> Shape:
    """What of the model and the batch the layout has to divide."""
    config, data = context.recipe.model.config, context.recipe.data
    return Shape(
        num_layers=config.num_layers,
        num_attention_heads=config.num_attention_heads,
        num_query_groups=config.num_query_groups or config.num_attention_heads,
        seq_length=data.seq_length,
        global_batch_size=data.global_batch_size,
    )


def host_memory(context: Context) -> list[Finding]:
    """What CPU offload keeps in a node's own memory fits there."""
    plan = context.plan
    if plan is None or isinstance(plan, UserError) or not plan.host_bytes_per_node:
        return []
    needed, there = plan.host_bytes_per_node, context.machine.memory_bytes
    if context.elsewhere:
        return warned("host memory", f"not checked here; CPU offload needs {needed / GIB:,.0f} GiB a node", ELSEWHERE)
    detail = f"CPU offload needs {needed / GIB:,.0f} GiB a node, {there / GIB:,.0f} GiB here"
    if needed > there:
        return failed("host memory", detail, "choose a layout that keeps the optimizer on the GPUs (lexatron plan)")
    return passed("host memory", detail)


def memory(context: Context) -> list[Finding]:
    """The plan fits, with some room."""
    plan = context.plan
    if plan is None:
        return []
    if isinstance(plan, UserError):
        return refused("memory", plan)
    worst = f"{plan.worst.total / GIB:.1f} GiB on the worst rank ({plan.worst.rank})"
    if plan.capacity is None or plan.headroom is None:
        if context.on_cpu:
            return passed("memory", f"{worst}, planned")
        return warned("memory", f"{worst}, planned, for a GPU that is not known", "lexatron plan RECIPE --gpus 8xH100")
    room = f"{worst}, planned; {plan.capacity / GIB:.1f} GiB a GPU, headroom {plan.headroom / GIB:.1f} GiB"
    if not plan.fits:
        return failed("memory", room, "lexatron plan RECIPE says which change would make it fit")
    if plan.headroom < TIGHT * plan.capacity:
        return warned("memory", room, "leave more: another layout, or more recomputation (lexatron plan)")
    return passed("memory", room)
