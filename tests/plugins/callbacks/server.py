"""Trains recipes in forks of one process that has NeMo imported: a job costs seconds, not the half minute of imports.

Reads a JSON request a line, answers with one: `{"order": {...}}` starts a job and gives the process ids of its ranks;
`{"poll": [pid, ...]}` gives their exit codes, null where they still run.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import traceback
from typing import Any


def main() -> None:
    answers = os.fdopen(os.dup(1), "w", buffering=1)
    os.dup2(2, 1)  # what libraries print must not look like an answer
    import tests.plugins.callbacks.orders

    codes: dict[int, int] = {}
    answers.write(json.dumps({"ready": tests.plugins.callbacks.orders.__name__}) + "\n")
    for line in sys.stdin:
        request = json.loads(line)
        if "order" in request:
            order = request["order"]
            answers.write(json.dumps({"pids": [start(order, rank) for rank in range(order["ranks"])]}) + "\n")
        else:
            answers.write(json.dumps({"codes": [code(pid, codes) for pid in request["poll"]]}) + "\n")


def code(pid: int, codes: dict[int, int]) -> int | None:
    """The exit code of a child; None while it runs."""
    if pid not in codes:
        done, status = os.waitpid(pid, os.WNOHANG)
        if not done:
            return None
        codes[pid] = os.waitstatus_to_exitcode(status)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(pid, signal.SIGKILL)  # Megatron's checkpoint writers, which outlive a job that ends this way
    return codes[pid]


def start(order: dict[str, Any], rank: int) -> int:
    """Fork a rank of a job; its process id."""
    pid = os.fork()
    if pid:
        return pid
    os.setsid()  # a process group of its own, so that it can be killed with what it starts
    log = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for descriptor in (1, 2):
        os.dup2(log, descriptor)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os._exit(_run(order, rank))


def _run(order: dict[str, Any], rank: int) -> int:
    from tests.plugins.callbacks.orders import train

    os.environ |= {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": str(order["ranks"])}
    os.environ |= {"LOCAL_WORLD_SIZE": str(order["ranks"]), "GROUP_RANK": "0", "TORCHELASTIC_RUN_ID": "test"}
    os.environ |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(order["port"])}
    try:
        train(order)
    except SystemExit as end:
        return int(end.code or 0)
    except BaseException:
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


if __name__ == "__main__":  # Megatron's checkpoint writer spawns a process that imports this module again
    main()
