"""One stage of a launch: a lexatron command, what it needs, and what it waits for."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from launch.cluster import Kind
from launch.train_arguments import TrainArguments
from recipes.quiet import import_nemo
from recipes.reference import stand_in
from recipes.registry import find


@dataclass(frozen=True)
class Stage:
    """A lexatron command that runs as one job.

    Attributes:
        name: within its launch.
        kind: what it does, which decides what it asks for.
        arguments: of `lexatron`, as a user would type them.
        after: names of the stages that must have succeeded.
        inputs: files and folders that it reads, whose contents decide whether it has to run again.
        outputs: files and folders that are there when it has succeeded.
        run_dir: of a training: where its metrics are.
        nodes: machines.
        tasks: processes a machine.
        gpus: GPUs a machine; None: what the kind is given by the cluster file.
        environment: variables of the job.
    """

    name: str
    kind: Kind
    arguments: tuple[str, ...]
    after: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    outputs: tuple[str, ...] = ()
    run_dir: str | None = None
    nodes: int = 1
    tasks: int = 1
    gpus: int | None = None
    environment: dict[str, str] = field(default_factory=dict)


def sized(stage: Stage) -> Stage:
    """A training stage with the machines, processes and environment that its recipe needs; any other as it is.

    The recipe is built here, before anything is submitted, so that a wrong argument is refused at once; data that is
    not there yet is stood in for, since a job on another machine, or behind another job, will find it.

    Raises:
        UserError: the recipe cannot be built.
    """
    if stage.kind != "train":
        return stage
    import_nemo()
    from recipes.environment import environment

    given = TrainArguments.parse(stage.arguments)
    recipe, gpu = given.build(*stand_in(find(given.recipe).load(), given.settings))
    trainer = recipe.trainer
    return replace(
        stage,
        nodes=trainer.num_nodes,
        tasks=trainer.devices,
        gpus=trainer.devices if gpu is not None else 0,
        environment=environment(recipe, gpu),
        run_dir=str(Path(recipe.log.ckpt.dirpath).parent),
    )
