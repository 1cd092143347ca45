"""Wordings: the same forms in five languages, no question twice, answers that cite what they say they cite."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from data_prep.formex.acts import LANGUAGES, Act
from data_prep.formex.parser import parse_paths
from data_prep.instruct.citation import extract_citations
from data_prep.instruct.eurlex_qa import (
    KIND_NAMES,
    LONG_ANSWER_CHARS,
    LONG_KINDS,
    Fact,
    Shared,
    Wording,
    answer_chars,
    cross_lingual,
    facts_and_shared,
    facts_of,
    make_pair,
    wordings,
)
from data_prep.instruct.wordings import FRAMES, WORDINGS
from lexatron.cli import lexatron

SHORT_KINDS = ("definition", "obligation", "scope", "which_act", "which_article")
FREQUENT = {"requirement", "condition", "deadline_period", "penalty", "cross_reference", "obligation", "definition"}


def slots_of(template: str) -> set[str]:
    return {slot for _, slot, _, _ in Formatter().parse(template) if slot}


def test_every_language_has_the_same_forms_with_the_same_slots() -> None:
    assert set(WORDINGS) == set(FRAMES) == set(LANGUAGES)
    for language, forms in WORDINGS.items():
        assert forms.keys() == WORDINGS["en"].keys(), language
        for name, form in forms.items():
            english = WORDINGS["en"][name]
            assert len(form.training) == len(english.training) >= (6 if name in FREQUENT else 4), (language, name)
            assert len(form.heldout) == len(english.heldout) == 2, (language, name)
            answer_slots = slots_of(form.answer)
            assert answer_slots & {"citation", "others"}, (language, name)
            assert (form.further == "") == (english.further == "")
            flags = ("short", "framed", "shown", "without_text")
            assert [getattr(form, flag) for flag in flags] == [getattr(english, flag) for flag in flags]


def test_no_wording_is_repeated_and_none_is_both_training_and_heldout() -> None:
    for forms in WORDINGS.values():
        groups = {form.training for form in forms.values()} | {form.heldout for form in forms.values()}
        templates = [" ".join(template.casefold().split()) for group in groups for template in group]
        assert len(set(templates)) == len(templates)
    for frames in FRAMES.values():
        everything = (*frames.training, *frames.heldout, *frames.passage, *frames.passage_heldout)
        assert len(set(everything)) == len(everything) == 12
        assert all("{question}" in frame for frame in everything)
        assert all("{passage}" in frame for frame in (*frames.passage, *frames.passage_heldout))
        assert all("{about}" in frame for frame in (*frames.training, *frames.heldout))


@pytest.fixture(scope="session")
def sample_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sample FORMEX with consolidated versions, and its ground truth."""
    folder = tmp_path_factory.mktemp("kinds")
    arguments = ["data", "sample", "-o", str(folder), "--acts", "8", "--seed", "5", "--versions", "0.5"]
    assert CliRunner().invoke(lexatron, arguments).exit_code == 0
    return folder


@pytest.fixture(scope="session")
def sample_acts(sample_folder: Path) -> list[Act]:
    """Sample acts in five languages."""
    return [found for found in parse_paths([sample_folder]) if isinstance(found, Act)]


@pytest.fixture(scope="session")
def real_acts(formex_dir: Path) -> list[Act]:
    """The GDPR in five languages and consolidated acts with amendments."""
    gdpr = [
        p for p in sorted((formex_dir / "gdpr-xml" / "original").glob("*.xml")) if p.name[9:11].lower() in LANGUAGES
    ]
    found = parse_paths([*gdpr, formex_dir / "eur-lex-loader" / "32011L0083"])
    return [each for each in found if isinstance(each, Act)]


def every_fact(acts: list[Act]) -> Iterator[Fact]:
    """All facts, and the cross-lingual ones between all versions of each provision."""
    versions: dict[tuple[str, str], dict[str, Shared]] = defaultdict(dict)
    for act in acts:
        facts, shared = facts_and_shared(act)
        yield from facts
        for passage in shared:
            versions[passage.work, passage.key][passage.language] = passage
    for by_language in versions.values():
        for asked in by_language.values():
            for shown in by_language.values():
                if asked.language != shown.language:
                    yield cross_lingual(asked, shown)


def every_wording(fact: Fact) -> list[Wording]:
    return [w for held in (False, True) for long in (False, True) for w in wordings(fact, heldout=held, long=long)]


