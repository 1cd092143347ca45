"""The chat client against a real server: what it sends, tries again, refuses and never gives away."""

from __future__ import annotations

import json
import logging
import threading

import pytest

from data_prep.instruct.llm.client import ChatClient, Parameters
from data_prep.instruct.llm.reply import Usage
from data_prep.instruct.llm.transport import Limits, RequestFailed
from lexatron.errors import UserError
from tests.data_prep.instruct.llm.scripted import Answer, Request, Script, chat, models, serve

HELLO = [{"role": "user", "content": "Hello"}]
KEY = "sk-very-secret"
pytestmark = pytest.mark.usefixtures("fast_retries")


def say_hello(script: Script, limits: Limits | None = None) -> tuple[str, list[Request], Usage]:
    with serve(script) as server, ChatClient(server.url, "m", limits) as client:
        return client.complete(HELLO, Parameters()).text, server.requests, client.usage


def first_then(answer: Answer, times: int = 1) -> Script:
    """A server that gives this answer some times and works then."""
    return lambda number, _: answer if number < times else chat("Hi")


def test_what_is_sent_and_read() -> None:
    text, (request,), usage = say_hello(first_then(Answer(), 0))
    assert request.path == "/v1/chat/completions"
    assert request.body == {"model": "m", "messages": HELLO, "max_tokens": 800, "temperature": 0.0}
    assert "authorization" not in {name.lower() for name in request.headers}
    assert (text, usage) == ("Hi", Usage(1, 100, 20))


def test_a_server_that_tells_no_tokens_is_counted_as_such() -> None:
    assert say_hello(lambda *_: chat("Hi", usage=None))[2] == Usage(1, unreported=1)


def test_a_stream_is_put_together() -> None:
    """As `transformers serve` and vLLM stream: the role first, the end last, usage in an event without choices."""
    events = [
        {"choices": [{"delta": {"role": "assistant"}}]},
        {"choices": [{"delta": {"content": "Grü"}}]},
        {"choices": [{"delta": {"content": "ße"}, "finish_reason": None}]},
        {"choices": [{"delta": {}, "finish_reason": "length"}]},
        {"choices": [], "usage": {"prompt_tokens": 5, "completion_tokens": 2}},
    ]
    body = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + "data: [DONE]\n\n"
    answer = Answer(body=body.encode(), headers={"content-type": "text/event-stream; charset=utf-8"})
    with serve(lambda *_: answer) as server, ChatClient(server.url, "m") as client:
        reply = client.complete(HELLO, Parameters())
    assert (reply.text, reply.cut_off, reply.usage) == ("Grüße", True, Usage(1, 5, 2))


@pytest.mark.parametrize(
    "answer",
    [
        Answer(429, b'{"error": {"message": "slow down"}}'),
        Answer(429, headers={"retry-after": "0.01"}),
        Answer(500),
        Answer(503),
        Answer(hang_up=True),
    ],
    ids=["429", "429 with Retry-After", "500", "503", "connection lost"],
)
def test_tries_again(answer: Answer) -> None:
    text, requests, usage = say_hello(first_then(answer, 2))
    assert (text, len(requests), usage.requests) == ("Hi", 3, 1)


def test_gives_up_with_the_reason() -> None:
    with pytest.raises(RequestFailed, match=r"HTTP 429: slow down, after 3 attempts"):
        say_hello(lambda *_: Answer(429, b'{"error": {"message": "slow\\ndown"}}'), Limits(retries=2))


@pytest.mark.parametrize("answer", [Answer(delay_s=1.0), Answer(body=b" " * 100, drip_s=0.05)], ids=["silent", "slow"])
def test_timeout(answer: Answer) -> None:
    with pytest.raises(RequestFailed, match=r"answer within 0\.2 s, after 1 attempts"):
        say_hello(lambda *_: answer, Limits(timeout_s=0.2, retries=0))


def test_nobody_listens() -> None:
    with serve(first_then(Answer())) as server:
        pass
    with (
        ChatClient(server.url, "m", Limits(retries=1)) as client,
        pytest.raises(RequestFailed, match="no connection"),
    ):
        client.complete(HELLO, Parameters())


def test_an_answer_without_end_is_not_read() -> None:
    with pytest.raises(RequestFailed, match="larger than 1,000 bytes"):
        say_hello(lambda *_: Answer(body=b" " * 100_000), Limits(max_bytes=1000))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>", "not JSON"),
        (b"[]", "not a JSON object"),
        (b'{"choices": []}', "no choices"),
        (b'{"error": "out of memory"}', "out of memory"),
    ],
)
def test_an_answer_that_is_none(body: bytes, reason: str) -> None:
    with pytest.raises(RequestFailed, match=reason):
        say_hello(lambda *_: Answer(body=body))


