"""How a run is laid out over devices. The rows for GPUs are in recipes/layout_tables.py, a table a model and stage.

`docs/layouts.md` shows them with their plans. A name says the hardware: `b200x8` is 8 B200; what else a row says
follows from the model, so that the same name means another row for 8B than for 70B.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from lexatron.errors import UserError
from recipes.hardware import Gpu, find_gpu

Recompute = Literal["none", "selective", "full"]
Optimizer = Literal["adam", "adam_bf16", "adam_fp8", "cpu_offload"]


@dataclass(frozen=True)
class Layout:
    """Devices and Megatron parallelism.

    Attributes:
        accelerator: `cpu` runs on gloo through `plugins.cpu`.
        gpu: the name of the GPU (recipes.hardware); None on a CPU.
        devices: processes a node.
        micro_batch_size: sequences a device computes at once.
        recompute: `selective` computes the MLP again in the backward pass, `full` every layer.
        optimizer: `adam` keeps FP32 master weights and moments; `adam_bf16` and `adam_fp8` are Transformer Engine's
            precision-aware Adam with 16-bit gradients, the lower half of the master weights and moments of 16 bits
            (adam_fp8: first moment 8 bits); `cpu_offload` keeps master weights and moments in the host's memory.
        fsdp: Megatron FSDP (weights, gradients and optimizer sharded over the data-parallel ranks) instead of the
            distributed optimizer (gradients whole, optimizer sharded).
    """

    name: str
    accelerator: Literal["cpu", "gpu"]
    gpu: str | None = None
    num_nodes: int = 1
    devices: int = 1
    tensor_model_parallel_size: int = 1
    pipeline_model_parallel_size: int = 1
    virtual_pipeline_model_parallel_size: int | None = None
    context_parallel_size: int = 1
    sequence_parallel: bool = False
    micro_batch_size: int = 1
    recompute: Recompute = "none"
    optimizer: Optimizer = "adam"
    fsdp: bool = False

    @property
    def world_size(self) -> int:
        """Processes in all."""
        return self.num_nodes * self.devices

    @property
    def model_parallel_size(self) -> int:
        """Processes that hold one copy of the model."""
        return self.tensor_model_parallel_size * self.pipeline_model_parallel_size * self.context_parallel_size

    @property
    def data_parallel_size(self) -> int:
        """Copies of the model."""
        return self.world_size // self.model_parallel_size

    @property
    def hardware(self) -> Gpu | None:
        """The GPU; None on a CPU."""
        return find_gpu(self.gpu) if self.gpu else None


CPU_LAYOUTS = {
    layout.name: layout
    for layout in (
        Layout("cpu", "cpu", micro_batch_size=8),
        Layout("cpu_dp2", "cpu", devices=2, micro_batch_size=4),
        Layout("cpu_tp2", "cpu", devices=2, tensor_model_parallel_size=2, micro_batch_size=8),
        Layout(
            "cpu_tp2_sp", "cpu", devices=2, tensor_model_parallel_size=2, sequence_parallel=True, micro_batch_size=8
        ),
        Layout("cpu_pp2", "cpu", devices=2, pipeline_model_parallel_size=2, micro_batch_size=4),
        Layout("cpu_2x2", "cpu", num_nodes=2, devices=2, tensor_model_parallel_size=2, micro_batch_size=4),
    )
}


def find(name: str, table: Mapping[str, Layout]) -> Layout:
    """The layout of that name among those for the CPU and those of `table`.

    Raises:
        UserError: there is none; the nearest name is suggested.
    """
    known = {**CPU_LAYOUTS, **table}
    if name in known:
        return known[name]
    near = get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]}?" if near else f"one of: {', '.join(known)}"
    raise UserError(f"unknown layout {name!r}", remedy=f"{hint}; or auto:4xB200 for GPUs without a row")


@dataclass(frozen=True)
class Shape:
    """What of a model and a batch a layout has to divide."""

    num_layers: int
    num_attention_heads: int
    num_query_groups: int
    seq_length: int
    global_batch_size: int


def check(layout: Layout, shape: Shape) -> None:
    """Refuse a layout that does not divide its devices, the model or the batch.

    Raises:
        UserError: which numbers do not divide, and what would.
    """
    for number, divisor, what, remedy in _divisions(layout, shape):
        if number % divisor:
            raise UserError(f"layout {layout.name}: {what.format(number, divisor)}", remedy=remedy)
    if layout.virtual_pipeline_model_parallel_size and layout.pipeline_model_parallel_size == 1:
        raise UserError(
            f"layout {layout.name}: virtual pipeline stages without a pipeline",
            remedy="set virtual_pipeline_model_parallel_size to None",
        )
    if layout.sequence_parallel and layout.tensor_model_parallel_size == 1:
        raise UserError(
            f"layout {layout.name}: sequence parallel without tensor parallel", remedy="set sequence_parallel to False"
        )


def _divisions(layout: Layout, shape: Shape) -> list[tuple[int, int, str, str]]:
    tensor, pipeline = layout.tensor_model_parallel_size, layout.pipeline_model_parallel_size
    stages = pipeline * (layout.virtual_pipeline_model_parallel_size or 1)
    context = 2 * layout.context_parallel_size if layout.context_parallel_size > 1 else 1
    pieces = tensor * context if layout.sequence_parallel else context
    unit = layout.micro_batch_size * layout.data_parallel_size
    return [
        (layout.world_size, layout.model_parallel_size, "{} devices do not divide by TP x PP x CP = {}", "use more"),
        (shape.num_layers, stages, "{} layers do not divide into {} pipeline stages", "change PP or VP"),
        (shape.num_attention_heads, tensor, "{} attention heads do not divide by TP = {}", "lower TP"),
        (shape.num_query_groups, tensor, "{} query groups do not divide by TP = {}", "lower TP"),
        (shape.seq_length, pieces, "seq_length {} does not divide into {} pieces (SP, CP)", "change seq_length"),
        (
            shape.global_batch_size,
            max(1, unit),
            "global_batch_size {} is not a multiple of micro_batch_size x data parallel = {}",
            "change global_batch_size or micro_batch_size",
        ),
    ]
