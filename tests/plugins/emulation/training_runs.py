"""Runs small trainings in processes forked after one import of NeMo: `python -m ... RUNS.json`."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

SHAPE = [
    "num_layers=2",
    "hidden_size=256",
    "seq_length=64",
    "global_batch_size=16",
    "max_steps=10",
]


def train(job: dict[str, Any], rank: int, ranks: int) -> None:
    """One rank of one run; with several ranks they meet in a file, so that no port is needed."""
    import fiddle
    import nemo_run as run
    import torch

    from plugins.emulation.callback import PrecisionEmulation
    from recipes.overrides import build
    from recipes.registry import find
    from tests.plugins.emulation.training_callbacks import EmulatedLayers, StopAfter

    words = [*SHAPE, f"run_dir={job['run_dir']}", "wandb=False", "tensorboard=False", *job["words"]]
    recipe = build(find("lumi_demo_cpt").load(), words)
    recipe.log.ckpt.every_n_train_steps = job["save_every"]
    recipe.trainer.val_check_interval, recipe.trainer.limit_val_batches = 10, 1
    callbacks = [each for each in recipe.trainer.callbacks if "InitialCheckpoint" not in str(each)]
    if job["emulation"] is not None:
        callbacks.insert(1, run.Config(PrecisionEmulation, **job["emulation"]))
        callbacks.insert(2, run.Config(EmulatedLayers, path=f"{job['run_dir']}.layers-{rank}"))
    if job["stop_after"] is not None:
        callbacks.insert(3, run.Config(StopAfter, steps=job["stop_after"]))
    recipe.trainer.callbacks = callbacks
    partial = fiddle.build(recipe)
    meeting = torch.distributed.FileStore(f"{job['run_dir']}.store", ranks)
    partial.keywords["trainer"].strategy.store = meeting if ranks > 1 else torch.distributed.HashStore()
    partial()


def start(job: dict[str, Any], rank: int, ranks: int) -> int:
    """Fork a rank; what it prints goes to a log."""
    child = os.fork()
    if child:
        return child
    os.setsid()  # a process group of its own: Megatron's checkpoint writers end with it
    log = os.open(f"{job['run_dir']}.log-{rank}", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(log, 1)
    os.dup2(log, 2)
    if ranks > 1:
        given = {"RANK": rank, "LOCAL_RANK": rank, "GROUP_RANK": 0, "WORLD_SIZE": ranks, "LOCAL_WORLD_SIZE": ranks}
        given |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": 29500, "TORCHELASTIC_RUN_ID": "tests"}
        os.environ |= {key: str(value) for key, value in given.items()}
    code = 1
    try:
        train(job, rank, ranks)
        code = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def end(child: int) -> int:
    """Wait for a rank and end what it has left running; its exit code."""
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    return code


def main() -> None:
    import nemo.collections.llm  # noqa: F401

    import plugins.emulation.callback  # noqa: F401
    import recipes.overrides  # noqa: F401

    for job in json.loads(Path(sys.argv[1]).read_text("utf-8")):
        ranks = job["ranks"]
        Path(f"{job['run_dir']}.store").unlink(missing_ok=True)
        children = [start(job, rank, ranks) for rank in range(ranks)]
        codes = [end(child) for child in children]
        expected = 0 if job["stop_after"] is None else 77
        if codes != [expected] * ranks:
            sys.exit(f"{job}: {codes}\n" + Path(f"{job['run_dir']}.log-0").read_text("utf-8", "replace")[-5000:])


if __name__ == "__main__":  # Megatron's checkpoint writer spawns a process that imports this module again
    main()
