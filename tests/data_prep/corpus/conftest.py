"""Corpora built in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from data_prep.choose import Filters, Versions
from data_prep.corpus.build import Corpus, build_corpus
from data_prep.corpus.config import CorpusConfig
from data_prep.engine import Phases, open_engine, open_work
from data_prep.formex.acts import Act
from data_prep.formex.store import shard_paths, write_acts
from data_prep.manifest import Manifest
from data_prep.split import Shares
from lexatron.stage import Fingerprint

Build = Callable[..., Corpus]

LANGUAGES = {"en": 35.0, "fr": 25.0, "de": 20.0}
EVERYTHING = Filters(
    languages=tuple(LANGUAGES),
    doc_types=None,
    corrigenda=True,
    years=None,
    min_characters=0,
    max_table_share=1.0,
    min_quality=0.0,
    check_language=False,
)
CONFIG = CorpusConfig(LANGUAGES, EVERYTHING, versions=Versions.BOTH, shares=Shares(60, 20, 20), seed=1)


@pytest.fixture(scope="session")
def build(tokenizer_folder: Path) -> Build:
    """`build(acts, folder, config=CONFIG, workers=1, shard_bytes=...)`: the corpus `folder`, of acts beside it."""

    def made(
        acts: list[Act], folder: Path, config: CorpusConfig = CONFIG, workers: int = 1, shard_bytes: int = 20_000
    ) -> Corpus:
        source = folder.with_name(f"{folder.name}-acts")
        source.mkdir(exist_ok=True)
        write_acts(source, acts, shard_bytes)
        shards = shard_paths(source) if acts else []
        with open_work(folder, Fingerprint("i", "c", "k")) as work, open_engine("local", workers) as engine:
            corpus = build_corpus(shards, tokenizer_folder, config, Phases(work, engine))
            work.publish(folder)
        return replace(corpus, manifest=Manifest.load(folder))

    return made
