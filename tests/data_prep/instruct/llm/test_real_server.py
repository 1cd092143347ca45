"""Pairs from a real server with a real, tiny model: `transformers serve` on a loopback port.

The model before training writes noise, and every draft is rejected with its reason. The same model, after it has
learned eight replies by heart, writes pairs in five languages that are kept, one whose quotation is made up, and one
only when it is asked more strictly.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from data_prep.formex.acts import LANGUAGES
from data_prep.instruct.citation import extract_citations
from data_prep.instruct.facts import Source
from data_prep.instruct.llm.client import ChatClient, Parameters
from data_prep.instruct.llm.drafts import Passage
from data_prep.instruct.llm.pairs import Settings, Totals, llm_pairs
from data_prep.instruct.llm.prompts import messages
from data_prep.instruct.llm.transport import Limits
from lexatron.errors import UserError
from tests.data_prep.instruct.llm.real_server import Running, serving
from tests.data_prep.instruct.llm.test_checked import LABELS, NATIVE

pytestmark = pytest.mark.slow

GOOD = {
    language: Passage(Source("32016R0679", language, LABELS[language]), "art_1", NATIVE[language][0])
    for language in LANGUAGES
}
MADE_UP = Passage(Source("32022R2065", "en", "Regulation (EU) 2022/2065"), "art_4", "Providers shall be liable.")
TALKATIVE = Passage(Source("32019L0790", "de", "Richtlinie (EU) 2019/790"), "art_7", NATIVE["de"][0])
PASSAGES = [*GOOD.values(), MADE_UP, TALKATIVE]


def reply(passage: Passage, quotation: str | None = None) -> str:
    _, question, says = NATIVE[passage.source.language]
    answer = f"{quotation or says} {passage.citation}."
    return json.dumps({"question": question.format(label=passage.source.label), "answer": answer}, ensure_ascii=False)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    examples = [(messages(passage), reply(passage)) for passage in GOOD.values()]
    examples += [
        (messages(MADE_UP), reply(MADE_UP, "It must act: “The provider shall pay a fine.”")),
        (messages(TALKATIVE), f"Gern, hier ist sie: {reply(TALKATIVE)}"),
        (messages(TALKATIVE, stricter=True), reply(TALKATIVE)),
    ]
    with serving(tmp_path_factory.mktemp("served"), examples) as server:
        yield server


def settings(running: Running, model: str, max_tokens: int = 400) -> Settings:
    return Settings(running.url, model, Parameters(max_tokens), Limits(concurrency=2, retries=1))


def test_noise_is_rejected_with_reasons(running: Running, tmp_path: Path) -> None:
    totals = Totals()
    chosen = settings(running, running.noise, max_tokens=24)
    results = list(llm_pairs(PASSAGES, 7, chosen, journal=tmp_path / "j", totals=totals))
    assert [written.reasons for written in results] == [("not the JSON object asked for",)] * 7
    assert any(written.text.strip() for written in results)
    assert (totals.accepted, totals.failed, totals.asked.requests) == (0, 0, 14)


def test_pairs_of_a_model_that_can_do_it(running: Running, tmp_path: Path) -> None:
    totals, again = Totals(), Totals()
    chosen = settings(running, running.taught)
    results = list(llm_pairs(PASSAGES, 7, chosen, journal=tmp_path / "j", totals=totals))
    for passage, written in zip(GOOD.values(), results, strict=False):
        assert written.reasons == ()
        assert written.pair is not None
        assert written.pair.language == passage.source.language
        assert [citation.unit for citation in extract_citations(written.pair.answer)] == ["art_1"]
    assert results[5].reasons == ("the quoted words do not stand in the passage",)
    assert results[6].pair is not None
    assert (totals.accepted, totals.asked.requests, totals.asked.unreported) == (6, 8, 8)
    assert list(llm_pairs(PASSAGES, 7, chosen, journal=tmp_path / "j", totals=again)) == results
    assert again.asked.requests == 0


def test_a_server_with_several_models_wants_a_name(running: Running) -> None:
    with pytest.raises(UserError, match="--llm-model"):
        ChatClient(running.url, limits=Limits(retries=0))


def test_a_model_that_is_not_there_fails(running: Running, tmp_path: Path) -> None:
    chosen = Settings(running.url, "nobody/nothing", limits=Limits(retries=0), failures=2)
    with pytest.raises(UserError, match="2 requests in a row failed"):
        list(llm_pairs(PASSAGES, 7, chosen, journal=tmp_path / "j"))
