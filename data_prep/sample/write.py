"""Writes a set of sample acts: FORMEX files by language and year, and `ground_truth.jsonl`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any

import orjson

from data_prep.engine import Engine
from data_prep.sample.collection import Collection, Request, collect
from data_prep.sample.compose import compose, speak
from data_prep.sample.consolidated import consolidated_files
from data_prep.sample.corrigendum import correct, corrigendum_files
from data_prep.sample.document import Document
from data_prep.sample.formex import files
from data_prep.sample.languages import BY_CODE
from data_prep.sample.languages.base import Language
from data_prep.sample.similarity import jaccard
from data_prep.sample.truth import amending_truth, consolidated_truth, corrigendum_truth, ground_truth

GROUND_TRUTH = "ground_truth.jsonl"
ACTS_AT_ONCE = 32  # that a worker gets: a few megabytes of XML
_COUNTED = ("articles", "recitals", "tables", "footnotes", "annexes", "definitions")

Entry = tuple[dict[str, Any], Mapping[str, str]]  # what is true of a publication, and its files


@dataclass
class Totals:
    """What was written, over all languages.

    Attributes:
        acts: near-duplicates included. texts: publications: acts, consolidated texts and corrigenda.
        characters: of XML.
    """

    acts: int = 0
    texts: int = 0
    files: int = 0
    characters: int = 0
    articles: int = 0
    recitals: int = 0
    definitions: int = 0
    tables: int = 0
    footnotes: int = 0
    annexes: int = 0
    near_duplicates: int = 0
    consolidated: int = 0
    corrigenda: int = 0

    def add(self, other: Totals) -> None:
        """Add another part's counts."""
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))

    def as_dict(self) -> dict[str, int]:
        """Name -> count; of near-duplicates, consolidated texts and corrigenda only where there are any."""
        optional = ("near_duplicates", "consolidated", "corrigenda")
        return {name: count for name, count in asdict(self).items() if count or name not in optional}


@dataclass
class Part:
    """What one worker has written: counts, and its lines of ground truth."""

    totals: Totals = field(default_factory=Totals)
    truth: bytes = b""


def write_acts(request: Request, folder: Path, engine: Engine, progress: Callable[[int], object]) -> Totals:
    """Write every act in every language under `folder` as `LANGUAGE/YEAR/L_....xml`.

    Args:
        progress: told the number of acts written so far.

    Raises:
        UserError: more acts are wanted than there are numbers for.
    """
    totals = Totals()
    starts = range(0, request.acts, ACTS_AT_ONCE)
    with open(folder / GROUND_TRUTH, "wb") as truth:
        for part in engine.imap(partial(_write_part, request, folder), starts):
            truth.write(part.truth)
            totals.add(part.totals)
            progress(totals.acts)
    return totals


def _write_part(request: Request, folder: Path, start: int) -> Part:
    """The acts from position `start` on, with what belongs to them."""
    part, collection = Part(), collect(request)
    lines = []
    for position in range(start, min(start + ACTS_AT_ONCE, request.acts)):
        for code in request.languages:
            for truth, contents in _entries(collection, position, BY_CODE[code]):
                place = Path(code, str(collection.plans[position].year))
                truth["files"] = _write_files(folder, place, contents)
                _count(part.totals, truth, contents)
                lines.append(orjson.dumps(truth) + b"\n")
        part.totals.acts += 1
    part.truth = b"".join(lines)
    return part


def _entries(collection: Collection, position: int, language: Language) -> Iterator[Entry]:
    """An act in one language, its consolidated texts, its corrigendum."""
    plans = collection.plans
    document = compose(plans, position, language)
    yield {**ground_truth(document), **_relations(collection, position, document, language)}, files(document)
    for version in collection.versions.get(position, ()):
        text = compose(plans, position, language, version.changes)
        amending = [speak(plans, other, language) for other in version.amending]
        yield consolidated_truth(text, version), consolidated_files(text, version, amending)
    if position in collection.corrected:
        corrigendum = correct(document, speak(plans, position, language))
        yield corrigendum_truth(corrigendum), corrigendum_files(corrigendum)


def _relations(collection: Collection, position: int, document: Document, language: Language) -> dict[str, Any]:
    """What an act changes in another, and which one it repeats."""
    plan, plans = collection.plans[position], collection.plans
    relations = amending_truth(plan, plan.amends, plans[plan.amends.position]) if plan.amends else {}
    original = collection.copies.get(position)
    if original is not None:
        similarity = jaccard(document, compose(plans, original, language))
        relations |= {"near_duplicate_of": plans[original].celex, "jaccard": round(similarity, 4)}
    return relations


def _write_files(folder: Path, place: Path, contents: Mapping[str, str]) -> list[str]:
    """Write the files of one publication; their names relative to `folder`."""
    (folder / place).mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / place / name).write_text(content, encoding="utf-8", newline="\n")
    return [(place / name).as_posix() for name in contents]


def _count(totals: Totals, truth: Mapping[str, Any], contents: Mapping[str, str]) -> None:
    totals.texts += 1
    totals.files += len(contents)
    totals.characters += sum(map(len, contents.values()))
    totals.near_duplicates += "near_duplicate_of" in truth
    totals.consolidated += "version_date" in truth
    totals.corrigenda += truth["doc_type"] == "corrigendum"
    for name in _COUNTED:
        found = truth.get(name, 0)
        setattr(totals, name, getattr(totals, name) + (found if isinstance(found, int) else len(found)))
