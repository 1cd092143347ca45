"""Sample acts that amend, correct and repeat each other: what is read from the files is what was planned."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from data_prep.dedup.shingles import WORDS, shingles
from data_prep.formex import Act, Reject, parse_paths, render_act
from data_prep.formex.acts import LANGUAGES, Unit
from data_prep.sample.changes import revise
from data_prep.sample.collection import Request, collect
from data_prep.sample.compose import compose
from data_prep.sample.languages import BY_CODE
from data_prep.sample.plan import CHANGE_KINDS
from data_prep.sample.similarity import jaccard
from lexatron.cli import main

ACTS, SEED = 60, 4
OPTIONS = ("--versions", 0.4, "--corrigenda", 0.2, "--near-duplicates", 0.3)
Truth = dict[str, Any]


def run(*arguments: object) -> int:
    """Exit code of `lexatron data sample ...`."""
    with pytest.raises(SystemExit) as stop:
        main(["data", "sample", *map(str, arguments)])
    return int(stop.value.code or 0)


def digest(folder: Path) -> dict[str, str]:
    """Digest of every file but the marker, which holds a duration."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "stage.json")
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("collection") / "acts"
    assert run("-o", folder, "--acts", ACTS, "--seed", SEED, *OPTIONS) == 0
    return folder


