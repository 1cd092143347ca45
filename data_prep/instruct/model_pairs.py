"""Pairs that a language model writes, on their way into the files: passages out of the spools, checked pairs back.

Passages are chosen like questions: each language its share, spread over acts, several for each pair that is wanted,
as some drafts will be rejected.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson

from data_prep.engine import Phases
from data_prep.instruct.candidates import BELOW, LLM, LLM_KIND
from data_prep.instruct.choice import save_selected, selected, selected_of
from data_prep.instruct.facts import Fact
from data_prep.instruct.llm.drafts import Passage
from data_prep.instruct.llm.pairs import Settings as Model
from data_prep.instruct.llm.pairs import Totals, Written, llm_pairs
from data_prep.instruct.ranking import TRAINING
from data_prep.instruct.selection import best_of_all, by_language, cell_of, cells, fair_shares, kind_of, language_of
from data_prep.instruct.spool import Spool
from data_prep.instruct.stage import Found, Settings, rank_all
from data_prep.instruct.writing import Placed, write_lines
from lexatron.errors import Unfinished, UserError

REJECTS = "llm-rejects.jsonl"
PASSAGES_A_PAIR = 4  # at most
_LINES = "lines.jsonl"


@dataclass(frozen=True)
class PassagesTask:
    """One spool, of which the chosen passages are taken; `choice`: the folder that says which."""

    spool: str
    number: int
    choice: str


def take_passages(task: PassagesTask, folder: Path) -> dict[str, Any]:
    """Write the chosen passages of a spool, and their places among those of all."""
    chosen = selected_of(Path(task.choice), task.number)
    facts = Spool(Path(task.spool)).facts(chosen["fact"].tolist())
    write_lines(folder, chosen, (orjson.dumps(asdict(fact), option=orjson.OPT_APPEND_NEWLINE) for fact in facts))
    return {"passages": len(chosen)}


@dataclass
class ModelPairs:
    """What a model wrote.

    Attributes:
        cells: of the accepted pairs, in their order. `lines`: the file of their records.
        wanted: by language. `totals`: by language.
    """

    cells: tuple[int, ...]
    lines: Path
    wanted: dict[str, int]
    totals: dict[str, Totals]

    def place(self, choice: Path, spools: int, folder: Path) -> None:
        """Write the pairs with the places that the choice gave them; they count as one more spool."""
        with open(self.lines, "rb") as lines:
            write_lines(folder, selected_of(choice, spools), lines)

    def stats(self) -> dict[str, Any]:
        """For `stats.json`: passages shown, pairs accepted and rejected, tokens."""
        rejected: Counter[str] = Counter()
        for total in self.totals.values():
            rejected.update(total.rejected)
        return {
            "name": next((total.model for total in self.totals.values()), ""),
            "passages": sum(total.passages for total in self.totals.values()),
            "wanted": sum(self.wanted.values()),
            "accepted": len(self.cells),
            "failed": sum(total.failed for total in self.totals.values()),
            "rejected": dict(sorted(rejected.items())),
            "by_language": {language: total.accepted for language, total in self.totals.items()},
            "usage": {language: asdict(total.usage) for language, total in self.totals.items()},
        }


def write_with_model(
    found: Found, settings: Settings, model: Model, share: float, journal: Path, phases: Phases, out: Path
) -> ModelPairs:
    """Ask the model for its share of the pairs of every language; rejects go to `llm-rejects.jsonl` of the output.

    Raises:
        Unfinished: the server is down or its model unfit; what it has answered stays in the journal.
    """
    available = {cell: count for cell, count in cells(found.counts["training"]).items() if kind_of(cell) == LLM_KIND}
    wanted = fair_shares(by_language(available), round(settings.pairs * share), settings.languages)
    folders = _take_passages(found, available, wanted, settings, phases)
    folder, advance = phases.scratch(LLM), phases.progress(LLM, sum(wanted.values()))
    written: list[int] = []
    totals = {language: Totals() for language in wanted}
    with open(folder / _LINES, "wb") as lines, open(out / REJECTS, "wb") as rejects, Placed(folders) as placed:
        for number, language in enumerate(wanted):
            passages = (_passage(orjson.loads(line)) for line in placed.lines(number))
            for each in _asked(passages, wanted[language], model, journal, totals[language]):
                if each.pair is None:
                    rejects.write(orjson.dumps(each.to_json(), option=orjson.OPT_APPEND_NEWLINE))
                    continue
                lines.write(orjson.dumps(each.pair.to_json(), option=orjson.OPT_APPEND_NEWLINE))
                written.append(cell_of(language, LLM_KIND))
                advance()
    return ModelPairs(tuple(written), folder / _LINES, wanted, totals)


def _take_passages(
    found: Found, available: Mapping[int, int], wanted: Mapping[str, int], settings: Settings, phases: Phases
) -> list[Path]:
    """The folders with the passages, each language as a file of its own, in the order of `wanted`."""
    room = {cell: min(count, PASSAGES_A_PAIR * wanted[language_of(cell)]) for cell, count in available.items()}
    ranked = rank_all(found, room, {}, settings.seed, phases, "passages-rank")
    choice = phases.scratch("passages-choice")
    best = best_of_all((np.load(path / TRAINING) for path in ranked), room)
    order = list(wanted)
    save_selected(choice, [
        selected(best[best["cell"] == cell], order.index(language_of(cell)), 0) for cell in room
    ])  # fmt: skip
    tasks = [PassagesTask(str(spool), number, str(choice)) for number, spool in enumerate(found.spools)]
    return phases.run("passages", take_passages, tasks)[1]


def _asked(passages: Iterator[Passage], wanted: int, model: Model, journal: Path, totals: Totals) -> Iterator[Written]:
    try:
        yield from llm_pairs(passages, wanted, model, journal=journal, totals=totals)
    except UserError as error:
        raise Unfinished(error.what, where=error.where, remedy=error.remedy) from error


def _passage(raw: Mapping[str, Any]) -> Passage:
    fact = Fact.from_json(raw)
    return Passage(fact.source, fact.unit, fact.text, tuple(fact.slots[BELOW].split()))
