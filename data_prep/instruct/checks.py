"""Checks of written pairs, whoever wrote them: the files are read again and held against the acts.

`deal_out` reads the files once, checks what needs no act, and sends every pair to the shards that hold what it cites;
`check_shard`, a task a shard, reads the cited acts and compares. Their reports add up (`report`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from data_prep.formex.acts import Act, Unit, from_json
from data_prep.formex.store import shard_lines
from data_prep.instruct.citation import Citation, extract_citations
from data_prep.instruct.eurlex_qa import LONG_KINDS
from data_prep.instruct.index import ChosenActs, KnownWorks
from data_prep.instruct.llm.quotations import count_words, quotations, stands_in
from data_prep.instruct.passages import clean
from data_prep.instruct.reference import citable
from data_prep.instruct.report import AS_RECORDED, LEAK, LONG, REPEATED, RESOLVE, SEEN, WITH_PASSAGE, Report
from data_prep.instruct.selection import question_hash
from data_prep.tokenizer import Tokenizer

QUOTED = 4  # words from which a quotation is looked up
RUN = 5  # words that stand in the cited unit one after the other, to count as taken from it
_WORD = re.compile(r"\w+")
_WORDING_CODE = re.compile(r"\.[th]\d+(?P<long>l?)(?P<passage>p?)$")
_CITATION_END = re.compile(r"\(CELEX: [^)]*\)+")
_LINE = np.dtype([("act", "<u4"), ("file", "u1"), ("primary", "?"), ("start", "<u8"), ("length", "<u4")])


@dataclass
class Written:
    """What the files hold, as far as no act is needed to tell.

    Attributes:
        pairs: part (a file; of the test set `test_seen` and `test_unseen`) -> language -> kind -> pairs.
        report: of what was checked on the way.
        by_shard: shard -> the lines that cite its acts: number of the act, file, whether it is the first act that
            the pair cites, start and length.
    """

    pairs: dict[str, dict[str, Counter[str]]] = field(default_factory=dict)
    report: Report = field(default_factory=Report)
    by_shard: dict[int, list[tuple[int, int, bool, int, int]]] = field(default_factory=dict)

    def save(self, folder: Path) -> list[int]:
        """Write where the lines of each shard are; the shards that are cited."""
        for shard, lines in self.by_shard.items():
            np.save(lines_file(folder, shard), np.array(sorted(lines), _LINE))
        return sorted(self.by_shard)


def lines_file(folder: Path, shard: int) -> Path:
    """Where the lines of a shard are listed."""
    return folder / f"lines-{shard:05}.npy"


def deal_out(out: Path, files: Sequence[str], plan: Path) -> Written:
    """Read the files once: questions that stand twice, works of other sides, citations of acts that are not there."""
    found, known, chosen = Written(), KnownWorks(plan), ChosenActs(plan)
    asked: set[int] = set()
    for number, name in enumerate(files):
        for start, line in _lines(out / f"{name}.jsonl"):
            record = orjson.loads(line)
            part = name if name != "test" else "test_seen" if record["seen"] else "test_unseen"
            found.pairs.setdefault(part, {}).setdefault(record["language"], Counter())[record["kind"]] += 1
            _check_question(record, asked, found.report)
            _check_sides(record, name, known, found.report)
            for order, (shard, act) in enumerate(_acts_of(record, chosen, known, found.report)):
                found.by_shard.setdefault(shard, []).append((act, number, order == 0, start, len(line)))
    return found


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    start = 0
    with open(path, "rb") as file:
        for line in file:
            yield start, line
            start += len(line)


def _check_question(record: Mapping[str, Any], asked: set[int], report: Report) -> None:
    key = question_hash(record["messages"][0]["content"])
    if key in asked:
        report.fail(REPEATED, f"{record['id']}: {record['messages'][0]['content'][:80]}")
    asked.add(key)


def _check_sides(record: Mapping[str, Any], file: str, known: KnownWorks, report: Report) -> None:
    """Training and validation cite training works alone; a test question on an unseen act is not of a training work.

    The work that a question is about begins its id; an answer may cite another, as one that amended it.
    """
    works = [citation["celex"] for citation in record["citations"]]
    sides, about = known.sides(works), record["id"].partition(".")[0]
    if file != "test" and sides - {"train"}:
        report.fail(LEAK, f"{record['id']} cites {', '.join(works)}")
    if file == "test" and record["seen"] != (known.side(about) == "train"):
        report.fail(SEEN, record["id"])


def _acts_of(record: Mapping[str, Any], chosen: ChosenActs, known: KnownWorks, report: Report) -> list[tuple[int, int]]:
    """Where the acts stand that a pair cites, in its language: shard and number; each once."""
    found: dict[tuple[int, int], None] = {}
    for citation in record["citations"]:
        report.counts["citations"] += 1
        place = chosen.locate(citation["celex"], record["language"])
        if place is not None:
            found[place] = None
        elif citation["unit"] is None and known.side(citation["celex"]) is not None:
            report.counts["resolved"] += 1  # an act as a whole, which is there in another language
        else:
            report.fail(RESOLVE, f"{record['id']} cites {citation['celex']}, which is not among the acts")
    return list(found)


@dataclass(frozen=True)
class CheckTask:
    """One shard of acts and the lines that cite them.

    Attributes:
        lines: the file that says where these stand. `files`: the files of pairs.
        tokenizer: for lengths in tokens; None for characters.
    """

    shard: str
    lines: str
    files: tuple[str, ...]
    tokenizer: str | None


def check_shard(task: CheckTask, folder: Path) -> dict[str, Any]:
    """The report on the pairs that cite the acts of one shard."""
    report, measured = Report(), Lengths(task.tokenizer)
    rows = np.load(task.lines)
    with ExitStack() as stack:
        files = [stack.enter_context(open(path, "rb")) for path in task.files]
        for act, lines in _cited_acts(Path(task.shard), rows):
            units = Units(act)
            for row in lines:
                files[row["file"]].seek(int(row["start"]))
                record = orjson.loads(files[row["file"]].read(int(row["length"])))
                check_citations(record, units, report)
                if row["primary"]:
                    check_answer(record, units, report)
                    measured.add(record, report)
    measured.flush(report)
    return report.to_json()


def _cited_acts(shard: Path, rows: npt.NDArray[Any]) -> Iterator[tuple[Act, npt.NDArray[Any]]]:
    """The acts that are cited, each with the lines that cite it."""
    numbers, starts = np.unique(rows["act"], return_index=True)
    lines_of = dict(zip(numbers.tolist(), np.split(rows, starts[1:]), strict=True))
    for number, line in enumerate(shard_lines(shard)):
        if number in lines_of:
            yield from_json(line), lines_of[number]


class Units:
    """The words that stand at each place of an act that can be cited."""

    def __init__(self, act: Act):
        self.work, self.language = act.base_celex or act.celex, act.language
        self._units: dict[str, list[Unit]] = {}
        for unit in act.walk():
            if key := citable(unit.key):
                self._units.setdefault(key, []).append(unit)
        self._title = act.title

    def __contains__(self, key: str) -> bool:
        return key in self._units

    def text(self, key: str | None) -> str:
        """What stands at a place and below it; of the act as a whole its title."""
        return clean(self._title if key is None else " ".join(_text(unit) for unit in self._units.get(key, [])))

    def words(self, key: str | None) -> list[str]:
        """The words of that."""
        return _words(self.text(key))


def _text(unit: Unit) -> str:
    own = [part for part in (unit.number, unit.heading, unit.text) if part]
    return " ".join([*own, *(" ".join(row) for row in unit.rows), *(_text(child) for child in unit.children)])


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def check_citations(record: Mapping[str, Any], units: Units, report: Report) -> None:
    """Whether the places of one act that a pair cites are there."""
    for citation in record["citations"]:
        if citation["celex"] == units.work and record["language"] == units.language:
            if citation["unit"] is None or citation["unit"] in units:
                report.counts["resolved"] += 1
            else:
                report.fail(RESOLVE, f"{record['id']} cites {citation['unit']}, which {units.work} has not")


def check_answer(record: Mapping[str, Any], units: Units, report: Report) -> None:
    """Whether an answer cites, what the record says, and in words of the cited places."""
    answer = record["messages"][1]["content"]
    cited, recorded = extract_citations(answer), [Citation(**citation) for citation in record["citations"]]
    report.counts["answers"] += 1
    report.counts["citing"] += bool(cited)
    if cited and cited != recorded:
        report.fail(AS_RECORDED, f"{record['id']}: {answer[:120]}")
    there = [citation.unit for citation in recorded if citation.celex == units.work]
    found, total = words_found(_words(_CITATION_END.split(answer, maxsplit=1)[-1]), [units.words(key) for key in there])
    report.counts["words"] += total
    report.counts["words_found"] += found
    places = [units.text(key).casefold() for key in {*there, None}]
    for quotation in quotations(answer):
        if count_words(quotation) >= QUOTED:
            report.counts["quotations"] += 1
            report.counts["quotations_found"] += any(stands_in(quotation.casefold(), place) for place in places)


def words_found(said: Sequence[str], sources: Iterable[Sequence[str]]) -> tuple[int, int]:
    """How many of the words stand in runs of `RUN` that a source has too, and how many words there are."""
    runs = {tuple(source[start : start + RUN]) for source in sources for start in range(len(source) - RUN + 1)}
    found = np.zeros(len(said), bool)
    for start in range(len(said) - RUN + 1):
        if tuple(said[start : start + RUN]) in runs:
            found[start : start + RUN] = True
    return int(found.sum()), len(said)


def _kind_of(record: Mapping[str, Any]) -> str:
    """The kind of a pair, and how it was asked, which the end of its id tells."""
    code = _WORDING_CODE.search(record["id"])
    if code is None or not code["long"]:
        return record["kind"]
    if code["passage"]:
        return record["kind"] + WITH_PASSAGE
    return record["kind"] + LONG * (record["kind"] in LONG_KINDS)


class Lengths:
    """Measures pairs, some hundreds at a time, for the sake of the tokenizer."""

    def __init__(self, tokenizer: str | None):
        self._tokenizer = Tokenizer.load(tokenizer) if tokenizer else None
        self._waiting: list[tuple[str, str, str]] = []

    def add(self, record: Mapping[str, Any], report: Report) -> None:
        """Measure one pair, now or later."""
        user, assistant = record["messages"]
        self._waiting.append((_kind_of(record), user["content"], assistant["content"]))
        if len(self._waiting) >= 500:
            self.flush(report)

    def flush(self, report: Report) -> None:
        """Measure what waits."""
        kinds, questions, answers = zip(*self._waiting, strict=True) if self._waiting else ((), (), ())
        for kind, question, answer in zip(kinds, self._measured(questions), self._measured(answers), strict=True):
            report.measure(kind, question, answer)
        self._waiting = []

    def _measured(self, texts: Sequence[str]) -> list[int]:
        if self._tokenizer is None:
            return [len(text) for text in texts]
        return [len(ids) for ids in self._tokenizer.encode_batch(texts)]