@pytest.fixture(scope="module")
def truths(folder: Path) -> list[Truth]:
    return [json.loads(line) for line in (folder / "ground_truth.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def parsed(folder: Path) -> dict[frozenset[str], Act]:
    found = list(parse_paths([folder]))
    assert not [reject for reject in found if isinstance(reject, Reject)]
    return {frozenset(act.sources): act for act in found if isinstance(act, Act)}


@pytest.fixture(scope="module")
def read(truths: list[Truth], parsed: dict[frozenset[str], Act]) -> list[tuple[Truth, Act]]:
    """Each publication: what is true of it, and what was read."""
    return [(truth, parsed[frozenset(truth["files"])]) for truth in truths]


def text_of(act: Act, key: str) -> str:
    """All text of a unit."""
    unit = act.find(key)
    assert unit is not None, key
    return "\n".join(below.text for below in unit.walk())


def test_everything_is_read_and_nothing_else(truths: list[Truth], parsed: dict[frozenset[str], Act]) -> None:
    assert len(parsed) == len(truths)
    assert not any(act.unknown_elements for act in parsed.values())
    kinds = {truth["doc_type"] for truth in truths}
    assert kinds == {"regulation", "directive", "decision", "corrigendum"}
    assert sum("version_date" in truth for truth in truths) >= ACTS * 0.3 * len(LANGUAGES)


def test_identity_is_read(read: list[tuple[Truth, Act]]) -> None:
    for truth, act in read:
        base = truth.get("base_celex", truth["celex"])
        assert (act.celex, act.base_celex, act.language) == (truth["celex"], base, truth["language"])
        assert (act.doc_type, act.date, act.label) == (truth["doc_type"], truth["date"], truth.get("label"))
        assert act.version_date == truth.get("version_date")
        assert act.title.casefold() == truth["title"].casefold()


def test_counts_are_read(read: list[tuple[Truth, Act]]) -> None:
    names = {"articles": "article", "recitals": "recital", "tables": "table", "footnotes": "footnote"}
    for truth, act in read:
        kinds = [unit.kind for unit in act.walk() if not unit.quoted]
        assert [kinds.count(kind) for name, kind in names.items() if name in truth] == [  # type: ignore[arg-type]
            truth[name] for name in names if name in truth
        ]


def test_amendments_are_read(read: list[tuple[Truth, Act]]) -> None:
    consolidated = [(truth, act) for truth, act in read if "amendments" in truth]
    for truth, act in consolidated:
        found = [(change.action, change.celex, change.location) for change in act.amendments]
        assert found == [(change["action"], change["celex"], change["location"]) for change in truth["amendments"]]
        assert all(text_of(act, change["unit"]) for change in truth["amendments"])
    assert {len(truth["amendments"]) for truth, _ in consolidated} == {2, 4}
    assert all(not act.amendments for truth, act in read if "amendments" not in truth)


def test_consolidated_text_differs_where_it_is_amended_and_nowhere_else(read: list[tuple[Truth, Act]]) -> None:
    originals = {(truth["celex"], truth["language"]): act for truth, act in read}

    def plain(act: Act, keys: Iterable[str]) -> dict[str, str]:
        left_out = tuple(keys)
        own = (unit for unit in act.walk() if not unit.key.startswith(left_out))
        return {unit.key: unit.text.rstrip(".;") for unit in own if unit.kind != "footnote"}

    for truth, act in read:
        if "amendments" not in truth:
            continue
        original = originals[truth["base_celex"], truth["language"]]
        keys = [change["unit"] for change in truth["amendments"]]
        assert plain(act, keys) == plain(original, keys)
        for change in truth["amendments"]:
            assert (original.find(change["unit"]) is None) == (change["action"] == "inserted")
            if change["action"] == "replaced":
                assert text_of(act, change["unit"]) != text_of(original, change["unit"])


def test_amending_act_says_what_it_changes(read: list[tuple[Truth, Act]]) -> None:
    latest = {(truth["base_celex"], truth["language"]): act for truth, act in read if "amendments" in truth}
    amending = [(truth["amends"], act) for truth, act in read if "amends" in truth]
    assert amending
    for amends, act in amending:
        assert {unit.quoted_from for unit in act.walk() if unit.quoted} <= {amends["celex"]}
        for number, change in enumerate(amends["changes"], start=1):
            assert change["celex"] == act.celex
            article = change["location"].removeprefix("AR:").partition(";")[0]
            instruction = act.find(f"art_{article}.pt_{number}")
            result = latest[amends["celex"], act.language].find(change["unit"])
            assert instruction is not None
            assert result is not None
            if quoted := [bare(unit.text) for unit in instruction.walk() if unit.quoted and unit.text]:
                assert quoted == [bare(unit.text) for unit in result.walk() if unit.text]
            else:
                assert any(word in instruction.text for word in result.text.split() if word.isdigit())


def bare(text: str) -> str:
    """A text without quotation marks around it and what follows them."""
    return text.strip("‘’“”„«».;")


def test_title_and_recital_of_an_amending_act_name_the_other(read: list[tuple[Truth, Act]]) -> None:
    labels = {(truth["celex"], truth["language"]): truth.get("label") for truth, _ in read}
    for truth, act in read:
        if "amends" in truth:
            number = labels[truth["amends"]["celex"], act.language].partition(" ")[2]
            assert act.title.endswith(number)
            assert any(number in unit.text for unit in act.walk() if unit.kind == "recital")


def test_corrigendum_corrects_what_stands_in_the_act(read: list[tuple[Truth, Act]]) -> None:
    acts = {(truth["celex"], truth["language"]): act for truth, act in read}
    corrigenda = [(truth, act) for truth, act in read if truth["doc_type"] == "corrigendum"]
    assert len(corrigenda) == round(ACTS * 0.2) * len(LANGUAGES)
    for truth, act in corrigenda:
        corrected = acts[truth["base_celex"], act.language]
        recitals = [unit.text for unit in corrected.walk() if unit.kind == "recital"]
        assert truth["wrong"].rstrip(",") in recitals
        assert truth["right"].rstrip(".") not in [text.rstrip(".") for text in recitals]
        quoted: list[Unit] = [unit for unit in act.walk() if unit.quoted]
        assert {unit.quoted_from for unit in quoted} == {truth["base_celex"]}
        assert [truth["wrong"].rstrip(",.") in quoted[0].text, truth["right"].rstrip(".") in quoted[1].text] == [
            True
        ] * 2


def test_near_duplicates_are_as_near_as_is_said(read: list[tuple[Truth, Act]]) -> None:
    acts = {(truth["celex"], truth["language"]): act for truth, act in read}
    said = []
    for truth, act in read:
        if "jaccard" not in truth:
            continue
        one, other = (
            shingles(render_act(each), WORDS) for each in (act, acts[truth["near_duplicate_of"], act.language])
        )
        shared = len(np.intersect1d(one, other, assume_unique=True))
        assert shared / (len(one) + len(other) - shared) == pytest.approx(truth["jaccard"], abs=0.03)
        said.append(truth["jaccard"])
    assert len(said) == round(ACTS * 0.3) * len(LANGUAGES)
    assert any(similarity > 0.85 for similarity in said)
    assert any(similarity < 0.75 for similarity in said)


@pytest.mark.parametrize("seed", range(3))
def test_near_duplicates_are_clear_or_clearly_none(seed: int) -> None:
    collection = collect(Request(120, seed, ("en",), near_duplicates=0.5))
    similarities = [
        jaccard(compose(collection.plans, copy, BY_CODE[code]), compose(collection.plans, original, BY_CODE[code]))
        for copy, original in collection.copies.items()
        for code in ("en", "de")
    ]
    assert all(0.5 < similarity < 0.75 or similarity > 0.85 for similarity in similarities)


def test_citation_keys_are_the_same_in_every_language(read: list[tuple[Truth, Act]]) -> None:
    keys: dict[tuple[object, ...], set[tuple[str, ...]]] = {}
    for truth, act in read:
        name = (truth["celex"], truth.get("base_celex"), truth["doc_type"])
        keys.setdefault(name, set()).add(tuple(unit.key for unit in act.walk()))
    assert {len(variants) for variants in keys.values()} == {1}


def test_elements_and_their_nesting_occur_in_real_files(folder: Path, formex_dir: Path) -> None:
    def nested(paths: Iterable[Path]) -> set[tuple[str, str]]:
        parser = etree.XMLParser(recover=True)  # one of the real files is broken
        roots = (etree.parse(path, parser).getroot() for path in paths)
        return {(str(e.tag), str(child.tag)) for root in roots for e in root.iter("*") for child in e.iterchildren("*")}

    assert not nested(folder.rglob("*L*.xml")) - nested(formex_dir.rglob("*.xml"))


def test_number_of_workers_changes_no_byte(folder: Path, tmp_path: Path) -> None:
    options = ("--acts", ACTS, "--seed", SEED, *OPTIONS)
    assert run("-o", tmp_path / "acts", *options, "--workers", 2) == 0
    assert digest(tmp_path / "acts") == digest(folder)


def test_one_option_leaves_what_the_others_ask_for(folder: Path, tmp_path: Path) -> None:
    without = (*OPTIONS[:2], *OPTIONS[4:])
    assert run("-o", tmp_path / "acts", "--acts", ACTS, "--seed", SEED, *without) == 0
    rest = {name: value for name, value in digest(tmp_path / "acts").items() if name != "ground_truth.jsonl"}
    assert rest.items() <= digest(folder).items()
    assert len(digest(folder)) - len(rest) - 1 == 2 * round(ACTS * 0.2) * len(LANGUAGES)


def test_table_counts_what_was_written(folder: Path, truths: list[Truth]) -> None:
    counts = json.loads((folder / "stage.json").read_text("utf-8"))["counts"]
    assert counts["texts"] == len(truths)
    assert counts["acts"] == ACTS
    assert counts["files"] == len(list(folder.rglob("*.xml"))) == sum(len(truth["files"]) for truth in truths)
    assert counts["near_duplicates"] == sum("jaccard" in truth for truth in truths)
    assert counts["consolidated"] == sum("version_date" in truth for truth in truths)
    assert counts["corrigenda"] == sum(truth["doc_type"] == "corrigendum" for truth in truths)


@pytest.mark.parametrize("option", ["--versions", "--corrigenda", "--near-duplicates"])
@pytest.mark.parametrize("share", ["-0.1", "1.1", "many"])
def test_share_is_refused(option: str, share: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("-o", tmp_path / "acts", option, share) == 2
    error = capsys.readouterr().err
    assert option in error
    assert error.count("\n") == 1
    assert not list(tmp_path.iterdir())


SHARES = st.floats(0, 1)


@settings(deadline=None, max_examples=40)
@given(count=st.integers(1, 80), seed=st.integers(0, 2**63), versions=SHARES, corrigenda=SHARES, copies=SHARES)
def test_relations_hold(count: int, seed: int, versions: float, corrigenda: float, copies: float) -> None:
    request = Request(count, seed, ("en",), versions, corrigenda, copies)
    collection = collect(request)
    plans = collection.plans
    assert len({plan.celex for plan in plans}) == count
    assert len(collection.corrected) == round(corrigenda * count)
    assert len(collection.copies) <= round(copies * count)
    assert len(collection.versions) <= round(versions * count)
    for copy, original in collection.copies.items():
        assert original < copy
        assert original not in collection.copies
        assert plans[copy].amends is None
        assert plans[original].amends is None
        assert copy not in collection.versions
    for position, texts in collection.versions.items():
        days = [text.day for text in texts]
        assert days == sorted(set(days))
        assert len({text.changes for text in texts}) == len(texts)
        assert [len(text.changes) for text in texts] == [2, 4][: len(texts)]
        assert len({change.kind for change in texts[-1].changes}) == len(texts[-1].changes)
        for other in texts[-1].amending:
            amends = plans[other].amends
            assert amends is not None
            assert amends.position == position < other
            assert position in plans[other].cites
            assert plans[other].kind == plans[position].kind
    amending = [position for position, plan in enumerate(plans) if plan.amends]
    told = [other for texts in collection.versions.values() for other in texts[-1].amending]
    assert sorted(told) == amending


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 2**63))
def test_a_change_changes_something(seed: int) -> None:
    collection = collect(Request(30, seed, ("en",), versions=0.5))
    for position, texts in collection.versions.items():
        plan, changes = collection.plans[position], texts[-1].changes
        revised = revise(plan, changes)
        kinds = {change.kind for change in changes}
        assert kinds <= set(CHANGE_KINDS)
        assert (revised.duties[1] != plan.duties[1]) == ("article" in kinds)
        assert (revised.figures.validity_years != plan.figures.validity_years) == ("figure" in kinds)
        assert 2 <= revised.figures.validity_years <= 10
        assert not set(revised.duties[0]) & set(revised.duties[1])
