"""Renders the report of a run: `report.md`, `report.html` and `report.json` beside each other in its folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from evaluation.report import plots
from evaluation.report.content import report_content
from evaluation.report.examples import RULE, examples
from evaluation.report.run_folder import Curve, Json, RunFolder, read_run
from evaluation.report.tables import (
    Table,
    corpus_table,
    counts_table,
    language_table,
    metrics_table,
    model_name,
    number,
    percent,
    run_table,
    stages_table,
    training_table,
)
from lexatron.atomic import write_text

TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class WrittenReport:
    """A report on disk, the content of its `report.json`, and the evaluation's models if there is one."""

    html: Path
    markdown: Path
    json: Path
    content: Json
    missing: list[str]
    evaluation: Json


@dataclass(frozen=True)
class Headline:
    """Citation accuracy of one model, the figure that the project is judged by.

    Attributes:
        seen: share of right citations on acts in training, asked in held-out wordings; `interval` its 95 % one.
        unseen: the same on acts that were held out.
    """

    model: str
    seen: str
    interval: str
    unseen: str


def write_report(run_dir: str | Path) -> WrittenReport:
    """Write the three reports of a run.

    Raises:
        UserError: the folder holds no part of a run, or a part is damaged.
    """
    folder = Path(run_dir)
    run = read_run(folder)
    content = report_content(run)
    view = _view(run, content)
    paths = {kind: folder / f"report.{kind}" for kind in ("md", "html", "json")}
    write_text(paths["md"], _render("report.md.j2", view))
    write_text(paths["html"], _render("report.html.j2", view | {"plots": _plots(run, content)}))
    write_text(paths["json"], json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    return WrittenReport(
        html=paths["html"],
        markdown=paths["md"],
        json=paths["json"],
        content=content,
        missing=run.missing,
        evaluation=(run.evaluation or {}).get("models", {}),
    )


def _render(template: str, view: Mapping[str, Any]) -> str:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=template.endswith(".html.j2"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["cell"] = markdown_cell
    return environment.get_template(template).render(view)


def markdown_cell(text: str) -> str:
    """Text that is safe in a Markdown table or list item: one line, no markup of its own."""
    escaped = "".join(f"\\{c}" if c in "\\|*_`<>[]#" else c for c in str(text))
    return " ".join(escaped.split())


def _view(run: RunFolder, content: Json) -> dict[str, Any]:
    models: Json = content["models"]
    return {
        "name": run.name,
        "headlines": [_headline(name, model) for name, model in models.items()],
        "counts": content["counts"] or {},
        "tables": _tables(run, content),
        "examples": examples(run.answers, list(models)),
        "example_rule": RULE,
        "perplexity_measured": any(model.get("perplexity") for model in models.values()),
        "config": content["evaluation_config"] or {},
        "missing": run.missing,
        "number": number,
    }


def _headline(name: str, model: Json) -> Headline:
    accuracy = model.get("citation_accuracy") or {}
    bounds = accuracy.get("intervals", {}).get("seen")
    interval = f"{100 * bounds[0]:.1f}–{100 * bounds[1]:.1f} %" if bounds else ""
    return Headline(model_name(name), percent(accuracy.get("seen")), interval, percent(accuracy.get("unseen")))


def _tables(run: RunFolder, content: Json) -> dict[str, Table | None]:
    """Every table whose data are there."""
    models = content["models"]
    return {
        "metrics": metrics_table(models) if models else None,
        "languages": language_table(models) if models else None,
        "training": training_table(content["training"]) if run.training else None,
        "corpus": corpus_table(run.manifest) if run.manifest else None,
        "acts": counts_table("Acts read", run.acts) if run.acts else None,
        "corpus_counts": counts_table("Acts kept", run.corpus) if run.corpus else None,
        "stages": stages_table(run.stages) if run.stages else None,
        "run": run_table(run.run) if run.run else None,
    }


def _plots(run: RunFolder, content: Json) -> dict[str, str | None]:
    """Every plot whose data are there."""
    models = content["models"]
    curves: dict[str, Curve] = {name: curve for name, curve in run.training.items() if curve.loss}
    return {
        "citations": plots.citation_plot(models) if models else None,
        "perplexity": plots.perplexity_plot(models),
        "loss": plots.loss_plot(curves) if curves else None,
        "corpus": plots.corpus_plot(run.manifest) if run.manifest else None,
        "stages": plots.stage_plot(run.stages) if run.stages else None,
    }
