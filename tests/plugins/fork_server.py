"""Runs jobs in forks of one process that has NeMo imported: a job costs seconds, not the half minute of imports.

Reads a JSON request a line, answers with one: `{"start": {...}}` starts a job and gives the process ids of its ranks;
`{"poll": [pid, ...]}` gives their exit codes, null where they still run. This process itself computes nothing, so
a fork of it is as good as a new process.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import json
import multiprocessing
import os
import signal
import sys
import traceback
from typing import Any

PRELOADED = (
    "awkward",  # gigatoken imports it when it is first used
    "gigatoken",
    "megatron.core.dist_checkpointing.strategies.filesystem_async",
    "nemo.collections.llm",
    "plugins",  # the CPU backend
    "plugins.emulation.callback",
    "plugins.qlora",
    "recipes.data",
    "recipes.lumi",
    "recipes.overrides",
    "recipes.training",
    "tensorboard.compat.proto.event_pb2",
    "torch.utils.tensorboard",
)


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what libraries print must not look like an answer
    for module in PRELOADED:
        importlib.import_module(module)
    gc.collect()
    gc.freeze()  # a collection in a fork would copy every page of these modules
    codes: dict[int, int | None] = {}
    try:
        answers.write(json.dumps({"ready": PRELOADED}) + "\n")
        for line in sys.stdin:
            request = json.loads(line)
            if "start" in request:
                order = request["start"]
                pids = [start(order, rank) for rank in range(order["ranks"])]
                codes |= dict.fromkeys(pids)
                answers.write(json.dumps({"pids": pids}) + "\n")
            else:
                answers.write(json.dumps({"codes": [code(pid, codes) for pid in request["poll"]]}) + "\n")
    finally:
        for pid in [pid for pid, found in codes.items() if found is None]:
            end(pid)


def code(pid: int, codes: dict[int, int | None]) -> int | None:
    """The exit code of a child; None while it runs."""
    if codes[pid] is None:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            codes[pid] = os.waitstatus_to_exitcode(status)
            end(pid)  # Megatron's checkpoint writers, which outlive a job that ends this way
    return codes[pid]


def end(pid: int) -> None:
    """kill -9 for a rank and all that it started."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def start(order: dict[str, Any], rank: int) -> int:
    """Fork a rank of a job; its process id."""
    pid = os.fork()
    with contextlib.suppress(PermissionError, ProcessLookupError):  # it may be further, or at its end
        os.setpgid(pid, pid)  # a process group of its own, so that it can be killed with what it starts
    if pid:
        return pid
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for descriptor in (1, 2):
        os.dup2(log, descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os._exit(_run(order, rank))


def _run(order: dict[str, Any], rank: int) -> int:
    ranks = str(order["ranks"])
    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": ranks, "LOCAL_WORLD_SIZE": ranks}
    os.environ |= {"GROUP_RANK": "0", "TORCHELASTIC_RUN_ID": "test"}
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(order["port"])}
    module, function = order["call"].split(":")
    try:
        _fork_the_writers_queue()
        getattr(importlib.import_module(module), function)(order)
    except SystemExit as end:
        return int(end.code or 0)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def _fork_the_writers_queue() -> None:
    """Megatron would spawn the process that passes on what its checkpoint writers return, which imports torch anew."""
    from megatron.core.dist_checkpointing.strategies import filesystem_async

    filesystem_async._results_queue = multiprocessing.get_context("fork").Manager().Queue()


if __name__ == "__main__":  # Megatron's checkpoint writer spawns a process that imports this module again
    main()
