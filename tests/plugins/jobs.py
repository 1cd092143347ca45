"""Training jobs in processes of their own, so that they can be killed: forks of a server that has NeMo imported."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lexatron.run_files import read_metrics
from recipes.layouts import CPU_LAYOUTS

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 240  # seconds until a job counts as hung
RENDEZVOUS = ("MASTER_ADDR", "MASTER_PORT", "RANK", "LOCAL_RANK", "NODE_RANK", "WORLD_SIZE")
Metrics = list[dict[str, Any]]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class ForkServer:
    """The process that has NeMo imported, `fork_server.py`."""

    def __init__(self, log: Path):
        # A conversion in this process may have announced its own process group.
        inherited = {key: value for key, value in os.environ.items() if key not in RENDEZVOUS}
        self.log = open(log, "wb")  # noqa: SIM115 - open as long as the server runs
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.plugins.fork_server"],
            cwd=ROOT,
            env=inherited | {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        assert "ready" in self._answer(), Path(log).read_text("utf-8", "replace")

    def start(self, **order: Any) -> list[int]:
        """Start a job; the process ids of its ranks."""
        return self._ask(start=order | {"port": free_port()})["pids"]

    def codes(self, pids: list[int]) -> list[int | None]:
        """Exit codes of ranks; None where they still run."""
        return self._ask(poll=pids)["codes"]

    def close(self) -> None:
        """End it, and every job of it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()
        self.log.close()

    def _ask(self, **request: Any) -> dict[str, Any]:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        return json.loads(line) if line else {}


@contextlib.contextmanager
def serving(log: Path) -> Iterator[ForkServer]:
    """A server for a block."""
    server = ForkServer(log)
    try:
        yield server
    finally:
        server.close()


class Job:
    """A function that every rank calls with `order` in a process of its own; what they print goes to `log`."""

    def __init__(self, server: ForkServer, call: str, log: Path, ranks: int = 1, **order: Any):
        self.server, self.log = server, log
        self.order = {"call": call, "log": str(log), "ranks": ranks, **order}

    def start(self, **changed: Any) -> list[int]:
        """Start it; the process ids of its ranks."""
        return self.server.start(**self.order | changed)

    def wait(self, pids: list[int]) -> int:
        """Wait for its end; the exit code, which has to be that of every rank."""
        deadline = time.monotonic() + PATIENCE
        while None in (codes := self.server.codes(pids)):
            if time.monotonic() > deadline:
                self.kill(pids)
                raise AssertionError(f"the job hung, with exit codes {codes}:\n{self.tail()}")
            time.sleep(0.02)
        assert len(set(codes)) == 1, (codes, self.tail())
        assert codes[0] is not None
        return codes[0]

    def run(self, **changed: Any) -> int:
        """Run it to its end; its exit code."""
        return self.wait(self.start(**changed))

    def succeed(self, **changed: Any) -> None:
        """Run it to its end, which has to be a good one."""
        code = self.run(**changed)
        assert code == 0, f"exit code {code}:\n{self.tail()}"

    def run_until(self, reached: Callable[[], bool]) -> list[int]:
        """Run it until something is reached; the process ids."""
        pids = self.start()
        deadline = time.monotonic() + PATIENCE
        while not reached():
            assert None in self.server.codes(pids), f"the job ended by itself:\n{self.tail()}"
            assert time.monotonic() < deadline, f"the job hung:\n{self.tail()}"
            time.sleep(0.003)
        return pids

    def kill_when(self, reached: Callable[[], bool]) -> None:
        """Run it, and kill -9 every process of it as soon as something is reached."""
        self.kill(self.run_until(reached))

    def kill(self, pids: list[int]) -> None:
        """kill -9 for the process group of each rank."""
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        while None in self.server.codes(pids):
            time.sleep(0.01)

    def tail(self) -> str:
        """The end of what it printed."""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-40:]) if self.log.exists() else ""


class Training(Job):
    """One run of a recipe; `run_dir` is its folder, and what it prints goes to `run_dir.log`."""

    call = "tests.plugins.training:train"
    """What each rank calls; it finds the name of the recipe and its `key=value` words in the order."""

    def __init__(self, server: ForkServer, recipe: str, run_dir: Path, layout: str = "cpu", **arguments: object):
        self.run_dir = run_dir
        given = {"run_dir": run_dir, "layout": layout, "wandb": False, "tensorboard": False, **arguments}
        words = [f"{key}={value}" for key, value in given.items()]
        log, ranks = run_dir.with_suffix(".log"), CPU_LAYOUTS[layout].devices
        super().__init__(server, self.call, log, ranks, recipe=recipe, words=words)

    def finish(self, **changed: Any) -> Metrics:
        """Run it to its last step; the metrics."""
        self.succeed(**changed)
        return self.metrics()

    def steps(self) -> int:
        """Steps that the metrics file shows so far."""
        path = self.run_dir / "metrics.jsonl"
        return sum("loss" in line for line in read_metrics(path)) if path.exists() else 0

    def validated(self, step: int) -> bool:
        """Whether the metrics file shows the validation after a step."""
        path = self.run_dir / "metrics.jsonl"
        return path.exists() and any("val_loss" in line and line["step"] >= step for line in read_metrics(path))

    def metrics(self) -> Metrics:
        """The lines of the metrics file without what depends on the clock."""
        lines = read_metrics(self.run_dir / "metrics.jsonl")
        return [{key: value for key, value in line.items() if "second" not in key} for line in lines]


def losses(metrics: Metrics) -> list[float]:
    """Training losses by step."""
    return [line["loss"] for line in metrics if "loss" in line]
