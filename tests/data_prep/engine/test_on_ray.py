"""The engine `ray`, on a real Ray that runs on this machine."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

import numpy as np
import pytest

from data_prep.engine import THIS_PROCESS, Engine, open_engine, open_work
from lexatron.errors import Unfinished, UserError
from lexatron.stage import Fingerprint
from tests.data_prep.engine import functions as f
from tests.data_prep.engine.waiting import contents, wait_until

pytest.importorskip("ray", reason="Ray is not installed: pip install 'lexatron[ray]'")


@pytest.fixture(scope="module")
def ray() -> Iterator[Engine]:
    """A Ray of two CPUs."""
    with open_engine("ray", 2) as engine:
        yield engine


def test_results_are_those_of_this_process(ray: Engine) -> None:
    numbers = range(50)
    assert list(ray.imap(f.square_slowly_at_first, numbers)) == list(THIS_PROCESS.imap(f.square, numbers))
    assert os.getpid() not in set(ray.imap(f.process_id, range(4)))


def test_items_are_drawn_a_few_ahead(ray: Engine) -> None:
    numbers = count()
    assert list(islice(ray.imap(f.square, numbers), 5)) == [0, 1, 4, 9, 16]
    assert next(numbers) <= 5 + 3 * ray.workers


def test_arrays_arrive_writable(ray: Engine) -> None:
    (array,) = ray.imap(f.writable, [np.arange(1 << 20)])
    array[1] = 8
    assert list(array[:3]) == [7, 8, 2]


def test_errors_arrive_as_they_are(ray: Engine) -> None:
    with pytest.raises(UserError, match=r"^a.xml: the act is empty \(give another\)$") as caught:
        list(ray.imap(f.fail, ["user"]))
    assert type(caught.value) is UserError
    with pytest.raises(RuntimeError, match="this and that"):
        list(ray.imap(f.fail, ["stubborn"]))
    assert list(ray.imap(f.environment, ["OMP_NUM_THREADS", "RAYON_NUM_THREADS"])) == ["1", "1"]


def test_a_killed_worker_has_its_item_done_again(ray: Engine, tmp_path: Path) -> None:
    victim = tmp_path / "2"

    def kill() -> None:
        assert wait_until(lambda: victim.exists() and victim.read_text() != "")
        os.kill(int(victim.read_text()), signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    assert list(ray.imap(f.mark_and_wait, [(str(tmp_path), number) for number in range(5)])) == list(range(5))
    killer.join()
    assert len(victim.read_text().split()) == 2


def test_an_item_that_kills_three_times_ends_the_run(ray: Engine, tmp_path: Path) -> None:
    with pytest.raises(Unfinished, match="killed 3 times"):
        list(ray.imap(f.die_until, [(str(tmp_path), 0, 9)]))
    assert len((tmp_path / "deaths-0").read_text()) == 3


def test_a_phase_has_the_same_bytes(ray: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under a relative path too, which must mean the same to a worker."""
    monkeypatch.chdir(tmp_path)
    made = []
    for name, engine in (("here", THIS_PROCESS), ("ray", ray)):
        with open_work(Path(name), Fingerprint("i", "c", "k")) as work:
            work.phase("write", f.write_piece, [f.Piece(seed) for seed in range(5)], engine)
            made.append(contents(work.folder))
    assert made[0] == made[1]


JOIN = """
import importlib, sys
from data_prep.engine import open_engine

def where(name):
    return importlib.import_module(name).__file__

with open_engine("ray", 2, sys.argv[1]) as engine:
    assert list(engine.imap(abs, range(-9, 0))) == [9, 8, 7, 6, 5, 4, 3, 2, 1]
    print(*engine.imap(where, ["data_prep.engine", "lexatron.errors"]))
"""


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
        return port


@dataclass
class Cluster:
    """A Ray that was not started by us, and the environment with the token that it asks for."""

    address: str
    environment: dict[str, str]


@pytest.fixture
def cluster() -> Iterator[Cluster]:
    """A cluster of one machine, this one, with a token made for it."""
    environment = {**os.environ, "RAY_AUTH_MODE": "token", "RAY_AUTH_TOKEN": secrets.token_hex(32)}
    port = free_port()
    command = [str(Path(sys.executable).with_name("ray")), "start", "--head", "--block", "--disable-usage-stats"]
    command += ["--node-ip-address=127.0.0.1", f"--port={port}", f"--ray-client-server-port={free_port()}"]
    command += ["--num-cpus=2", "--include-dashboard=false"]
    head = subprocess.Popen(command, env=environment, cwd="/", stdout=subprocess.PIPE, text=True)
    assert head.stdout is not None
    for line in head.stdout:
        if "block forever" in line:
            break
    yield Cluster(f"127.0.0.1:{port}", environment)
    head.terminate()
    head.communicate(timeout=30)


@pytest.mark.slow
def test_a_cluster_is_joined_and_gets_our_code(cluster: Cluster, tmp_path: Path) -> None:
    """In a process of its own, as this one has a Ray already."""
    script = tmp_path / "join.py"
    script.write_text(JOIN)
    done = subprocess.run(
        [sys.executable, str(script), cluster.address],
        env=cluster.environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    engine, errors = done.stdout.splitlines()[-1].split()
    assert "py_modules" in engine, "the workers ran other code than ours"
    assert "py_modules" in errors


@pytest.mark.parametrize("address", ["127.0.0.1:1", "ray://127.0.0.1:1", "nowhere"])
def test_there_must_be_a_cluster(address: str) -> None:
    """In a process of its own, as this one has a Ray already."""
    program = f"from data_prep.engine import open_engine\nwith open_engine('ray', 2, '{address}'): pass"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert f"UserError: {address}: no Ray cluster can be joined there" in done.stderr


def test_without_ray_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    with pytest.raises(UserError, match=r"pip install 'lexatron\[ray\]'"), open_engine("ray", 2):
        pass
