"""`lexatron data qa` on sample acts: the three files that it writes, and what it refuses."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from data_prep.formex import read_acts, write_acts
from data_prep.formex.acts import LANGUAGES
from data_prep.instruct.citation import Citation, extract_citations
from data_prep.instruct.eurlex_qa import facts_of
from data_prep.instruct.selection import normalised
from data_prep.split import Shares, split_works, write_splits
from lexatron.cli import lexatron, main

ACTS = 25
SHARES = Shares(70, 10, 20)
KINDS = ("definition", "obligation", "scope", "which_act", "which_article")
QA = ("data", "qa", "--pairs", 3000, "--test-per-language", 15, "--kinds", ",".join(KINDS), "--style", "short")


def run(*arguments: object) -> None:
    outcome = CliRunner().invoke(lexatron, [str(argument) for argument in arguments])
    if outcome.exception is not None:
        raise outcome.exception


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `sample` (FORMEX), `acts` and `splits.json`."""
    folder = tmp_path_factory.mktemp("qa")
    run("data", "sample", "-o", folder / "sample", "--acts", ACTS, "--seed", 3)
    run("data", "formex", folder / "sample", "-o", folder / "acts")
    works = split_works({found.work for found in read_acts(folder / "acts")}, SHARES, 1)
    write_splits(folder / "splits.json", works, SHARES, 1)
    run(*QA, folder / "acts", "-o", folder / "qa", "--splits", folder / "splits.json", "--json", folder / "qa.json")
    return folder


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


@pytest.fixture(scope="session")
def written(sample: Path) -> dict[str, list[dict[str, Any]]]:
    return {name: records(sample / "qa" / f"{name}.jsonl") for name in ("training", "validation", "test")}


def asked(record: dict[str, Any]) -> str:
    return normalised(record["messages"][0]["content"])


def test_definitions_are_those_of_the_generator(sample: Path) -> None:
    truth = {(r["celex"], r["language"]): r for r in records(sample / "sample" / "ground_truth.jsonl")}
    for found in read_acts(sample / "acts"):
        terms = {f.slots["term"] for f in facts_of(found) if f.kind == "definition"}
        assert terms == set(truth[found.celex or "", found.language]["definitions"])


def test_records_have_the_shape_of_a_chat_data_set(written: dict[str, list[dict[str, Any]]]) -> None:
    for record in (record for found in written.values() for record in found):
        assert list(record) == ["id", "language", "kind", "seen", "messages", "citations"]
        assert [message["role"] for message in record["messages"]] == ["user", "assistant"]
        assert list(record["citations"][0]) == ["celex", "article", "unit"]
        assert len(record["messages"][1]["content"]) <= 400
        cited = extract_citations(record["messages"][1]["content"])
        assert cited == [Citation(**citation) for citation in record["citations"]]


def test_no_question_stands_twice(written: dict[str, list[dict[str, Any]]]) -> None:
    everything = [record for found in written.values() for record in found]
    assert len({asked(record) for record in everything}) == len(everything)
    assert len({record["id"] for record in everything}) == len(everything)


def test_training_never_asks_about_other_works(sample: Path, written: dict[str, list[dict[str, Any]]]) -> None:
    works = json.loads((sample / "splits.json").read_text())["works"]
    for name in ("training", "validation"):
        assert {works[record["citations"][0]["celex"]] for record in written[name]} == {"train"}
        assert all(record["seen"] for record in written[name])
    for record in written["test"]:
        assert works[record["citations"][0]["celex"]] == ("train" if record["seen"] else "test")


def test_the_test_set_asks_about_known_facts_in_unknown_words(written: dict[str, list[dict[str, Any]]]) -> None:
    facts = {record["id"].rpartition(".")[0] for record in written["training"]}
    seen = [record for record in written["test"] if record["seen"]]
    assert {record["id"].rpartition(".")[0] for record in seen} <= facts
    assert all(record["id"].rpartition(".")[2].startswith("h") for record in written["test"])
    assert all(record["id"].rpartition(".")[2].startswith("t") for record in written["training"])
    sides = Counter((record["language"], record["seen"]) for record in written["test"])
    assert sides == {(language, side): 15 for language in LANGUAGES for side in (True, False)}


