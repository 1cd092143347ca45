"""When a document is one: the checks that every text passes, whatever file it comes from."""

from __future__ import annotations

from collections.abc import Sequence

from data_prep.general.kinds import MAX_TEXT_BYTES

TOO_LONG = f"longer than {MAX_TEXT_BYTES >> 20} MB"


class NoText(Exception):
    """A line, row or file without a text that can be used; the message says why."""


def decode(data: bytes | None) -> str:
    """The text of a whole document in UTF-8; a byte-order mark is no part of it.

    Raises:
        NoText: there is none, or it is too long, not UTF-8, or empty.
    """
    if data is None:
        raise NoText("there is no text")
    if len(data) > MAX_TEXT_BYTES:
        raise NoText(f"the text is {TOO_LONG}")
    try:
        return checked(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise NoText(f"not UTF-8: {error.reason} at byte {error.start}") from error


def checked(text: str) -> str:
    """The text itself.

    Raises:
        NoText: it is empty.
    """
    if not text.strip():
        raise NoText("the text is empty")
    return text


def listed(names: Sequence[str]) -> str:
    """`text, content or document`."""
    return f"{', '.join(names[:-1])} or {names[-1]}"
