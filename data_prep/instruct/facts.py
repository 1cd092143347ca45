"""A fact is one thing that an act says in one place and that can be asked about; the kinds of questions yield them.

A **kind** is a generator function from an act to facts, registered in `eurlex_qa.KINDS`. Each fact has a **form**:
the family of wordings (`wordings`) that its question and answer are written with.

Facts are plain data: `dataclasses.asdict(fact)` is what `orjson` writes, `Fact.from_json` reads it back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from data_prep.formex.acts import LANGUAGES, Act
from data_prep.instruct.act_names import ActName, act_name
from data_prep.instruct.passages import clean, shorten

_DATED = re.compile(
    r"\b(?:of|du|vom|de)\s+\d{1,2}(?:er|\.|\.?º)?\s+(?:de\s+)?[^\W\d]+\s+(?:de\s+)?\d{4},?\s+(?P<subject>.+)",
    re.IGNORECASE,
)
_TRAILING_BRACKET = re.compile(r"\s*\((?:[^()]|\([^()]*\))*\)$")
SUBJECT_LENGTH = 120
TITLE_LENGTH = 600  # characters of a title that are searched for its date


@dataclass(frozen=True)
class Source:
    """An act as questions name it.

    Attributes:
        work: the CELEX number that answers cite: that of the act itself, also for a consolidated text.
        label: `Regulation (EU) 2016/679` in the act's language.
        subject: what its title says it is about, `on the protection of ...`; empty where the title does not tell.
    """

    work: str
    language: str
    label: str
    subject: str = ""

    @cached_property
    def name(self) -> ActName:
        """Its label as it stands in a sentence."""
        return act_name(self.label, self.language)


@dataclass(frozen=True)
class Cited:
    """A further place that an answer cites.

    Attributes:
        work: CELEX number of its act. `unit`: key of the unit; None for the act as a whole.
        label: how that act is cited in the language of the fact; empty where it is not known.
        text: what the answer quotes from it; may be empty.
    """

    work: str
    unit: str | None
    label: str = ""
    text: str = ""


@dataclass(frozen=True)
class Fact:
    """One thing to ask about.

    Attributes:
        kind: `definition`; `form`: the family of wordings, `which_act_by_label`.
        unit: key of the unit that says it; None for a fact about the act as a whole.
        text: what the answer quotes after the citation; may be empty.
        slots: what the wordings' placeholders stand for, beside the act's names.
        also: further places that the answer cites, in the order of the answer.
        passage: what stands in the prompt when asked with the passage; empty where it is not asked so.
        needs: CELEX numbers of other acts without which the fact must not be used: the answer cites them.
        variant: tells facts of one form and unit apart.
    """

    source: Source
    kind: str
    form: str
    unit: str | None
    text: str
    slots: Mapping[str, str] = field(default_factory=dict)
    also: tuple[Cited, ...] = ()
    passage: str = ""
    needs: tuple[str, ...] = ()
    variant: str = ""

    @property
    def id(self) -> str:
        """`32016R0679.en.definition.art_4.pt_1`."""
        parts = (self.source.work, self.source.language, self.form, self.unit, self.variant)
        return ".".join(part for part in parts if part)

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> Fact:
        """The fact that `dataclasses.asdict` made `raw` of, also after JSON has made lists of its tuples."""
        also = tuple(Cited(**cited) for cited in raw["also"])
        return cls(**{**raw, "source": Source(**raw["source"]), "also": also, "needs": tuple(raw["needs"])})


def with_labels(fact: Fact, labels: Mapping[str, str]) -> Fact:
    """The fact with the labels of the other acts that it cites, as far as `labels` (CELEX number -> label) has them."""
    also = tuple(replace(cited, label=cited.label or labels.get(cited.work, "")) for cited in fact.also)
    return replace(fact, also=also)


def source_of(act: Act) -> Source | None:
    """The act as questions name it; None where it has no CELEX number, no label or none of the five languages."""
    work = act.base_celex or act.celex
    if work is None or act.label is None or act.language not in LANGUAGES:
        return None
    return Source(work, act.language, act.label, subject_of(act.title))


def subject_of(title: str) -> str:
    """What a title says after the act's date, without the brackets at its end; shortened."""
    match = _DATED.search(title[:TITLE_LENGTH])
    if match is None:
        return ""
    subject = clean(title[match.start("subject") :])
    while (shorter := _TRAILING_BRACKET.sub("", subject)) != subject:
        subject = shorter
    return shorten(subject, SUBJECT_LENGTH)
