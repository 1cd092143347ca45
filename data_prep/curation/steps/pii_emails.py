"""Where email addresses stand in a text."""

from __future__ import annotations

import re

# RFC 5321: 64 characters before the sign, labels of up to 63
_DOMAIN = re.compile(
    r"@((?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.){1,8}(?:[A-Za-z]{2,24}|xn--[A-Za-z0-9-]{2,59}))(?![\w@]|-\w)"
)
_LOCAL = re.compile(r"(?<![\w.%+-])[\w][\w.%+'-]{0,63}\Z")
_EXAMPLE = re.compile(r"(?:.*\.)?(?:example(?:\.(?:com|net|org|edu))?|test|invalid|localhost)", re.IGNORECASE)
_NOBODY = frozenset({"git", "hg", "svn"})  # `git@github.com:`, which is the address of a repository


def email_spans(text: str, *, examples: bool = False) -> list[tuple[int, int]]:
    """Where email addresses begin and end.

    Args:
        examples: those that are reserved for examples, too.
    """
    spans = []
    end = 0
    for domain in _DOMAIN.finditer(text):
        local = _LOCAL.search(text, max(end, domain.start() - 65), domain.start())
        if local is None or local[0] in _NOBODY or (not examples and _EXAMPLE.fullmatch(domain[1])):
            continue
        end = domain.end()
        spans.append((local.start(), end))
    return spans
