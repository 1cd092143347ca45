"""Many texts at once out of a language's phrases: indices by numpy, one join a text.

All phrases stand in one table, those of a kind side by side. A frame is a row of kinds; a sentence is an opener, a core
and a tail. What a record says is drawn from windows of the table that are its own: its cast, its things, its turns of
phrase, so that a text keeps to its subject and two texts share no more than two texts of a language do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from data_prep.sample.instructions import names
from data_prep.sample.instructions.words import BY_CODE, DOMAINS, Words

Ints = npt.NDArray[np.int64]
Cast = npt.NDArray[np.float32]

WINDOWS = {"person": 12, "name": 12, "place": 9, "verb": 20, "when": 8, "where": 9, "unit": 9}
NOUNS = 7  # of its domain that a record speaks of
FRAMES = {"openers": 11, "cores": 23, "tails": 13}  # of these a record uses so many by turns: prime numbers
_NO_OPENER, _NO_TAIL = 0.55, 0.3
_PARAGRAPH = 0.15  # of the sentences end one
_SLOT = re.compile(r"\{(\w+)\}")


@dataclass(frozen=True)
class Span:
    """Where the phrases of a kind stand in the table, and from how many of them one record draws."""

    start: int
    length: int
    window: int


class Voice:
    """Says sentences in one language.

    Args:
        words: its phrases.
    """

    def __init__(self, words: Words):
        self.code = words.code
        self._words = words
        self._table: list[str] = [""]
        self._kinds: dict[str, int] = {"": 0}
        self._spans: list[list[Span]] = [[Span(0, 1, 1)] * len(DOMAINS)]
        self._add_words()
        self._frames = {name: self._stacked(by_domain) for name, by_domain in self._frame_lists().items()}
        self._stop, self._paragraph = self._kind(". "), self._kind(".\n\n")
        self._phrases = np.array(self._table, dtype=object)
        fields = np.array([[[s.start, s.length, s.window] for s in kind] for kind in self._spans], dtype=np.int64)
        self._starts, self._lengths, self._windows = np.moveaxis(fields, 2, 0)  # [kinds, domains] each

    def _add_words(self) -> None:
        """Put the phrases of every slot into the table."""
        words = self._words
        shared = {
            "person": words.people, "verb": words.verbs, "when": words.when, "where": words.where,
            "unit": words.units, "name": names.names(words.code), "place": names.places(words.code),
            "number": names.numbers(), "small": names.small_numbers(), "year": names.years(),
            "mark": names.marks(), "sum": names.sums(),
        }  # fmt: skip
        for kind, entries in shared.items():
            self._add(kind, [entries] * len(DOMAINS), WINDOWS.get(kind, len(entries)))
        joined = [[[words.joined(n, a) for a in ("", *words.adjectives)] for n in words.nouns[d]] for d in DOMAINS]
        for position, kind in enumerate(("thing", "object")):
            by_domain = [[pair[position] for noun in nouns for pair in noun] for nouns in joined]
            self._add(kind, by_domain, NOUNS * (1 + len(words.adjectives)))

    def _add(self, kind: str, by_domain: Sequence[Sequence[str]], window: int) -> None:
        """Put phrases into the table, as they are and with a capital, each list once."""
        for name, change in ((kind, str), (kind.capitalize(), _capital)):
            placed: dict[int, Span] = {}
            for entries in by_domain:
                if id(entries) not in placed:
                    placed[id(entries)] = Span(len(self._table), len(entries), min(window, len(entries)))
                    self._table.extend(map(change, entries))
            self._kinds[name] = len(self._spans)
            self._spans.append([placed[id(entries)] for entries in by_domain])

    def _frame_lists(self) -> dict[str, list[list[str]]]:
        """Name of a group of frames -> the frames of every domain; states are written out into the cores."""
        words = self._words
        cores = [_with_states([*words.cores, *words.special.get(domain, ())], words.states) for domain in DOMAINS]
        tails = [f" {tail}".replace(" ,", ",") for tail in _with_states(words.tails, words.states[::4])]
        prompts = [
            _with_states([*words.prompts["any"], *words.prompts.get(domain, ())], words.states) for domain in DOMAINS
        ]
        return {
            "openers": [[f"{opener} " for opener in words.openers]] * len(DOMAINS),
            "cores": cores,
            "Cores": [[_capital(core) for core in some] for some in cores],
            "tails": [tails] * len(DOMAINS),
            "prompts": prompts,
            "followups": [list(words.followups)] * len(DOMAINS),
        }

    def _stacked(self, by_domain: Sequence[Sequence[str]]) -> tuple[Ints, Ints, Ints]:
        """The frames of all domains one below the other, where each domain's begin, and how many they are."""
        tables = [self._compiled(frames) for frames in by_domain]
        width = max(table.shape[1] for table in tables)
        lengths = np.array([len(table) for table in tables])
        return np.concatenate([_widened(table, width) for table in tables]), np.cumsum(lengths) - lengths, lengths

    def _compiled(self, frames: Sequence[str]) -> Ints:
        """Frames as rows of kinds, `[frames, parts]`, zeros at the end."""
        rows = [[self._kind(part) for part in _parts(frame)] for frame in frames]
        table = np.zeros((len(rows), max(map(len, rows))), dtype=np.int64)
        for number, row in enumerate(rows):
            table[number, : len(row)] = row
        return table

    def _kind(self, part: str) -> int:
        """The number of a slot, or of a text that is a kind of one phrase."""
        slot = _SLOT.fullmatch(part)
        name = slot[1] if slot else f"={part}"
        if name not in self._kinds:
            assert not slot, part
            self._kinds[name] = len(self._spans)
            self._spans.append([Span(len(self._table), 1, 1)] * len(DOMAINS))
            self._table.append(part)
        return self._kinds[name]

    def cast(self, random: np.random.Generator, records: int) -> Cast:
        """Where in each kind of phrase the window of each record begins."""
        return random.random((records, len(self._spans)), dtype=np.float32)

    def sentences(self, random: np.random.Generator, cast: Cast, domains: Ints, counts: Ints) -> list[list[str]]:
        """Texts of sentences, one list for each record, a sentence an item with the white space that follows it.

        Args:
            cast: `[records, kinds]`. domains: `[records]`, positions in DOMAINS. counts: `[records]` of sentences.
        """
        owner = np.repeat(np.arange(len(domains)), counts)
        order = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts, counts)
        opener, tail, stop = random.random((3, len(owner), 1))
        opened = opener > _NO_OPENER
        cores = [self._drawn(random, name, domains, owner, order) for name in ("cores", "Cores")]
        parts = [
            self._drawn(random, "openers", domains, owner, order) * opened,
            np.where(opened & self._words.small_after, *cores),
            self._drawn(random, "tails", domains, owner, order) * (tail > _NO_TAIL),
            np.where(stop < _PARAGRAPH, self._paragraph, self._stop),
        ]
        said = self._said(random, np.concatenate(parts, axis=1), cast, domains, owner)
        ends = np.cumsum(counts)
        return [said[end - count : end] for end, count in zip(ends.tolist(), counts.tolist(), strict=True)]

    def asked(self, random: np.random.Generator, cast: Cast, domains: Ints, frames: str) -> list[str]:
        """One line a record: of `prompts`, or of `followups`."""
        table, starts, lengths = self._frames[frames]
        chosen = starts[domains] + (random.random(len(domains)) * lengths[domains]).astype(np.int64)
        return self._said(random, table[chosen], cast, domains, np.arange(len(domains)))

    def _drawn(self, random: np.random.Generator, name: str, domains: Ints, owner: Ints, order: Ints) -> Ints:
        """A frame for each sentence, out of those that its record uses, none of them again before all have been used.

        Args:
            order: of each sentence within its record.
        """
        table, starts, lengths = self._frames[name]
        width = FRAMES[name.lower()]
        first = (random.random(len(domains)) * lengths[domains]).astype(np.int64)
        stride = random.integers(1, width, len(domains))
        chosen = (first[owner] + order * stride[owner] % width) % lengths[domains[owner]]
        return table[starts[domains[owner]] + chosen]

    def _said(self, random: np.random.Generator, kinds: Ints, cast: Cast, domains: Ints, owner: Ints) -> list[str]:
        """Rows of kinds to texts; `owner` tells the record of each row."""
        of = domains[owner, None]
        starts, lengths, windows = (table[kinds, of] for table in (self._starts, self._lengths, self._windows))
        within = (random.random(kinds.shape, dtype=np.float32) * windows).astype(np.int64)
        offsets = (cast[owner[:, None], kinds] * lengths).astype(np.int64) + within
        return ["".join(row) for row in self._phrases[starts + offsets % lengths].tolist()]


def _widened(table: Ints, width: int) -> Ints:
    """Zeros at the end of each row, up to a width."""
    return np.pad(table, ((0, 0), (0, max(0, width - table.shape[1]))))


def _capital(text: str) -> str:
    """The first letter, of a text or of the slot at its start, a capital one."""
    if text.startswith("{"):
        return "{" + text[1].upper() + text[2:]
    return text[:1].upper() + text[1:]


def _with_states(frames: Sequence[str], states: Sequence[str]) -> list[str]:
    """Each state once in the place of `{state}` in one of the frames that have it, and the others; well mixed."""
    open_frames = [frame for frame in frames if "{state}" in frame]
    said = [frame for frame in frames if "{state}" not in frame]
    if open_frames:
        said += [open_frames[k % len(open_frames)].replace("{state}", state) for k, state in enumerate(states)]
    return [said[k] for k in np.random.default_rng(len(said)).permutation(len(said))]


def _parts(frame: str) -> list[str]:
    return [part for part in re.split(r"(\{\w+\})", frame) if part]


@cache
def voice(code: str) -> Voice:
    """The voice of a language; made once a process."""
    return Voice(BY_CODE[code])
