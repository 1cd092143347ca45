"""Orders trainings from the server and looks at what they leave."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from lexatron.run_files import Ending, read_ending, read_metrics
from plugins.resume import last_whole
from recipes.layouts import CPU_LAYOUTS
from tests.plugins.jobs import PATIENCE, free_port

SHAPE = {"num_layers": 2, "hidden_size": 256, "seq_length": 64, "global_batch_size": 8}
Metrics = list[dict[str, Any]]


class Server:
    """The process that has NeMo imported."""

    def __init__(self, log: Path):
        environment = os.environ | {"OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
        self.log = open(log, "wb")  # noqa: SIM115 - open as long as the server runs
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.plugins.callbacks.server"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        assert "ready" in self._answer(), Path(log).read_text("utf-8", "replace")

    def ask(self, **request: Any) -> dict[str, Any]:
        """Send a request; the answer."""
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        return json.loads(line) if line else {}

    def close(self) -> None:
        """End it."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()
        self.log.close()


@contextlib.contextmanager
def serving(log: Path) -> Iterator[Server]:
    """A server for a block."""
    server = Server(log)
    try:
        yield server
    finally:
        server.close()


class Run:
    """One run folder, and the jobs that are started in it."""

    def __init__(self, server: Server, run_dir: Path, recipe: str = "lumi_demo_cpt", **order: Any):
        self.server, self.run_dir = server, run_dir
        self.log = run_dir.with_suffix(".log")
        words = {**SHAPE, "run_dir": run_dir, "layout": "cpu", "wandb": False, "tensorboard": False}
        words |= order.pop("words", {})
        self.order = {
            "recipe": recipe,
            "words": [f"{key}={value}" for key, value in words.items()],
            "behaviour": {},
            "signal_at": None,
            "signal_rank": 0,
            "pairs": None,
            "log": str(self.log),
            "ranks": CPU_LAYOUTS[words["layout"]].devices,
            **order,
        }

    def start(self, **changed: Any) -> list[int]:
        """Start a job; the process ids of its ranks."""
        return self.server.ask(order={**self.order, **changed, "port": free_port()})["pids"]

    def wait(self, pids: list[int]) -> int:
        """Wait for a job; its exit code, which has to be that of every rank."""
        deadline = time.monotonic() + PATIENCE
        while None in (codes := self.server.ask(poll=pids)["codes"]):
            if time.monotonic() > deadline:
                self.kill(pids)
                raise AssertionError(f"the job hung:\n{self.tail()}")
            time.sleep(0.02)
        assert len(set(codes)) == 1, (codes, self.tail())
        return codes[0]

    def run(self, **changed: Any) -> int:
        """Run a job to its end; its exit code."""
        return self.wait(self.start(**changed))

    def finish(self, **changed: Any) -> Metrics:
        """Run a job to its last step; the metrics."""
        code = self.run(**changed)
        assert code == 0, self.tail()
        return self.metrics()

    def run_until(self, reached: Callable[[], bool]) -> list[int]:
        """Run a job until something is reached; the process ids."""
        pids = self.start()
        deadline = time.monotonic() + PATIENCE
        while not reached():
            assert None in self.server.ask(poll=pids)["codes"], f"the job ended by itself:\n{self.tail()}"
            assert time.monotonic() < deadline, f"the job hung:\n{self.tail()}"
            time.sleep(0.003)
        return pids

    def kill_when(self, reached: Callable[[], bool]) -> None:
        """Run a job, and kill -9 it with all that it started as soon as something is reached."""
        self.kill(self.run_until(reached))

    def kill(self, pids: list[int]) -> None:
        """kill -9 for the process group of each rank."""
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)
        while None in self.server.ask(poll=pids)["codes"]:
            time.sleep(0.01)

    def steps(self) -> int:
        """Steps that the metrics file shows so far."""
        path = self.run_dir / "metrics.jsonl"
        return sum("loss" in line for line in read_metrics(path)) if path.exists() else 0

    def metrics(self) -> Metrics:
        """The lines of the metrics file without what depends on the clock."""
        lines = read_metrics(self.run_dir / "metrics.jsonl")
        return [{key: value for key, value in line.items() if "second" not in key} for line in lines]

    def events(self) -> Metrics:
        """The event lines."""
        return [line for line in self.metrics() if "event" in line]

    def values(self, key: str) -> list[float]:
        """All values of one key, in order."""
        return [line[key] for line in self.metrics() if key in line]

    def checkpoints(self) -> list[str]:
        """Names in the folder of checkpoints."""
        return sorted(path.name for path in (self.run_dir / "checkpoints").glob("*"))

    def last(self) -> str:
        """The name of the last whole checkpoint."""
        found = last_whole(self.run_dir / "checkpoints")
        return found.name if found else ""

    def ending(self) -> Ending | None:
        """How the last job ended early."""
        return read_ending(self.run_dir)

    def tail(self) -> str:
        """The end of what the jobs printed."""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-40:]) if self.log.exists() else ""
