"""Pairs from a scripted server: order, economy, the stricter retry, giving up, and `kill -9`."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data_prep.instruct.llm.client import Parameters
from data_prep.instruct.llm.drafts import Passage
from data_prep.instruct.llm.pairs import Settings, Totals, Written, estimate, llm_pairs
from data_prep.instruct.llm.prompts import messages
from data_prep.instruct.llm.reply import Usage
from data_prep.instruct.llm.transport import Limits
from lexatron.errors import UserError
from tests.data_prep.instruct.llm.scripted import Answer, Request, chat, good_reply, models, passage, passage_of, serve

pytestmark = pytest.mark.usefixtures("fast_retries")


def passages(number: int) -> Iterator[Passage]:
    return (passage(n + 1) for n in range(number))


def good(_: int, request: Request) -> Answer:
    return chat(good_reply(passage_of(request)))


def settings(url: str, concurrency: int = 4, retries: int = 0, **others: int) -> Settings:
    return Settings(url, "m", Parameters(), Limits(concurrency, retries=retries), **others)


def numbers(results: list[Written]) -> list[str]:
    return [written.passage.unit or "" for written in results]


def test_a_pair_a_passage(tmp_path: Path) -> None:
    totals = Totals()
    with serve(good) as server:
        results = list(llm_pairs(passages(5), 9, settings(server.url), journal=tmp_path / "j", totals=totals))
    first = results[0].pair
    assert first is not None
    assert first.question == "When must a breach be notified under Regulation (EU) 2016/679?"
    assert first.answer.endswith("(Article 1, Regulation (EU) 2016/679 (CELEX: 32016R0679)).")
    assert numbers(results) == [f"art_{n}" for n in range(1, 6)]
    assert totals == Totals("m", 5, 5, usage=Usage(5, 500, 100), asked=Usage(5, 500, 100))


def test_results_come_in_order_whatever_finishes_first(tmp_path: Path) -> None:
    delays = random.Random(0)

    def script(_: int, request: Request) -> Answer:
        answer = chat(good_reply(passage_of(request)))
        answer.delay_s = delays.uniform(0, 0.03)
        return answer

    outcomes = []
    for concurrency in (1, 16):
        with serve(script) as server:
            journal = tmp_path / f"j{concurrency}"
            outcomes.append(list(llm_pairs(passages(20), 20, settings(server.url, concurrency), journal=journal)))
    assert outcomes[0] == outcomes[1]


def test_no_request_is_made_that_is_not_needed(tmp_path: Path) -> None:
    """Every third draft is unfit: exactly as many requests as it takes to accept ten, however many are in flight."""

    def script(_: int, request: Request) -> Answer:
        asked = passage_of(request)
        fit = int((asked.unit or "").removeprefix("art_")) % 3
        return chat(good_reply(asked) if fit else json.dumps({"question": "?", "answer": "No."}))

    totals = Totals()
    with serve(script) as server:
        results = list(llm_pairs(passages(99), 10, settings(server.url, 8), journal=tmp_path / "j", totals=totals))
    assert numbers(results) == [f"art_{n}" for n in range(1, 15)]
    assert len(server.requests) == len(results) == totals.passages == 14
    assert (totals.accepted, totals.failed, sum(totals.rejected.values())) == (10, 0, 4)
    rejected = [written.to_json() for written in results if written.pair is None]
    assert rejected[0]["id"] == "32016R0679.en.llm.art_3"
    assert "the answer cites nothing" in rejected[0]["reasons"]


def test_malformed_json_is_asked_for_once_more_and_more_strictly(tmp_path: Path) -> None:
    strict = messages(passage(1), stricter=True)
    replies: dict[str, Callable[[Request], Answer]] = {
        "art_1": lambda request: good(0, request) if request.body["messages"] == strict else chat("Sure! {"),
        "art_2": lambda request: chat("Sure! {"),
        "art_3": lambda request: chat('{"question": "Wh', finish="length"),
    }
    with serve(lambda _, request: replies[passage_of(request).unit or ""](request)) as server:
        results = list(llm_pairs(passages(3), 3, settings(server.url), journal=tmp_path / "j"))
    assert len(server.requests) == 6
    assert [written.reasons for written in results] == [
        (),
        ("not the JSON object asked for",),
        ("cut off by the limit of tokens",),
    ]
    assert results[0].usage == Usage(2, 200, 40)
    assert results[1].text == "Sure! {"


def test_a_failed_request_costs_one_passage_and_is_asked_again(tmp_path: Path) -> None:
    down = {"art_2", "art_3"}

    def script(_: int, request: Request) -> Answer:
        return Answer(500, b"no memory") if passage_of(request).unit in down else good(0, request)

    with serve(script) as server:
        chosen = settings(server.url)
        totals, again = Totals(), Totals()
        first = list(llm_pairs(passages(5), 5, chosen, journal=tmp_path / "j", totals=totals))
        down.clear()
        second = list(llm_pairs(passages(5), 5, chosen, journal=tmp_path / "j", totals=again))
    assert [written.failed for written in first] == [False, True, True, False, False]
    assert first[1].reasons == ("HTTP 500: no memory, after 1 attempts",)
    assert (totals.accepted, totals.failed) == (3, 2)
    assert all(written.pair for written in second)
    assert (again.asked.requests, again.usage.requests) == (2, 5)


def test_a_server_that_goes_down_ends_the_run_and_keeps_its_answers(tmp_path: Path) -> None:
    journal = tmp_path / ".llm-cache.jsonl"
    with serve(lambda number, request: good(0, request) if number < 6 else Answer(hang_up=True)) as server:
        results = llm_pairs(passages(99), 99, settings(server.url, 2, failures=5), journal=journal)
        with pytest.raises(UserError, match=r"5 requests in a row failed.*\.llm-cache\.jsonl keeps"):
            list(results)
    assert journal.read_bytes().count(b"\n") == 6


def test_a_model_that_cannot_do_it_ends_the_run(tmp_path: Path) -> None:
    with serve(lambda *_: chat("blah")) as server:
        results = llm_pairs(passages(99), 99, settings(server.url, rejects=7), journal=tmp_path / "j")
        with pytest.raises(UserError, match=r"7 pairs in a row were rejected.*not the JSON object"):
            list(results)


def test_a_refused_key_ends_the_run_at_once(tmp_path: Path) -> None:
    with serve(lambda *_: Answer(401)) as server:
        results = llm_pairs(passages(99), 99, settings(server.url, 2), journal=tmp_path / "j")
        with pytest.raises(UserError, match="LEXATRON_LLM_API_KEY"):
            list(results)


def test_the_key_is_not_in_the_journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEXATRON_LLM_API_KEY", "sk-very-secret")
    with serve(good) as server:
        list(llm_pairs(passages(3), 3, settings(server.url), journal=tmp_path / "j"))
    assert b"sk-very" not in (tmp_path / "j").read_bytes()


def test_a_reader_that_stops_early_leaves_nothing_running(tmp_path: Path) -> None:
    def script(_: int, request: Request) -> Answer:
        """By passage, not by arrival: four requests in flight arrive in any order."""
        return good(0, request) if passage_of(request).unit == "art_1" else Answer(delay_s=3600)

    with serve(script) as server:
        results = llm_pairs(passages(99), 99, settings(server.url), journal=tmp_path / "j")
        assert next(results).pair
        results.close()  # type: ignore[attr-defined]
        again = llm_pairs(passages(1), 1, settings(server.url), journal=tmp_path / "j")
        assert [written.pair is not None for written in again] == [True]
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("llm")]


def test_nothing_wanted_asks_nothing(tmp_path: Path) -> None:
    with serve(good) as server:
        assert list(llm_pairs(passages(3), 0, settings(server.url), journal=tmp_path / "j")) == []
    assert not server.requests


def test_the_only_model_is_found_and_named(tmp_path: Path) -> None:
    totals = Totals()
    with serve(lambda n, request: models("tiny") if request.path == "/v1/models" else good(n, request)) as server:
        list(llm_pairs(passages(1), 1, Settings(server.url), journal=tmp_path / "j", totals=totals))
    assert totals.model == "tiny"
    assert server.requests[1].body["model"] == "tiny"


def test_estimate() -> None:
    few = estimate(passages(99), 10, Settings("http://127.0.0.1/v1"))
    assert (few.requests, few.completion_tokens) == (10, 8000)
    assert estimate(passages(5), 10, Settings("http://127.0.0.1/v1")).requests == 5
    characters = sum(len(message["content"]) for message in messages(passage(1)))
    assert few.prompt_tokens == pytest.approx(10 * characters / 3.5, rel=0.01)


PROGRAM = """
import json, sys
from pathlib import Path
from tests.data_prep.instruct.llm.test_pairs import llm_pairs, passages, settings
for written in llm_pairs(passages(40), 30, settings(sys.argv[1]), journal=Path(sys.argv[2])):
    print(json.dumps(written.pair.to_json() if written.pair else written.to_json()), flush=True)
"""


def test_killed_and_resumed(tmp_path: Path) -> None:
    """A run killed with -9 goes on: the same output as in one go, and only what was in flight is asked twice."""

    def script(number: int, request: Request) -> Answer:
        asked = passage_of(request)
        unfit = int((asked.unit or "").removeprefix("art_")) % 4 == 0
        answer = chat("no JSON" if unfit else good_reply(asked))
        answer.delay_s = 0.02
        return answer

    with serve(script) as server:

        def run(journal: str) -> subprocess.Popen[bytes]:
            command = [sys.executable, "-c", PROGRAM, server.url, str(tmp_path / journal)]
            return subprocess.Popen(command, stdout=subprocess.PIPE)

        whole = run("whole").communicate()[0]
        needed = len(server.requests)
        killed = run("killed")
        while len(server.requests) < needed + 15:
            time.sleep(0.005)
        killed.send_signal(signal.SIGKILL)
        killed.communicate()
        with open(tmp_path / "killed", "ab") as journal:
            journal.write(b'{"key": "torn')
        resumed = run("killed").communicate()[0]
    assert resumed == whole
    assert whole.count(b"\n") == 39
    assert 0 <= len(server.requests) - 2 * needed <= 4
