"""An act as the kinds of questions read it: its articles, and their provisions with their words, found once for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from data_prep.formex.acts import Act, Unit
from data_prep.formex.in_force import in_force
from data_prep.instruct.citation import format_citation
from data_prep.instruct.facts import Source
from data_prep.instruct.kinds.patterns import DEFINITIONS, SCOPE
from data_prep.instruct.passages import clean, sentences, unit_text

_PROVISIONS = frozenset({"article", "paragraph", "subparagraph"})
HEADING_LENGTH = 140
SHORTEST_TEXT = 25  # characters below which a passage says too little to be asked about
LONG_TEXT = 450  # characters that a provision must have for a long question of a long kind
PASSAGE_LENGTH = 1800  # characters of an article up to which a prompt shows all of it; else the provision alone


@dataclass
class Provision:
    """The smallest article, paragraph or subparagraph that holds text.

    Attributes:
        article: that it stands in; the unit itself where it has no paragraphs.
        text: on one line, with the points below it; without notes, tables and quoted law.
    """

    article: Unit
    unit: Unit
    text: str

    @cached_property
    def lowered(self) -> str:
        """Its text in lower case."""
        return lowered(self.text)

    @cached_property
    def sentences(self) -> list[str]:
        """Its sentences."""
        return sentences(self.text)


class Reading:
    """One act, its names, and what several kinds ask of it."""

    def __init__(self, act: Act, source: Source):
        self.act, self.source = act, source

    @property
    def language(self) -> str:
        """Of the act."""
        return self.source.language

    @cached_property
    def articles(self) -> list[Unit]:
        """The act's own articles, in order, without what has been deleted."""
        return in_force(self.act).articles()

    @cached_property
    def headings(self) -> dict[str, str]:
        """Article key -> heading on one line, empty where it has none."""
        return {article.key: clean(article.heading or "") for article in self.articles}

    @cached_property
    def unique_headings(self) -> dict[str, str]:
        """Article key -> heading, where it is short and no other article of the act bears it."""
        counts = Counter(heading.casefold() for heading in self.headings.values())
        return {
            key: heading
            for key, heading in self.headings.items()
            if 0 < len(heading) <= HEADING_LENGTH and counts[heading.casefold()] == 1
        }

    @cached_property
    def by_article(self) -> list[tuple[Unit, list[Provision]]]:
        """Every article with its provisions, in order."""
        return [(article, list(_provisions(article, article))) for article in self.articles]

    @cached_property
    def provisions(self) -> list[Provision]:
        """The provisions of all articles, in order."""
        return [provision for _, found in self.by_article for provision in found]

    @cached_property
    def rules(self) -> list[Provision]:
        """The provisions of the articles that neither define terms nor delimit the scope."""
        aside = {article.key for article in self.articles if self.defines(article) or self.delimits(article)}
        return [provision for provision in self.provisions if provision.article.key not in aside]

    def defines(self, article: Unit) -> bool:
        """Whether an article is headed Definitions."""
        return DEFINITIONS.fullmatch(self.headings[article.key]) is not None

    def delimits(self, article: Unit) -> bool:
        """Whether an article's heading speaks of the scope."""
        return SCOPE.search(article.heading or "") is not None

    def passage(self, provision: Provision) -> str:
        """What a prompt shows: citation and words of the whole article where it is short, else of the provision.

        Nothing where that is long, too.
        """
        key = provision.unit.key
        if key not in self._passages:
            self._passages[key] = self._passage(provision)
        return self._passages[key]

    def _passage(self, provision: Provision) -> str:
        article, found = provision.article, self._provisions_of[provision.article.key]
        lines = [f"{each.unit.number or ''} {each.text}".strip() for each in found if each.unit is not article]
        if lines and sum(map(len, lines)) <= PASSAGE_LENGTH:
            return self.headed(article, "\n".join(lines))
        return self.headed(provision.unit, provision.text) if len(provision.text) <= PASSAGE_LENGTH else ""

    def headed(self, unit: Unit, text: str) -> str:
        """A text below the citation of its unit."""
        return f"{format_citation(self.source.label, self.source.work, unit.key, self.language)}\n{text}"

    @cached_property
    def _passages(self) -> dict[str, str]:
        return {}

    @cached_property
    def _provisions_of(self) -> dict[str, list[Provision]]:
        return {article.key: found for article, found in self.by_article}


def lowered(text: str) -> str:
    """The text in lower case, letter by letter; itself where that would make it longer."""
    small = text.lower()
    return small if len(small) == len(text) else text


def _provisions(article: Unit, unit: Unit) -> Iterator[Provision]:
    below = [child for child in unit.children if child.kind in _PROVISIONS]
    for child in below:
        yield from _provisions(article, child)
    if not below and len(text := unit_text(unit)) >= SHORTEST_TEXT:
        yield Provision(article, unit, text)
