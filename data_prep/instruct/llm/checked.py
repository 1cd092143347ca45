"""A pair that a model wrote is kept only if the source bears it out: right citation, quoted words that stand there.

reasons = check(draft, passage)     # empty: the pair may be kept
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from data_prep.instruct.citation import Citation, cite, extract_citations
from data_prep.instruct.eurlex_qa import Pair
from data_prep.instruct.facts import Source
from data_prep.instruct.llm.drafts import Draft, Passage
from data_prep.instruct.llm.language import seems_other
from data_prep.instruct.llm.quotations import count_words, folded, quotations, stands_in, unquoted

KIND = "llm"
QUOTED_WORDS = 4  # from which on quoted words must stand in the passage; fewer may be a term
QUESTION_LENGTH = (15, 600)  # characters, as the next one
ANSWER_LENGTH = (60, 3000)

_NUMBER = re.compile(r"\d+/\d+(?:/\w+)?")
# by which a question points to a text that its reader does not see
_POINTING = re.compile(
    r"\b(?:(?:this|the (?:above|given|following)) (?:passage|excerpt|extract|text|article|provision)"
    r"|ce (?:passage|texte)|cet (?:extrait|article)|cette disposition|(?:selon|d['’]après) (?:le passage|l['’]extrait)"
    r"|diese[rsnm]? (?:passage|auszugs?|textstelle|artikels?|vorschrift|bestimmung)|(?:laut|gemäß|nach) dem auszug"
    r"|este (?:pasaje|extracto|fragmento|texto|artículo)|esta disposición|según el (?:pasaje|fragmento)"
    r"|(?:[dn]?esta) passagem|[dn]?este (?:excerto|trecho|texto|artigo)|[dn]?esta disposição|segundo a passagem"
    r"|according to the (?:passage|excerpt))\b",
    re.IGNORECASE,
)


def check(draft: Draft, passage: Passage) -> list[str]:
    """Why a draft cannot be kept; empty if it can.

    The passage is not shown beside the question, so the question must name the act.
    """
    return [*_question_reasons(draft.question, passage), *_answer_reasons(draft.answer, passage)]


def checked_pair(draft: Draft, passage: Passage) -> Pair:
    """The pair of a draft that `check` has no reason against."""
    return Pair(
        id=passage.id,
        language=passage.source.language,
        kind=KIND,
        seen=True,
        question=draft.question,
        answer=draft.answer,
        citations=tuple(extract_citations(draft.answer)),
    )


def _question_reasons(question: str, passage: Passage) -> Iterator[str]:
    if not question:
        yield "the question is empty"
        return
    shortest, longest = QUESTION_LENGTH
    if len(question) < shortest:
        yield "the question is too short"
    if len(question) > longest:
        yield "the question is too long"
    if seems_other(unquoted(question), passage.source.language):
        yield "the question is in another language"
    if not names_act(question, passage.source):
        yield "the question does not name the act"
    if any(citation.celex != passage.source.work for citation in extract_citations(question)):
        yield "the question names another CELEX number"
    if _POINTING.search(question):
        yield "the question points to a text that is not shown"


def names_act(question: str, source: Source) -> bool:
    """Whether a question names an act by its label, by the number in the label, or by its CELEX number."""
    number = _NUMBER.search(source.label)
    names = [source.label, source.work, *([number[0]] if number else [])]
    words = folded(question).casefold()
    return any(re.search(rf"(?<![\w/]){re.escape(folded(name).casefold())}(?![\w/])", words) for name in names)


def _answer_reasons(answer: str, passage: Passage) -> Iterator[str]:
    if not answer:
        yield "the answer is empty"
        return
    shortest, longest = ANSWER_LENGTH
    if len(answer) < shortest:
        yield "the answer is too short"
    if len(answer) > longest:
        yield "the answer is too long"
    if seems_other(unquoted(answer), passage.source.language):
        yield "the answer is in another language"
    yield from _citation_reasons(extract_citations(answer), passage)
    yield from _quotation_reasons(quotations(answer), passage)


def _citation_reasons(citations: list[Citation], passage: Passage) -> Iterator[str]:
    if not citations:
        yield "the answer cites nothing"
        return
    own = [citation.unit for citation in citations if citation.celex == passage.source.work]
    if len(own) < len(citations):
        yield "the answer cites another act"
    asked = cite(passage.source.work, passage.unit).unit
    below = {cite(passage.source.work, key).unit for key in passage.below}
    if asked and own and None in own:
        yield "the answer cites the act without a place"
    if any(unit not in below and not _holds(unit, asked) for unit in own if unit):
        yield "the answer cites another place"


def _holds(unit: str, asked: str | None) -> bool:
    """Whether the unit is the one asked about, or one that it stands in."""
    return asked is not None and f"{asked}.".startswith(f"{unit}.")


def _quotation_reasons(quoted: list[str], passage: Passage) -> Iterator[str]:
    long = [words for words in quoted if count_words(words) >= QUOTED_WORDS]
    if not long:
        yield "the answer quotes nothing"
    if any(not stands_in(words, passage.text) for words in long):
        yield "the quoted words do not stand in the passage"
