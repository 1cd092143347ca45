"""Domain and difficulty of a conversation where neither its source nor its row says them."""

from __future__ import annotations

import re
from functools import cache

from pydantic import PositiveInt, field_validator

from data_prep.curation.domains import DOMAINS
from data_prep.curation.options import Options
from data_prep.curation.record import Record

_READ = 2000  # characters of questions, and as many of answers
_LONGEST_WORD = 60
_CACHED_WORDS = 200_000


class Classify(Options):
    """How domain and difficulty are estimated."""

    domains: dict[str, tuple[str, ...]] = DOMAINS
    """Domain -> regular expressions, looked for inside single words (what stands between blanks), case ignored. The
    domain with most hits wins, of several the first one. A word counts once, and twice where the user says it."""

    min_hits: PositiveInt = 2
    """Hits that a domain needs."""

    otherwise: str = "general"
    """The domain of what no other one has hits enough for."""

    easy_characters: PositiveInt = 800
    """Single exchanges of no more characters, question and answer together, are easy."""

    hard_characters: PositiveInt = 3000
    """Conversations of more characters are hard."""

    hard_turns: PositiveInt = 7
    """Conversations of as many messages of users and assistants are hard."""

    @field_validator("domains")
    @classmethod
    def _must_compile(cls, domains: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        for regex in (regex for regexes in domains.values() for regex in regexes):
            try:
                re.compile(regex)
            except re.error as error:
                raise ValueError(f"{regex} is no regular expression: {error}") from None
        return domains


def classify(record: Record, options: Classify) -> None:
    """Set the record's domain and difficulty where they are None."""
    if record.domain is None:
        record.domain = domain_of(record, options)
    if record.difficulty is None:
        record.difficulty = difficulty_of(record, options)


def domain_of(record: Record, options: Classify) -> str:
    """The domain whose keywords are there most."""
    known = _known(tuple(options.domains.items()))
    hits = dict.fromkeys(options.domains, 0)
    for role, weight in (("user", 2), ("assistant", 1)):
        text = " ".join(message["content"][:_READ] for message in record.messages if message["role"] == role)[:_READ]
        for word in set(text.split()):
            for domain in known[word]:
                hits[domain] += weight
    best = max(hits, key=hits.__getitem__, default=options.otherwise)
    return best if hits.get(best, 0) >= options.min_hits else options.otherwise


def difficulty_of(record: Record, options: Classify) -> str:
    """`easy`, `medium` or `hard`, from the number and the lengths of turns: no more than a guess."""
    turns = [len(message["content"]) for message in record.messages if message["role"] != "system"]
    if len(turns) >= options.hard_turns or sum(turns) > options.hard_characters:
        return "hard"
    return "easy" if len(turns) <= 2 and sum(turns) <= options.easy_characters else "medium"


class _Words(dict[str, tuple[str, ...]]):
    """Word -> the domains that it speaks for; every word is looked at once a process."""

    def __init__(self, domains: tuple[tuple[str, tuple[str, ...]], ...]) -> None:
        super().__init__()
        self._patterns = [(name, re.compile("|".join(regexes), re.IGNORECASE)) for name, regexes in domains if regexes]

    def __missing__(self, word: str) -> tuple[str, ...]:
        if len(self) >= _CACHED_WORDS:
            self.clear()
        short = word[:_LONGEST_WORD]
        found = self[word] = tuple(name for name, pattern in self._patterns if pattern.search(short))
        return found


@cache
def _known(domains: tuple[tuple[str, tuple[str, ...]], ...]) -> _Words:
    return _Words(domains)
