"""A corpus that Ray's workers made is the one that this process makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from data_prep.corpus.build import build_corpus
from data_prep.engine import Engine, Phases, open_engine, open_work
from data_prep.formex.acts import Act
from data_prep.formex.store import shard_paths
from lexatron.stage import Fingerprint
from tests.data_prep.corpus.conftest import CONFIG, Build
from tests.data_prep.corpus.test_build import content

MakeActs = Callable[..., list[Act]]


@pytest.fixture(scope="module")
def on_ray() -> Iterator[Engine]:
    pytest.importorskip("ray")
    with open_engine("ray", 2) as engine:
        yield engine


@pytest.mark.slow
def test_ray_changes_no_byte(
    make_acts: MakeActs, build: Build, tokenizer_folder: Path, on_ray: Engine, tmp_path: Path
) -> None:
    build(make_acts(works=40), tmp_path / "local")
    shards = shard_paths(tmp_path / "local-acts")
    assert len(shards) > 1
    with open_work(tmp_path / "ray", Fingerprint("i", "c", "k")) as work:
        build_corpus(shards, tokenizer_folder, CONFIG, Phases(work, on_ray))
        work.publish(tmp_path / "ray")
    assert content(tmp_path / "ray") == content(tmp_path / "local")
