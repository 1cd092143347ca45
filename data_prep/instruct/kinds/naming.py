"""Which act a number or a title is of, and which of its articles says what."""

from __future__ import annotations

from collections.abc import Iterator

from data_prep.instruct.facts import Fact
from data_prep.instruct.kinds.reading import Reading
from data_prep.instruct.passages import shorten

QUOTE_LENGTH = 140


def which_act(reading: Reading) -> Iterator[Fact]:
    """Which act a CELEX number is of, and which CELEX number an act has, by label and by subject."""
    source = reading.source
    forms = {"which_act_by_celex": {"celex": source.work}, "which_act_by_label": {}}
    if source.subject:
        forms["which_act_by_subject"] = {"subject": source.subject}
    for form, slots in forms.items():
        yield Fact(source, "which_act", form, None, source.subject, slots)


def which_article(reading: Reading) -> Iterator[Fact]:
    """Which article has a heading, and which one begins with some words."""
    source = reading.source
    for article, provisions in reading.by_article:
        heading = reading.headings[article.key]
        if article.key in reading.unique_headings:
            slots = {"heading": heading}
            yield Fact(source, "which_article", "which_article_by_heading", article.key, heading, slots)
        for provision in [] if reading.defines(article) else provisions[:1]:
            quote = shorten(provision.sentences[0], QUOTE_LENGTH)
            yield Fact(source, "which_article", "which_article_by_quote", article.key, heading, {"quote": quote})
