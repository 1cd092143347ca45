"""What `report.json` holds: the figures of a run in a shape that other programs can rely on."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from evaluation.report.run_folder import Curve, Json, RunFolder

METRICS = ("perplexity", "citation_accuracy", "article_accuracy", "rouge_l", "exact_match")
DETAILS = ("citation_precision", "citation_recall", "hallucinated")


def figures(groups: dict[str, float] | None, intervals: dict[str, list[float]]) -> Json | None:
    """Figures by group name (see evaluation.scores) in nested form; None where the metric was not measured."""
    if not groups:
        return None
    named = {group: value for group, value in groups.items() if group in ("overall", "seen", "unseen")}
    rest = {group: value for group, value in groups.items() if group not in named}
    nested: Json = {
        **named,
        "by_language": {group: value for group, value in rest.items() if "." not in group},
    }
    for share in ("seen", "unseen"):
        within = {g.removeprefix(f"{share}."): value for g, value in rest.items() if g.startswith(f"{share}.")}
        if within:
            nested[f"{share}_by_language"] = within
    if intervals:
        nested["intervals"] = intervals
    return nested


def model_content(result: Json) -> Json:
    """One entry of `models`."""
    intervals = result.get("intervals", {})
    content: Json = {metric: figures(result.get(metric), intervals.get(metric, {})) for metric in (*METRICS, *DETAILS)}
    return content | {key: result.get(key) for key in ("lm_eval", "speed", "finish", "parameters")}


def training_content(curve: Curve) -> Json:
    """One entry of `training`: where the losses began and ended."""
    ends = {"loss": curve.loss, "validation_loss": curve.validation}
    return {
        "steps": max((step for points in ends.values() for step, _ in points), default=0),
        **{f"first_{name}": points[0][1] if points else None for name, points in ends.items()},
        **{f"last_{name}": points[-1][1] if points else None for name, points in ends.items()},
        "tokens_per_second": curve.tokens_per_second,
    }


def report_content(run: RunFolder) -> Json:
    """Everything that the report says, as data."""
    evaluation: dict[str, Any] = run.evaluation or {}
    return {
        "name": run.name,
        "headline": evaluation.get("headline"),
        "models": {name: model_content(result) for name, result in evaluation.get("models", {}).items()},
        "counts": evaluation.get("counts"),
        "evaluation_config": evaluation.get("config"),
        "training": {name: training_content(curve) for name, curve in run.training.items()},
        "acts": run.acts,
        "corpus": {"manifest": run.manifest, "stats": run.corpus},
        "stages": [asdict(stage) for stage in run.stages],
        "run": run.run,
        "missing": run.missing,
    }
