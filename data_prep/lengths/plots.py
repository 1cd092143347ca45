"""Lengths at a glance: for each way of grouping a PNG with a histogram and a cumulative share."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from data_prep.lengths.statistics import Lengths

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_COLOURS = ("#2f5d8a", "#c98a2b", "#7a9e4f", "#8a4f7a", "#4f8a87", "#a65151", "#6b6b6b", "#b08968")
MOST_LINES = len(_COLOURS)
"""Groups of a plot, the largest ones: more could not be told apart."""

_BINS = 48
_SHOWN = 120  # characters of a group's name, so that a long one cannot push the axes out of the picture


def plot(name: str, groups: Mapping[str, Lengths], marks: Mapping[str, int]) -> bytes:
    """A PNG of groups of lengths; the same lengths always give the same bytes.

    Args:
        name: of the way of grouping.
        groups: name -> lengths, shape [number].
        marks: lengths to mark, by what they are.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    shown = sorted(((key, kept[kept > 0]) for key, kept in groups.items()), key=lambda group: -group[1].size)
    shown = [group for group in shown if group[1].size][:MOST_LINES]
    figure = Figure(figsize=(13, 4.4), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    left, right = figure.subplots(1, 2)
    figure.suptitle(f"Tokens by {name}")
    edges = _edges([kept for _, kept in shown])
    for (key, kept), colour in zip(shown, _COLOURS, strict=False):
        _histogram(left, kept, edges, colour)
        _cumulative(right, kept, colour, _label(key, kept))
    _finish(left, right, marks)
    image = io.BytesIO()
    figure.savefig(image, format="png", metadata={"Software": None})
    return image.getvalue()


def _edges(groups: list[Lengths]) -> npt.NDArray[np.float64]:
    """Bounds of the bins, evenly spaced on a logarithmic scale; whole tokens where bins would be narrower."""
    longest = max((int(lengths.max()) for lengths in groups), default=1)
    shortest = min((int(lengths.min()) for lengths in groups), default=1)
    return np.unique(np.floor(np.geomspace(shortest, longest + 1, _BINS + 1)))


def _histogram(axes: Axes, lengths: Lengths, edges: npt.NDArray[np.float64], colour: str) -> None:
    counts, _ = np.histogram(lengths, [*edges[:-1], edges[-1] + 1])
    axes.stairs(100 * counts / lengths.size, edges if len(edges) > 1 else [edges[0], edges[0] + 1], color=colour)


def _cumulative(axes: Axes, lengths: Lengths, colour: str, label: str) -> None:
    values, counts = np.unique(lengths, return_counts=True)
    axes.step(values, 100 * np.cumsum(counts) / lengths.size, where="post", color=colour, label=label)


def _label(name: str, lengths: Lengths) -> str:
    """A name as plain text: a dollar sign would begin a formula, an underline in front would hide the entry."""
    return f"{name[:_SHOWN]} ({lengths.size:,})".replace("$", r"\$").lstrip("_")


def _finish(left: Axes, right: Axes, marks: Mapping[str, int]) -> None:
    for axes in (left, right):
        axes.set_xscale("log", base=2)
        axes.xaxis.set_major_formatter(lambda value, place: f"{value:,.0f}")
        for text, length in marks.items():
            axes.axvline(length, color="#999999", linewidth=0.8, linestyle="--")
            relative = axes.get_xaxis_transform()
            axes.text(length, 0.98, text, transform=relative, rotation=90, va="top", fontsize=7, color="#666666")
    left.set(title="Histogram", xlabel="tokens", ylabel="per cent")
    right.set(title="Cumulative share", xlabel="tokens", ylabel="per cent", ylim=(0, 101))
    if right.get_legend_handles_labels()[1]:
        right.legend(frameon=False, fontsize=8, loc="lower right")
