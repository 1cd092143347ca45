"""Which acts are asked about: one version of each work in each language, on the side that the split gives its work.

The first phase reads no more of an act than its identity, a task a shard. The second, one task over all of them,
chooses. What it chose lies in arrays that every later task opens without reading them whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import orjson

from data_prep.formex.acts import LANGUAGES
from data_prep.formex.store import shard_lines
from data_prep.split import SPLITS, Shares, Split, read_splits, split_works
from lexatron.errors import UserError

SPLIT_SEED = 1234  # of the sides without a splits.json: the default of `lexatron data corpus`
LAWS = frozenset({"regulation", "directive", "decision", "recommendation"})
NOT_CITABLE = "no label, CELEX number or wordings for its language"
NOT_IN_SPLIT = "not in the split"
OLDER_VERSION = "another version of the act is used"
LANGUAGE_NOT_WANTED = "language not wanted"

ACTS, CHOSEN, KNOWN = "acts.jsonl", "chosen.npy", "known.npy"
ARTICLES = "articles.npy"
LABELS, LABEL_ENDS = "labels.txt", "labels.npy"

_CHOSEN = np.dtype([("key", "<u8"), ("shard", "<u4"), ("number", "<u4"), ("side", "u1")])
_KNOWN = np.dtype([("work", "<u8"), ("side", "u1")])
_ARTICLE = np.dtype([("number", "<u4"), ("key", "<u8")])
_LABEL_END = np.dtype([("key", "<u8"), ("end", "<u8")])


@dataclass(frozen=True)
class IndexTask:
    """One shard of acts."""

    shard: str


def index_shard(task: IndexTask, folder: Path) -> dict[str, Any]:
    """Write the identity of every act of a shard to `acts.jsonl`, and why nothing is asked about it, if so.

    `articles.npy` has the articles of those that can be asked about.
    """
    number = 0
    articles: list[tuple[int, int]] = []
    with open(folder / ACTS, "wb") as out:
        for number, line in enumerate(shard_lines(Path(task.shard)), 1):
            raw = _parsed(line, number, task.shard)
            work, language, *_, reason = identity = _identity(raw, line, number, task.shard)
            out.write(orjson.dumps(identity, option=orjson.OPT_APPEND_NEWLINE))
            if reason is None:
                keys = _article_keys(raw.get("units", []))
                articles.extend((number - 1, article_key(work or "", language or "", key)) for key in keys)
    np.save(folder / ARTICLES, np.array(articles, _ARTICLE))
    return {"acts": number}


def _article_keys(units: Iterable[dict[str, Any]]) -> Iterator[str]:
    """The keys of the act's own articles, wherever they stand."""
    for unit in units:
        if unit["kind"] == "article" and not unit.get("quoted"):
            yield unit["key"]
        elif unit["kind"] != "quoted":
            yield from _article_keys(unit.get("children", []))


def _parsed(line: bytes, number: int, shard: str) -> dict[str, Any]:
    try:
        raw = orjson.loads(line)
    except ValueError as error:
        raise _unreadable(error, number, shard) from error
    if not isinstance(raw, dict):
        raise _unreadable("not an object", number, shard)
    return raw


def _unreadable(error: object, number: int, shard: str) -> UserError:
    remedy = "run `lexatron data formex` again"
    return UserError(f"act {number} cannot be read ({error})", where=shard, remedy=remedy)


def _identity(raw: Mapping[str, Any], line: bytes, number: int, shard: str) -> list[str | None]:
    """`[work, language, version date, digest, label, reason]`; no reason where the act can be asked about."""
    try:
        work, doc_type = raw.get("base_celex") or raw.get("celex"), raw["doc_type"]
        language, version = raw["language"], raw.get("version_date") or ""
    except KeyError as error:
        raise _unreadable(error, number, shard) from error
    reason = None
    if doc_type not in LAWS:
        reason = f"not a law ({doc_type})"
    elif work is None or not raw.get("label") or language not in LANGUAGES:
        reason = NOT_CITABLE
    return [work, language, version, blake2b(line, digest_size=8).hexdigest(), raw.get("label"), reason]


