"""The whole way of a corpus, top to bottom; see the package for what each phase does."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from data_prep.blend import weights
from data_prep.corpus.config import CorpusConfig
from data_prep.corpus.decide import Texts, keep_profile, settle, sides
from data_prep.corpus.leakage import measure_leakage
from data_prep.corpus.lists import write_lists
from data_prep.corpus.near import drop_near_duplicates
from data_prep.corpus.read import ActsTask, Document, GeneralTask, read_acts, read_general
from data_prep.corpus.tokenise import Planned, plan_shards, task_of, tokenise
from data_prep.engine import Phases
from data_prep.general import shards as cut
from data_prep.general import tasks as general_tasks
from data_prep.indexed import bin_path, idx_path
from data_prep.manifest import Dataset, Manifest, Shard, TokenizerRecord
from data_prep.provenance import provenance_path
from data_prep.split import SPLITS, SPLITS_FILE, Split, write_splits
from data_prep.tokenizer import Tokenizer
from lexatron.errors import UserError

TOKENIZER_FOLDER = "tokenizer"

_GENERAL_BYTES = 64 << 20  # of files of general text that a task gets


@dataclass
class Proof:
    """What the encoders were asked together: characters by split, and which one wrote the tokens."""

    backend: str = ""
    notice: str | None = None
    characters: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True)
class Corpus:
    """A finished corpus: its manifest, and what became of the texts on the way to it.

    Attributes:
        read, rejected: texts that came in; `read` is kept + dropped, and rejects never became texts.
        documents: of the texts that stayed, their records.
        near: similarities of the near-duplicates that were dropped.
        contamination: group of held-out text -> figures.
    """

    manifest: Manifest
    read: int
    rejected: int
    documents: list[Document]
    near: list[float]
    contamination: dict[str, dict[str, Any]]
    proof: Proof

    @property
    def kept(self) -> int:
        """Texts that are in the corpus."""
        return len(self.documents)


def build_corpus(acts: Sequence[Path], tokenizer_path: Path, config: CorpusConfig, phases: Phases) -> Corpus:
    """Write everything but the card and the statistics into `phases.work.output`.

    The same acts, options and tokenizer give the same bytes, whatever the engine and the number of its workers.

    Args:
        acts: shards of acts.
        tokenizer_path: what `Tokenizer.load` takes; also read by the workers.

    Raises:
        UserError: nothing is left, or too little to split.
    """
    out = phases.work.output
    tokenizer = Tokenizer.load(tokenizer_path)
    texts, reasons, rejected = _read_everything(acts, config, phases)
    settle(texts, config)
    drop_near_duplicates(texts, config, phases)
    keep_profile(texts, config)
    datasets = texts.by_name()
    if not datasets:
        raise UserError(_nothing_left(reasons, texts), remedy="give acts in these languages, or other filters")
    if lacking := [language for language in config.required if language not in datasets]:
        raise UserError(
            f"no documents are left in {', '.join(lacking)}",
            where="--languages",
            remedy="leave these languages out, or give acts in them",
        )
    works, side_of = sides(texts, config)
    planned = _plan(texts, datasets, side_of, config)
    proof, written = _tokenise(planned, texts, tokenizer_path, phases)
    contamination = measure_leakage(texts, side_of, config, phases)
    write_lists(texts, out)
    write_splits(out / SPLITS_FILE, works, config.shares, config.seed)
    tokenizer.copy_to(out / TOKENIZER_FOLDER)
    dropped = reasons + Counter(drop.reason for drop in texts.drops.values())
    manifest = Manifest(
        tokenizer=TokenizerRecord(TOKENIZER_FOLDER, tokenizer.fingerprint, tokenizer.vocab_size, tokenizer.eos_id),
        splits={split: _datasets(written, split, config) for split in SPLITS},
        works={split: Counter(works.values())[split] for split in SPLITS},
        dropped=dict(sorted(dropped.items())),
        folder=out,
    )
    manifest.save()
    kept = [texts.documents[number] for number in texts.staying()]
    near = [drop.jaccard for drop in texts.drops.values() if drop.jaccard is not None]
    proof.notice = tokenizer.notice or proof.notice
    return Corpus(manifest, len(kept) + dropped.total(), rejected, kept, near, contamination, proof)


def _read_everything(acts: Sequence[Path], config: CorpusConfig, phases: Phases) -> tuple[Texts, Counter[str], int]:
    """The first phase: texts that were kept, reasons of those that were not, and the number of rejects."""
    law = [ActsTask(str(shard), config.filters) for shard in acts]
    general = [
        GeneralTask(source.name, tuple(parts), config.filters.min_characters)
        for source in config.general
        for parts in general_tasks(cut(source.paths, _GENERAL_BYTES), _GENERAL_BYTES)
    ]
    law_results, law_folders = phases.run("read", read_acts, law)
    general_results, general_folders = phases.run("general", read_general, general)
    results = law_results + general_results
    reasons: Counter[str] = Counter()
    for result in results:
        reasons.update(result["dropped"])
    texts = Texts.load(law_folders, general_folders)
    return texts, reasons, sum(result["rejected"] for result in results)


def _nothing_left(reasons: Counter[str], texts: Texts) -> str:
    total = reasons + Counter(drop.reason for drop in texts.drops.values())
    listed = ", ".join(f"{number:,} {reason}" for reason, number in sorted(total.items()))
    return f"none of {total.total():,} documents is left ({listed})" if total else "there are no acts"


def _plan(
    texts: Texts, datasets: dict[str, list[int]], side_of: Callable[[Document], Split], config: CorpusConfig
) -> list[Planned]:
    """Every shard of the output; law and general text in the order of the blend."""
    planned: list[Planned] = []
    for name in [*(name for name in config.languages if name in datasets), *(s.name for s in config.general)]:
        for split in SPLITS:
            numbers = [number for number in datasets.get(name, []) if side_of(texts.documents[number]) == split]
            planned.extend(plan_shards(texts, numbers, name, split, config.shard_characters))
    return planned


def _tokenise(
    planned: Sequence[Planned], texts: Texts, tokenizer: Path, phases: Phases
) -> tuple[Proof, dict[tuple[str, Split], list[Shard]]]:
    """Write every shard; once more with the reference encoder where the fast one did not give its ids."""
    proof = Proof()
    for reference in (False, True):
        tasks = [task_of(shard, texts, phases.work.folder, str(tokenizer), reference=reference) for shard in planned]
        results, folders = phases.run("tokenise-reference" if reference else "tokenise", tokenise, tasks)
        if all(result["identical"] for result in results):
            break
        proof.notice = "gigatoken's ids differ from the reference's on this corpus; all of it was encoded by tokenizers"
    written: dict[tuple[str, Split], list[Shard]] = {}
    for shard, result, folder in zip(planned, results, folders, strict=True):
        proof.backend = result["backend"]
        proof.characters[shard.split] += result["proved"]
        written.setdefault((shard.name, shard.split), []).append(Shard(**result["shard"]))
        for path in (bin_path, idx_path, provenance_path):
            _link(path(folder / shard.prefix), path(phases.work.output / shard.prefix))
    return proof, written


def _link(source: Path, target: Path) -> None:
    """Give a finished file a second name, so that a killed run still has the first; a copy where links cannot be."""
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _datasets(written: dict[tuple[str, Split], list[Shard]], split: Split, config: CorpusConfig) -> dict[str, Dataset]:
    """The datasets of a split, weighted over those that it has."""
    present = {name: shards_ for (name, side), shards_ in written.items() if side == split}
    general = {source.name: source.percent for source in config.general}
    return {
        name: Dataset("general" if name in general else "law", weight, tuple(present[name]))
        for name, weight in weights(config.languages, present, general).items()
    }
