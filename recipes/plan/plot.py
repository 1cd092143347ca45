"""Memory a rank as stacked bars, with the GPU's capacity as a line."""

from __future__ import annotations

from pathlib import Path

from lexatron.atomic import atomic_file
from recipes.plan.memory import COMPONENTS, MemoryPlan

GIB = 2**30
COLOURS = ("#3b6ea5", "#7aa6c2", "#1d3557", "#e09f3e", "#f2cc8f", "#81b29a", "#9c89b8", "#b8b8b8", "#d3d3d3", "#6d6875")


def plot(memory: MemoryPlan, title: str, path: Path) -> None:
    """Write a picture, in the format of the file's suffix; whole or not at all."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(max(5.0, 1.2 + 0.7 * len(memory.ranks)), 4.5), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    labels, base = [f"pp {rank.pipeline_rank}" for rank in memory.ranks], [0.0] * len(memory.ranks)
    for number, name in enumerate(COMPONENTS):
        heights = [getattr(rank, name) / GIB for rank in memory.ranks]
        if any(heights):
            colour = COLOURS[number % len(COLOURS)]
            axes.bar(labels, heights, bottom=base, label=name.replace("_", " "), color=colour)
            base = [low + height for low, height in zip(base, heights, strict=True)]
    if memory.capacity is not None:
        axes.axhline(memory.capacity / GIB, color="black", linestyle="--", label="capacity")
    axes.set_ylabel("GiB a GPU")
    axes.set_title(title)
    axes.tick_params(axis="x", rotation=90 if len(labels) > 8 else 0)
    axes.legend(loc="center left", bbox_to_anchor=(1.0, 0.5), frameon=False)
    with atomic_file(path) as temporary:
        figure.savefig(temporary, format=path.suffix.removeprefix(".") or "png", dpi=150)