def test_a_stream_that_breaks_off_is_no_reply() -> None:
    body = b'data: {"choices": [{"delta": {"content": "half"}}]}\n\n'
    with pytest.raises(RequestFailed, match="ends in the middle"):
        say_hello(lambda *_: Answer(body=body, headers={"content-type": "text/event-stream"}))


def test_a_message_without_content_is_empty() -> None:
    assert say_hello(lambda *_: chat(None))[0] == ""


def test_a_refused_prompt_is_not_tried_again() -> None:
    with (
        serve(lambda *_: Answer(400, b'{"detail": "too long"}')) as server,
        ChatClient(server.url, "m") as client,
        pytest.raises(RequestFailed, match="HTTP 400: too long"),
    ):
        client.complete(HELLO, Parameters())
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("status", "remedy"), [(401, "set LEXATRON_LLM_API_KEY"), (403, "set LEXATRON_LLM_API_KEY"), (404, "--llm-model")]
)
def test_what_the_user_must_mend(status: int, remedy: str) -> None:
    with pytest.raises(UserError, match=remedy):
        say_hello(lambda *_: Answer(status))


def test_the_key_goes_to_the_server_and_nowhere_else(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("LEXATRON_LLM_API_KEY", KEY)
    caplog.set_level(logging.DEBUG)
    with serve(lambda *_: chat("Hi")) as other:
        moved = Answer(307, headers={"location": f"{other.url.replace('127.0.0.1', 'localhost')}/chat/completions"})
        with pytest.raises(UserError, match="it redirects to localhost") as caught:
            say_hello(lambda *_: moved)
    assert not other.requests
    _, (request,), _ = say_hello(lambda *_: chat("Hi"))
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    with pytest.raises(UserError, match=r"bad key \*\*\*") as repeated:
        say_hello(lambda *_: Answer(401, f"bad key {KEY}".encode()))
    assert KEY not in caplog.text + str(caught.value) + str(repeated.value)


def test_no_more_in_flight_than_allowed() -> None:
    now, most, lock = 0, 0, threading.Lock()

    def script(_: int, __: Request) -> Answer:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        threading.Event().wait(0.02)
        with lock:
            now -= 1
        return chat("Hi")

    with serve(script) as server, ChatClient(server.url, "m", Limits(concurrency=3)) as client:
        threads = [threading.Thread(target=client.complete, args=(HELLO, Parameters())) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert most == 3
    assert client.usage == Usage(12, 1200, 240)


@pytest.mark.parametrize(
    "answer",
    [Answer(429, headers={"retry-after": "60"}), Answer(delay_s=3600), Answer(body=b" " * 10, drip_s=3600)],
    ids=["waiting for its turn", "waiting for an answer", "reading it"],
)
def test_close_ends_what_others_wait_for(answer: Answer) -> None:
    outcome: list[str] = []
    started = threading.Event()

    def script(_: int, __: Request) -> Answer:
        started.set()
        return answer

    with serve(script) as server:
        client = ChatClient(server.url, "m", Limits(concurrency=2, timeout_s=3600))

        def ask() -> None:
            try:
                client.complete(HELLO, Parameters())
            except RequestFailed as failure:
                outcome.append(str(failure))

        threads = [threading.Thread(target=ask, daemon=True) for _ in range(4)]
        for thread in threads:
            thread.start()
        assert started.wait(30)
        client.close()
        for thread in threads:
            thread.join(30)
        with pytest.raises(RequestFailed, match="closed"):
            client.complete(HELLO, Parameters())
    assert outcome == ["the client was closed"] * 4


def test_the_only_model_is_taken() -> None:
    with serve(lambda *_: models("llama")) as server, ChatClient(server.url) as client:
        assert client.model == "llama"
    assert server.requests[0].path == "/v1/models"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (models(), "0 models"),
        (models("a", "b"), "2 models: a, b"),
        (Answer(body=b"[]"), "cannot be read"),
        (Answer(503), "503"),
    ],
)
def test_no_single_model(answer: Answer, reason: str) -> None:
    with (
        serve(lambda *_: answer) as server,
        pytest.raises(UserError, match=rf"{reason}.*--llm-model"),
    ):
        ChatClient(server.url, limits=Limits(retries=1))
