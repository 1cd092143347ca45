"""NVIDIA's published runs beside the plan's estimates of them: `python -m recipes.plan.calibration` prints the table.

The table stands in docs/planning_time.md; a test fails where it drifts.
"""

from __future__ import annotations

from plugins.callbacks.flops import Shape
from recipes.hardware import GPUS
from recipes.plan.published import PUBLISHED, Published
from recipes.plan.report import markdown
from recipes.plan.speed import speed
from recipes.plan.workload import Adapter, Workload
from recipes.precision import PRECISIONS

SHAPES = {
    "8b": Shape(32, 4096, 4096, 1024, 14336, True, 128_256),
    "70b": Shape(80, 8192, 8192, 1024, 28672, True, 128_256),
    "405b": Shape(126, 16384, 16384, 1024, 53248, True, 128_256),
}
"""Llama 3: layers, hidden, queries, keys and values, feed-forward, gated, vocabulary."""
SUPERSEDED = ("25.07", "70b", "mxfp8")
"""The one run that is slower than its range: MXFP8 on 70B became 36 % faster from container 25.07 to 25.09."""


def ran(run: Published) -> Workload:
    """A published run as a workload: NVIDIA's recipes overlap tensor parallelism and reduce gradients in BF16.

    The pages do not state the rank of LoRA; at 16 its adapters are below 1 % of the FLOPs.
    """
    number_format = PRECISIONS[run.precision].peak
    return Workload(
        shape=SHAPES[run.model],
        seq_length=run.seq_length,
        micro_batch_size=run.micro_batch_size,
        global_batch_size=run.global_batch_size,
        world_size=run.count,
        tensor=run.tensor,
        pipeline=run.pipeline,
        virtual=run.virtual,
        context=run.context,
        number_format=number_format,
        bf16_layers=2 if run.precision == "fp8_current" else 0,
        adapter=Adapter(rank=16) if run.task == "lora" else None,
        fsdp=run.fsdp,
        gradient_bytes=2,
        gather_bytes=1 if number_format == "fp8" else 2,
        tensor_overlap=run.tensor > 1,
    )


def table() -> str:
    """Every published run: what was measured, and the range that the plan gives for it."""
    columns = ["page", "run", "GPUs", "precision", "GBS, MBS, tokens", "layout", "tokens/s a GPU", "MFU", "planned"]
    return markdown(columns, [_row(run) for run in PUBLISHED])


def _row(run: Published) -> list[str]:
    estimate = speed(ran(run), GPUS[run.gpu])
    sizes = (("TP", run.tensor), ("PP", run.pipeline), ("CP", run.context), ("VP", run.virtual))
    layout = [f"{name} {size}" for name, size in sizes if size > 1] + ["FSDP"] * run.fsdp
    mfu = run.tokens_per_second * estimate.flops / estimate.tokens / estimate.peak
    low, high = estimate.tokens_per_second
    return [
        run.source,
        f"{run.model.upper()} {run.task}",
        f"{run.count} x {run.gpu}",
        run.precision,
        f"{run.global_batch_size}, {run.micro_batch_size}, {run.seq_length}",
        ", ".join(layout) or "DP",
        f"{run.tokens_per_second:,.0f}",
        f"{mfu:.0%}",
        f"{low:,.0f} to {high:,.0f}",
    ]


if __name__ == "__main__":
    print(table(), end="")