@dataclass(frozen=True)
class PlanTask:
    """What decides which acts are asked about.

    Attributes:
        folders: those of the index tasks, in the order of the shards.
        splits: `splits.json` of a corpus; None for the sides that `lexatron data corpus` gives by default.
        languages: those that are asked about.
        sides: those whose works are asked about.
    """

    folders: tuple[str, ...]
    splits: str | None
    languages: tuple[str, ...]
    sides: tuple[Split, ...]


class _Version(NamedTuple):
    """One version of a work in a language; the greatest is asked about. The digest decides between equal dates."""

    date: str
    digest: str
    shard: int
    number: int
    label: str


def plan_acts(task: PlanTask, folder: Path) -> dict[str, Any]:
    """Choose the acts; the counts of those read, used (by side) and dropped (by reason).

    Raises:
        UserError: the split names none of the acts, or there are too few works to split.
    """
    works = _sides(task)
    dropped: Counter[str] = Counter()
    latest: dict[tuple[str, str], _Version] = {}
    read = named = 0
    for shard, number, (work, language, version, digest, label, reason) in _identities(task.folders):
        read += 1
        named += work in works
        why = reason or _unwanted(work, language, works, task)
        if why:
            dropped[why] += 1
            continue
        found = _Version(version, digest, shard, number, label)
        dropped[OLDER_VERSION] += (work, language) in latest
        latest[work, language] = max(found, latest.get((work, language), found))
    if not named:
        raise UserError(
            f"the split names none of the {read} acts", remedy="give the splits.json of a corpus made of these acts"
        )
    _write_plan(folder, latest, works)
    _write_articles(folder, latest.values(), task.folders)
    used = Counter(works[work] for work, _ in latest)
    return {
        "read": read,
        "used": dict(sorted(used.items())),
        "dropped": dict(sorted((+dropped).items())),
        "languages": dict(sorted(Counter(language for _, language in latest).items())),
    }


def _identities(folders: Iterable[str]) -> Iterator[tuple[int, int, list[Any]]]:
    for shard, folder in enumerate(folders):
        with open(Path(folder) / ACTS, "rb") as lines:
            for number, line in enumerate(lines):
                yield shard, number, orjson.loads(line)


def _sides(task: PlanTask) -> dict[str, Split]:
    if task.splits is not None:
        return read_splits(Path(task.splits))
    works = (identity[0] for _, _, identity in _identities(task.folders) if identity[0])
    return split_works(works, Shares(), SPLIT_SEED)


def _unwanted(work: str, language: str, works: Mapping[str, Split], task: PlanTask) -> str | None:
    if work not in works:
        return NOT_IN_SPLIT
    if works[work] not in task.sides:
        return f"{works[work]} work"
    return None if language in task.languages else LANGUAGE_NOT_WANTED


def _write_plan(folder: Path, latest: Mapping[tuple[str, str], _Version], works: Mapping[str, Split]) -> None:
    """Write the acts that are asked about, by shard; the works that can be cited, with their sides; and labels."""
    chosen = np.array(
        [
            (act_key(work, language), version.shard, version.number, SPLITS.index(works[work]))
            for (work, language), version in latest.items()
        ],
        _CHOSEN,
    )
    np.save(folder / CHOSEN, np.sort(chosen, order=["shard", "number"]))
    known = np.array([(work_key(work), SPLITS.index(works[work])) for work in {work for work, _ in latest}], _KNOWN)
    np.save(folder / KNOWN, np.sort(known, order="work"))
    labels = sorted((act_key(*names), version.label.encode()) for names, version in latest.items())
    (folder / LABELS).write_bytes(b"".join(label for _, label in labels))
    ends = np.cumsum([len(label) for _, label in labels])
    np.save(folder / LABEL_ENDS, np.array(list(zip((key for key, _ in labels), ends, strict=True)), _LABEL_END))


