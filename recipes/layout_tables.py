"""The shipped layouts: a table a model and stage family, a row a hardware; each is planned in a test."""

from __future__ import annotations

from recipes.hardware import find_gpu, nodes
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


_TABLES: dict[tuple[str, str], list[Layout]] = {
    ("llama33_70b", "full"): [
        row("B200", 4, tp=4, recompute="full", optimizer="adam_fp8"),
        row("B200", 8, tp=8, recompute="full"),
        row("H100", 64, tp=4, pp=4, vp=5, recompute="full"),
    ],
    ("llama33_70b", "lora"): [row("H200", 2, tp=2, recompute="full"), row("B200", 8, tp=2, recompute="full")],
    ("llama33_70b", "qlora"): [row("H200", 1, recompute="full"), row("B200", 8, recompute="full")],
    ("llama31_8b", "full"): [
        row("H100", 1, recompute="full", optimizer="cpu_offload"),
        row("H100", 8, tp=2, recompute="selective"),
        row("H100", 8, fsdp=True, recompute="full"),
    ],
    ("llama31_8b", "lora"): [row("H100", 1, recompute="full"), row("H100", 8, recompute="full")],
    ("llama31_8b", "qlora"): [row("H100", 1, recompute="full"), row("H100", 8, recompute="full")],
    ("lumi", "full"): [row("H100", 1, micro=8), row("H100", 8, micro=8)],
    ("lumi", "lora"): [row("H100", 1, micro=8)],
    ("lumi", "qlora"): [row("H100", 1, micro=8)],
}
LAYOUTS = {key: {layout.name: layout for layout in rows} for key, rows in _TABLES.items()}
