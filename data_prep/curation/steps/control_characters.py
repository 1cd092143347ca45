"""Characters that nobody sees, and blanks that nobody meant."""

from __future__ import annotations

import re
import unicodedata

from data_prep.curation.record import Record
from data_prep.curation.steps.contents import outside_code, rewrite
from data_prep.curation.steps.step import Step

_BLANKS = " \t\u00a0"
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_JOINED = (
    "\u0600-\u1cff\u20e3\u2190-\u2bff\ua840-\ua8ff\uaa00-\uabff\ufb50-\ufdff\ufe0f\ufe70-\ufeff\U0001f000-\U0001faff"
)
_MAYBE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_UNSEEN = re.compile(
    "\x1b\\[[0-?]{0,32}[ -/]{0,4}[@-~]"  # a terminal's colours
    "|[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]"
    "|[\u00ad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]"
    f"|(?<![{_JOINED}])[\u200c\u200d]"  # joiners mean something in emoji and in Arabic and Indic scripts alone
    "|(?<![\U0001f3f4\U000e0020-\U000e007e])[\U000e0000-\U000e007f]+"  # tags, but for those of flags
)
# what is left of `\\frac` where somebody read it as an escape: a form feed and `rac`
_COMMAND = re.compile(
    "\x0c(?=rac|orall)|\x08(?=egin|eta|ar|inom|oxed|ig|ullet|f\\{)|\x07(?=lpha|pprox|ngle|rc|st)|\x0b(?=ec|ar|dots|ee)"
)
_LETTERS = {"\x07": "a", "\x08": "b", "\x0b": "v", "\x0c": "f"}
_EMPTY_LINES = re.compile(rf"\A(?:[{_BLANKS}]*\n)+")
_MANY_BREAKS = re.compile("\n{4,}")


class ControlCharacters(Step):
    """Removes control, zero-width and bidirectional characters; normalises line ends, composition (NFC) and blanks.

    LaTeX commands of which an escape made a control character are put right.
    """

    def check(self, record: Record) -> str | None:
        """Whether a message was made of nothing else."""
        rewrite(record, with_commands, "LaTeX commands repaired")
        rewrite(record, without_unseen, "control characters removed")
        rewrite(record, composed, "characters composed")
        rewrite(record, tidied, "blanks tidied")
        empty = not all(message["content"].strip() for message in record.contents())
        return "control characters: nothing else" if empty else None


def with_commands(text: str) -> str:
    """The text with `\\frac`, `\\begin`, `\\alpha`, `\\vec` and the like for what an escape made of them."""
    if not any(char in text for char in _LETTERS):
        return text
    return _COMMAND.sub(lambda found: "\\" + _LETTERS[found[0]], text)


def without_unseen(text: str) -> str:
    """The text with `\\n` for every kind of line end, and without control, zero-width and bidirectional characters."""
    if text.replace("\n", "").isprintable() or not _MAYBE.search(text):
        return text
    return _UNSEEN.sub("", _BREAKS.sub("\n", text))


def composed(text: str) -> str:
    """The text in Unicode's form NFC."""
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", text)


def tidied(text: str) -> str:
    """The text without empty lines around it, and outside code without blanks at line ends and third empty lines."""
    text = _EMPTY_LINES.sub("", text).rstrip(_BLANKS + "\n")
    if " \n" in text or "\t\n" in text or "\u00a0\n" in text or "\n\n\n\n" in text:
        text = outside_code(text, _tidied_prose)
    return text


def _tidied_prose(text: str) -> str:
    *lines, last = text.split("\n")  # the last one may go on in a code block
    return _MANY_BREAKS.sub("\n\n\n", "\n".join([*(line.rstrip(_BLANKS) for line in lines), last]))
