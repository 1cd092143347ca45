"""Damaged encodings: mojibake (`Ã©` for `é`) and lone surrogates are repaired, what was lost for good is dropped.

ftfy repairs; its configuration is narrowed to encodings, for quotation marks, widths, ligatures, HTML entities and
terminal codes are content in a text about code or typography, and line ends, control characters and NFC are another
step's. Fenced code is left as it is, but for surrogates, which no file in UTF-8 can hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from data_prep.curation.record import Record
from data_prep.curation.steps.contents import outside_code, rewrite
from data_prep.curation.steps.step import Step
from data_prep.curation.steps.types import Share

_LOST = "\ufffd"
_SURROGATE = re.compile("[\ud800-\udfff]")


class Encoding(Step):
    """Repairs mojibake and surrogates; drops what is damaged beyond repair."""

    max_damaged: Share = 0.001
    """Share of a record's characters that may be U+FFFD, which stands where something was lost."""

    def check(self, record: Record) -> str | None:
        """Whether too much was lost."""
        rewrite(record, repaired, "encoding repaired")
        contents = [message["content"] for message in record.contents()]
        lost = sum(content.count(_LOST) for content in contents)
        return "encoding: damaged" if lost > self.max_damaged * sum(map(len, contents)) else None


def repaired(text: str) -> str:
    """The text without mojibake and surrogates; the very same string where it has none, at once if it is ASCII."""
    if text.isascii():
        return text
    if _SURROGATE.search(text):
        from ftfy.fixes import fix_surrogates

        text = fix_surrogates(text)
    return outside_code(text, _repaired_lines) if _suspicious().search(text) else text


def _repaired_lines(text: str) -> str:
    """Only suspicious lines go to ftfy: it takes half a millisecond for a thousand letters that are not ASCII."""
    suspicious, fix = _suspicious(), _ftfy()
    return "\n".join(fix(line) if suspicious.search(line) else line for line in text.split("\n"))


@cache
def _ftfy() -> Callable[[str], str]:
    import ftfy

    config = ftfy.TextFixerConfig(
        unescape_html=False,
        remove_terminal_escapes=False,
        fix_latin_ligatures=False,
        fix_character_width=False,
        uncurl_quotes=False,
        fix_line_breaks=False,
        remove_control_chars=False,
        normalization=None,
        explain=False,
    )
    return lambda line: ftfy.fix_text(line, config)


@cache
def _suspicious() -> re.Pattern[str]:
    """Finds UTF-8 read as a one-byte code page: a lead byte's character, then as many of continuation bytes.

    It finds more than mojibake, and ftfy decides; it must not find less.
    """
    western = _continuation("latin-1", "cp1252")
    central, mac, dos = _continuation("cp1250", "iso8859-2"), _continuation("mac-roman"), _continuation("cp437")
    cyrillic, greek = _continuation("cp1251"), _continuation("cp1253")
    forms = [
        f"(?<=[Â-ß])[{western}]",
        "(?<=Ã) ",  # `à`, its second byte made a common space
        f"(?<=[à-ï])[{western}]{{2}}",
        f"(?<=[ð-ô])[{western}]{{3}}",
        f"(?<=[ÂĂÄĹÎĎĐŃâđ])[{central}]",
        f"(?<=[¬√ƒ≈Œœ–—‚])[{mac}]",
        f"(?<=[┬├─┼╬╧╨╤Γ≡])[{dos}]",
        f"(?<=[РС])[{cyrillic}][А-Яа-я][{cyrillic}]",
        f"(?<=[ΞΟ])[{greek}]",
    ]
    leads = "Â-ôĂĹĎĐŃđ¬√ƒ≈Œœ–—‚┬├─┼╬╧╨╤Γ≡РСΞΟ"
    return re.compile(f"[\x80-\x9f]|[{leads}](?:{'|'.join(forms)})")


def _continuation(*pages: str) -> str:
    """The characters that bytes 0x80 to 0xBF are in code pages, as the inside of a character class."""
    return re.escape("".join({char for page in pages for char in bytes(range(0x80, 0xC0)).decode(page, "ignore")}))
