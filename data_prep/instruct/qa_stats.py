"""The content of `stats.json` of cited questions: counts that add up, shares by language, and the checks' figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from data_prep.instruct.checks import Written
from data_prep.instruct.choice import PARTS
from data_prep.instruct.report import figures, length_warnings
from data_prep.instruct.selection import fair_shares
from data_prep.instruct.stage import Found, Settings, ruled


def qa_stats(
    found: Found, written: Written, settings: Settings, *, repeated: int, in_tokens: bool, model: Mapping[str, Any]
) -> dict[str, Any]:
    """Everything that the card says and programs read.

    Args:
        repeated: pairs left out because their question stood in the files already.
        in_tokens: whether lengths are in tokens, not in characters.
        model: what a language model wrote; empty where none was asked.
    """
    tables = {part: _table(written.pairs.get(part, {}), settings, model) for part in PARTS if _wanted(part, settings)}
    sizes = {part: sum(sum(row.values()) for row in table.values()) for part, table in tables.items()}
    checks = figures(written.report)
    stats: dict[str, Any] = {
        "acts": {name: found.plan[name] for name in ("read", "used", "dropped")},
        "facts": {
            "asked_about": found.counts["facts"] - found.counts["ambiguous"],
            "ambiguous": found.counts["ambiguous"],
            "left_out": found.left_out,
        },
        "questions": {**sizes, "ambiguous_facts": found.counts["ambiguous"], "repeated": repeated},
        "by_language_and_kind": tables,
        "languages": _languages(tables, settings),
        "checks": checks,
        "lengths_in": "tokens" if in_tokens else "characters",
        "histograms": {
            name: dict(sorted(bars.items(), key=lambda bar: int(bar[0])))
            for name, bars in written.report.histogram.items()
        },
        "warnings": [*(length_warnings(checks) if in_tokens else []), *_model_warnings(model)],
    }
    if settings.pairs:
        possible = sum(ruled(found.counts["training"]).values())
        chosen = sizes["training"] + sizes["validation"] - model.get("accepted", 0)
        stats["questions"] |= {"possible": possible, "not_chosen": possible - chosen}
    if model:
        stats["model"] = dict(model)
    return stats


def _model_warnings(model: Mapping[str, Any]) -> list[str]:
    if not model or model["accepted"] >= model["wanted"]:
        return []
    return [
        f"the language model wrote {model['accepted']:,} of its {model['wanted']:,} pairs, for want of passages or of "
        "drafts that stood up; rules made the others"
    ]


def _wanted(part: str, settings: Settings) -> bool:
    return bool(settings.pairs) or part.startswith("test")


def _table(
    pairs: Mapping[str, Mapping[str, int]], settings: Settings, model: Mapping[str, Any]
) -> dict[str, dict[str, int]]:
    kinds = [*settings.kinds, *(["llm"] if model else [])]
    return {language: {kind: pairs[language].get(kind, 0) for kind in kinds} for language in sorted(pairs)}


def _languages(tables: Mapping[str, Mapping[str, Mapping[str, int]]], settings: Settings) -> dict[str, dict[str, int]]:
    """Language -> how many pairs are its share, and how many it has."""
    if settings.pairs:
        parts: Sequence[str] = ("training", "validation")
        shares = fair_shares(dict.fromkeys(settings.languages, settings.pairs), settings.pairs, settings.languages)
    else:
        parts, shares = ("test_seen", "test_unseen"), dict.fromkeys(settings.languages, settings.per_language)
    has = {
        language: sum(sum(tables[part].get(language, {}).values()) for part in parts) for language in settings.languages
    }
    return {language: {"share": shares[language], "pairs": has[language]} for language in sorted(settings.languages)}


def lacking(stats: Mapping[str, Any]) -> list[str]:
    """What to say of the languages that have less than their share."""
    return [
        f"{language} lacks {each['share'] - each['pairs']:,} of its {each['share']:,} pairs"
        for language, each in stats["languages"].items()
        if each["pairs"] < each["share"]
    ]


def rows_of(stats: Mapping[str, Any]) -> list[list[Any]]:
    """Rows of the table that people see: languages, then kinds, then all; a column a part."""
    tables: Mapping[str, Mapping[str, Mapping[str, int]]] = stats["by_language_and_kind"]
    languages = sorted({language for table in tables.values() for language in table})
    kinds = list(dict.fromkeys(kind for table in tables.values() for row in table.values() for kind in row))
    rows: list[list[Any]] = [
        [language, *(sum(table.get(language, {}).values()) for table in tables.values())] for language in languages
    ]
    rows += [[kind, *(sum(row[kind] for row in table.values()) for table in tables.values())] for kind in kinds]
    return [*rows, ["all", *(stats["questions"][part] for part in tables)]]


def kinds_by_language(stats: Mapping[str, Any]) -> dict[str, dict[str, int]]:
    """Kind -> language -> pairs, over all parts."""
    found: dict[str, dict[str, int]] = {}
    for table in stats["by_language_and_kind"].values():
        for language, row in table.items():
            for kind, number in row.items():
                by_kind = found.setdefault(kind, {})
                by_kind[language] = by_kind.get(language, 0) + number
    return found
