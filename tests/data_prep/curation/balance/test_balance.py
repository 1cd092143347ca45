"""Balancing: caps are kept, shares reached where they can be, and the choice depends on the records alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from data_prep.curation.balance import Balance
from data_prep.curation.balance.report import TOO_FEW, TOO_FEW_TOGETHER
from lexatron.errors import UserError
from tests.data_prep.curation.balance.records import Some, at_random, by_count

DOMAINS = by_count({("law",): 6000, ("general",): 3000, ("code",): 1000}, ["domain"])


def shares(names: str) -> st.SearchStrategy[dict[str, float]]:
    return st.dictionaries(st.sampled_from([*(f"{names}{number}" for number in range(3)), "none"]), st.floats(0.05, 1))


CAPS, MOST = st.integers(0, 100), st.integers(1, 200)
OPTIONS = st.builds(
    Balance,
    domain=shares("d"),
    language=shares("l"),
    difficulty=shares("d"),
    others=st.sampled_from(["keep", "drop"]),
    by=st.sampled_from(["records", "tokens"]),
    max_records=st.none() | MOST,
    max_per_source=st.none()
    | st.integers(0, 100)
    | st.dictionaries(st.sampled_from(["s0", "s1"]), st.integers(0, 100)),
    at_least=st.sampled_from([0.0, 0.5, 1.0]),
)


def tried(records: Some, options: Balance, seed: int = 0) -> Any:
    """What is kept; nothing where nothing can be."""
    try:
        return records.kept(options, seed)
    except UserError:
        return np.zeros(len(records), bool)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 300), st.integers(0, 9), OPTIONS)
def test_never_more_than_asked_and_nothing_that_is_not_wanted(count: int, seed: int, options: Balance) -> None:
    records = at_random(count, seed)
    kept = tried(records, options)
    assert kept.shape == (count,)
    assert options.max_records is None or kept.sum() <= options.max_records
    for (source,), number in records.counts(kept, "source").items():
        assert number <= options.cap(source)
    for dimension, targets in options.targets.items():
        if options.others == "drop" or sum(targets.values()) >= 1:
            assert {name for (name,) in records.counts(kept, dimension)} <= targets.keys()


@settings(max_examples=10, deadline=None)
@given(st.integers(1, 300), st.integers(0, 9), OPTIONS)
def test_the_choice_depends_neither_on_order_nor_on_how_names_are_numbered(
    count: int, seed: int, options: Balance
) -> None:
    records = at_random(count, seed)
    order = np.random.default_rng(seed).permutation(count)
    shuffled = records[order]
    assert (tried(records, options)[order] == tried(shuffled, options, seed + 1)).all()


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 300), st.floats(0.01, 1)), min_size=1, max_size=5), st.none() | MOST)
def test_one_dimension_is_reached_within_a_record_with_as_many_as_can_be(
    groups: list[tuple[int, float]], most: int | None
) -> None:
    targets = {f"g{number}": share for number, (_, share) in enumerate(groups)}
    records = by_count({(f"g{number}",): count for number, (count, _) in enumerate(groups)}, ["domain"])
    kept = records.kept(Balance(domain=targets, at_least=0, max_records=most))
    total = sum(targets.values())
    possible = min(count * total / share for count, share in groups)
    assert kept.sum() == int(min(possible, most or possible) + 1e-6)
    counts = records.counts(kept, "domain")
    for name, share in targets.items():
        assert abs(counts[(name,)] - share / total * kept.sum()) < 1


def test_down_to_the_scarcest_or_to_the_part_that_is_kept_whatever_lacks() -> None:
    targets = {"law": 0.4, "general": 0.3, "code": 0.3}

    def counts(at_least: float) -> list[int]:
        kept = DOMAINS.kept(Balance(domain=targets, at_least=at_least))
        return [DOMAINS.counts(kept, "domain")[(name,)] for name in targets]

    assert counts(0.0) == [1333, 1000, 1000]
    assert counts(0.5) == [2286, 1714, 1000]
    assert counts(1.0) == [6000, 3000, 1000]


def test_groups_that_are_not_named_share_what_is_left() -> None:
    kept = DOMAINS.kept(Balance(domain={"code": 0.5}, at_least=0))
    assert DOMAINS.counts(kept, "domain") == {("law",): 667, ("general",): 333, ("code",): 1000}
    kept = DOMAINS.kept(Balance(domain={"code": 0.25, "law": 0.25}, others="drop", at_least=0))
    assert DOMAINS.counts(kept, "domain") == {("law",): 1000, ("code",): 1000}


def test_per_cent() -> None:
    kept = DOMAINS.kept(Balance(domain={"code": 50, "law": 0.5}, at_least=0))
    assert DOMAINS.counts(kept, "domain") == {("law",): 10, ("general",): 990, ("code",): 1000}
    same = [DOMAINS.kept(Balance(domain=shares)) for shares in ({"law": 0.25, "code": 0.5}, {"law": 25, "code": 50})]
    assert (same[0] == same[1]).all()


@pytest.mark.parametrize("domain", [{"law": 1.0, "code": 0.5}, {"law": 200, "code": 100}])
def test_more_than_the_whole_are_weights_and_leave_nothing(domain: dict[str, float]) -> None:
    kept = DOMAINS.kept(Balance(domain=domain, at_least=0))
    assert DOMAINS.counts(kept, "domain") == {("law",): 2000, ("code",): 1000}


def test_caps_alone() -> None:
    records = by_count({("a",): 500, ("b",): 50, ("c",): 300}, ["source"])
    everything = np.ones(850, bool)
    assert (records.kept(Balance()) == everything).all()
    assert records.counts(records.kept(Balance(max_per_source=100)), "source") == {("a",): 100, ("b",): 50, ("c",): 100}
    capped = records.kept(Balance(max_per_source={"a": 0, "c": 7}))
    assert records.counts(capped, "source") == {("b",): 50, ("c",): 7}
    both = records.kept(Balance(max_per_source=100, max_records=150))
    assert both.sum() == 150
    assert records.kept(Balance(max_records=5000)).all()


def test_a_capped_source_gives_what_is_wanted_most() -> None:
    records = by_count({("law", "a"): 500, ("other", "a"): 500, ("other", "b"): 500}, ["domain", "source"])
    kept = records.kept(Balance(domain={"law": 0.5, "other": 0.5}, max_per_source=300))
    counts = records.counts(kept, "domain", "source")
    assert 290 < counts[("law", "a")] <= 300
    assert abs(counts[("law", "a")] - counts[("other", "b")] - counts[("other", "a")]) <= 1


def test_several_dimensions_at_once() -> None:
    counts = {(d, lang, e): 100 * (1 + place) for place, (d, lang, e) in enumerate(
        (d, lang, e) for d in ("law", "code") for lang in ("en", "de", "fr") for e in ("easy", "hard")
    )}  # fmt: skip
    records = by_count(counts, ["domain", "language", "difficulty"])
    options = Balance(
        domain={"law": 0.5, "code": 0.5},
        language={"en": 0.4, "de": 0.3, "fr": 0.3},
        difficulty={"hard": 0.3},
        at_least=0.4,
    )
    kept = records.kept(options)
    assert kept.sum() > 3120
    for column, targets in {**options.targets, "difficulty": {"easy": 0.7, "hard": 0.3}}.items():
        for name, share in targets.items():
            assert records.counts(kept, column)[(name,)] == pytest.approx(share * kept.sum(), abs=5)


@settings(max_examples=5, deadline=None)
@given(st.lists(st.integers(5, 2000), min_size=12, max_size=12), st.integers(0, 99))
def test_as_many_as_linear_programming_finds(counts: list[int], seed: int) -> None:
    """The largest total whose shares in three dimensions can be met exactly; ours may lack a record a group."""
    optimize = pytest.importorskip("scipy.optimize")
    cells = [(f"d{d}", f"l{lang}", f"e{e}") for d in range(2) for lang in range(3) for e in range(2)]
    random = np.random.default_rng(seed)
    wanted = [dict(zip(sorted({c[k] for c in cells}), random.dirichlet(np.full(n, 3.0)), strict=True))
              for k, n in enumerate((2, 3, 2))]  # fmt: skip
    rows = [[*(float(c[k] == name) for c in cells), -share] for k in range(3) for name, share in wanted[k].items()]
    bounds = [*((0, count) for count in counts), (0, None)]
    best = optimize.linprog([*[0] * 12, -1], A_eq=rows, b_eq=[0] * len(rows), bounds=bounds).x[-1]
    records = by_count(dict(zip(cells, counts, strict=True)), ["domain", "language", "difficulty"])
    chosen = Balance(domain=wanted[0], language=wanted[1], difficulty=wanted[2], at_least=0)
    kept = records.kept(chosen)
    assert best * 0.97 - 8 <= kept.sum() <= best * 1.01 + 8
    for column, targets in chosen.targets.items():
        for name, share in targets.items():
            assert records.counts(kept, column)[(name,)] == pytest.approx(share * kept.sum(), rel=0.01, abs=4)


def test_tokens() -> None:
    records = at_random(6000, 3)
    options = Balance(domain={"d0": 0.2, "d1": 0.5, "d2": 0.3}, by="tokens", at_least=0, max_records=2000)
    kept = records.kept(options)
    assert kept.sum() <= 2000
    tokens = {name: records.sizes[kept & (records.values["domain"] == name)].sum() for name in options.domain}
    for name, share in options.domain.items():
        assert tokens[name] / sum(tokens.values()) == pytest.approx(share, abs=0.005)


def test_a_few_more_records_move_few() -> None:
    records = at_random(4000, 5)
    options = Balance(domain={"d0": 0.4, "d1": 0.3, "d2": 0.3}, language={"l0": 0.5}, max_records=600)
    fewer = records[np.arange(3960)]
    before, after = (set(each.keys[each.kept(options)].tolist()) for each in (fewer, records))
    assert len(before & after) > 0.95 * len(after)


def test_another_seed_chooses_others() -> None:
    first, second = (DOMAINS.kept(Balance(max_records=1000, seed=seed)) for seed in (1, 2))
    assert (first & second).sum() < 200


def test_report() -> None:
    rows = DOMAINS.report(Balance(domain={"law": 0.4, "code": 0.3, "general": 0.2, "tax": 0.1}))
    assert rows[("domain", "law")] == {
        "records_before": 6000, "records_after": 2667, "share_before": 0.6, "target": 0.4, "share_after": 0.5334,
        "short": "",
    }  # fmt: skip
    assert {name: row["short"] for (_, name), row in rows.items()} == {
        "code": TOO_FEW, "general": "", "law": "", "tax": TOO_FEW,
    }  # fmt: skip
    assert rows[("domain", "tax")]["records_before"] == 0
    assert DOMAINS.report(Balance(max_records=10)) == {}


def test_report_of_targets_that_hinder_each_other() -> None:
    records = by_count({("law", "en"): 1000, ("code", "de"): 1000, ("code", "en"): 10}, ["domain", "language"])
    rows = records.report(Balance(domain={"law": 0.8, "code": 0.2}, language={"de": 0.8, "en": 0.2}))
    assert TOO_FEW_TOGETHER in {row["short"] for row in rows.values()}
    reached = records.report(Balance(domain={"law": 0.5, "code": 0.5}, language={"de": 0.5, "en": 0.5}))
    assert {row["short"] for row in reached.values()} == {""}


def test_most_of_a_scarce_group_is_kept_where_targets_cannot_be_met() -> None:
    random = np.random.default_rng(0)
    records = at_random(20_000, 11)
    records.values["language"][random.random(20_000) < 0.005] = "rare"
    options = Balance(
        domain={"d0": 0.6, "d1": 0.3, "d2": 0.1}, language={"rare": 0.5}, difficulty={"d0": 0.5, "d1": 0.3, "d2": 0.2},
        max_per_source=4000,
    )  # fmt: skip
    kept = records.kept(options)
    rare = records.values["language"] == "rare"
    assert kept[rare].sum() > 0.7 * rare.sum()
    assert kept[rare].mean() > 2 * kept[~rare].mean()
    assert records.report(options)[("language", "rare")]["short"]


def test_nothing_to_balance() -> None:
    empty = at_random(0, 0)
    assert len(empty.kept(Balance(domain={"law": 1}))) == 0
    assert empty.report(Balance(domain={"law": 1})) == {}


def test_nothing_that_is_wanted() -> None:
    with pytest.raises(UserError, match="balance leaves no record"):
        DOMAINS.kept(Balance(domain={"tax": 1}, others="drop"))
    untold = Some(DOMAINS.values, np.zeros(len(DOMAINS), np.int64), DOMAINS.keys)
    with pytest.raises(UserError, match=r"balance\.by counts tokens"):
        untold.kept(Balance(domain={"law": 0.5}, by="tokens"))
    assert untold.kept(Balance(domain={"law": 0.5})).any()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"domain": {"law": -0.1}}, "not below 0"),
        ({"domain": {"law": float("nan")}}, "not below 0"),
        ({"language": {"en": 0}}, "all shares are 0"),
        ({"max_per_source": {"a": -1}}, "no fewer than 0"),
        ({"max_per_source": -1}, "no fewer than 0"),
        ({"max_records": 0}, "greater than or equal to 1"),
        ({"others": "some"}, "'keep' or 'drop'"),
    ],
)
def test_refused(content: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        Balance.model_validate(content)
