"""What became of the records that were to be scored, one by one and all together."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from typing import Any

from data_prep.curation.scoring.scores import Scores
from data_prep.instruct.llm.reply import Usage


@dataclass(frozen=True, slots=True)
class Scored:
    """What became of one record.

    Attributes:
        number: of the record, from 0. `id`: its own.
        scores: None where the model gave none.
        reason: why there are none. `failed`: because a request was not answered; another run asks again.
        usage: what the requests for it cost, in whichever run they were made.
    """

    number: int
    id: str
    scores: Scores | None
    usage: Usage
    reason: str = ""
    failed: bool = False


@dataclass
class Totals:
    """What was scored so far; `records` are `scored`, or unscored, or failed.

    Attributes:
        model: the name of the model. `unscored`: records by reason; those whose requests `failed` are apart.
        by_total: score -> records.
        usage: of all records, also of those whose replies an earlier run asked for; `asked`: of this run alone.
    """

    model: str = ""
    records: int = 0
    failed: int = 0
    unscored: Counter[str] = field(default_factory=Counter)
    by_total: Counter[int] = field(default_factory=Counter)
    usage: Usage = field(default_factory=Usage)
    asked: Usage = field(default_factory=Usage)

    @property
    def scored(self) -> int:
        """Records with a score."""
        return self.by_total.total()

    def add(self, scored: Scored) -> None:
        """Count one more record."""
        self.records += 1
        self.usage += scored.usage
        self.failed += scored.failed
        if scored.scores is not None:
            self.by_total[scored.scores.total] += 1
        elif not scored.failed:
            self.unscored[scored.reason] += 1

    def to_json(self) -> dict[str, Any]:
        """For the manifest: the same for a run in one go and one that was killed and went on."""
        return {
            "model": self.model,
            "records": self.records,
            "scored": self.scored,
            "failed": self.failed,
            "unscored": dict(sorted(self.unscored.items())),
            "by_total": {str(total): self.by_total[total] for total in sorted(self.by_total)},
            "usage": asdict(self.usage),
        }
