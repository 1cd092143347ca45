"""What a job runs: one stage of a launch, on a Slurm node or in a container, with a record of how it went.

    python -m launch.job --run runs/eurlex_70b --stage corpus --chdir /lustre/me -- data corpus ...
    python -m launch.job --run runs/eurlex_70b --stage cpt --chdir /lustre/me --ranks -- train llama33_70b_cpt ...

With `--ranks` this process is one of those that `srun` started for one training. Exit codes: 0 success, 2 the user's
error, 70 given up, 75 to be started again, 79 a guard stopped the run, else a crash.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import click

from launch.records import CRASHES, costs, crashes_in_a_row, done_file, read_attempts, record
from launch.requeue import GIVE_UP
from launch.secrets import load_secrets
from lexatron.atomic import write_text
from lexatron.errors import UserError
from lexatron.run_files import PREEMPTED, saved_step

PROCESS = os.getpid()


def stop(number: int, frame: FrameType | None) -> None:
    """A signal before or outside of training: what is finished stays, and the next job goes on.

    Raises:
        SystemExit: always, with 75.
    """
    if os.getpid() != PROCESS:  # a child that was forked from here; it goes with its parent
        return
    print(f"lexatron: {signal.Signals(number).name}: to be started again", file=sys.stderr, flush=True)
    raise SystemExit(PREEMPTED)


def run_command(arguments: tuple[str, ...]) -> int:
    """Run a lexatron command in this process; its exit code."""
    from lexatron.cli import main as lexatron

    lexatron(list(arguments))
    return 0


def code_of(work: Callable[[], int]) -> tuple[int, str]:
    """The exit code of a piece of work, and what there is to say of it."""
    try:
        return work(), ""
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        return code, ""
    except UserError as error:
        print(f"lexatron: {error}", file=sys.stderr)
        return 2, str(error)
    except BaseException as error:
        traceback.print_exc()
        return 1, f"{type(error).__name__}: {error}"


@click.command(context_settings={"ignore_unknown_options": True})
@click.option("--run", "run_dir", type=click.Path(path_type=Path), required=True, help="The folder of the launch.")
@click.option("--stage", required=True, help="Name of the stage.")
@click.option("--chdir", type=click.Path(path_type=Path, file_okay=False), help="Where relative paths are.")
@click.option("--fingerprint", default="", help="Of the command and its inputs: kept where the stage succeeds.")
@click.option("--secrets", type=click.Path(path_type=Path), help="File of NAME=value lines for the environment.")
@click.option("--ranks", is_flag=True, help="This process is one rank of a training that srun started.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED, required=True)
def main(
    run_dir: Path,
    stage: str,
    chdir: Path | None,
    fingerprint: str,
    secrets: Path | None,
    ranks: bool,
    arguments: tuple[str, ...],
) -> None:
    """Run the lexatron command ARGUMENTS as one stage of a launch."""
    if chdir is not None:
        os.chdir(chdir)
    load_secrets(secrets)
    if not ranks:
        os.environ.pop("SLURM_NTASKS", None)  # else Lightning takes a conversion or an evaluation for a rank
    else:
        from launch.executors import threads

        here = int(os.environ.get("SLURM_NTASKS_PER_NODE", "1"))
        os.environ.setdefault("OMP_NUM_THREADS", str(threads(here)))  # before torch is imported
    os.environ["LEXATRON_JOB"] = f"{run_dir.name}/{stage}"
    for number in (signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, stop)
    rank = int(os.environ.get("SLURM_PROCID", "0")) if ranks else 0
    if rank == 0:
        code, reason = _recorded(run_dir, stage, fingerprint, arguments, ranks=ranks)
    else:
        code, reason = code_of(lambda: _rank(run_dir, stage, arguments, rank))
    if reason and code not in (0, 2):
        print(f"lexatron: {stage} ended with code {code}: {reason}", file=sys.stderr, flush=True)
    sys.exit(code)


def _rank(run_dir: Path, stage: str, arguments: tuple[str, ...], rank: int) -> int:
    from launch.rank import run_rank

    return run_rank(run_dir, stage, arguments, rank)


def _recorded(
    run_dir: Path, stage: str, fingerprint: str, arguments: tuple[str, ...], *, ranks: bool
) -> tuple[int, str]:
    """Run a stage as its first process, and write down when it started, how it ended, and whether it is done."""
    step = _step(arguments) if ranks else None
    restart = int(os.environ.get("SLURM_RESTART_COUNT", "0"))
    if (ranks or restart) and crashes_in_a_row(read_attempts(run_dir, stage), step) >= CRASHES:
        begun = f" from step {step}" if ranks else ""
        reason = f"crashed {CRASHES} times in a row{begun}: see its log, mend it, then lexatron resume"
        record(run_dir, stage, "ended", code=GIVE_UP, reason=reason)
        return GIVE_UP, reason
    job = os.environ.get("SLURM_JOB_ID")
    record(run_dir, stage, "started", host=socket.gethostname(), pid=os.getpid(), job=job, restart=restart, step=step)
    started = time.monotonic()
    if arguments[0] == "report":
        write_text(run_dir / "stages.json", json.dumps(costs(run_dir), indent=2) + "\n")
    if ranks:
        code, reason = code_of(lambda: _rank(run_dir, stage, arguments, 0))
    else:
        code, reason = code_of(lambda: run_command(arguments))
    record(run_dir, stage, "ended", code=code, reason=reason, seconds=round(time.monotonic() - started, 1))
    if code == 0:
        write_text(done_file(run_dir, stage), fingerprint + "\n")
    return code, reason


def _step(arguments: tuple[str, ...]) -> int:
    """The step that a training will go on from, without importing NeMo: a start is recorded as soon as it happens."""
    from launch.train_arguments import run_dir_of

    return saved_step(run_dir_of(arguments))


if __name__ == "__main__":
    main()
