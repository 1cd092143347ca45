"""Everything that can be asked: the facts of the chosen acts, and the provisions that two languages share.

A task a shard finds the facts. Provisions for cross-lingual questions are dealt out by work, so that the versions of
a work in all languages meet in one task, which joins them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

import orjson

from data_prep.formex.acts import Act, from_json
from data_prep.formex.store import shard_lines
from data_prep.instruct.eurlex_qa import KINDS, LONG_KINDS, Fact, Shared, Wording, cross_lingual, question, wordings
from data_prep.instruct.facts import Source, source_of
from data_prep.instruct.index import ChosenActs, KnownWorks, work_key
from data_prep.instruct.kinds import KIND_NAMES, Reading
from data_prep.instruct.kinds.cross_lingual import CROSS_LINGUAL, shared_of
from data_prep.instruct.lines import lines_of, lines_to
from data_prep.instruct.reference import citable
from data_prep.instruct.spool import SpoolWriter
from data_prep.split import Split
from lexatron.errors import UserError

STYLES = ("short", "long", "both")
LLM = "llm"  # the kind of pairs that a language model writes
ALL_KINDS = (*KIND_NAMES, LLM)
LLM_KIND = ALL_KINDS.index(LLM)
BELOW = "below"  # slot of a passage: keys of the units inside of it that can be cited
PASSAGE_LENGTH = range(200, 1801)  # characters of a passage that a model is shown


@dataclass(frozen=True)
class Asking:
    """What is asked about and how.

    Attributes:
        kinds: of questions.
        style: `short` wordings; `long` ones where a fact has them, beside which the kinds with brief answers keep the
            short ones; or both.
        train: whether training works are asked about in the training wordings, and not for a test set alone.
        passages: whether provisions of training works are kept for a language model to write about.
    """

    kinds: tuple[str, ...]
    style: str
    train: bool
    passages: bool

    def wordings(self, fact: Fact, *, heldout: bool) -> tuple[Wording, ...]:
        """The wordings that a fact is asked in."""
        long = [] if self.style == "short" else wordings(fact, heldout=heldout, long=True)
        short = [] if long and self._prefers_long(fact) else wordings(fact, heldout=heldout)
        return (*short, *long)

    def late(self, fact: Fact, found: Sequence[Wording]) -> bool:
        """Whether a fact is asked about only where others are not enough: it says too little to be asked at length."""
        return self._prefers_long(fact) and not any(wording.long for wording in found)

    def _prefers_long(self, fact: Fact) -> bool:
        return self.style == "long" and fact.kind in LONG_KINDS


@dataclass(frozen=True)
class FactsTask:
    """One shard of acts, of which those that the plan chose are asked about; `buckets`: to deal provisions out to."""

    shard: str
    number: int
    plan: str
    asking: Asking
    buckets: int


def find_facts(task: FactsTask, folder: Path) -> dict[str, Any]:
    """Write a spool of the facts of a shard, and what its acts give to cross-lingual questions."""
    known = KnownWorks(Path(task.plan))
    left_out: Counter[str] = Counter()
    facts = acts = 0
    with SpoolWriter(folder, ALL_KINDS) as spool, ExitStack() as files:
        shared = _Dealer(folder, task.buckets, files) if CROSS_LINGUAL in task.asking.kinds else None
        for act, side in _chosen_acts(task):
            acts += 1
            reading = Reading(act, _source(act))
            for fact in _facts(reading, task.asking.kinds):
                reason = unfit(fact, side, known)
                if reason:
                    left_out[reason] += 1
                    continue
                facts += 1
                _add(spool, fact, side, task.asking)
            if shared is not None:
                shared.deal(reading, side)
            if task.asking.passages and side == "train":
                for passage in _passages(reading):
                    spool.add(passage, side, passage.id, (Wording(0),), ())
    return {"acts": acts, "facts": facts, "left_out": dict(left_out)}


def _chosen_acts(task: FactsTask) -> Iterator[tuple[Act, Split]]:
    chosen = ChosenActs(Path(task.plan)).of_shard(task.number)
    for number, line in enumerate(shard_lines(Path(task.shard))):
        if number in chosen:
            try:
                yield from_json(line), chosen[number]
            except (ValueError, TypeError, KeyError) as error:
                raise UserError(
                    f"act {number + 1} cannot be read ({error})",
                    where=task.shard,
                    remedy="run `lexatron data formex` again",
                ) from error


def _source(act: Act) -> Source:
    source = source_of(act)
    assert source is not None, "the plan chooses acts that can be cited"
    return source


def _facts(reading: Reading, kinds: Iterable[str]) -> Iterator[Fact]:
    for kind in kinds:
        if kind != CROSS_LINGUAL:
            yield from KINDS[kind](reading)


def unfit(fact: Fact, side: Split, known: KnownWorks) -> str | None:
    """Why a fact is not asked about, or None: it cites what is not there, or an act that training must not see."""
    others = {*fact.needs, *(cited.work for cited in fact.also)} - {fact.source.work}
    sides = known.sides(sorted(others))
    if None in sides:
        return "cites an act that is not there"
    if side == "train" and sides - {"train"}:
        return "cites an act of another side"
    units = [(cited.work, cited.unit) for cited in fact.also if cited.work in others and cited.unit]
    if not all(known.has_article(work, fact.source.language, unit) for work, unit in units):
        return "cites an article that is not there in its language"
    return None


def _add(spool: SpoolWriter, fact: Fact, side: Split, asking: Asking) -> None:
    training = asking.wordings(fact, heldout=False) if asking.train and side == "train" else ()
    heldout = asking.wordings(fact, heldout=True)
    if training or heldout:
        plainest = (wordings(fact, heldout=False) or training or heldout)[0]
        late = asking.late(fact, training or heldout)
        spool.add(fact, side, question(fact, plainest), training, heldout, late=late)


def _passages(reading: Reading) -> Iterator[Fact]:
    """Provisions that a language model can write about."""
    for provision in reading.rules:
        if len(provision.text) in PASSAGE_LENGTH:
            key = provision.unit.key
            below = {found for unit in provision.unit.walk() if (found := citable(unit.key)) and found != key}
            yield Fact(reading.source, LLM, LLM, key, provision.text, {BELOW: " ".join(sorted(below))})


class _Dealer:
    """Deals the provisions of acts out to buckets by work."""

    def __init__(self, folder: Path, buckets: int, files: ExitStack):
        self._buckets = [files.enter_context(lines_to(folder / bucket_name(number))) for number in range(buckets)]

    def deal(self, reading: Reading, side: Split) -> None:
        """Write what an act shares with its other languages into the bucket of its work."""
        for shared in shared_of(reading):
            line = orjson.dumps([side, asdict(shared)], option=orjson.OPT_APPEND_NEWLINE)
            self._buckets[work_key(shared.work) % len(self._buckets)].write(line)


def bucket_name(number: int) -> str:
    """The file of a bucket in the folder of a task."""
    return f"shared-{number:03}.jsonl.zst"


@dataclass(frozen=True)
class JoinTask:
    """One bucket of the provisions of all tasks."""

    folders: tuple[str, ...]
    bucket: int
    asking: Asking


def join_languages(task: JoinTask, folder: Path) -> dict[str, Any]:
    """Write a spool of the cross-lingual questions about the works of a bucket."""
    versions: dict[tuple[str, str], dict[str, tuple[Shared, Split]]] = {}
    for part in task.folders:
        for line in lines_of(Path(part) / bucket_name(task.bucket)):
            side, raw = orjson.loads(line)
            shared = Shared(**raw)
            versions.setdefault((shared.work, shared.key), {})[shared.language] = (shared, side)
    facts = 0
    with SpoolWriter(folder, ALL_KINDS) as spool:
        for place in sorted(versions):
            for fact, side in _joined(versions[place]):
                _add(spool, fact, side, task.asking)
                facts += 1
    return {"facts": facts}


def _joined(versions: dict[str, tuple[Shared, Split]]) -> Iterator[tuple[Fact, Split]]:
    """In every language of a provision one question, which shows the provision in one of the others."""
    for language, (asked, side) in sorted(versions.items()):
        others = [shown for other, (shown, _) in versions.items() if other != language]
        if others:
            yield cross_lingual(asked, min(others, key=lambda shown: _hash(asked, shown))), side


def _hash(asked: Shared, shown: Shared) -> bytes:
    name = f"{asked.work} {asked.key} {asked.language} {shown.language}"
    return blake2b(name.encode(), digest_size=8).digest()
