"""The shipped layouts: a table a model and stage family, a row a hardware; each is planned in a test."""

from __future__ import annotations

from typing import Any

from recipes.hardware import GPUS, find_gpu, nodes
from recipes.layouts import Layout, Optimizer, Recompute


def row(
    gpu: str,
    count: int,
    *,
    tp: int = 1,
    pp: int = 1,
    vp: int | None = None,
    cp: int = 1,
    micro: int = 1,
    recompute: Recompute = "none",
    optimizer: Optimizer = "adam",
    fsdp: bool = False,
) -> Layout:
    """`count` GPUs; sequence parallel wherever there is tensor parallel."""
    num_nodes, devices = nodes(find_gpu(gpu), count)
    return Layout(
        f"{gpu.lower()}x{count}{'_fsdp' if fsdp else ''}",
        "gpu",
        gpu,
        num_nodes=num_nodes,
        devices=devices,
        tensor_model_parallel_size=tp,
        pipeline_model_parallel_size=pp,
        virtual_pipeline_model_parallel_size=vp,
        context_parallel_size=cp,
        sequence_parallel=tp > 1,
        micro_batch_size=micro,
        recompute=recompute,
        optimizer=optimizer,
        fsdp=fsdp,
    )


def _rows(gpu: str, counts: tuple[int, ...], **shape: Any) -> list[Layout]:
    """The same parallelism on several counts: more GPUs are more data parallel."""
    return [row(gpu, count, **shape) for count in counts]


_ALL = (1, 2, 4, 8, 16, 32, 64)

# Found by `python -m recipes.plan.ship RECIPE GPU`: the fastest that leaves 5 % of the memory free, by the plan.
_TABLES: dict[tuple[str, str], list[Layout]] = {
    ("llama33_70b", "full"): [
        row("B200", 4, tp=2, pp=2, optimizer="cpu_offload"),
        row("B200", 8, tp=8),
        *_rows("B200", (16, 32), tp=2, pp=4, vp=5),
        row("B200", 64, tp=2, pp=2, vp=10),
        row("GB200", 4, tp=2, pp=2, optimizer="cpu_offload"),
        row("GB200", 8, tp=4, pp=2, vp=10),
        row("GB200", 16, tp=2, pp=4, vp=5),
        *_rows("GB200", (32, 64), tp=2, pp=2, vp=10),
        row("H200", 4, tp=4, optimizer="cpu_offload"),
        row("H200", 8, tp=2, pp=4, vp=5, optimizer="cpu_offload"),
        row("H200", 16, tp=4, pp=2, vp=10),
        *_rows("H200", (32, 64), tp=2, pp=4, vp=5),
        row("H100", 8, tp=4, pp=2, vp=10, optimizer="cpu_offload"),
        row("H100", 16, tp=4, pp=4, optimizer="adam_fp8"),
        row("H100", 32, tp=4, pp=4),
        row("H100", 64, tp=4, pp=4, vp=5),
    ],
    ("llama33_70b", "lora"): [
        row("B200", 1, recompute="selective"),
        *_rows("B200", _ALL[1:], pp=2, vp=10),
        row("GB200", 1, recompute="selective"),
        *_rows("GB200", _ALL[1:], pp=2, vp=10),
        *_rows("H200", _ALL[1:], tp=2),
        row("H100", 2, tp=2, recompute="full"),
        *_rows("H100", (4, 8), tp=2, pp=2),
        *_rows("H100", (16, 32, 64), tp=2, pp=2, vp=10),
    ],
    ("llama33_70b", "qlora"): [
        row("H100", 1, recompute="selective"),
        *_rows("H100", _ALL[1:], tp=2),
        *_rows("H200", _ALL),
        *_rows("B200", _ALL),
        *_rows("GB200", _ALL),
    ],
    ("llama31_8b", "full"): [
        row("H100", 1, optimizer="cpu_offload"),
        row("H100", 2, tp=2, recompute="selective"),
        *_rows("H100", (4, 8), tp=2),
        *_rows("H100", (16, 32, 64)),
        row("H100", 8, fsdp=True),
        row("H200", 1, optimizer="adam_fp8"),
        *_rows("H200", _ALL[1:]),
        *_rows("B200", _ALL),
        *_rows("GB200", _ALL),
    ],
    ("llama31_8b", "lora"): [layout for gpu in GPUS for layout in _rows(gpu, _ALL)],
    ("llama31_8b", "qlora"): [layout for gpu in GPUS for layout in _rows(gpu, _ALL)],
    ("lumi", "full"): [layout for gpu in GPUS for layout in _rows(gpu, (1, 2, 4, 8), micro=8)],
    ("lumi", "lora"): [layout for gpu in GPUS for layout in _rows(gpu, (1,))],
    ("lumi", "qlora"): [layout for gpu in GPUS for layout in _rows(gpu, (1,))],
}
LAYOUTS = {key: {layout.name: layout for layout in rows} for key, rows in _TABLES.items()}
