"""Scores from a scripted server: order, the stricter retry, busy and broken servers, cost, and `kill -9`."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from data_prep.curation.record import Record
from data_prep.curation.scoring.options import Endpoint, Prices, Scoring
from data_prep.curation.scoring.prompt import messages
from data_prep.curation.scoring.run import estimate, score_records
from data_prep.curation.scoring.scored import Scored, Totals
from data_prep.curation.scoring.scores import Scores
from data_prep.instruct.llm.reply import Usage
from lexatron.errors import Unfinished
from tests.data_prep.instruct.llm.scripted import Answer, Request, chat, models, serve

pytestmark = pytest.mark.usefixtures("fast_retries")


def record(number: int, answer: str = "A number.") -> Record:
    return Record(f"r{number}", [
        {"role": "user", "content": f"What is number {number}?"}, {"role": "assistant", "content": answer}
    ], "test")  # fmt: skip


def records(count: int) -> Iterator[Record]:
    return (record(number) for number in range(count))


def number_of(request: Request) -> int:
    return int(request.body["messages"][1]["content"].rpartition("What is number ")[2].split("?")[0])


def reply(number: int, **changes: Any) -> str:
    """Scores that add up to 7 and the last digit's remainder by 4."""
    points = {"accuracy": number % 4, "completeness": 2, "coherence": 2, "helpfulness": 3, "reason": f"As {number} is."}
    return json.dumps({**points, **changes})


def good(_: int, request: Request) -> Answer:
    return chat(reply(number_of(request)))


def options(url: str, concurrency: int = 4, retries: int = 0, **others: Any) -> Scoring:
    return Scoring(endpoint=Endpoint(url=url, model="m", concurrency=concurrency, retries=retries, **others))


def totals_of(results: list[Scored]) -> list[int | None]:
    return [scored.scores.total if scored.scores else None for scored in results]


def test_a_score_a_record(tmp_path: Path) -> None:
    totals = Totals()
    with serve(good) as server:
        results = list(score_records(records(6), options(server.url), tmp_path / "j", totals))
    assert [(scored.number, scored.id) for scored in results] == [(number, f"r{number}") for number in range(6)]
    assert results[3].scores == Scores(3, 2, 2, 3, "As 3 is.")
    assert totals_of(results) == [7, 8, 9, 10, 7, 8]
    assert (totals.model, totals.records, totals.scored, totals.failed) == ("m", 6, 6, 0)
    assert totals.by_total == {7: 2, 8: 2, 9: 1, 10: 1}
    assert totals.usage == totals.asked == Usage(6, 600, 120)
    body = server.requests[0].body
    assert (body["model"], body["max_tokens"], body["temperature"]) == ("m", 300, 0.0)


def test_results_come_in_order_whatever_finishes_first(tmp_path: Path) -> None:
    delays = random.Random(0)

    def script(_: int, request: Request) -> Answer:
        answer = chat(reply(number_of(request)))
        answer.delay_s = delays.uniform(0, 0.03)
        return answer

    outcomes = []
    for concurrency in (1, 16):
        with serve(script) as server:
            chosen = options(server.url, concurrency)
            outcomes.append(list(score_records(records(20), chosen, tmp_path / f"j{concurrency}")))
    assert outcomes[0] == outcomes[1]
    assert [scored.number for scored in outcomes[0]] == list(range(20))


@pytest.mark.parametrize(
    "first",
    ["Sure! I give it a 9.", '{"accuracy": 3, "compl', reply(1, accuracy=4), reply(1, helpfulness=2.5),
     reply(1, coherence="2"), reply(1, total=10), "[3, 2, 2, 3]"],
)  # fmt: skip
def test_a_reply_that_is_no_score_is_asked_for_once_more_and_more_strictly(tmp_path: Path, first: str) -> None:
    strict = messages(record(1).messages, 12_000, stricter=True)

    def script(_: int, request: Request) -> Answer:
        return chat(reply(1) if request.body["messages"] == strict else first)

    with serve(script) as server:
        (scored,) = score_records([record(1)], options(server.url), tmp_path / "j")
    assert scored.scores is not None
    assert (scored.scores.total, scored.usage) == (8, Usage(2, 200, 40))


