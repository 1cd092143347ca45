"""The record of a training that runs in this very process, so that `lexatron status` shows it like any other."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from launch.records import Launch, Launched, done_file, record, write_launch
from launch.train_arguments import STAGE
from lexatron.atomic import write_text

ALONE = "alone"
"""Stands for the fingerprint: the run folder itself knows whether it is finished."""


@contextmanager
def recorded(folder: Path, command: Sequence[str]) -> Iterator[None]:
    """Write down that a training starts and how it ends; nothing inside of a job, which is recorded by itself.

    Args:
        folder: the run folder.
        command: the arguments of `lexatron` that started it.
    """
    if "LEXATRON_JOB" in os.environ:
        yield
        return
    stage = Launched(STAGE, "train", list(command), [], str(folder.absolute()), ALONE)
    launch = Launch(
        name=folder.name,
        command=list(command),
        cwd=os.getcwd(),
        executor="local",
        cluster=None,
        workdir=os.getcwd(),
        submitted=round(time.time(), 1),
        stages=[stage],
        process=os.getpid(),
    )
    done_file(folder, STAGE).unlink(missing_ok=True)
    write_launch(folder, launch)
    record(folder, STAGE, "started", host=socket.gethostname(), pid=os.getpid())
    code, reason = 1, ""
    try:
        yield
        code = 0
    except KeyboardInterrupt:
        code, reason = 130, "interrupted"
        raise
    except Exception as error:
        code, reason = getattr(error, "code", 2), str(error).splitlines()[0]
        raise
    finally:
        record(folder, STAGE, "ended", code=code, reason=reason)
        if code == 0:
            write_text(done_file(folder, STAGE), ALONE + "\n")
