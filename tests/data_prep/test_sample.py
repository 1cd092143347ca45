"""Sample acts: the parser finds the ground truth, languages agree, the grammar holds, the stage resumes."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from data_prep.formex import Act, Reject, parse_paths, render_act
from data_prep.formex.acts import LANGUAGES
from data_prep.formex.celex import parse
from data_prep.sample.compose import compose
from data_prep.sample.languages import BY_CODE
from data_prep.sample.lexicon import ACTIVITIES, PERSONS, PROPERTIES, THINGS, THINGS_IN_PLACES
from data_prep.sample.plan import DUTIES, plan_acts
from data_prep.sample.voice import Voice
from lexatron.cli import main
from lexatron.errors import UserError

ACTS, SEED = 20, 4
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


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "acts"
    assert run("-o", folder, "--acts", str(ACTS), "--seed", str(SEED)) == 0
    return folder


@pytest.fixture(scope="session")
def truths(sample_folder: Path) -> dict[tuple[str, str], Truth]:
    lines = (sample_folder / "ground_truth.jsonl").read_text("utf-8").splitlines()
    return {(truth["celex"], truth["language"]): truth for truth in map(json.loads, lines)}


@pytest.fixture(scope="session")
def parsed(sample_folder: Path) -> dict[tuple[str, str], Act]:
    found = list(parse_paths([sample_folder]))
    assert not [reject for reject in found if isinstance(reject, Reject)]
    return {(str(act.celex), act.language): act for act in found if isinstance(act, Act)}


def counts(act: Act) -> dict[str, int]:
    kinds = [unit.kind for unit in act.walk()]
    names = {
        "articles": "article",
        "recitals": "recital",
        "tables": "table",
        "footnotes": "footnote",
        "annexes": "annex",
    }
    return {name: kinds.count(kind) for name, kind in names.items()}  # type: ignore[arg-type]


def test_parser_finds_every_act_in_every_language(
    parsed: dict[tuple[str, str], Act], truths: dict[tuple[str, str], Truth]
) -> None:
    assert len(truths) == ACTS * len(LANGUAGES)
    assert parsed.keys() == truths.keys()


def test_parser_finds_the_identity(parsed: dict[tuple[str, str], Act], truths: dict[tuple[str, str], Truth]) -> None:
    for key, truth in truths.items():
        act = parsed[key]
        assert (act.label, act.date, act.doc_type) == (truth["label"], truth["date"], truth["doc_type"])
        assert act.title.casefold() == truth["title"].casefold()
        assert sorted(act.sources) == sorted(truth["files"])
        assert not act.unknown_elements


def test_parser_finds_the_counts(parsed: dict[tuple[str, str], Act], truths: dict[tuple[str, str], Truth]) -> None:
    for key, truth in truths.items():
        found = counts(parsed[key])
        assert found == {name: truth[name] for name in found}, key
        assert truth["tables"] >= 1
        assert truth["annexes"] >= 1


def test_parser_finds_the_definitions(parsed: dict[tuple[str, str], Act], truths: dict[tuple[str, str], Truth]) -> None:
    for key, truth in truths.items():
        assert len(truth["definitions"]) >= 3
        for term, definition in truth["definitions"].items():
            unit = parsed[key].find(definition["unit"])
            assert unit is not None
            assert unit.text[1:].startswith(term)
            assert unit.text.rstrip(";.").endswith(definition["text"])


def test_parser_finds_headings_and_references(
    parsed: dict[tuple[str, str], Act], truths: dict[tuple[str, str], Truth]
) -> None:
    for key, truth in truths.items():
        act = parsed[key]
        assert [article.heading for article in act.articles()] == list(truth["headings"].values())
        for reference in truth["references"]:
            source = act.find(reference["source"])
            assert source is not None
            own = reference["celex"] == act.celex
            assert own or truths[reference["celex"], act.language]["label"].partition(" ")[2] in source.text
            cited = parsed[reference["celex"], act.language]
            assert own or cited.oj in act.references
            if reference["article"] is not None:
                assert reference["article"] in source.text
                assert cited.find(f"art_{reference['article']}.par_{reference['paragraph']}")


def test_citation_keys_are_the_same_in_every_language(parsed: dict[tuple[str, str], Act]) -> None:
    keys: dict[str, set[tuple[str, ...]]] = {}
    for (celex, _), act in parsed.items():
        keys.setdefault(celex, set()).add(tuple(unit.key for unit in act.walk()))
    assert {len(variants) for variants in keys.values()} == {1}


def test_every_kind_of_act_and_every_duty_occurs() -> None:
    plans = plan_acts(60, SEED)
    assert {plan.kind for plan in plans} == {"regulation", "directive", "decision"}
    assert {duty for plan in plans for group in plan.duties for duty in group} == set(DUTIES)


def test_elements_and_their_nesting_occur_in_real_files(sample_folder: Path, formex_dir: Path) -> None:
    def nested(paths: Iterable[Path]) -> set[tuple[str, str]]:
        parser = etree.XMLParser(recover=True)  # one of the real files is broken
        roots = (etree.parse(path, parser).getroot() for path in paths)
        return {(str(e.tag), str(child.tag)) for root in roots for e in root.iter("*") for child in e.iterchildren("*")}

    unknown = nested(sample_folder.rglob("L_*.xml")) - nested(formex_dir.rglob("*.xml"))
    assert not unknown


@settings(deadline=None, max_examples=40)
@given(count=st.integers(1, 60), seed=st.integers(0, 2**63))
def test_plans_are_ordered_distinct_and_cite_backwards(count: int, seed: int) -> None:
    plans = plan_acts(count, seed)
    assert plans == plan_acts(count, seed)
    assert len({plan.celex for plan in plans}) == len({plan.subject for plan in plans}) == count
    assert [plan.adopted for plan in plans] == sorted(plan.adopted for plan in plans)
    for position, plan in enumerate(plans):
        assert 2030 <= plan.year <= 2039
        assert plan.adopted.year == plan.published.year == plan.year
        assert plan.adopted < plan.published < plan.applies
        assert all(cited < position for cited in plan.cites)
        assert parse(plan.celex) is not None


def test_ten_thousand_acts_are_distinct() -> None:
    plans = plan_acts(10_000, SEED)
    assert len({plan.celex for plan in plans}) == len({plan.subject for plan in plans}) == 10_000


@pytest.mark.parametrize("count", [0, -1, 1_000_000])
def test_too_few_and_too_many_acts_are_refused(count: int) -> None:
    with pytest.raises(UserError, match="cannot be made"):
        plan_acts(count, SEED)


def _speaking(thing: str, property_: str, activity: str, language: str, person: str = "operator") -> Voice:
    """The voice of an act on a subject that is named in English."""
    plan = plan_acts(1, SEED)[0]
    position = next(i for i, entry in enumerate(THINGS) if entry["en"].singular == thing)
    chosen = replace(
        plan.subject,
        thing=position,
        property=next(i for i, entry in enumerate(PROPERTIES) if entry["en"].m == property_),
        activity=next(i for i, entry in enumerate(ACTIVITIES) if entry["en"].name == activity),
        place=next(place for where, place in THINGS_IN_PLACES if where == position),
    )
    who = next(i for i, entry in enumerate(PERSONS) if entry["en"].singular == person)
    return Voice(
        replace(plan, kind="directive", subject=chosen, persons=(who, (who + 1) % len(PERSONS))), BY_CODE[language]
    )


@pytest.mark.parametrize(
    ("language", "thing", "activity", "title"),
    [
        ("en", "crane", "testing", "on the testing of hybrid cranes in inland ports"),
        ("fr", "antenna", "inspection", "relative à l'inspection des antennes hybrides dans les ports intérieurs"),
        ("fr", "oven", "storage", "relative au stockage des fours hybrides dans les ports intérieurs"),
        ("de", "bicycle", "recycling", "über das Recycling hybrider Fahrräder in Binnenhäfen"),
        ("de", "oven", "sale", "über den Verkauf hybrider Öfen in Binnenhäfen"),
        ("es", "battery", "rental", "relativa al alquiler de baterías híbridas en puertos interiores"),
        ("es", "boat", "repair", "relativa a la reparación de barcos híbridos en puertos interiores"),
        (
            "pt",
            "charging station",
            "testing",
            "relativa ao ensaio de estações de carregamento híbridas em portos interiores",
        ),
        ("pt", "wagon", "labelling", "relativa à rotulagem de vagões híbridos em portos interiores"),
    ],
)
def test_titles_are_inflected(language: str, thing: str, activity: str, title: str) -> None:
    assert _speaking(thing, "hybrid", activity, language).title_lines[2] == title


@pytest.mark.parametrize(
    ("thing", "term", "nominative", "accusative", "genitive", "each"),
    [
        (
            "crane",
            "mobiler Kran",
            "ein mobiler Kran",
            "einen mobilen Kran",
            "eines mobilen Krans",
            "jeden mobilen Kran",
        ),
        ("pump", "mobile Pumpe", "eine mobile Pumpe", "eine mobile Pumpe", "einer mobilen Pumpe", "jede mobile Pumpe"),
        ("gate", "mobiles Tor", "ein mobiles Tor", "ein mobiles Tor", "eines mobilen Tors", "jedes mobile Tor"),
        (
            "greenhouse",
            "mobiles Gewächshaus",
            "ein mobiles Gewächshaus",
            "ein mobiles Gewächshaus",
            "eines mobilen Gewächshauses",
            "jedes mobile Gewächshaus",
        ),
    ],
)
def test_german_declines(thing: str, term: str, nominative: str, accusative: str, genitive: str, each: str) -> None:
    forms = _speaking(thing, "mobile", "testing", "de").forms
    names = ("object", "an_object", "an_object_accusative", "an_object_genitive", "each_object")
    assert [forms[name] for name in names] == [term, nominative, accusative, genitive, each]


WRONG = {
    "en": r"\ba [aeio]|\ban [^aeiouh]",
    "fr": r"\b(?:de le|de les|à le|à les)\b|\b(?:le|la|de|du|au) [aeéèêiou]|\b[ld]'[^aeéèêiouhAEOU]",
    "de": r"(?<!, )\b(?:ein|d[ae][rsn]|die) (?:ein|d[ae][rsn]|die)\b|\beine (?!dieser)\w+(?:er|es) |\bein \w+e [A-Z]",
    "es": r"\b(?:a|de) el\b|\b(?:el|los) \w+a (?=que)|\bla la\b",
    "pt": r"\b(?:a|de|em) (?:o|os)\b|\bde (?:a|as) |\ba a\b",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_reads_as_the_language_is_written(language: str) -> None:
    plans = plan_acts(150, SEED)
    for position in range(len(plans)):
        document = compose(plans, position, BY_CODE[language])
        lines = [part.text for article in document.articles for part in article.paragraphs]
        lines += [entry.meaning for article in document.articles for entry in article.definitions]
        lines += [annex.heading for annex in document.annexes]
        lines += [point for annex in document.annexes for point in annex.points]
        for line in [*document.recitals, document.title[2], *lines]:
            text = re.sub(r"<NOTE.*?</NOTE>", "", line)
            assert not re.search(r"[{}]|  | [,.;:]", text), text
            assert not re.search(WRONG[language], text), (re.search(WRONG[language], text), text)


def test_every_thing_property_and_activity_makes_a_title_of_its_own() -> None:
    for language in LANGUAGES:
        things = [(entry[language].singular, entry[language].plural) for entry in THINGS]
        assert len({singular for singular, _ in things}) == len(THINGS)
        assert len({plural for _, plural in things}) == len(THINGS)
        assert len({entry[language].m for entry in PROPERTIES}) == len(PROPERTIES)
        assert len({entry[language].document for entry in ACTIVITIES}) == len(ACTIVITIES)


def test_size_suits_tiny_models(parsed: dict[tuple[str, str], Act]) -> None:
    sizes = [len(render_act(act)) for act in parsed.values()]
    assert 3_000 <= sum(sizes) / len(sizes) <= 5_000
    assert min(sizes) >= 2_000
    assert max(sizes) <= 6_500


def test_default_output_is_what_it_was_before_there_were_versions(sample_folder: Path) -> None:
    total = hashlib.sha256()
    for name, value in sorted(digest(sample_folder).items()):
        total.update(f"{name}\0".encode() + bytes.fromhex(value))
    assert total.hexdigest() == "aa4678fd1e945c460d6b0c82771c198dd71f341b71d878f1cfaf51ae8e916d19"


def test_same_seed_same_bytes(sample_folder: Path, tmp_path: Path) -> None:
    assert run("-o", tmp_path / "same", "--acts", ACTS, "--seed", SEED) == 0
    assert run("-o", tmp_path / "other", "--acts", ACTS, "--seed", SEED + 1) == 0
    assert digest(tmp_path / "same") == digest(sample_folder)
    assert not set(digest(tmp_path / "other")) & set(digest(sample_folder)) - {"ground_truth.jsonl"}


def test_languages_are_a_choice(tmp_path: Path, sample_folder: Path) -> None:
    assert run("-o", tmp_path / "two", "--acts", ACTS, "--seed", SEED, "--languages", "pt, en") == 0
    found = digest(tmp_path / "two")
    both = {name: value for name, value in digest(sample_folder).items() if name.startswith(("en/", "pt/"))}
    assert {name: value for name, value in found.items() if name != "ground_truth.jsonl"} == both


def test_finished_stage_is_kept_and_a_change_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, table = tmp_path / "acts", tmp_path / "table.json"
    assert run("-o", folder, "--acts", 2, "--json", table) == 0
    counted = json.loads(table.read_text("utf-8"))
    assert counted["files"] == len(list(folder.rglob("L_*.xml")))
    assert (counted["acts"], counted["texts"]) == (2, 2 * len(LANGUAGES))
    before = (folder / "stage.json").stat().st_mtime_ns
    capsys.readouterr()
    assert run("-o", folder, "--acts", 2) == 0
    assert "nothing changed" in capsys.readouterr().err
    assert (folder / "stage.json").stat().st_mtime_ns == before
    assert run("-o", folder, "--acts", 3) == 0
    assert "changed since the last run: config" in capsys.readouterr().err
    assert len((folder / "ground_truth.jsonl").read_text("utf-8").splitlines()) == 3 * len(LANGUAGES)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--languages", "en,xx"), "no sample acts in these languages: xx"),
        (("--languages", ","), "no sample acts in these languages: none"),
        (("--acts", "0"), "0 acts cannot be made"),
        (("--acts", "200000"), "200,000 acts cannot be made (ask for 1 to 99,990)"),
    ],
)
def test_bad_options_are_one_sentence(
    arguments: tuple[str, ...], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("-o", tmp_path / "acts", *arguments) == 2
    error = capsys.readouterr().err
    assert message in error
    assert error.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_foreign_folder_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    assert run("-o", tmp_path, "--acts", 2) == 2
    assert "not empty" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_killed_run_leaves_nothing_and_the_next_completes(tmp_path: Path) -> None:
    folder = tmp_path / "acts"
    command = [sys.executable, "-m", "lexatron.cli", "data", "sample", "-o", str(folder), "--acts", "3000"]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    for _ in itertools.repeat(None, 2000):
        if any(tmp_path.glob(".tmp-*/en/*/*.xml")):
            break
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not folder.exists()
    assert list(tmp_path.glob(".tmp-*"))
    assert run("-o", folder, "--acts", 3) == 0
    assert [path.name for path in tmp_path.iterdir()] == ["acts"]
