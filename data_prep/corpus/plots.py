"""What a corpus holds, at a glance: `plots.png` with tokens, weights, lengths, quality, years and what was dropped."""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

from data_prep.corpus.stats import QUALITY_BINS
from data_prep.split import SPLITS
from lexatron.atomic import write_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PLOTS = "plots.png"
_COLOURS = ("#2f5d8a", "#c98a2b", "#7a9e4f", "#8a4f7a", "#4f8a87", "#a65151", "#6b6b6b")


def write_plots(stats: dict[str, Any], folder: Path) -> None:
    """Draw `plots.png` into a folder; the same statistics always give the same bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(13, 11), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplot_mosaic([["tokens", "weights"], ["lengths", "quality"], ["years", "dropped"]])
    figure.suptitle(f"{stats['kept']:,} documents, {stats['tokens']:,} tokens, {stats['works']:,} works")
    _tokens(axes["tokens"], stats["datasets"])
    _weights(axes["weights"], stats["datasets"])
    _lengths(axes["lengths"], stats["datasets"])
    _quality(axes["quality"], stats["datasets"])
    _years(axes["years"], stats["years"])
    _dropped(axes["dropped"], stats["dropped_by_reason"])
    image = io.BytesIO()
    figure.savefig(image, format="png", metadata={"Software": None})
    write_bytes(folder / PLOTS, image.getvalue())


def _tokens(axes: Axes, datasets: dict[str, Any]) -> None:
    names, starts = list(datasets), [0] * len(datasets)
    for split, colour in zip(SPLITS, _COLOURS, strict=False):
        tokens = [entry["tokens_by_split"].get(split, 0) for entry in datasets.values()]
        axes.barh(names, tokens, left=starts, color=colour, label=split)
        starts = [start + count for start, count in zip(starts, tokens, strict=True)]
    axes.invert_yaxis()
    axes.legend(frameon=False)
    axes.set(title="Tokens by dataset and split", xlabel="tokens")


def _weights(axes: Axes, datasets: dict[str, Any]) -> None:
    """The share of each dataset in the training split and in the blend, and how often the blend reads it."""
    total = sum(entry["tokens_by_split"].get("train", 0) for entry in datasets.values())
    present = [100 * entry["tokens_by_split"].get("train", 0) / total for entry in datasets.values()]
    blend = [100 * entry["train_weight"] for entry in datasets.values()]
    places = range(len(datasets))
    axes.bar([place - 0.2 for place in places], present, 0.4, color=_COLOURS[0], label="there")
    bars = axes.bar([place + 0.2 for place in places], blend, 0.4, color=_COLOURS[1], label="in the blend")
    axes.bar_label(bars, [f"{entry['train_epochs']:.2g}×" for entry in datasets.values()], padding=2)
    axes.set_xticks(list(places), list(datasets))
    axes.legend(frameon=False)
    axes.set(title="Training tokens: there and in the blend, with epochs", ylabel="per cent")


def _lengths(axes: Axes, datasets: dict[str, Any]) -> None:
    for number, (name, entry) in enumerate(datasets.items()):
        counts = entry["documents_by_characters"]
        colour = _COLOURS[number % len(_COLOURS)]
        axes.plot([int(bound) for bound in counts], list(counts.values()), "o-", color=colour, label=name)
    axes.set_xscale("log", base=10)
    axes.legend(frameon=False)
    axes.set(title="Length of documents", xlabel="characters (powers of two)", ylabel="documents")


def _quality(axes: Axes, datasets: dict[str, Any]) -> None:
    counts = [sum(entry["documents_by_quality"][n] for entry in datasets.values()) for n in range(QUALITY_BINS)]
    axes.bar([n / QUALITY_BINS for n in range(QUALITY_BINS)], counts, 1 / QUALITY_BINS, align="edge", color=_COLOURS[0])
    axes.set(title="Quality score", xlabel="score", ylabel="documents")


def _years(axes: Axes, years: dict[str, int]) -> None:
    axes.bar([int(year) for year in years], list(years.values()), color=_COLOURS[0])
    axes.set(title="Year of the document", ylabel="documents")


def _dropped(axes: Axes, reasons: dict[str, int]) -> None:
    bars = axes.barh(list(reasons), list(reasons.values()), color=_COLOURS[5])
    axes.bar_label(bars, fmt="{:,.0f}", padding=2)
    axes.invert_yaxis()
    axes.margins(x=0.2)
    axes.set(title="Dropped", xlabel="documents")