def check_pairs(acts: list[Act], max_chars: int | None) -> Counter[str]:
    """Assert what must hold of every pair; the number of facts by kind."""
    keys = {(act.work, act.language, unit.key) for act in acts for unit in act.walk()}
    counts: Counter[str] = Counter()
    for fact in every_fact(acts):
        counts[fact.kind] += 1
        language, offered = fact.source.language, every_wording(fact)
        for wording in offered[:: max(len(offered) // 3, 1)]:
            limit = max_chars or answer_chars(fact, wording)
            pair = make_pair(fact, wording, max_answer_chars=limit)
            assert extract_citations(pair.answer) == list(pair.citations), (pair.id, pair.answer)
            assert pair.citations, pair.id
            assert len(pair.answer) <= max(limit, 330), (pair.id, pair.answer)
            assert pair.answer[0] == pair.answer[0].upper()
            assert not re.search(r"[{}]|…\.|\.\.", pair.question.replace("...", ""))
        for place in {(fact.source.work, language, fact.unit), *((c.work, language, c.unit) for c in fact.also)}:
            assert place[2] is None or place in keys or place[0] in fact.needs, (fact.id, place)
    return counts


def test_answers_about_sample_acts_cite_what_is_there(sample_acts: list[Act]) -> None:
    counts = check_pairs(sample_acts, None)
    assert set(KIND_NAMES) - set(counts) <= {"requirement"}  # sample acts list conditions, but no requirements


def test_amendments_and_references_are_those_of_the_generator(sample_folder: Path, sample_acts: list[Act]) -> None:
    lines = (sample_folder / "ground_truth.jsonl").read_text("utf-8").splitlines()
    truth = {(record["celex"], record["language"]): record for record in map(json.loads, lines)}
    amended = referring = 0
    for act in sample_acts:
        record = truth[act.celex or "", act.language]
        marks = {(mark["unit"], mark["action"], mark["celex"]) for mark in record.get("amendments", [])}
        references = {(r["source"], f"art_{r['article']}.par_{r['paragraph']}") for r in record["references"]}
        for fact in facts_of(act):
            if fact.kind == "amendment" and fact.form != "amended_by":
                amended += 1
                changed = {(fact.unit, fact.variant.removesuffix("_in_part"), cited.work) for cited in fact.also}
                assert changed <= marks
                marks -= changed
            elif fact.kind == "cross_reference":
                referring += 1
                assert (fact.unit, fact.also[0].unit) in references
        assert not marks
    assert amended
    assert referring


def test_answers_about_real_acts_cite_what_is_there(real_acts: list[Act]) -> None:
    assert set(check_pairs(real_acts, None)) == set(KIND_NAMES)


def test_answers_about_changes_of_every_real_act_cite_what_is_there(formex_dir: Path) -> None:
    forms: Counter[str] = Counter()
    acts = (found for found in parse_paths([formex_dir]) if isinstance(found, Act))
    for act in acts:
        keys = {unit.key for unit in act.walk()}
        for fact in facts_of(act) if act.amendments else ():
            if fact.kind != "amendment":
                continue
            forms[fact.form] += 1
            pair = make_pair(fact, Wording(0), max_answer_chars=330)
            assert extract_citations(pair.answer) == list(pair.citations), (pair.id, pair.answer)
            assert len(pair.answer) <= 330, (pair.id, pair.answer)
            own = {fact.unit, *(cited.unit for cited in fact.also if cited.work == act.work)}
            assert own <= {None, *keys}, fact.id
            assert not any("R(" in work for work in fact.needs), fact.id
    assert forms.keys() == {"amended_unit", "amended_unit_unquoted", "amended_by"}
    assert forms["amended_unit"] > 1000


@settings(deadline=None, max_examples=4)
@given(limit=st.integers(330, LONG_ANSWER_CHARS))
def test_answers_of_any_length_keep_their_citations(sample_acts: list[Act], limit: int) -> None:
    check_pairs(sample_acts[:5], limit)


def test_ids_are_unique(sample_acts: list[Act]) -> None:
    one_version = {(act.work, act.language): act for act in sample_acts}
    ids = [fact.id for fact in every_fact(list(one_version.values()))]
    assert len(set(ids)) == len(ids)
    fact = next(every_fact(sample_acts))
    codes = [wording.code for wording in every_wording(fact)]
    assert len(set(codes)) == len(codes)


def test_long_questions_and_answers_have_the_wanted_length(real_acts: list[Act]) -> None:
    questions, answers = [], []
    for fact in every_fact(real_acts):
        if fact.kind in LONG_KINDS:
            for wording in wordings(fact, heldout=False, long=True):
                pair = make_pair(fact, wording, max_answer_chars=LONG_ANSWER_CHARS)
                questions += [] if wording.with_passage else [len(pair.question)]
                answers.append(len(pair.answer))
    assert 220 <= sum(questions) / len(questions) <= 450  # 50 to 100 tokens of Llama 3
    assert 650 <= sum(answers) / len(answers) <= 1300  # 150 to 300


def test_the_sentence_that_is_asked_is_in_its_frame(real_acts: list[Act]) -> None:
    fact = next(f for f in every_fact(real_acts) if f.form == "definition" and f.source.language == "en")
    short = make_pair(fact, Wording(0), max_answer_chars=400).question
    for shown in (False, True):
        long = make_pair(fact, Wording(0, False, shown, True), max_answer_chars=400).question
        assert short in long
        assert (fact.passage in long) == shown


def test_passages_hold_the_answer(real_acts: list[Act]) -> None:
    """What is asked with a passage can be read there: the text of the fact stands in it, but for marks of lists."""
    for fact in every_fact(real_acts):
        if fact.passage and fact.kind not in ("cross_lingual", "unanswerable"):
            beginning = " ".join(re.sub(r"^… ", "", fact.text).split())[:60]
            assert beginning in " ".join(fact.passage.split()), fact.id


def test_the_five_first_kinds_ask_as_ever_in_short_words(real_acts: list[Act]) -> None:
    """Models that were trained on these questions are compared with models that will be: not a byte may change."""
    total = hashlib.sha256()
    for act in real_acts:
        for fact in facts_and_shared(act)[0] if act.celex == "32016R0679" else ():
            if fact.kind not in SHORT_KINDS:
                continue
            for wording in (*wordings(fact, heldout=False), *wordings(fact, heldout=True)):
                pair = make_pair(fact, wording, max_answer_chars=400)
                total.update(f"{pair.id}\n{wording}\n{pair.question}\n{pair.answer}\n".encode())
    assert total.hexdigest() == "5d02c18c1f389d93411da13fbf8d7970b9d64c8ea88b83913163126c90ecebaf"
