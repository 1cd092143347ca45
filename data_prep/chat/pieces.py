"""A conversation's text taken apart: the template's control tokens, and the plain text between them.

A control-token string that stands in a message is text. To tell it from the template's own, a character that the
conversation does not have is put into it before it is written, and taken out afterwards.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from data_prep.chat.jinja import Span
from data_prep.chat.template import Messages, Rendered

_PRIVATE = range(0xE000, 0xF900)


@dataclass(frozen=True)
class Piece:
    """A stretch of plain text, or one control token.

    Attributes:
        text: the stretch, or the token's string.
        token: its id; None for plain text.
        spans: the characters of `text` that are the assistant's; a token is its own whole or not at all.
    """

    text: str
    token: int | None
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class ControlTokens:
    """A tokenizer's control tokens.

    Attributes:
        ids: string -> id.
        lstrip: those that swallow white space before them.
        rstrip: those that swallow white space behind them.
        pattern: finds the longest of them at a place.
        splittable: the same for those of two characters and more; a mark cannot hide a single one.
    """

    ids: Mapping[str, int]
    lstrip: frozenset[str]
    rstrip: frozenset[str]
    pattern: re.Pattern[str]
    splittable: re.Pattern[str]

    @classmethod
    def of(cls, added: list[dict[str, Any]]) -> ControlTokens:
        """The special ones of the `added_tokens` of a `tokenizer.json`."""
        special = [token for token in added if token["special"] and token["content"]]
        return cls(
            {token["content"]: token["id"] for token in special},
            frozenset(token["content"] for token in special if token["lstrip"]),
            frozenset(token["content"] for token in special if token["rstrip"]),
            _longest_first([token["content"] for token in special]),
            _longest_first([token["content"] for token in special if len(token["content"]) > 1]),
        )

    def protect(self, messages: Messages) -> tuple[Messages, str]:
        """The messages with a mark in every control-token string, and that mark; as they are and "" without any."""
        texts = list(_strings(messages))
        if not any(self.splittable.search(text) for text in texts):
            return messages, ""
        mark = next(chr(code) for code in _PRIVATE if not any(chr(code) in text for text in texts))
        return [_changed(message, lambda text: self._mark(text, mark)) for message in messages], mark

    def _mark(self, text: str, mark: str) -> str:
        while self.splittable.search(text) is not None:  # a mark in one token may leave another that overlapped it
            text = self.splittable.sub(lambda found: f"{found[0][0]}{mark}{found[0][1:]}", text)
        return text

    def split(self, rendered: Rendered, mark: str) -> Iterator[Piece]:
        """The pieces of a conversation in turn; `mark` is taken out of its text."""
        text, done, swallow = rendered.text, 0, False
        for found in self.pattern.finditer(text):
            yield from self._plain(rendered, done, found.start(), mark, swallow, found[0] in self.lstrip)
            done, swallow = found.end(), found[0] in self.rstrip
            inside = any(start < done and found.start() < end for start, end in rendered.spans)
            yield Piece(found[0], self.ids[found[0]], ((0, len(found[0])),) if inside else ())
        yield from self._plain(rendered, done, len(text), mark, swallow, False)

    @staticmethod
    def _plain(rendered: Rendered, start: int, end: int, mark: str, left: bool, right: bool) -> Iterator[Piece]:
        """The plain text between two control tokens, if there is any."""
        text = rendered.text[start:end]
        start += len(text) - len(text.lstrip()) if left else 0
        end -= len(text) - len(text.rstrip()) if right else 0
        if start >= end:
            return

        def place(at: int) -> int:
            before = rendered.text[start : min(max(at, start), end)]
            return len(before.replace(mark, "") if mark else before)

        text = rendered.text[start:end]
        spans = [(place(first), place(last)) for first, last in rendered.spans if first < end and start < last]
        yield Piece(text.replace(mark, "") if mark else text, None, tuple(spans))


def _longest_first(tokens: list[str]) -> re.Pattern[str]:
    """A pattern of all tokens; one that never matches where there is none."""
    return re.compile("|".join(re.escape(token) for token in sorted(tokens, key=len, reverse=True)) or r"(?!)")


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield key
            yield from _strings(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _strings(each)


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    """The same structure with every string changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, Mapping):
        return {change(key): _changed(each, change) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_changed(each, change) for each in value]
    return value
