"""`DATA_CARD.md` of an instruction set: what it is, from what, how it was made, its limits, how to make it again."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data_prep.corpus.card import table
from data_prep.curation.annotated import to_yaml
from data_prep.curation.assemble import PLAIN_FOLDER
from data_prep.curation.config import Config
from data_prep.curation.manifest import file_rows
from data_prep.curation.plots import PLOTS
from data_prep.curation.read import EXCLUDED, REJECTS
from lexatron import __version__
from lexatron.atomic import write_text
from lexatron.stage import Fingerprint

CARD = "DATA_CARD.md"
STEP_COLUMNS = ["step", "in", "dropped", "changed", "out"]


def write_card(
    folder: Path, stats: Mapping[str, Any], manifest: Mapping[str, Any], config: Config, fingerprint: Fingerprint
) -> None:
    """Write `DATA_CARD.md`."""
    sections = [
        _summary(stats),
        _sources(stats, config),
        _steps(stats),
        _duplicates(stats, config),
        _quality(stats, config),
        _contents(stats),
        _files(manifest),
        _limits_by_task(manifest),
        _language(stats),
        _reservations(config),
        _reproduce(config, fingerprint),
    ]
    write_text(folder / CARD, "\n\n".join(section for section in sections if section) + "\n")


def step_rows(stats: Mapping[str, Any]) -> list[list[Any]]:
    """Rows of `STEP_COLUMNS`."""
    return [[s["step"], s["records"], s["dropped"], s["changed"], s["left"]] for s in stats["steps"]]


def _summary(stats: Mapping[str, Any]) -> str:
    sides = ", ".join(f"{number:,} for {side}" for side, number in stats["sides"].items())
    return f"# Data card: {stats['name']}\n\nConversations for supervised fine-tuning: {sides}.\n\n![]({PLOTS})"


def _sources(stats: Mapping[str, Any], config: Config) -> str:
    licences = {source.name: source.license or "not stated" for source in config.sources}
    teachers = {source.name: source.teacher or "" for source in config.sources}
    rows = [
        [name, n["rejected"], n["records"], n["passed"], n["unique"], n["kept"], licences[name], teachers[name]]
        for name, n in stats["sources"].items()
    ]
    columns = ["source", "rejected", "records", "after steps", "after duplicates", "kept", "licence", "teacher"]
    return (
        f"## Sources\n\n{table(columns, rows)}\n\n{stats['rows']:,} rows were read; {stats['rejected']:,} of them "
        f"could not be, and stand in `{REJECTS}` with file and line. Licences and teachers are those that the "
        "configuration states; the terms of a teacher's provider may forbid to train on its answers."
    )


def _steps(stats: Mapping[str, Any]) -> str:
    reasons = [[s["step"], why, n] for s in stats["steps"] for why, n in s["reasons"].items()]
    changes = [[s["step"], what, n] for s in stats["steps"] for what, n in s["changes"].items()]
    parts = ["## What became of every record", table(STEP_COLUMNS, step_rows(stats))]
    if reasons:
        parts.append("Why records were dropped; each stands in `" + EXCLUDED + "`:\n\n")
        parts.append(table(["step", "reason", "records"], reasons))
    if changes:
        parts.append("What was changed in records:\n\n" + table(["step", "change", "records"], changes))
    return "\n\n".join(part.strip("\n") for part in parts)


def _duplicates(stats: Mapping[str, Any], config: Config) -> str:
    options, found = config.duplicates, stats["duplicates"]
    if options.near is None and not options.exact:
        return ""
    rows = [["exact (but for space and case)", found["exact"]]]
    if options.near is not None:
        rows += [
            [f"{options.near:g} to {options.high:g}", found["near"]],
            [f"above {options.high:g}", found["high"]],
        ]
    return "\n\n".join(
        [
            "## Duplicates",
            "Over all sources and sides, MinHash LSH with 512 permutations on character 3-grams of what users and "
            "assistants say, candidates verified by their true Jaccard similarity. Kept is what a source holds out, "
            "then the better score, then the earlier source.",
            table(["similarity", "dropped"], rows),
            "Domains before and after:",
            table(["domain", "before", "share", "after", "share"], _before_and_after(stats["by"]["domain"])),
        ]
    )


def _before_and_after(counts: Mapping[str, Mapping[str, int]]) -> list[list[Any]]:
    before, after = counts["passed"], counts["unique"]
    return [[n, before[n], _share(before, n), after.get(n, 0), _share(after, n)] for n in before]


def _share(counts: Mapping[str, int], name: str) -> str:
    return f"{counts.get(name, 0) / max(1, sum(counts.values())):.1%}"


def _quality(stats: Mapping[str, Any], config: Config) -> str:
    scoring = config.scoring
    by = f"the model {stats['scoring']['model']}" if stats["scoring"].get("model") else "local heuristics"
    model, local = (each or "any" for each in (scoring.keep, scoring.keep_heuristic))
    kept = f"kept at {model} and more where a model or the source tells it, at {local} and more where heuristics do"
    rows = [[score, number] for score, number in stats["quality"].items()]
    text = (
        "## Quality\n\nFrom 1 to 10 by rubric (accuracy 0-3, completeness 0-2, coherence 0-2, helpfulness 0-3), by "
        f"{by} where the source does not state one; {kept}."
    )
    if not stats["scoring"].get("model"):
        text += " Heuristics see form and not truth: whether an answer is right they cannot tell."
    return f"{text}\n\n{table(['score', 'records kept'], rows)}"


def _contents(stats: Mapping[str, Any]) -> str:
    parts = ["## Contents"]
    for column, counts in stats["by"].items():
        kept = counts["kept"]
        rows = [[name, number, _share(kept, name)] for name, number in kept.items() if number]
        parts.append(table([column, "records", "share"], rows))
    rows = [[name, *figures.values()] for name, figures in stats["lengths"].items()]
    if rows:
        columns = list(next(iter(stats["lengths"].values())))
        parts.append("Lengths, without a chat template:\n\n" + table(["", *columns], rows))
    if stats["balance"]:
        columns = list(stats["balance"][0])
        parts.append("Balance:\n\n" + table(columns, [list(row.values()) for row in stats["balance"]]))
    return "\n\n".join(parts)


def _files(manifest: Mapping[str, Any]) -> str:
    return (
        "## Files\n\n"
        + table(["form", "side", "files", "records"], file_rows(manifest))
        + "\n\n`chat` are `training.jsonl`, `validation.jsonl` and `test.jsonl` with `messages`; `plain` is "
        f"`{PLAIN_FOLDER}/` with `instruction`, `response`, `metadata`; `finetuning` has `input` and `output`, of "
        "conversations of one exchange; `preference` has `prompt`, `chosen`, `rejected`. `manifest.json` has the hash "
        "of each."
    )


def _limits_by_task(manifest: Mapping[str, Any]) -> str:
    if not manifest["tasks"]:
        return ""
    rows = [[name, each["max_input_tokens"], each["max_output_tokens"]] for name, each in manifest["tasks"].items()]
    return (
        "## Limits by task\n\nIn tokens, chat template included: what 999 of 1,000 records keep, or what the "
        "configuration says. Evaluation and serving read them from `manifest.json`.\n\n"
        + table(["task", "input", "output"], rows)
    )


def _language(stats: Mapping[str, Any]) -> str:
    found = stats.get("language_check")
    if not found or not found["records"]:
        return ""
    rows = [[stated, detected, number] for stated, each in found["table"].items() for detected, number in each.items()]
    return (
        f"## Languages, checked\n\n{found['records']:,} kept records, drawn at random, were detected once more over "
        f"their whole text and all languages: {found['agreement']:.1%} agree.\n\n"
        + table(["as kept", "as detected", "records"], rows)
    )


def _reservations(config: Config) -> str:
    pii = "Masking of personal data finds e-mail addresses, phone numbers, IBANs and card numbers, and no names."
    return (
        "## Limits\n\n"
        f"{pii if config.steps.pii else 'Personal data was not looked for.'} Filters are rules: they drop some good "
        "records and keep some bad ones. Scores of a model are its opinion. Whether an answer is true was not checked."
    )


def _reproduce(config: Config, fingerprint: Fingerprint) -> str:
    prints = "\n".join(f"{name}: {value}" for name, value in vars(fingerprint).items())
    return (
        f"## To make it again\n\nLexatron {__version__}; the same files and options give the same bytes.\n\n"
        f"```yaml\n{to_yaml(config)}```\n\n```\n{prints}\n```"
    )
