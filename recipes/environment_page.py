"""`docs/environment.md`: the environment variables of built recipes, so that it cannot say what is not so."""

from __future__ import annotations

from typing import Any

from recipes.environment import Variable, variables
from recipes.precision import PRECISIONS
from recipes.registry import expected_gpu, find

KINDS = {
    "a CPU": ("lumi_tiny", "cpu_tp2_sp"),
    "one H100": ("llama31_8b_cpt", "h100x1"),
    "data parallel": ("llama31_8b_cpt", "h100x16"),
    "FSDP": ("llama31_8b_cpt", "h100x8_fsdp"),
    "TP and PP, 1 node of B200": ("llama33_70b_cpt", "b200x4"),
    "TP and PP, 8 nodes of H100": ("llama33_70b_cpt", "h100x64"),
    "TP and PP, 16 nodes of GB200": ("llama33_70b_cpt", "gb200x64"),
}
"""Kinds of layout: a pre-training recipe and a layout of each."""
PRECISION = "llama33_70b_cpt", "b200x8"


def of(recipe: str, layout: str, **settings: Any) -> list[Variable]:
    """The variables of a pre-training recipe on a layout."""
    factory = find(recipe).load()
    built = factory(layout=layout, tokens=1_000_000, **settings)
    return variables(built, expected_gpu(factory, [f"layout={layout}"]))


def kind_rows() -> list[list[str]]:
    """A row a variable, a column a kind of layout."""
    columns = [{v.name: v.value for v in of(*kind)} for kind in KINDS.values()]
    names = list(dict.fromkeys(name for column in columns for name in column))
    return [[f"`{name}`", *(f"`{c[name]}`" if name in c else "" for c in columns)] for name in names]


def precision_rows() -> list[tuple[str, str]]:
    """What each precision adds to BF16 on one layout."""
    plain = {(v.name, v.value) for v in of(*PRECISION)}
    added = {
        name: [f"`{v.name}={v.value}`" for v in of(*PRECISION, precision=name) if (v.name, v.value) not in plain]
        for name in PRECISIONS
        if name != "bf16"
    }
    return [(f"`{name}`", ", ".join(words) or "nothing") for name, words in added.items()]


def reason_rows() -> list[tuple[str, str, str]]:
    """Every variable and value that the kinds and a deterministic run have: why, and who says so."""
    found = [v for kind in KINDS.values() for v in of(*kind)] + of("llama31_8b_cpt", "h100x4", deterministic=True)
    return [(f"`{v.name}={v.value}`", v.why, v.source) for v in sorted(set(found), key=lambda v: (v.name, v.value))]
