"""Fixtures that start the real engines once a session; where one cannot run, tests are skipped, in CI they fail."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest

from tests.cluster.docker import DockerEngine
from tests.cluster.processes import Engine, EngineUnavailableError
from tests.cluster.slurm import SlurmCluster
from tests.cluster.sshd import SshServer

SomeEngine = TypeVar("SomeEngine", bound=Engine)


@contextmanager
def running(engine: SomeEngine) -> Iterator[SomeEngine]:
    """The engine with its environment in os.environ, and without what would make its clients talk to another one."""
    try:
        engine.__enter__()
    except EngineUnavailableError as error:
        if os.environ.get("CI"):
            pytest.fail(str(error))
        pytest.skip(str(error))
    try:
        with pytest.MonkeyPatch.context() as patch:
            for name in [name for name in os.environ if name.startswith(engine.prefixes)]:
                patch.delenv(name)
            for name, value in engine.environment.items():
                patch.setenv(name, value)
            yield engine
    finally:
        engine.__exit__(None, None, None)


@pytest.fixture(scope="session")
def slurm_cluster() -> Iterator[SlurmCluster]:
    """Two idle nodes; sbatch, srun and sacct of this process talk to them."""
    with running(SlurmCluster()) as cluster:
        yield cluster


@pytest.fixture(scope="session")
def docker_engine() -> Iterator[DockerEngine]:
    with running(DockerEngine()) as engine:
        yield engine


@pytest.fixture(scope="session")
def ssh_server(slurm_cluster: SlurmCluster) -> Iterator[SshServer]:
    """The login node of `slurm_cluster`."""
    with running(SshServer(slurm_cluster.environment)) as server:
        yield server
