"""What an instruction set holds and what became of every row, in numbers: `stats.json`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from data_prep.curation.build import BALANCE, Built
from data_prep.curation.config import Config
from data_prep.curation.duplicates import EXACT, NEAR, duplicate_counts
from data_prep.curation.quality import LOW, UNSCORED
from data_prep.curation.sides import CONFLICT
from data_prep.curation.write import FILES
from data_prep.split import SPLITS

DECISIONS = {
    EXACT: "exact duplicates",
    NEAR: "near-duplicates",
    LOW: "quality",
    UNSCORED: "not scored",
    BALANCE: "balance",
    f"sides: {CONFLICT}": "held-out prompts",
}
"""Reasons of decisions over all records, in their order -> their names as steps."""

PERCENTILES = (50, 75, 90, 95, 99, 99.9)


def instruct_stats(built: Built, config: Config) -> dict[str, Any]:
    """The statistics of a finished set; counts add up: rows = rejected + records, records = kept + dropped."""
    table, staying = built.table, built.table.staying()
    rejected = _sum(result["rejected"] for result in built.read)
    records = _sum(result["read"] for result in built.read)
    steps = _steps(built)
    kept = {side: int((built.side == code).sum()) for code, side in enumerate(FILES.values())}
    assert sum(kept.values()) == len(staying) == sum(records.values()) - sum(step["dropped"] for step in steps)
    return {
        "name": config.name,
        "rows": sum(records.values()) + sum(rejected.values()),
        "rejected": sum(rejected.values()),
        "records": sum(records.values()),
        "kept": sum(kept.values()),
        "dropped": sum(records.values()) - sum(kept.values()),
        "sides": kept,
        "tokens": {FILES[s]: int(table.tokens()[built.side == code].sum()) for code, s in enumerate(SPLITS)},
        "steps": steps,
        "duplicates": duplicate_counts(table, config.duplicates),
        "sources": _sources(built, records, rejected),
        "by": {
            column: {"passed": built.passed[column], "unique": built.unique[column], "kept": built.balanced[column]}
            for column in ("language", "domain", "difficulty")
        },
        "quality": _histogram(table.rows["quality"][staying]),
        "lengths": _lengths(built),
        "scoring": built.scoring,
        "balance": built.targets,
    }


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(sorted(total.items()))


def _steps(built: Built) -> list[dict[str, Any]]:
    """Every step and decision in order: records in, dropped, changed, out, and the reasons."""
    rows = []
    for name in built.read[0]["steps"] if built.read else ():
        each = [result["steps"][name] for result in built.read]
        reasons = _sum(step["dropped"] for step in each)
        changed = _sum(step["changed"] for step in each)
        rows.append(_step(name, sum(step["records"] for step in each), reasons, changed))
    left = len(built.table.rows)
    for reason, name in DECISIONS.items():
        if dropped := built.table.dropped(reason):
            rows.append(_step(name, left, {reason: dropped}, {}))
            left -= dropped
    return rows


def _step(name: str, records: int, reasons: dict[str, int], changed: dict[str, int]) -> dict[str, Any]:
    dropped = sum(reasons.values())
    return {
        "step": name,
        "records": records,
        "dropped": dropped,
        "changed": sum(changed.values()),
        "left": records - dropped,
        "reasons": reasons,
        "changes": changed,
    }


def _sources(built: Built, records: Mapping[str, int], rejected: Mapping[str, int]) -> dict[str, dict[str, int]]:
    return {
        name: {
            "rejected": rejected.get(name, 0),
            "records": number,
            "passed": built.passed["source"].get(name, 0),
            "unique": built.unique["source"].get(name, 0),
            "kept": built.balanced["source"].get(name, 0),
        }
        for name, number in records.items()
    }


def _histogram(quality: Any) -> dict[str, int]:
    """Records by score, rounded down: `1` to `10`."""
    found = np.bincount(np.clip(np.floor(quality), 1, 10).astype(int), minlength=11)
    return {str(score): int(found[score]) for score in range(1, 11)}


def _lengths(built: Built) -> dict[str, dict[str, float]]:
    """Percentiles of the kept records: characters, and tokens of prompt and answer where they were counted."""
    rows = built.table.rows[built.side >= 0]
    columns = {"characters": rows["characters"]}
    if rows["answer_tokens"].any():
        columns |= {"prompt tokens": rows["prompt_tokens"], "answer tokens": rows["answer_tokens"]}
        columns["tokens"] = rows["prompt_tokens"] + rows["answer_tokens"]
    return {
        name: {"mean": round(float(values.mean()), 1), "max": int(values.max())}
        | {f"p{p:g}": round(float(np.percentile(values, p)), 1) for p in PERCENTILES}
        for name, values in columns.items()
    }
