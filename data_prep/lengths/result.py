"""The figures of a dataset's lengths as plain values: the content of `lengths.json`, and the rows of its tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from data_prep.curation.record import Side
from data_prep.lengths.measure import Measured
from data_prep.lengths.outliers import Counts, Policy
from data_prep.lengths.statistics import (
    OUTLIER_PERCENTILE,
    PERCENTILES,
    Lengths,
    cost,
    cuts,
    outlier_length,
    suggested_length,
    summarise,
)
from data_prep.limits import suggest_limits

Json = dict[str, Any]


def training_lengths(measured: Measured) -> Lengths:
    """Those of the training side, for which a sequence length is chosen; of everything where there is none."""
    found = measured.total[measured.side("train")]
    return found if found.size else measured.total


def result(measured: Measured, at: Sequence[int], policy: Policy, rewritten: Mapping[Side, Counts]) -> Json:
    """Everything that is said of a dataset.

    Args:
        at: lengths at which the loss is counted.
        rewritten: side -> what became of its conversations; empty for `report`.
    """
    training = training_lengths(measured)
    suggested = suggested_length(training)
    limit = outlier_length(measured.total)
    costs = cost(training, suggested)
    limits = suggest_limits(measured.prompts, measured.answers, suggested)
    return {
        "conversations": asdict(summarise(measured.total)),
        "cut": [asdict(each) for each in cuts(measured.total, at)],
        "groups": {
            name: {value: _group(lengths, at) for value, lengths in groups.items()}
            for name, groups in measured.groups.items()
        },
        "suggested": asdict(costs),
        "limits": {"default": limits.model_dump()},
        "outliers": {
            "policy": policy,
            "percentile": OUTLIER_PERCENTILE,
            "longer_than": limit,
            "conversations": int((measured.total > limit).sum()),
            "by_side": {side: int((measured.total[measured.side(side)] > limit).sum()) for side in measured.sides},
            "rewritten": {side: asdict(counts) for side, counts in rewritten.items()},
        },
    }


def _group(lengths: Lengths, at: Sequence[int]) -> Json:
    return asdict(summarise(lengths)) | {"cut": [asdict(each) for each in cuts(lengths, at)]}


SUMMARY_COLUMNS = ("", "number", "tokens", "mean", *(f"p{percent:g}" for percent in PERCENTILES), "max")


def summary_rows(groups: Mapping[str, Json]) -> list[list[Any]]:
    """Name, number, tokens, mean, percentiles and maximum of each group."""
    return [
        [
            name,
            group["number"],
            group["tokens"],
            f"{group['mean']:,.1f}",
            *(f"{group['percentiles'][f'{percent:g}']:,.0f}" for percent in PERCENTILES),
            group["maximum"],
        ]
        for name, group in groups.items()
    ]


NARROW_COLUMNS = ("", "number", "mean", "p50", "p95", "p99", "max")
"""Those that a terminal of 80 columns has room for; the page and `lengths.json` have all."""


def narrow_rows(groups: Mapping[str, Json]) -> list[list[Any]]:
    """The columns of `summary_rows` for a narrow terminal."""
    places = [SUMMARY_COLUMNS.index(column) for column in NARROW_COLUMNS]
    return [[row[place] for place in places] for row in summary_rows(groups)]


CUT_COLUMNS = ("cut at", "conversations", "tokens")


def cut_rows(found: Sequence[Json]) -> list[list[str]]:
    """What is lost at each length."""
    return [[f"{each['length']:,}", percent(each["conversations"]), percent(each["tokens"])] for each in found]


def cost_rows(suggested: Json) -> list[list[Any]]:
    """The suggested sequence length and what it costs."""
    return [
        ["sequence length", suggested["seq_length"]],
        ["conversations cut there", percent(suggested["cut"]["conversations"])],
        ["tokens cut there", percent(suggested["cut"]["tokens"])],
        ["padding, one conversation a row of that length", percent(suggested["padded_to_length"])],
        *(
            [f"padding, rows as long as the longest of {size}", percent(share)]
            for size, share in suggested["padded_to_longest"].items()
        ),
        ["padding, packed", percent(suggested["packed"])],
        ["packs", suggested["packs"]],
    ]


REWRITTEN_COLUMNS = ("side", "read", "kept", "split", "dropped", "parts", "turns dropped", "written")


def rewritten_rows(rewritten: Mapping[str, Json]) -> list[list[Any]]:
    """What became of the conversations of each side."""
    names = ("conversations", "kept", "split", "dropped", "parts", "turns_dropped", "written")
    return [[side, *(counts[name] for name in names)] for side, counts in rewritten.items()]


def percent(share: float) -> str:
    """`8.31 %` for 0.0831."""
    return f"{100 * share:.2f} %"
