"""What an answer may cite of other acts is known before the question is asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_prep.formex.acts import Act, Unit
from data_prep.formex.store import write_acts
from data_prep.instruct.candidates import unfit
from data_prep.instruct.facts import Cited, Fact, Source
from data_prep.instruct.index import IndexTask, KnownWorks, PlanTask, index_shard, plan_acts


def _act(celex: str, language: str, articles: int) -> Act:
    chapter = Unit(
        "chapter", "chp_I", children=[Unit("article", f"art_{n + 1}", text="Text.") for n in range(articles)]
    )
    quoted = Unit("quoted", "quo_1", quoted=True, children=[Unit("article", "art_99", quoted=True)])
    label = f"Regulation (EU) {celex[1:5]}/{int(celex[6:])}"
    return Act(celex, celex, language, "regulation", "A regulation", [chapter, quoted], label=label)


@pytest.fixture
def known(tmp_path: Path) -> KnownWorks:
    """Of an act in English and French, a later one in French alone, and some others."""
    acts = [_act("32020R0001", "en", 2), _act("32020R0001", "fr", 2), _act("32021R0002", "fr", 3)]
    acts += [_act(f"32022R000{n}", "en", 1) for n in range(1, 9)]
    for name in ("acts", "index", "plan"):
        (tmp_path / name).mkdir()
    write_acts(tmp_path / "acts", acts)
    index_shard(IndexTask(str(tmp_path / "acts" / "acts-00000.jsonl.zst")), tmp_path / "index")
    sides = ("train", "validation", "test")
    plan_acts(PlanTask((str(tmp_path / "index"),), None, ("en", "fr"), sides), tmp_path / "plan")
    return KnownWorks(tmp_path / "plan")


def _fact(language: str, cited: Cited) -> Fact:
    source = Source("32020R0001", language, "Regulation (EU) 2020/1")
    return Fact(source, "amendment", "amended_unit", "art_1", "", {}, also=(cited,))


def test_articles_are_known_by_language(known: KnownWorks) -> None:
    assert known.has_article("32020R0001", "en", "art_2")
    assert known.has_article("32021R0002", "fr", "art_3")
    assert not known.has_article("32021R0002", "en", "art_3")
    assert not known.has_article("32020R0001", "en", "art_3")
    assert not known.has_article("32020R0001", "en", "art_99"), "a quoted article is another act's"


@pytest.mark.parametrize(
    ("language", "cited", "reason"),
    [
        ("fr", Cited("32021R0002", "art_3"), None),
        ("fr", Cited("32021R0002", "art_4"), "cites an article that is not there in its language"),
        ("en", Cited("32021R0002", "art_3"), "cites an article that is not there in its language"),
        ("en", Cited("32021R0002", None), None),
        ("en", Cited("32030R0001", "art_1"), "cites an act that is not there"),
        ("en", Cited("32020R0001", "art_1.par_1"), None),
    ],
)
def test_facts_that_cite_what_is_not_there_are_left_out(
    known: KnownWorks, language: str, cited: Cited, reason: str | None
) -> None:
    assert unfit(_fact(language, cited), "test", known) == reason