def test_records_without_a_score_are_counted_by_reason(tmp_path: Path) -> None:
    def script(_: int, request: Request) -> Answer:
        number = number_of(request)
        return [chat("Ten."), chat('{"accu', finish="length"), Answer(400, b"too long")][number]

    totals = Totals()
    with serve(script) as server:
        results = list(score_records(records(3), options(server.url), tmp_path / "j", totals))
    assert totals_of(results) == [None] * 3
    assert [scored.failed for scored in results] == [False, False, True]
    assert results[2].reason == "HTTP 400: too long"
    assert totals.unscored == {"not the JSON object asked for": 1, "cut off by the limit of tokens": 1}
    assert (totals.scored, totals.failed, totals.to_json()["failed"]) == (0, 1, 1)


def test_a_busy_server_is_asked_again_when_it_says(tmp_path: Path) -> None:
    def script(number: int, request: Request) -> Answer:
        return Answer(429, headers={"retry-after": "0.2"}) if number == 0 else good(number, request)

    start = time.monotonic()
    with serve(script) as server:
        (scored,) = score_records([record(2)], options(server.url, retries=1), tmp_path / "j")
    assert totals_of([scored]) == [9]
    assert time.monotonic() - start >= 0.2
    assert len(server.requests) == 2


def test_errors_of_the_server_are_tried_again(tmp_path: Path) -> None:
    attempts: Counter[int] = Counter()

    def script(_: int, request: Request) -> Answer:
        number = number_of(request)
        attempts[number] += 1
        return Answer(500, b"no memory") if attempts[number] <= number else good(0, request)

    with serve(script) as server:
        results = list(score_records(records(4), options(server.url, retries=2), tmp_path / "j"))
    assert totals_of(results) == [7, 8, 9, None]
    assert results[3].reason == "HTTP 500: no memory, after 3 attempts"


def test_no_more_requests_a_minute_than_allowed(tmp_path: Path) -> None:
    start = time.monotonic()
    with serve(good) as server:
        list(score_records(records(6), options(server.url, per_minute=1200), tmp_path / "j"))
    assert time.monotonic() - start >= 5 * 60 / 1200


def test_a_failed_request_is_asked_again_by_the_next_run(tmp_path: Path) -> None:
    down = {1, 2}

    def script(_: int, request: Request) -> Answer:
        return Answer(503) if number_of(request) in down else good(0, request)

    first, again = Totals(), Totals()
    with serve(script) as server:
        list(score_records(records(5), options(server.url), tmp_path / "j", first))
        down.clear()
        results = list(score_records(records(5), options(server.url), tmp_path / "j", again))
    assert (first.scored, first.failed) == (3, 2)
    assert totals_of(results) == [7, 8, 9, 10, 7]
    assert (again.asked.requests, again.usage.requests) == (2, 5)


def test_a_server_that_goes_down_ends_the_run_and_the_same_run_goes_on(tmp_path: Path) -> None:
    journal = tmp_path / "scores.jsonl"
    up = 6

    def script(number: int, request: Request) -> Answer:
        return good(0, request) if number < up else Answer(hang_up=True)

    with serve(script) as server:
        chosen = options(server.url, 2, failures=5)
        with pytest.raises(Unfinished, match=r"5 requests in a row failed.*scores\.jsonl keeps"):
            list(score_records(records(40), chosen, journal))
        up, totals = 10_000, Totals()
        results = list(score_records(records(40), chosen, journal, totals))
    assert totals_of(results) == [7 + number % 4 for number in range(40)]
    assert totals.asked.requests == 34


def test_a_model_that_cannot_do_it_ends_the_run(tmp_path: Path) -> None:
    with serve(lambda *_: chat("blah")) as server, pytest.raises(Unfinished, match=r"7 replies in a row held no score"):
        list(score_records(records(99), options(server.url, unfit=7), tmp_path / "j"))


