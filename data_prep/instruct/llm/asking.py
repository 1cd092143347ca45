"""One question to a model whose reply has a form: read, or asked for once more and more strictly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from data_prep.instruct.llm.cache import CachedChat
from data_prep.instruct.llm.client import Messages, Parameters
from data_prep.instruct.llm.reply import Usage
from data_prep.instruct.llm.transport import RequestFailed

NO_JSON = "not the JSON object asked for"
CUT_OFF = "cut off by the limit of tokens"

Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Asked(Generic[Read]):
    """What became of a question.

    Attributes:
        read: what the reply says; None where none could be read.
        reason: why not. `failed`: because a request was not answered; another run asks again.
        text: what the model wrote last. `usage`: of all requests, in whichever run they were made.
    """

    read: Read | None
    text: str
    usage: Usage
    reason: str = ""
    failed: bool = False


def ask(
    chat: CachedChat, messages: Callable[[bool], Messages], read: Callable[[str], Read | None], parameters: Parameters
) -> Asked[Read]:
    """Ask, and a second time and more strictly where the first reply cannot be read.

    Args:
        messages: the question; given True, the stricter one.
        read: what a reply says, or None.

    Raises:
        UserError: the server cannot be used at all.
    """
    usage, reason, text = Usage(), NO_JSON, ""
    for stricter in (False, True):
        try:
            reply = chat.complete(messages(stricter), parameters)
        except RequestFailed as failure:
            return Asked(None, text, usage, str(failure), failed=True)
        usage, text = usage + reply.usage, reply.text
        if (found := read(text)) is not None:
            return Asked(found, text, usage)
        reason = CUT_OFF if reply.cut_off else NO_JSON
    return Asked(None, text, usage, reason)
