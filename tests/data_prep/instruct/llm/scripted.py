"""A real HTTP server on a loopback port that answers as a script says, and passages to ask about."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from data_prep.instruct.facts import Source
from data_prep.instruct.llm.drafts import Passage


@dataclass
class Answer:
    """What the server sends; `delay_s` before it, `hang_up` instead of it, `drip_s` between its bytes."""

    status: int = 200
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    delay_s: float = 0.0
    drip_s: float = 0.0
    hang_up: bool = False


@dataclass
class Request:
    """What the server was sent."""

    path: str
    headers: dict[str, str]
    body: Any


Script = Callable[[int, Request], Answer]


@dataclass
class Server:
    """A running server: its address and what it was sent so far."""

    url: str
    requests: list[Request] = field(default_factory=list)


def chat(content: str | None, finish: str = "stop", usage: tuple[int, int] | None = (100, 20)) -> Answer:
    """A chat completion."""
    raw: dict[str, Any] = {"choices": [{"message": {"content": content}, "finish_reason": finish}]}
    if usage:
        raw["usage"] = {"prompt_tokens": usage[0], "completion_tokens": usage[1]}
    return Answer(body=json.dumps(raw).encode(), headers={"content-type": "application/json"})


def models(*names: str) -> Answer:
    """The answer to `/models`."""
    return Answer(body=json.dumps({"data": [{"id": name} for name in names]}).encode())


@contextmanager
def serve(script: Script) -> Iterator[Server]:
    """Serve `script(number of the request from 0, request)` on a free loopback port."""
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def respond(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            request = Request(self.path, dict(self.headers.items()), json.loads(body) if body else None)
            with lock:
                number = len(server.requests)
                server.requests.append(request)
            answer = script(number, request)
            time.sleep(answer.delay_s)
            if answer.hang_up:
                self.close_connection = True
            else:
                self.send(answer)

        def send(self, answer: Answer) -> None:
            try:
                self.send_response(answer.status)
                for name, value in {**answer.headers, "content-length": str(len(answer.body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                step = 1 if answer.drip_s else max(len(answer.body), 1)
                for start in range(0, len(answer.body), step):
                    self.wfile.write(answer.body[start : start + step])
                    time.sleep(answer.drip_s)
            except OSError:
                self.close_connection = True  # the client hung up, as some tests want it to

        do_GET = do_POST = respond

        def log_message(self, *arguments: object) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    http.daemon_threads = True
    server = Server(f"http://127.0.0.1:{http.server_address[1]}/v1")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()


TEXT = "The controller shall notify authority number {n} of the breach without undue delay and within 72 hours."


def passage(number: int = 1) -> Passage:
    """A passage of one act; article `number`."""
    source = Source("32016R0679", "en", "Regulation (EU) 2016/679", "on the protection of natural persons")
    return Passage(source, f"art_{number}", TEXT.format(n=number))


def good_reply(asked: Passage) -> str:
    """What a model that can do it writes about `passage(number)`."""
    answer = f"It lays down: “{asked.text.rstrip('.')}” ({asked.citation})."
    return json.dumps({"question": f"When must a breach be notified under {asked.source.label}?", "answer": answer})


def passage_of(request: Request) -> Passage:
    """The passage that a request asks about."""
    text = request.body["messages"][-1]["content"].rpartition("authority number ")[2]
    return passage(int(text.split()[0]))
