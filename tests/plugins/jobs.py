"""Training jobs in processes of their own, so that they can be killed."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from lexatron.run_files import read_metrics
from recipes.layouts import CPU_LAYOUTS

SCRIPT = Path(__file__).with_name("training_job.py")
PATIENCE = 240  # seconds until a job counts as hung


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


class Job:
    """One run of a recipe; `run_dir` is its folder, and what it prints goes to `run_dir.log`."""

    def __init__(self, recipe: str, run_dir: Path, layout: str = "cpu", **arguments: object):
        self.run_dir = run_dir
        self.log = run_dir.with_suffix(".log")
        self.mark = f"run_dir={run_dir} "
        devices = CPU_LAYOUTS[layout].devices
        python = [sys.executable]
        if devices > 1:
            python += ["-m", "torch.distributed.run", "--nproc-per-node", str(devices), "--master-port"]
            python += [str(free_port())]
        given = {"run_dir": run_dir, "layout": layout, **arguments}
        self.command = [*python, str(SCRIPT), recipe, *(f"{key}={value}" for key, value in given.items())]
        self.environment = os.environ | {
            "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS") or str(max(1, (os.cpu_count() or 1) // devices)),
            "HF_HUB_OFFLINE": "1",
            "TOKENIZERS_PARALLELISM": "false",
        }

    def start(self) -> subprocess.Popen[bytes]:
        """Start it in a process group of its own."""
        with open(self.log, "ab") as log:
            return subprocess.Popen(
                self.command, env=self.environment, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def run(self) -> list[dict[str, float]]:
        """Run it to its end; the lines of its metrics file."""
        process = self.start()
        try:
            code = process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            kill(process, self.mark)
            raise AssertionError(f"the job hung:\n{self.tail()}") from None
        assert code == 0, self.tail()
        return self.metrics()

    def run_until(self, reached: Callable[[], bool]) -> None:
        """Run it, and kill -9 every process of it as soon as `reached()`."""
        process = self.start()
        deadline = time.monotonic() + PATIENCE
        while not reached():
            assert process.poll() is None, f"the job ended by itself:\n{self.tail()}"
            assert time.monotonic() < deadline, f"the job hung:\n{self.tail()}"
            time.sleep(0.005)
        kill(process, self.mark)

    def steps(self) -> int:
        """Steps that the metrics file shows so far."""
        path = self.run_dir / "metrics.jsonl"
        return sum("loss" in line for line in read_metrics(path)) if path.exists() else 0

    def validated(self, step: int) -> bool:
        """Whether the metrics file shows the validation after a step."""
        path = self.run_dir / "metrics.jsonl"
        return path.exists() and any("val_loss" in line and line["step"] >= step for line in read_metrics(path))

    def metrics(self) -> list[dict[str, float]]:
        """The lines of the metrics file without what depends on the clock."""
        lines = read_metrics(self.run_dir / "metrics.jsonl")
        return [{key: value for key, value in line.items() if "second" not in key} for line in lines]

    def tail(self) -> str:
        """The end of what it printed."""
        return "\n".join(self.log.read_text("utf-8", "replace").splitlines()[-40:])


def kill(process: subprocess.Popen[bytes], mark: str) -> None:
    """kill -9 for a job, its workers in sessions of their own, and what they forked, which carries `mark` too."""
    while family := _family(process.pid, mark):
        for pid in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        process.poll()
        time.sleep(0.02)
    process.wait()


def _family(root: int, mark: str) -> set[int]:
    """Living descendants of a process, and processes whose command line has `mark` in it; zombies do not count."""
    listing = subprocess.run(["ps", "-eo", "pid,ppid,stat,args"], capture_output=True, text=True, check=True).stdout
    rows = [line.split(maxsplit=3) for line in listing.splitlines()[1:]]
    living = [(int(pid), int(parent), *rest) for pid, parent, state, *rest in rows if not state.startswith("Z")]
    family = {pid for pid, _, *rest in living if pid == root or (rest and mark in rest[0])}
    while new := {pid for pid, parent, *_ in living if parent in family} - family:
        family |= new
    return family


def losses(metrics: list[dict[str, float]]) -> list[float]:
    """Training losses by step."""
    return [line["loss"] for line in metrics if "loss" in line]