@pytest.mark.parametrize(("status", "remedy"), [(401, "LEXATRON_LLM_API_KEY"), (404, r"scoring\.endpoint\.model")])
def test_what_every_request_would_meet_ends_the_run_at_once(tmp_path: Path, status: int, remedy: str) -> None:
    with serve(lambda *_: Answer(status)) as server, pytest.raises(Unfinished, match=remedy):
        list(score_records(records(99), options(server.url, 2), tmp_path / "j"))
    assert len(server.requests) <= 8


def test_a_server_with_several_models_wants_a_name(tmp_path: Path) -> None:
    with (
        serve(lambda *_: models("one", "two")) as server,
        pytest.raises(Unfinished, match=r"2 models: one, two .*scoring\.endpoint\.model"),
    ):
        list(score_records(records(1), Scoring(endpoint=Endpoint(url=server.url)), tmp_path / "j"))


def test_the_key_is_sent_and_kept_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEXATRON_LLM_API_KEY", "sk-very-secret")
    with serve(good) as server:
        chosen = options(server.url)
        list(score_records(records(3), chosen, tmp_path / "j"))
    assert {request.headers["Authorization"] for request in server.requests} == {"Bearer sk-very-secret"}
    assert b"sk-very" not in (tmp_path / "j").read_bytes()
    assert "sk-very" not in chosen.model_dump_json()


def test_a_reader_that_stops_early_leaves_nothing_running(tmp_path: Path) -> None:
    def script(_: int, request: Request) -> Answer:
        return good(0, request) if number_of(request) == 0 else Answer(delay_s=3600)

    with serve(script) as server:
        results = score_records(records(99), options(server.url), tmp_path / "j")
        assert next(results).scores
        results.close()  # type: ignore[attr-defined]
        assert len(list(score_records(records(1), options(server.url), tmp_path / "j"))) == 1
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("llm")]


def test_the_same_text_is_asked_once(tmp_path: Path) -> None:
    totals = Totals()
    with serve(good) as server:
        for _ in range(2):
            list(score_records(records(3), options(server.url), tmp_path / "j", totals))
        list(score_records(records(3), options(server.url, temperature=0.5), tmp_path / "j"))
    assert (len(server.requests), totals.records) == (6, 6)


def test_estimate_and_its_cost(tmp_path: Path) -> None:
    chosen = options("http://127.0.0.1/v1").model_copy(update={"price_per_million": Prices(prompt=2.0, completion=8.0)})
    before = estimate(records(10), chosen)
    characters = sum(len(message["content"]) for message in messages(record(1).messages, 12_000))
    assert (before.requests, before.completion_tokens) == (10, 3000)
    assert before.prompt_tokens == pytest.approx(10 * characters / 3.5, abs=1)
    assert chosen.money(before.prompt_tokens, 3000) == pytest.approx((before.prompt_tokens * 2 + 24_000) / 1e6)
    assert options("http://127.0.0.1/v1").money(1, 1) is None


PROGRAM = """
import sys
from pathlib import Path
from tests.data_prep.curation.scoring.test_run import options, records, score_records
for scored in score_records(records(40), options(sys.argv[1]), Path(sys.argv[2])):
    print(scored, flush=True)
"""


def test_killed_and_resumed(tmp_path: Path) -> None:
    """A run killed with -9 goes on: the same scores as in one go, and only what was in flight is asked twice."""

    def script(_: int, request: Request) -> Answer:
        number = number_of(request)
        answer = chat("no JSON" if number % 5 == 0 else reply(number))
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
        before = Counter(json.dumps(request.body) for request in server.requests[needed:])
        resumed = run("killed").communicate()[0]
    assert resumed == whole
    assert (whole.count(b"\n"), needed) == (40, 48)
    again = Counter(json.dumps(request.body) for request in server.requests[needed + before.total() :])
    assert len(again.keys() & before.keys()) <= 4
    assert max(again.values()) == 1