def test_languages_and_kinds_are_balanced(written: dict[str, list[dict[str, Any]]]) -> None:
    chosen = written["training"] + written["validation"]
    assert set(Counter(record["language"] for record in chosen).values()) == {600}
    kinds = Counter((record["language"], record["kind"]) for record in chosen)
    scopes = 6 * len({record["citations"][0]["celex"] for record in chosen})  # one scope an act, six wordings
    rest = (600 - scopes) // 4
    assert all(kinds[language, "scope"] == scopes for language in LANGUAGES)
    assert all(kinds[language, kind] in (rest, rest + 1) for language in LANGUAGES for kind in KINDS if kind != "scope")
    assert len(written["validation"]) == 150
    tests = Counter((r["language"], r["kind"], r["seen"]) for r in written["test"])
    assert set(tests.values()) == {3}


def test_every_act_is_asked_about_in_several_wordings(sample: Path, written: dict[str, list[dict[str, Any]]]) -> None:
    works = json.loads((sample / "splits.json").read_text())["works"]
    used = {(r["citations"][0]["celex"], r["id"].rpartition(".")[2]) for r in written["training"]}
    per_act = Counter(celex for celex, _ in used)
    assert set(per_act) == {work for work, side in works.items() if side == "train"}
    assert min(per_act.values()) == 6


def test_counts_add_up(sample: Path) -> None:
    stats = json.loads((sample / "qa" / "stats.json").read_text())
    acts, questions = stats["acts"], stats["questions"]
    assert acts["read"] == sum(acts["used"].values()) + sum(acts["dropped"].values()) == ACTS * len(LANGUAGES)
    written = questions["training"] + questions["validation"]
    assert questions["possible"] == written + questions["not_chosen"]
    assert written == 3000
    shown = json.loads((sample / "qa.json").read_text())
    assert {**shown, "seconds": 0} == {**stats, "seconds": 0}


def test_the_same_seed_gives_the_same_bytes_and_another_one_others(sample: Path, tmp_path: Path) -> None:
    arguments = (*QA, sample / "acts", "--splits", sample / "splits.json")
    run(*arguments, "-o", tmp_path / "same")
    run(*arguments, "-o", tmp_path / "other", "--seed", 7)
    for name in ("training", "validation", "test", "stats"):
        ending = "json" if name == "stats" else "jsonl"
        first = (sample / "qa" / f"{name}.{ending}").read_bytes()
        assert (tmp_path / "same" / f"{name}.{ending}").read_bytes() == first
    assert (tmp_path / "other" / "training.jsonl").read_bytes() != (sample / "qa" / "training.jsonl").read_bytes()


def test_the_order_of_the_acts_does_not_matter(sample: Path, tmp_path: Path) -> None:
    (tmp_path / "acts").mkdir()
    write_acts(tmp_path / "acts", reversed(list(read_acts(sample / "acts"))))
    run(*QA, tmp_path / "acts", "--splits", sample / "splits.json", "-o", tmp_path / "qa")
    for name in ("training", "test"):
        assert (tmp_path / "qa" / f"{name}.jsonl").read_bytes() == (sample / "qa" / f"{name}.jsonl").read_bytes()


def test_a_finished_stage_is_kept_and_a_changed_option_runs_again(sample: Path, tmp_path: Path) -> None:
    arguments = (*QA, sample / "acts", "--splits", sample / "splits.json", "-o", tmp_path / "qa")
    run(*arguments)
    before = (tmp_path / "qa" / "training.jsonl").stat().st_mtime_ns
    run(*arguments)
    assert (tmp_path / "qa" / "training.jsonl").stat().st_mtime_ns == before
    run(*arguments, "--max-answer-chars", 300)
    longest = max(len(r["messages"][1]["content"]) for r in records(tmp_path / "qa" / "training.jsonl"))
    assert longest <= 300


def refused(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    with pytest.raises(SystemExit) as outcome:
        main([str(argument) for argument in arguments])
    assert outcome.value.code == 2
    return capsys.readouterr().err


def test_bad_input_is_named(sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    splits, acts, out = sample / "splits.json", sample / "acts", tmp_path / "qa"
    (tmp_path / "empty").mkdir()
    assert "no acts here" in refused(capsys, *QA, tmp_path / "empty", "-o", out, "--splits", splits)
    assert "no such file" in refused(capsys, *QA, acts, "-o", out, "--splits", tmp_path / "none.json")
    (tmp_path / "others.json").write_text('{"works": {"31999L0001": "train"}}')
    said = refused(capsys, *QA, acts, "-o", out, "--splits", tmp_path / "others.json")
    assert f"names none of the {ACTS * len(LANGUAGES)} acts" in said
    said = refused(capsys, *QA, acts, "-o", out, "--splits", splits, "--test-per-language", 100_000)
    assert "too few facts for a test set" in said
    said = refused(capsys, *QA, acts, "-o", out, "--splits", splits, "--pairs", 10)
    assert "too few questions for a training set: 10" in said
    assert not out.exists()
