"""How a run is laid out over devices: one name, one row. `docs/recipes.md` shows the table, made from this one."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import Literal

from lexatron.errors import UserError


@dataclass(frozen=True)
class Layout:
    """Devices and Megatron parallelism.

    Attributes:
        accelerator: `cpu` runs on gloo through `plugins.cpu`.
        devices: processes a node.
        micro_batch_size: sequences a device computes at once.
        recompute: full activation recomputation, one layer at a time.
    """

    name: str
    accelerator: Literal["cpu", "gpu"]
    num_nodes: int = 1
    devices: int = 1
    tensor_model_parallel_size: int = 1
    pipeline_model_parallel_size: int = 1
    virtual_pipeline_model_parallel_size: int | None = None
    context_parallel_size: int = 1
    sequence_parallel: bool = False
    micro_batch_size: int = 1
    recompute: bool = False

    @property
    def world_size(self) -> int:
        """Processes in all."""
        return self.num_nodes * self.devices

    @property
    def data_parallel_size(self) -> int:
        """Copies of the model."""
        copies = self.tensor_model_parallel_size * self.pipeline_model_parallel_size * self.context_parallel_size
        return self.world_size // copies


_ALL = [
    Layout("cpu", "cpu", micro_batch_size=8),
    Layout("cpu_dp2", "cpu", devices=2, micro_batch_size=4),
    Layout("cpu_tp2", "cpu", devices=2, tensor_model_parallel_size=2, micro_batch_size=8),
    Layout("cpu_tp2_sp", "cpu", devices=2, tensor_model_parallel_size=2, sequence_parallel=True, micro_batch_size=8),
    Layout("cpu_pp2", "cpu", devices=2, pipeline_model_parallel_size=2, micro_batch_size=4),
    Layout("gpu1", "gpu", micro_batch_size=1, recompute=True),
    Layout("h100x8_8b", "gpu", devices=8, tensor_model_parallel_size=2, sequence_parallel=True, micro_batch_size=1),
    Layout(
        "h100x64_70b",
        "gpu",
        num_nodes=8,
        devices=8,
        tensor_model_parallel_size=4,
        pipeline_model_parallel_size=4,
        virtual_pipeline_model_parallel_size=5,
        sequence_parallel=True,
        micro_batch_size=1,
    ),
    Layout(
        "b200x8_70b",
        "gpu",
        devices=8,
        tensor_model_parallel_size=4,
        sequence_parallel=True,
        micro_batch_size=1,
        recompute=True,
    ),
]
LAYOUTS = {layout.name: layout for layout in _ALL}


def layout(name: str) -> Layout:
    """The layout of that name.

    Raises:
        UserError: there is none; the nearest name is suggested.
    """
    if name in LAYOUTS:
        return LAYOUTS[name]
    near = get_close_matches(name, LAYOUTS, n=1)
    hint = f"did you mean {near[0]}?" if near else f"one of: {', '.join(LAYOUTS)}"
    raise UserError(f"unknown layout {name!r}", remedy=hint)


def check(layout: Layout, global_batch_size: int) -> None:
    """Refuse a layout that does not divide its devices or the batch.

    Raises:
        UserError: which numbers do not divide.
    """
    copies = layout.tensor_model_parallel_size * layout.pipeline_model_parallel_size * layout.context_parallel_size
    if layout.world_size % copies:
        raise UserError(f"layout {layout.name}: {layout.world_size} devices do not divide by TP x PP x CP = {copies}")
    unit = layout.micro_batch_size * layout.data_parallel_size
    if global_batch_size % unit:
        raise UserError(
            f"global_batch_size {global_batch_size} is not a multiple of micro_batch_size x data parallel = {unit}",
            remedy="change global_batch_size or micro_batch_size",
        )
