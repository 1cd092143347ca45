"""A chat client for any OpenAI-compatible server: vLLM, TGI, llama.cpp, `transformers serve`, hosted ones.

    with ChatClient("http://127.0.0.1:8000/v1") as client:
        reply = client.complete([{"role": "user", "content": "..."}], Parameters(max_tokens=200))

Threads may share one client: it bounds what is in flight, keeps to a rate, and tries again what a server was too busy
for. What every further request would meet as well (the key, the model, the address) is a `UserError`; all else is a
`RequestFailed`, which the caller may count and pass over.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

import orjson

from data_prep.instruct.llm.endpoint import find_endpoint
from data_prep.instruct.llm.reply import Reply, Usage, read_reply
from data_prep.instruct.llm.transport import Limits, RequestFailed, Transport
from lexatron.errors import UserError

Messages = Sequence[Mapping[str, str]]  # {"role": "system" | "user" | "assistant", "content": ...}


@dataclass(frozen=True)
class Parameters:
    """How the model is to answer: at most `max_tokens`, and at temperature 0 as reproducibly as its server can."""

    max_tokens: int = 800
    temperature: float = 0.0


class ChatClient:
    """One server and one of its models.

    Args:
        url: base address, `http://127.0.0.1:8000/v1`.
        model: its name; None for the only one that the server lists.

    Attributes:
        usage: what all answered requests cost so far.

    Raises:
        UserError: the address or key cannot be used (`endpoint.find_endpoint`), or the server lists no single model.
    """

    def __init__(self, url: str, model: str | None = None, limits: Limits | None = None):
        self.endpoint = find_endpoint(url)
        self.usage = Usage()
        self._lock = threading.Lock()
        self._transport = Transport(self.endpoint, limits or Limits())
        try:
            self.model = model or self._only_model()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> ChatClient:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up; requests of other threads fail at once."""
        self._transport.close()

    def complete(self, messages: Messages, parameters: Parameters) -> Reply:
        """The model's reply to a conversation.

        Raises:
            RequestFailed: the server is down or overloaded, refuses this prompt, or its answer cannot be read.
            UserError: it refuses the key or the model, or sends the request elsewhere.
        """
        request = {"model": self.model, "messages": list(messages), **asdict(parameters)}
        body, content_type = self._transport.send("POST", "/chat/completions", orjson.dumps(request))
        try:
            reply = read_reply(body, content_type)
        except ValueError as error:
            raise RequestFailed(self.endpoint.hide(f"the answer cannot be read: {error}")) from error
        with self._lock:
            self.usage += reply.usage
        return reply

    def models(self) -> list[str]:
        """The names of the server's models.

        Raises:
            RequestFailed: as for `complete`. UserError: likewise.
        """
        body, _ = self._transport.send("GET", "/models")
        try:
            return [str(model["id"]) for model in orjson.loads(body)["data"]]
        except (orjson.JSONDecodeError, KeyError, TypeError) as error:
            raise RequestFailed("the list of models cannot be read") from error

    def _only_model(self) -> str:
        try:
            models = self.models()
        except RequestFailed as error:
            raise UserError(
                f"the server does not tell its models: {error}",
                where=self.endpoint.url,
                remedy="see that it runs, or name one with --llm-model",
            ) from error
        if len(models) != 1:
            listed = ", ".join(models[:5]) + (", ..." if len(models) > 5 else "")
            raise UserError(
                f"the server has {len(models)} models{f': {listed}' if models else ''}",
                where=self.endpoint.url,
                remedy="name one with --llm-model",
            )
        return models[0]
