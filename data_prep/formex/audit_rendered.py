"""What the audit compares: the words of a FORMEX act's source with those of its rendered text."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from data_prep.formex.audit_source import QUOTATION_MARKS, STRETCH, Gram, SourceText, ngrams, words

_FOOTNOTE = re.compile(r"^\[\^[^\]]+\]: (.*)$", re.MULTILINE)
_MARK = re.compile(r"\[\^[^\]]+\]|\[(?:image|formula|document)\]")
_CELEX = re.compile(r"\A(.*) \[CELEX [^\]]+\]$", re.MULTILINE)
_EXAMPLES = 5
T = TypeVar("T")


@dataclass
class Kept:
    """How much of something came through."""

    total: int = 0
    kept: int = 0

    @property
    def share(self) -> float:
        """Kept of total; 1 where there is nothing to keep."""
        return self.kept / self.total if self.total else 1.0

    def add(self, other: Kept) -> None:
        """Add another's counts."""
        self.total += other.total
        self.kept += other.kept


@dataclass
class Category:
    """One category of text: words and 3-grams of the source that are in the rendered text, and words that are not."""

    words: Kept = field(default_factory=Kept)
    trigrams: Kept = field(default_factory=Kept)
    lost: list[str] = field(default_factory=list)

    def add(self, other: Category) -> None:
        """Add another's counts."""
        self.words.add(other.words)
        self.trigrams.add(other.trigrams)
        self.lost = [*self.lost, *other.lost][:_EXAMPLES]


@dataclass
class Comparison:
    """The audit of one act or, added up, of many.

    Attributes:
        categories: by the names of `audit_source.CATEGORIES`; `all` counts the whole act at once, so that a word
            that is lost in one category and stands in another is missed nowhere.
        marks: quotation marks.
        rendered: words of the rendered text.
        glued: rendered words that are two neighbouring words of the source written as one.
        foreign: other rendered words that the source does not have.
        twice: stretches of `STRETCH` rendered words beyond the number that the source has of them.
    """

    categories: dict[str, Category] = field(default_factory=dict)
    marks: Kept = field(default_factory=Kept)
    rendered: int = 0
    glued: int = 0
    foreign: int = 0
    twice: int = 0

    def add(self, other: Comparison) -> None:
        """Add another's counts."""
        for name, category in other.categories.items():
            self.categories.setdefault(name, Category()).add(category)
        self.marks.add(other.marks)
        for name in ("rendered", "glued", "foreign", "twice"):
            setattr(self, name, getattr(self, name) + getattr(other, name))


def rendered_flows(text: str) -> list[list[str]]:
    """The words of a rendered act: its running text as one flow, and each footnote as one."""
    text = _CELEX.sub(r"\1", text, count=1)
    notes = _FOOTNOTE.findall(text)
    running = _MARK.sub("", _FOOTNOTE.sub("", text))
    return [words(running), *(words(_MARK.sub("", note)) for note in notes)]


def compare(sources: Sequence[SourceText], rendered: str) -> Comparison:
    """Hold a rendered act against the files that it was made from."""
    flows = rendered_flows(rendered)
    shown = Counter(word for flow in flows for word in flow)
    grams = _count(flows)
    outcome = Comparison(rendered=shown.total())
    by_category = _by_category(sources)
    everything = [flow for of_category in by_category.values() for flow in of_category]
    for name, of_category in (*by_category.items(), ("all", everything)):
        outcome.categories[name] = _category(of_category, shown, grams)
    outcome.marks = _marks(sources, rendered)
    outcome.glued, outcome.foreign = _strange(sources, everything, shown)
    outcome.twice = _twice(sources, everything, flows)
    return outcome


def _by_category(sources: Iterable[SourceText]) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    for source in sources:
        for name, flows in source.flows.items():
            found.setdefault(name, []).extend(flows)
    return found


def _count(flows: Iterable[list[str]], size: int = 3) -> Counter[Gram]:
    total: Counter[Gram] = Counter()
    for flow in flows:
        total.update(ngrams(flow, size))
    return total


def _category(flows: list[list[str]], shown: Counter[str], grams: Counter[Gram]) -> Category:
    source = Counter(word for flow in flows for word in flow)
    lost = [word for word, count in source.items() if shown[word] < count]
    return Category(_kept(source, shown), _kept(_count(flows), grams), lost[:_EXAMPLES])


def _kept(source: Mapping[T, int], shown: Mapping[T, int]) -> Kept:
    return Kept(sum(source.values()), sum(min(count, shown.get(key, 0)) for key, count in source.items()))


def _marks(sources: Iterable[SourceText], rendered: str) -> Kept:
    expected: Counter[str] = Counter()
    for source in sources:
        expected.update(source.marks)
    return _kept(expected, Counter(character for character in rendered if character in QUOTATION_MARKS))


def _strange(sources: Sequence[SourceText], flows: list[list[str]], shown: Counter[str]) -> tuple[int, int]:
    """How many rendered words are glued, and how many come from nowhere."""
    known = {word for flow in flows for word in flow}
    unknown = {word: count for word, count in shown.items() if word not in known}
    glued = sum(count for word, count in unknown.items() if any(word in source.joints for source in sources))
    return glued, sum(unknown.values()) - glued


def _twice(sources: Iterable[SourceText], flows: list[list[str]], rendered: list[list[str]]) -> int:
    allowed = _count(flows, STRETCH)
    shown = {gram: count for gram, count in _count(rendered, STRETCH).items() if gram in allowed}
    for source in sources:
        allowed.update(source.repeats)
    return sum(count - allowed[gram] for gram, count in shown.items() if count > allowed[gram])
