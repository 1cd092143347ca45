"""An instruction set at a glance: `plots.png` with the way of the records, scores, domains, languages and lengths."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from lexatron.atomic import write_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PLOTS = "plots.png"
_BLUE, _OCHRE, _RED = "#2f5d8a", "#c98a2b", "#a65151"
_BINS = 60


def write_plots(stats: dict[str, Any], lengths: npt.NDArray[np.int64], unit: str, folder: Path) -> None:
    """Draw `plots.png` into a folder; the same statistics always give the same bytes.

    Args:
        lengths: of every kept record, in `unit`.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 11), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplot_mosaic([["steps", "quality"], ["domain", "language"], ["lengths", "difficulty"]])
    figure.suptitle(f"{stats['name']}: {stats['kept']:,} of {stats['records']:,} records")
    _steps(axes["steps"], stats["steps"])
    axes["quality"].bar(list(stats["quality"]), list(stats["quality"].values()), color=_BLUE)
    axes["quality"].set(title="Quality", xlabel="score", ylabel="records")
    for column in ("domain", "language", "difficulty"):
        _shares(axes[column], column, stats["by"][column])
    axes["lengths"].hist(lengths, bins=_BINS, color=_BLUE)
    axes["lengths"].set(title="Length of the conversations", xlabel=unit, ylabel="records")
    image = io.BytesIO()
    figure.savefig(image, format="png", metadata={"Software": None})
    write_bytes(folder / PLOTS, image.getvalue())


def _steps(axes: Axes, steps: list[dict[str, Any]]) -> None:
    names = [step["step"] for step in steps]
    bars = axes.barh(names, [step["dropped"] for step in steps], color=_RED)
    axes.bar_label(bars, fmt="{:,.0f}", padding=2)
    axes.invert_yaxis()
    axes.margins(x=0.2)
    axes.set(title="Dropped by step", xlabel="records")


def _shares(axes: Axes, column: str, counts: dict[str, dict[str, int]]) -> None:
    """Shares of what passed the steps, and of what is kept."""
    names = sorted(counts["passed"], key=lambda name: -counts["passed"][name])[:12]
    places = np.arange(len(names))
    for shift, (kind, colour) in zip((-0.2, 0.2), (("passed", _OCHRE), ("kept", _BLUE)), strict=True):
        total = max(1, sum(counts[kind].values()))
        label = "after the steps" if kind == "passed" else "kept"
        axes.bar(places + shift, [100 * counts[kind].get(n, 0) / total for n in names], 0.4, color=colour, label=label)
    slanted: dict[str, Any] = {"rotation": 30, "ha": "right", "rotation_mode": "anchor"} if len(names) > 6 else {}
    axes.set_xticks(places, names, **slanted)
    axes.legend(frameon=False)
    axes.set(title=column.capitalize(), ylabel="per cent")
