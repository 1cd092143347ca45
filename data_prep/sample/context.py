"""What the parts of an act must know of each other: article numbers, annexes, cited acts, references made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from data_prep.sample.document import Reference
from data_prep.sample.layout import article_number
from data_prep.sample.plan import Change, ChangeKind
from data_prep.sample.voice import Voice

DUTIES_ARTICLE = 3  # the first article on obligations, in every kind of act: what other acts refer to


@dataclass
class Context:
    """An act under construction.

    Attributes:
        voice: the act. cited: the acts that it cites.
        amended: the act that it amends, as it reads afterwards, to be quoted.
        references: those made so far, in the order in which the parts are written.
    """

    voice: Voice
    cited: Sequence[Voice] = ()
    amended: Context | None = None
    references: list[Reference] = field(default_factory=list)

    def article_number(self, name: str) -> int:
        """The number of the article of that name."""
        return article_number(self.voice.plan, name)

    def change(self, kind: ChangeKind) -> Change | None:
        """What a later act has changed here, if it has changed that."""
        return next((change for change in self.voice.plan.changes if change.kind == kind), None)

    def annex_title(self, position: int) -> str:
        """`ANNEX`, or `ANNEX I` and `ANNEX II` where there are two."""
        word = self.voice.language.headings.annex
        return f"{word} {'I' * position}" if self.voice.plan.technical_annex else word

    def in_annex(self, position: int) -> str:
        """`in the Annex`, or `in Annex I` and `in Annex II` where there are two."""
        alone, numbered = self.voice.language.headings.in_annex
        return numbered.format("I" * position) if self.voice.plan.technical_annex else alone

    def own_reference(self, source: str, paragraph: int) -> str:
        """`Article 3(1)` of this act, noted as made by the unit `source`."""
        self.references.append(Reference(self.voice.plan.celex, str(DUTIES_ARTICLE), str(paragraph), source))
        return self.voice.language.reference.format(article=DUTIES_ARTICLE, paragraph=paragraph)

    def other_reference(self, source: str, other: Voice) -> str:
        """`Article 3(1) of Directive (EU) 2030/55`, noted as made by the unit `source`."""
        self.references.append(Reference(other.plan.celex, str(DUTIES_ARTICLE), "1", source))
        act = other.kind.of_other.format(number=other.number)
        return self.voice.language.other_reference.format(article=DUTIES_ARTICLE, paragraph=1, act=act)

    def act_reference(self, source: str, other: Voice) -> str:
        """`in Directive (EU) 2030/55`, noted as made by the unit `source`."""
        self.references.append(Reference(other.plan.celex, None, None, source))
        return other.kind.in_other.format(number=other.number)
