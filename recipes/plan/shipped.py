"""Every shipped layout with its plan: `docs/layouts.md`, and the test that each of them fits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import groupby

from recipes.layout_tables import LAYOUTS
from recipes.layouts import Layout
from recipes.plan.memory import MemoryPlan, plan_memory
from recipes.plan.planner import LUMI_VOCABULARY
from recipes.recipe import Factory
from recipes.reference import stand_in
from recipes.registry import find

# The recipe of each table that needs most memory: 4096 tokens a sequence, full size.
RECIPES = {
    ("llama33_70b", "full"): "llama33_70b_cpt",
    ("llama33_70b", "lora"): "llama33_70b_lora",
    ("llama33_70b", "qlora"): "llama33_70b_qlora",
    ("llama31_8b", "full"): "llama31_8b_cpt",
    ("llama31_8b", "lora"): "llama31_8b_lora",
    ("llama31_8b", "qlora"): "llama31_8b_qlora",
    ("lumi", "full"): "lumi_base",
    ("lumi", "lora"): "lumi_lora",
    ("lumi", "qlora"): "lumi_qlora",
}


@dataclass(frozen=True)
class Shipped:
    """A row of a layout table and what the plan says of it, in BF16."""

    model: str
    family: str
    recipe: str
    layout: Layout
    memory: MemoryPlan

    @property
    def margin(self) -> float:
        """Share of the GPU's memory that stays free."""
        return margin(self.memory)


def margin(memory: MemoryPlan) -> float:
    """Share of the GPU's memory that stays free."""
    assert memory.capacity is not None
    assert memory.headroom is not None
    return memory.headroom / memory.capacity


@cache
def shipped() -> tuple[Shipped, ...]:
    """Plan every row; about a minute, once a process."""
    found = []
    for (model, family), table in LAYOUTS.items():
        recipe = RECIPES[model, family]
        function = find(recipe).load()
        found += [Shipped(model, family, recipe, row, _plan(function, row)) for row in table.values()]
    return tuple(found)


def _plan(function: Factory, layout: Layout) -> MemoryPlan:
    amount = dict(word.split("=") for word in stand_in(function, []))
    recipe = function.with_layout(layout, precision="bf16", **{key: int(value) for key, value in amount.items()})
    if recipe.model.config.vocab_size is None:
        recipe.model.config.vocab_size = LUMI_VOCABULARY
    return plan_memory(recipe, layout.hardware)


def parameter_counts() -> dict[str, int]:
    """Parameters of each model, embedding and output layer included, from the real Megatron model."""
    sizes = {
        "llama33_70b": ("llama33_70b_cpt", "h100x64"),
        "llama31_8b": ("llama31_8b_cpt", "h100x16"),
        "lumi_tiny": ("lumi_tiny", "h100x1"),
        "lumi_small": ("lumi_small", "h100x1"),
        "lumi_base": ("lumi_base", "h100x1"),
    }
    return {
        name: _plan(function, function.table[layout]).total_parameters
        for name, (recipe, layout) in sizes.items()
        for function in (find(recipe).load(),)
    }


def page() -> str:
    """`docs/layouts.md`."""
    from recipes.tables import markdown

    parts = []
    for (model, family), recipe in RECIPES.items():
        table = [row for row in shipped() if (row.model, row.family) == (model, family)]
        rows = [_line(list(group)) for _, group in groupby(table, key=_parallelism)]
        parts.append(f"## `{recipe}`\n\n{markdown(_COLUMNS, rows)}")
    tables = "\n".join(parts)
    return f"""# Layouts

Made by `python -m recipes.tables`; do not edit.

`layout=NAME` on any recipe of the model; the table of pre-training is that of fine-tuning too, which needs less.
The memory is planned ([planning.md](planning.md)) in BF16 with the recipe's defaults: none of these layouts has been
run on its GPUs yet. They were found by `python -m recipes.plan.ship RECIPE GPU`, which takes the fastest that leaves
5 % of the memory free; a test plans every one again. `layout=auto:128xH100` searches for other counts. Layouts for a
CPU (`cpu`, `cpu_dp2`, `cpu_tp2`, `cpu_tp2_sp`, `cpu_pp2`) go with every recipe. Where several counts share a line,
memory and margin are those of the fullest; `cpu_offload` keeps 16 bytes a parameter in the host's memory.

{tables}"""


_COLUMNS = ("layout", "TP", "PP", "VP", "DP", "micro batch", "recompute", "optimizer", "GiB of a GPU", "margin")


def _line(rows: Sequence[Shipped]) -> tuple[object, ...]:
    """One line for layouts that differ in the number of GPUs alone."""
    layout, fullest = rows[0].layout, max((row.memory for row in rows), key=lambda memory: memory.worst.total)
    assert fullest.capacity is not None
    copies = [row.layout.data_parallel_size for row in rows]
    return (
        ", ".join(f"`{row.layout.name}`" for row in rows),
        layout.tensor_model_parallel_size,
        layout.pipeline_model_parallel_size,
        layout.virtual_pipeline_model_parallel_size or "-",
        copies[0] if len(copies) == 1 else f"{copies[0]} to {copies[-1]}",
        layout.micro_batch_size,
        layout.recompute,
        "Megatron FSDP" if layout.fsdp else layout.optimizer,
        f"{fullest.worst.total / 2**30:.1f} of {fullest.capacity / 2**30:.1f}",
        f"{margin(fullest):.0%}",
    )


def _parallelism(row: Shipped) -> Layout:
    return replace(row.layout, name="", num_nodes=1, devices=1)
