"""Fixtures that every room's tests share."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.training_data import make_tiny_data

if TYPE_CHECKING:
    from tests.plugins.jobs import ForkServer

if "PYTEST_XDIST_WORKER" in os.environ:
    # Two workers with a thread a core each ask for more threads than there are cores.
    os.environ["OMP_NUM_THREADS"] = "1"

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def formex_dir() -> Path:
    """Real FORMEX 4 files of the Publications Office; in CI their absence is a failure, not a skip."""
    folder = Path(os.environ.get("LEXATRON_FORMEX", ROOT.parent / "shared" / "formex"))
    if not folder.is_dir():
        message = f"no real FORMEX files at {folder}: set LEXATRON_FORMEX to a folder of FORMEX 4 XML"
        if os.environ.get("CI"):
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(scope="session")
def tiny_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `corpus` and `qa` of a dozen sample acts in two languages, vocabulary 1024."""
    folder = tmp_path_factory.mktemp("tiny_data")
    make_tiny_data(folder)
    return folder


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForkServer]:
    """The process that has NeMo imported, and forks the ranks of trainings."""
    from tests.plugins.jobs import serving

    with serving(tmp_path_factory.mktemp("server") / "server.log") as server:
        yield server


@pytest.fixture
def launches_end(tmp_path: Path) -> Iterator[None]:
    """Whatever a test detached under its folder ends with the test, also where that fails."""
    yield
    import psutil

    for file in tmp_path.rglob("launch/launch.json"):
        process = json.loads(file.read_text()).get("process")
        if process and psutil.pid_exists(process) and process != os.getpid():
            driver = psutil.Process(process)
            for one in [*driver.children(recursive=True), driver]:
                one.kill()


@pytest.fixture(autouse=True, scope="module")
def _no_process_group_is_left() -> Iterator[None]:
    """Conversions initialise torch.distributed in the process that asks; the next module gets a process without it."""
    before = dict(os.environ)
    yield
    if "torch.distributed" not in sys.modules:
        return
    import torch.distributed as dist

    if dist.is_available() and dist.is_initialized():
        from megatron.core import parallel_state

        parallel_state.destroy_model_parallel()
        dist.destroy_process_group()
        for name in ("MASTER_ADDR", "MASTER_PORT", "RANK", "LOCAL_RANK", "NODE_RANK", "WORLD_SIZE"):
            os.environ.pop(name, None)
            if name in before:
                os.environ[name] = before[name]


FIRST = ("test_whole_way", "test_launch", "test_parallel", "test_resume")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest modules first, so that with two workers none of them is left for the end."""
    items.sort(key=lambda item: next((i for i, name in enumerate(FIRST) if name in item.nodeid), len(FIRST)))
