"""The report's tables: the same rows in Markdown and HTML."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from data_prep.formex.acts import LANGUAGES
from evaluation.report.run_folder import TRAININGS, Json, Stage

LANGUAGE_NAMES = dict(zip(LANGUAGES, ("English", "French", "German", "Spanish", "Portuguese"), strict=True))
MODEL_NAMES = {"initial": "initial", "cpt": "after CPT", "sft": "after SFT"}
SPLITS = ("train", "validation", "test")
NONE = "–"


@dataclass(frozen=True)
class Table:
    """A table whose first column is text and whose others are figures, formatted."""

    caption: str
    columns: list[str]
    rows: list[list[str]]


def model_name(name: str) -> str:
    """How a model is called in the report."""
    return MODEL_NAMES.get(name, name)


def language_name(language: str) -> str:
    """English name of a language code."""
    return LANGUAGE_NAMES.get(language, language)


def in_order(languages: Iterable[str]) -> list[str]:
    """Languages in the project's order, others after them."""
    known = {language: place for place, language in enumerate(LANGUAGES)}
    return sorted(languages, key=lambda language: (known.get(language, len(known)), language))


def percent(value: float | None) -> str:
    """A share as `84.5 %`."""
    return NONE if value is None else f"{100 * value:.1f} %"


def number(value: float | None, decimals: int = 0) -> str:
    """A figure with thousands separators."""
    return NONE if value is None else f"{value:,.{decimals}f}"


def duration(seconds: float) -> str:
    """Seconds as `45 s`, `3 min 20 s` or `2 h 05 min`."""
    whole = round(seconds)
    if whole < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{whole} s"
    minutes, rest = divmod(whole, 60)
    return f"{minutes} min {rest:02d} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def with_interval(metric: Json | None, group: str) -> str:
    """`84.5 % (79.1–89.2)`: a share of one group with its 95 % interval."""
    if not metric or group not in metric:
        return NONE
    low_high = metric.get("intervals", {}).get(group)
    share = percent(metric[group])
    return f"{share} ({100 * low_high[0]:.1f}–{100 * low_high[1]:.1f})" if low_high else share


def metrics_table(models: Mapping[str, Json]) -> Table:
    """Every metric of every model, citations on seen and unseen acts side by side."""
    rows: list[tuple[str, str, str]] = [
        ("Citation accuracy, seen acts", "citation_accuracy", "seen"),
        ("Citation accuracy, unseen acts", "citation_accuracy", "unseen"),
        ("Citation accuracy, all questions", "citation_accuracy", "overall"),
        ("Article accuracy, seen acts", "article_accuracy", "seen"),
        ("Article accuracy, unseen acts", "article_accuracy", "unseen"),
        ("ROUGE-L", "rouge_l", "overall"),
        ("Exact match", "exact_match", "overall"),
        ("Cited CELEX numbers that no known act bears (lower is better)", "hallucinated", "overall"),
    ]
    body = [[label, *(with_interval(m.get(metric), group) for m in models.values())] for label, metric, group in rows]
    body.append(
        ["Perplexity on held-out acts (lower is better)", *(_perplexity(m, "overall") for m in models.values())]
    )
    if any(m.get("lm_eval") for m in models.values()):
        body.append(["Which CELEX? (lm-eval, chance 25 %)", *(_lm_eval(m) for m in models.values())])
    body.append(["Parameters", *(number(m.get("parameters")) for m in models.values())])
    body.append(
        ["Tokens per second", *(number((m.get("speed") or {}).get("tokens_per_second")) for m in models.values())]
    )
    return Table("All metrics, with 95 % intervals", ["", *map(model_name, models)], body)


def _lm_eval(model: Json) -> str:
    result = model.get("lm_eval")
    if not result:
        return NONE
    error = result.get("acc_stderr")
    return percent(result["acc"]) + (f" ± {100 * error:.1f}" if error is not None else "")


def _perplexity(model: Json, language: str) -> str:
    metric = model.get("perplexity") or {}
    return number(metric.get(language, metric.get("by_language", {}).get(language)), 1)


def language_table(models: Mapping[str, Json]) -> Table:
    """Citation accuracy on seen and unseen acts, and perplexity, by language and model."""
    languages = {
        language
        for model in models.values()
        for metric in ("citation_accuracy", "perplexity")
        for language in (model.get(metric) or {}).get("by_language", {})
    }
    body = []
    for language in in_order(languages):
        for name, model in models.items():
            accuracy = model.get("citation_accuracy") or {}
            shares = [percent(accuracy.get(f"{share}_by_language", {}).get(language)) for share in ("seen", "unseen")]
            article = percent((model.get("article_accuracy") or {}).get("by_language", {}).get(language))
            body.append(
                [f"{language_name(language)}, {model_name(name)}", *shares, article, _perplexity(model, language)]
            )
    columns = ["", "citation, seen", "citation, unseen", "article, all", "perplexity"]
    return Table("Citations and perplexity by language", columns, body)


def training_table(training: Mapping[str, Json]) -> Table:
    """Where losses began and ended."""
    columns = ["", "steps", "loss, first", "loss, last", "validation, first", "validation, last", "tokens/s"]
    keys = ("first_loss", "last_loss", "first_validation_loss", "last_validation_loss")
    rows = [
        [
            TRAININGS[name].capitalize(),
            number(part["steps"]),
            *(number(part[key], 3) for key in keys),
            number(part["tokens_per_second"]),
        ]
        for name, part in training.items()
    ]
    return Table("Losses at the beginning and at the end", columns, rows)


def corpus_table(manifest: Json) -> Table:
    """Documents and tokens by language and split, and the share of each language in training."""
    splits = manifest.get("splits", {})
    languages = in_order({language for parts in splits.values() for language in parts})
    rows = [[language_name(language), *_corpus_cells(splits, [language])] for language in languages]
    rows.append(["All", *_corpus_cells(splits, languages)])
    columns = ["", *(f"{split}, {what}" for split in SPLITS for what in ("documents", "tokens")), "weight in training"]
    return Table("Documents are acts in one language, split by work: all versions of an act on one side", columns, rows)


def _corpus_cells(splits: Json, languages: Sequence[str]) -> list[str]:
    def total(split: str, key: str) -> float:
        return sum(splits.get(split, {}).get(language, {}).get(key, 0) for language in languages)

    sizes = [number(total(split, what)) for split in SPLITS for what in ("documents", "tokens")]
    return [*sizes, percent(total("train", "weight"))]


def counts_table(caption: str, stats: Json) -> Table:
    """The plain figures among a stage's statistics."""
    plain = {
        key: value for key, value in stats.items() if isinstance(value, int | float) and not isinstance(value, bool)
    }
    rows = [[key.replace("_", " "), number(value, 0 if isinstance(value, int) else 2)] for key, value in plain.items()]
    return Table(caption, ["", "count"], rows)


def stages_table(stages: Sequence[Stage]) -> Table:
    """What every stage cost."""
    rows = [[stage.name, duration(stage.seconds), stage.note or NONE] for stage in stages]
    rows.append(["All stages", duration(sum(stage.seconds for stage in stages)), ""])
    return Table("Time by stage", ["", "time", "note"], rows)


def run_table(run: Json) -> Table:
    """Recipe, parameters, seed and versions, nested names joined by dots."""
    return Table("How it was made", ["", "value"], [[key, str(value)] for key, value in _flat(run)])


def _flat(value: Json, prefix: str = "") -> Iterable[tuple[str, Any]]:
    for key, item in value.items():
        if isinstance(item, dict):
            yield from _flat(item, f"{prefix}{key}.")
        else:
            yield f"{prefix}{key}", item