def _write_articles(folder: Path, versions: Iterable[_Version], folders: Sequence[str]) -> None:
    """Write the articles of the acts that are asked about: sorted keys."""
    chosen: dict[int, list[int]] = {}
    for version in versions:
        chosen.setdefault(version.shard, []).append(version.number)
    keys = [np.empty(0, np.uint64)]
    for shard, numbers in chosen.items():
        articles = np.load(Path(folders[shard]) / ARTICLES)
        keys.append(articles["key"][np.isin(articles["number"], numbers)])
    np.save(folder / ARTICLES, np.sort(np.concatenate(keys)))


def act_key(work: str, language: str) -> int:
    """64 bits for one work in one language."""
    return _hash(f"{language} {work}")


def article_key(work: str, language: str, unit: str) -> int:
    """64 bits for one article of a work in one language."""
    return _hash(f"{language} {work} {unit}")


def work_key(work: str) -> int:
    """64 bits for a work."""
    return _hash(work)


def _hash(text: str) -> int:
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest(), "little")


class ChosenActs:
    """The acts that are asked about: which numbers of a shard, and in which shard a work's act stands."""

    def __init__(self, folder: Path):
        self._rows: npt.NDArray[Any] = np.load(folder / CHOSEN)

    def of_shard(self, shard: int) -> dict[int, Split]:
        """Number of an act in the shard -> the side of its work."""
        low, high = np.searchsorted(self._rows["shard"], [shard, shard + 1])
        return {int(row["number"]): SPLITS[row["side"]] for row in self._rows[low:high]}

    def locate(self, work: str, language: str) -> tuple[int, int] | None:
        """The shard and the number of the act of a work in a language; None where it is not asked about."""
        place = _find(self._by_key["key"], act_key(work, language))
        return None if place is None else (int(self._by_key["shard"][place]), int(self._by_key["number"][place]))

    @cached_property
    def _by_key(self) -> npt.NDArray[Any]:
        return np.sort(self._rows, order="key")


class KnownWorks:
    """The works that an answer may cite, the side of each, and their articles."""

    def __init__(self, folder: Path):
        self._rows: npt.NDArray[Any] = np.load(folder / KNOWN)
        self._articles: npt.NDArray[np.uint64] = np.load(folder / ARTICLES, mmap_mode="r")

    def has_article(self, work: str, language: str, unit: str) -> bool:
        """Whether a work has an article, in the act that is asked about in a language."""
        return _find(self._articles, article_key(work, language, unit)) is not None

    def side(self, work: str) -> Split | None:
        """The side of a work; None where no act of it is among those that are asked about."""
        place = _find(self._rows["work"], work_key(work))
        return None if place is None else SPLITS[self._rows["side"][place]]

    def sides(self, works: Iterable[str]) -> set[Split | None]:
        """The sides of several works."""
        return {self.side(work) for work in works}


class Labels:
    """How the acts are cited, each in its language."""

    def __init__(self, folder: Path):
        self._ends: npt.NDArray[Any] = np.load(folder / LABEL_ENDS)
        self._text = (folder / LABELS).read_bytes()

    def of(self, works: Iterable[str], language: str) -> dict[str, str]:
        """Work -> label in the language, of those of the works that are there in it."""
        found = {work: _find(self._ends["key"], act_key(work, language)) for work in works}
        return {work: self._label(place) for work, place in found.items() if place is not None}

    def _label(self, place: int) -> str:
        start = int(self._ends["end"][place - 1]) if place else 0
        return self._text[start : int(self._ends["end"][place])].decode()


def _find(keys: npt.NDArray[np.uint64], key: int) -> int | None:
    """The place of a key among sorted ones, or None."""
    place = int(np.searchsorted(keys, np.uint64(key)))
    return place if place < len(keys) and int(keys[place]) == key else None
