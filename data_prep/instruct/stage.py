"""The whole way of `lexatron data qa` and `lexatron data testset`, top to bottom: acts in, cited pairs out.

    index      a task a shard: which act each line is
    plan       one task: which acts are asked about, and the side of each work
    facts      a task a shard: everything that can be asked
    join       a task a bucket of works: what can be asked about two languages
    ambiguous  one task: questions with two answers, and how much there is of each kind
    rank       a task a spool of facts: its best questions
    choice     one task: the best of all
    write      a task a spool: the pairs
    check      a task a shard: the written pairs against the acts

Memory holds no more than what is asked for; the result depends neither on workers, engine, nor order of the acts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data_prep.engine import Phases
from data_prep.instruct.candidates import LLM_KIND, Asking, FactsTask, JoinTask, find_facts, join_languages
from data_prep.instruct.checks import CheckTask, Written, check_shard, deal_out, lines_file
from data_prep.instruct.choice import FILES, ChoiceTask, TestsetTask, choose, choose_testset, testset_room
from data_prep.instruct.index import IndexTask, PlanTask, index_shard, plan_acts
from data_prep.instruct.kinds.cross_lingual import CROSS_LINGUAL
from data_prep.instruct.ranking import AmbiguityTask, RankTask, find_ambiguous, rank_questions
from data_prep.instruct.report import insist
from data_prep.instruct.selection import by_language, cell_shares, cells, fair_shares, kind_of
from data_prep.instruct.writing import WriteTask, assemble, write_pairs
from data_prep.split import Split
from lexatron.errors import UserError

_BUCKETS = 16  # at most, of works whose languages are joined


@dataclass(frozen=True)
class Settings:
    """What the user decides.

    Attributes:
        pairs: for training and validation together; 0 for a test set alone.
        per_language: test questions in each language: about seen and about unseen facts each, or in all of a test
            set alone.
        languages: language -> weight of its share.
        sides: of the works that are asked about.
        max_answer_chars: None for what each kind's answers may have.
        passages: whether a language model writes pairs, too.
    """

    pairs: int
    per_language: int
    languages: dict[str, float]
    kinds: tuple[str, ...]
    style: str
    seed: int
    max_answer_chars: int | None
    sides: tuple[Split, ...] = ("train", "test")
    passages: bool = False

    @property
    def asking(self) -> Asking:
        """What is asked about and how."""
        return Asking(self.kinds, self.style, self.pairs > 0, self.passages)


@dataclass
class Found:
    """Everything that can be asked, by the tasks that found it.

    Attributes:
        plan: the result of the plan: acts read, used and dropped.
        plan_folder: the folder of that task.
        spools: folders of facts.
        left_out: facts by the reason why they are not asked about.
        counts: of facts and of the questions that can be asked; see `find_ambiguous`.
        ambiguous: the folder of the task that found these.
    """

    plan: dict[str, Any]
    plan_folder: Path
    spools: list[Path]
    left_out: dict[str, int]
    counts: dict[str, Any] = field(default_factory=dict)
    ambiguous: Path = Path()


def find_questions(shards: Sequence[Path], splits: Path | None, settings: Settings, phases: Phases) -> Found:
    """Everything that can be asked about the acts of some shards.

    Raises:
        UserError: a shard is damaged, the split is of other acts, or nothing can be asked.
    """
    _, indexes = phases.run("index", index_shard, [IndexTask(str(shard)) for shard in shards])
    planned = PlanTask(
        _names(indexes), str(splits) if splits else None, tuple(sorted(settings.languages)), settings.sides
    )
    plan, plan_folder = phases.run_one("plan", plan_acts, planned)
    buckets = min(_BUCKETS, len(shards))
    facts = [
        FactsTask(str(shard), number, str(plan_folder), settings.asking, buckets) for number, shard in enumerate(shards)
    ]
    results, spools = phases.run("facts", find_facts, facts)
    if CROSS_LINGUAL in settings.kinds:
        joins = [JoinTask(_names(spools), bucket, settings.asking) for bucket in range(buckets)]
        spools = spools + phases.run("join", join_languages, joins)[1]
    found = Found(plan, plan_folder, spools, _sum(result["left_out"] for result in results))
    found.counts, found.ambiguous = phases.run_one("ambiguous", find_ambiguous, AmbiguityTask(_names(spools)))
    return found


def rank_all(
    found: Found, training: Mapping[int, int], test: Mapping[int, int], seed: int, phases: Phases, name: str = "rank"
) -> list[Path]:
    """The folders with the best questions of every spool: of each cell at most as many as are wanted."""
    tasks = [
        RankTask(str(spool), number, str(found.ambiguous), _by_text(training), _by_text(test), seed)
        for number, spool in enumerate(found.spools)
    ]
    return phases.run(name, rank_questions, tasks)[1]


def choose_pairs(
    found: Found, settings: Settings, phases: Phases, written: Sequence[int] = ()
) -> tuple[dict[str, Any], Path]:
    """The choice for training, validation and test: counts of each part by cell, and the folder with the choice.

    Args:
        written: the cells of pairs of other origin, which take their share of `settings.pairs`.

    Raises:
        UserError: too few questions for a training set, or for the test set of a language.
    """
    available, others = ruled(found.counts["training"]), cells(found.counts["test"])
    already = by_language(Counter(written))
    totals = language_totals(available, settings, already)
    unseen = cell_shares(others, dict.fromkeys(settings.languages, settings.per_language))
    shares = cell_shares(available, totals)
    ranked = rank_all(found, shares, unseen, settings.seed, phases)
    per_language = dict.fromkeys(settings.languages, settings.per_language)
    task = ChoiceTask(_names(ranked), _by_text(shares), per_language, _by_text(unseen), tuple(written))
    return phases.run_one("choice", choose, task)


def ruled(counts: Mapping[str, int]) -> dict[int, int]:
    """Counts by cell without the passages for a language model."""
    return {cell: count for cell, count in cells(counts).items() if kind_of(cell) != LLM_KIND}


def language_totals(
    available: Mapping[int, int], settings: Settings, already: Mapping[str, int] | None = None
) -> dict[str, int]:
    """How many rule-based pairs each language gets, so that with what it has already it has its share."""
    there, already = by_language(available), already or {}
    full = {language: there.get(language, 0) + already.get(language, 0) for language in settings.languages}
    shares = fair_shares(full, settings.pairs, settings.languages)
    return {language: max(share - already.get(language, 0), 0) for language, share in shares.items()}


def choose_test(found: Found, settings: Settings, phases: Phases) -> tuple[dict[str, Any], Path]:
    """The choice for a test set alone.

    Raises:
        UserError: nothing can be asked.
    """
    shares = cell_shares(cells(found.counts["test"]), dict.fromkeys(settings.languages, settings.per_language))
    if not any(shares.values()):
        raise UserError("nothing can be asked about these acts", remedy="give more acts, languages or kinds")
    ranked = rank_all(found, {}, testset_room(shares), settings.seed, phases)
    return phases.run_one("choice", choose_testset, TestsetTask(_names(ranked), _by_text(shares)))


def write_all(
    found: Found, choice: Path, settings: Settings, phases: Phases, out: Path, others: Sequence[Path] = ()
) -> int:
    """Write the chosen pairs and those of other origin into the files of the output; how many repeated a question."""
    tasks = [
        WriteTask(str(spool), number, str(choice), str(found.plan_folder), settings.max_answer_chars)
        for number, spool in enumerate(found.spools)
    ]
    _, parts = phases.run("write", write_pairs, tasks)
    return assemble([*parts, *others], out, FILES if settings.pairs else FILES[-1:])


def check_all(
    found: Found, shards: Sequence[Path], out: Path, files: Sequence[str], tokenizer: Path | None, phases: Phases
) -> Written:
    """Hold the files of the output against the acts; what they hold, with the whole report.

    Raises:
        UserError: a check failed.
    """
    written = deal_out(out, files, found.plan_folder)
    lists = phases.scratch("lines")
    tasks = [
        CheckTask(
            str(shards[shard]),
            str(lines_file(lists, shard)),
            tuple(str(out / f"{name}.jsonl") for name in files),
            str(tokenizer) if tokenizer else None,
        )
        for shard in written.save(lists)
    ]
    for report in phases.run("check", check_shard, tasks)[0]:
        written.report.add(report)
    insist(written.report)
    return written


def _names(folders: Sequence[Path]) -> tuple[str, ...]:
    return tuple(map(str, folders))


def _by_text(counts: Mapping[int, int]) -> dict[str, int]:
    """Counts by cell for JSON, whose keys are text."""
    return {str(cell): count for cell, count in sorted(counts.items())}


def _sum(counts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    total: Counter[str] = Counter()
    for each in counts:
        total.update(each)
    return dict(sorted(total.items()))
