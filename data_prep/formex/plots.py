"""What a folder of acts holds, at a glance: `plots.png` with acts by year, type, language, length and sector."""

from __future__ import annotations

import io
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from data_prep.formex.stats import UNKNOWN, Stats
from lexatron.atomic import write_bytes

if TYPE_CHECKING:
    from matplotlib.axes import Axes

PLOTS = "plots.png"
_COLOUR = "#2f5d8a"
_SECTORS = {"0": "consolidated (0)", "3": "legislation (3)", "6": "case law (6)", "C": "OJ C", "E": "EFTA (E)"}


def write_plots(stats: Stats, folder: Path) -> None:
    """Draw `plots.png` into a folder; the same counts always give the same bytes."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 9), dpi=110, layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplot_mosaic([["year", "year", "year"], ["type", "language", "sector"], ["length"] * 3])
    figure.suptitle(f"{stats.acts:,} acts, {stats.characters:,} characters")
    _years(axes["year"], stats.by_year)
    _bars(axes["type"], stats.by_type, "Type")
    _bars(axes["language"], stats.by_language, "Language")
    _bars(axes["sector"], Counter({_SECTORS.get(k, k): n for k, n in stats.by_sector.items()}), "CELEX sector")
    _lengths(axes["length"], stats.by_length)
    image = io.BytesIO()
    figure.savefig(image, format="png", metadata={"Software": None})
    write_bytes(folder / PLOTS, image.getvalue())


def _years(axes: Axes, by_year: Counter[str]) -> None:
    known = {int(year): count for year, count in by_year.items() if year != UNKNOWN}
    axes.bar(list(known), list(known.values()), color=_COLOUR)
    without = f" ({by_year[UNKNOWN]:,} without a date)" if by_year[UNKNOWN] else ""
    axes.set(title=f"Year of the act{without}", ylabel="acts")


def _bars(axes: Axes, counts: Counter[str], title: str) -> None:
    """Horizontal bars, the largest on top."""
    ranked = sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    bars = axes.barh([name for name, _ in ranked], [count for _, count in ranked], color=_COLOUR)
    axes.bar_label(bars, fmt="{:,.0f}", padding=2)
    axes.invert_yaxis()
    axes.margins(x=0.2)
    axes.set(title=title, xlabel="acts")


def _lengths(axes: Axes, by_length: Counter[str]) -> None:
    """A histogram over powers of two."""
    bounds = sorted(int(bound) for bound in by_length)
    axes.bar(bounds, [by_length[str(b)] for b in bounds], width=bounds, align="edge", color=_COLOUR, edgecolor="white")
    axes.set_xscale("log", base=10)
    axes.set(title="Length", xlabel="characters", ylabel="acts")
