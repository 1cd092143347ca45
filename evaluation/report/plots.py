"""The report's plots as inline SVG that takes its colours from the page, so that it reads in light and dark.

Matplotlib draws with placeholder colours; they are replaced by CSS variables (`var(--ink)` and so on).
Text stays text, in the page's own font. Equal data give equal bytes.
"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping, Sequence
from typing import Any

from evaluation.report.run_folder import TRAININGS, Curve, Json, Stage
from evaluation.report.tables import SPLITS, duration, in_order, language_name, model_name

INK, MUTED, LINE, WHISKER = "#010101", "#020202", "#030303", "#040404"
SERIES = ["#0a0a01", "#0a0a02", "#0a0a03", "#0a0a04", "#0a0a05"]
VARIABLES = {INK: "--ink", MUTED: "--muted", LINE: "--line", WHISKER: "--whisker"} | {
    c: f"--series-{i}" for i, c in enumerate(SERIES)
}
STYLE: dict[Any, Any] = {
    "svg.fonttype": "none",
    "font.size": 8,
    "axes.titlesize": 8.5,
    "axes.titlelocation": "left",
    "axes.titleweight": "bold",
    "axes.edgecolor": LINE,
    "axes.labelcolor": MUTED,
    "axes.titlecolor": INK,
    "text.color": INK,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "grid.color": LINE,
    "grid.linewidth": 0.6,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "legend.frameon": False,
    "xtick.major.size": 0,
    "ytick.major.size": 0,
    "xtick.minor.size": 0,
    "ytick.minor.size": 0,
}
WIDTH = 7.6  # inches; the page scales it


def _figure(height: float, columns: int, draw: Any, title: str) -> str:
    """A row of `columns` axes drawn by `draw(axes)`, as an SVG element."""
    import matplotlib
    from cycler import cycler
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    own = {"svg.hashsalt": title, "axes.prop_cycle": cycler(color=SERIES)}
    with matplotlib.rc_context(STYLE | own):
        figure = Figure(figsize=(WIDTH, height), layout="constrained")
        FigureCanvasSVG(figure)
        draw(list(figure.subplots(1, columns, squeeze=False)[0]))
        buffer = io.StringIO()
        figure.savefig(buffer, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    return themed(buffer.getvalue(), title)


def themed(svg: str, title: str) -> str:
    """Matplotlib's SVG file as an element for a page: no size, an accessible name, colours by CSS variable.

    Ids that nothing refers to go, since they would repeat those of the page's other plots.
    """
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'(<svg[^>]*?) width="[^"]*"', r"\1", svg, count=1)
    svg = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", svg, count=1)
    svg = svg.replace("<svg", f'<svg role="img" aria-label="{html.escape(title)}"', 1)
    used = set(re.findall(r"#([\w-]+)[\")]", svg))
    svg = re.sub(r' id="([^"]*)"', lambda match: match[0] if match[1] in used else "", svg)
    for colour, variable in VARIABLES.items():
        svg = svg.replace(colour, f"var({variable})")
    return svg.strip()


def _bars(axis: Any, groups: Sequence[str], series: Mapping[str, Sequence[float]], errors: Mapping[str, Any]) -> None:
    """Grouped vertical bars: one group on the x axis holds a bar of each series."""
    width = 0.8 / len(series)
    for place, (name, values) in enumerate(series.items()):
        offset = (place - (len(series) - 1) / 2) * width
        axis.bar(
            [group + offset for group in range(len(groups))],
            values,
            width * 0.88,
            label=name,
            color=SERIES[place % len(SERIES)],
            yerr=errors.get(name),
            error_kw={"ecolor": WHISKER, "elinewidth": 1.1, "capsize": 2.5},
        )
    axis.set_xticks(range(len(groups)), groups)
    axis.grid(axis="y")
    axis.spines["left"].set_visible(False)


def _legend(axis: Any) -> None:
    """One legend for the whole figure, below it, where it covers no data."""
    axis.figure.legend(*axis.get_legend_handles_labels(), loc="outside lower center", ncols=5)


def citation_plot(models: Mapping[str, Json]) -> str:
    """Citation accuracy: seen and unseen acts with intervals, and seen acts by language."""
    shares = ("seen", "unseen")
    accuracy = {model_name(name): model.get("citation_accuracy") or {} for name, model in models.items()}
    languages = in_order({lang for figures in accuracy.values() for lang in figures.get("seen_by_language", {})})

    def draw(axes: list[Any]) -> None:
        by_share = {name: [100 * f.get(share, 0) for share in shares] for name, f in accuracy.items()}
        _bars(axes[0], ["seen acts", "unseen acts"], by_share, {n: _errors(f, shares) for n, f in accuracy.items()})
        axes[0].set_title("Citation accuracy, %")
        by_language = {
            name: [100 * f.get("seen_by_language", {}).get(lang, 0) for lang in languages]
            for name, f in accuracy.items()
        }
        groups = [f"seen.{language}" for language in languages]
        _bars(
            axes[1], [language_name(lang) for lang in languages], by_language,
            {n: _errors(f, groups) for n, f in accuracy.items()},
        )  # fmt: skip
        axes[1].set_title("Seen acts by language, %")
        for axis in axes:
            axis.set_ylim(0, 105)
        _legend(axes[0])

    return _figure(2.7, 2, draw, "Citation accuracy by model on seen and unseen acts, and by language")


def _errors(figures: Json, groups: Sequence[str]) -> list[list[float]]:
    """Distances from each group's value down and up to its interval, in percent."""
    intervals = figures.get("intervals", {})

    def value(group: str) -> float:
        share, _, language = group.partition(".")
        return float(figures.get(f"{share}_by_language", {}).get(language, 0) if language else figures.get(share, 0))

    pairs = [(value(group), intervals.get(group)) for group in groups]
    low = [max(0.0, 100 * (v - i[0])) if i else 0.0 for v, i in pairs]
    high = [max(0.0, 100 * (i[1] - v)) if i else 0.0 for v, i in pairs]
    return [low, high]


