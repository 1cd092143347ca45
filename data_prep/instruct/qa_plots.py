"""Cited questions at a glance: `plots.png` with kinds by language, and lengths of questions and answers."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data_prep.instruct.qa_stats import kinds_by_language
from data_prep.instruct.report import BIN
from lexatron.atomic import write_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PLOTS = "plots.png"


def write_plots(stats: Mapping[str, Any], folder: Path) -> None:
    """Draw `plots.png` into a folder; the same counts always give the same bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 8), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplot_mosaic([["kinds", "kinds"], ["question", "answer"]])
    _kinds(axes["kinds"], kinds_by_language(stats))
    for name, bars in stats["histograms"].items():
        lengths = sorted(map(int, bars))
        axes[name].bar(lengths, [bars[str(length)] for length in lengths], width=BIN, align="edge", color="#2f5d8a")
        axes[name].set(title=f"Length of the {name}", xlabel=stats["lengths_in"], ylabel="pairs")
    image = io.BytesIO()
    figure.savefig(image, format="png", metadata={"Software": None})
    write_bytes(folder / PLOTS, image.getvalue())


def _kinds(axes: Axes, kinds: Mapping[str, Mapping[str, int]]) -> None:
    """A stack a kind, a colour a language."""
    names = list(kinds)
    bottom = [0] * len(names)
    for language in sorted({language for row in kinds.values() for language in row}):
        heights = [kinds[name].get(language, 0) for name in names]
        axes.bar(names, heights, bottom=bottom, label=language)
        bottom = [below + height for below, height in zip(bottom, heights, strict=True)]
    axes.set(title="Kinds of questions by language", ylabel="pairs")
    axes.tick_params(axis="x", rotation=30)
    axes.legend()