def perplexity_plot(models: Mapping[str, Json]) -> str | None:
    """Perplexity on held-out acts by language, as dots; None where no model has one.

    The scale is logarithmic where the largest value is ten times the smallest or more.
    """
    measured = {model_name(name): m["perplexity"] for name, m in models.items() if m.get("perplexity")}
    if not measured:
        return None
    languages = in_order({language for figures in measured.values() for language in figures["by_language"]})[::-1]
    rows = [*map(language_name, languages), "All"]
    every = [value for figures in measured.values() for value in (figures["overall"], *figures["by_language"].values())]
    logarithmic = max(every) >= 10 * min(every)

    def draw(axes: list[Any]) -> None:
        from matplotlib.ticker import FuncFormatter

        for place, (name, figures) in enumerate(measured.items()):
            values = [
                *(figures["by_language"].get(language, float("nan")) for language in languages),
                figures["overall"],
            ]
            axes[0].plot(values, range(len(rows)), "o", markersize=7, color=SERIES[place % len(SERIES)], label=name)
        axes[0].set_xscale("log" if logarithmic else "linear")
        axes[0].xaxis.set_major_formatter(FuncFormatter(lambda value, place: f"{value:,.0f}"))
        axes[0].set_yticks(range(len(rows)), rows)
        axes[0].margins(x=0.06)
        axes[0].set_ylim(-0.5, len(rows) - 0.5)
        axes[0].set_title(f"Perplexity on held-out acts ({'logarithmic, ' if logarithmic else ''}lower is better)")
        axes[0].grid()
        axes[0].spines["left"].set_visible(False)
        _legend(axes[0])

    return _figure(0.8 + 0.24 * len(rows), 1, draw, "Perplexity on held-out acts by model and language")


def loss_plot(training: Mapping[str, Curve]) -> str:
    """Training and validation loss of each training, side by side."""

    def draw(axes: list[Any]) -> None:
        for axis, (name, curve) in zip(axes, training.items(), strict=True):
            axis.plot(*zip(*curve.loss, strict=True), color=SERIES[1], linewidth=1, label="training")
            if curve.validation:
                axis.plot(
                    *zip(*curve.validation, strict=True), color=SERIES[2], linewidth=1.2, marker="o", markersize=3,
                    label="validation",
                )  # fmt: skip
            axis.set_title(f"{TRAININGS[name].capitalize()}: loss")
            axis.set_xlabel("step")
            axis.grid(axis="y")
        _legend(axes[0])

    return _figure(2.6, len(training), draw, "Loss curves")


def corpus_plot(manifest: Json) -> str:
    """Tokens by language, one bar a language, divided into splits."""
    splits = manifest.get("splits", {})
    languages = in_order({language for parts in splits.values() for language in parts})[::-1]

    def draw(axes: list[Any]) -> None:
        starts = [0.0] * len(languages)
        for split, colour in zip(SPLITS, (SERIES[2], SERIES[1], SERIES[0]), strict=True):
            tokens = [splits.get(split, {}).get(language, {}).get("tokens", 0) for language in languages]
            axes[0].barh([language_name(lang) for lang in languages], tokens, 0.62, starts, label=split, color=colour)
            starts = [start + count for start, count in zip(starts, tokens, strict=True)]
        axes[0].set_title("Tokens by language and split")
        axes[0].xaxis.set_major_formatter(lambda value, place: f"{value:,.0f}")
        axes[0].grid(axis="x")
        axes[0].spines["bottom"].set_visible(False)
        _legend(axes[0])

    return _figure(0.9 + 0.24 * len(languages), 1, draw, "Corpus tokens by language and split")


def stage_plot(stages: Sequence[Stage]) -> str:
    """Seconds of each stage, in the order in which they ran."""
    ordered = list(stages)[::-1]

    def draw(axes: list[Any]) -> None:
        bars = axes[0].barh([s.name for s in ordered], [s.seconds for s in ordered], 0.62, color=SERIES[1])
        axes[0].bar_label(bars, [duration(s.seconds) for s in ordered], padding=3)
        axes[0].set_title("Time by stage")
        axes[0].set_xticks([])
        axes[0].spines["bottom"].set_visible(False)
        axes[0].margins(x=0.12)

    return _figure(0.4 + 0.24 * len(ordered), 1, draw, "Time by stage")
