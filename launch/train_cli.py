"""`lexatron train`: one recipe, on this machine, in a container, or as a Slurm job."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click

from launch.options import launch_options, order
from launch.stage import Stage
from launch.train_arguments import STAGE, TrainArguments
from lexatron.console import console, next_step, summary_table, write_json
from recipes.quiet import import_nemo
from recipes.reference import in_words, stand_in
from recipes.registry import find


@click.command(context_settings={"ignore_unknown_options": False})
@click.argument("recipe")
@click.argument("arguments", nargs=-1)
@launch_options
@click.option("--to-yaml", type=click.Path(path_type=Path), help="Write the built recipe to FILE and stop.")
@click.option("--fresh", is_flag=True, help="Delete the run folder first where it holds another configuration or data.")
@click.option("--no-check", is_flag=True, help="Do not run `lexatron check` first.")
@click.option("--no-wandb", is_flag=True, help="Do not log to W&B (it logs offline by default).")
@click.option("--no-tensorboard", is_flag=True, help="Do not log to TensorBoard.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the outcome to FILE.")
@click.pass_context
def train(
    context: click.Context,
    /,
    executor: str,
    cluster: Path | None,
    dryrun: bool,
    detach: bool,
    to_yaml: Path | None,
    json_file: Path | None,
    **values: Any,
) -> None:
    """Run RECIPE, resuming where it stopped.

    ARGUMENTS are key=value: parameters of the recipe (layout=cpu_tp2), or overrides of anything in it in
    NeMo-Run's syntax (trainer.strategy.context_parallel_size=2).
    """
    given = TrainArguments.of(context.params)
    find(given.recipe)
    if executor == "local" and (dryrun or to_yaml):
        _print(given, to_yaml, dryrun=dryrun)
        return
    if executor == "local" and not detach:
        _train(given, json_file)
        return
    if executor == "local":  # a wrong argument is refused here; a container or a job is sized by its recipe anyway
        import_nemo()
        given.build(*stand_in(find(given.recipe).load(), given.settings))
    folder = given.run_dir()
    stage = Stage(STAGE, "train", given.command(), outputs=(str(folder / "checkpoints"),), run_dir=str(folder))
    launched = (*given.command(), "--executor", executor, *(("--cluster", str(cluster)) if cluster else ()))
    from launch.start import start

    code = start(order(folder, [stage], executor, cluster, launched), dryrun=dryrun, detach=detach)
    sys.exit(code)


def _print(given: TrainArguments, to_yaml: Path | None, *, dryrun: bool) -> None:
    """Show the built recipe, with our users' amounts of data where there are none."""
    import_nemo()
    from recipes.show import as_yaml

    amounts = stand_in(find(given.recipe).load(), given.settings)
    for amount in amounts:
        console.print(f"No data there: steps are those of {in_words(amount)}.", highlight=False)
    text = as_yaml(given.build(*amounts)[0])
    if to_yaml:
        from lexatron.atomic import write_text

        write_text(to_yaml, text)
    if dryrun:
        click.echo(text, nl=False)


def _train(given: TrainArguments, json_file: Path | None) -> None:
    """Train on this machine, with a record for `lexatron status`."""
    import_nemo()
    from launch.local import TrainingFailed
    from launch.local import train as run_recipe
    from launch.prepare import CheckFailed, preflight
    from launch.recorded import recorded

    recipe, gpu = given.build()
    try:
        if not given.no_check:
            preflight(recipe, given.recipe, gpu, fresh=given.fresh)
        with recorded(given.run_dir(), given.command()):
            outcome = run_recipe(recipe, given.recipe, gpu, fresh=given.fresh, whole=given.no_check)
    except CheckFailed as failure:
        print(f"lexatron: {failure}", file=sys.stderr)
        sys.exit(1)
    except TrainingFailed as failure:
        print(f"lexatron: {failure}", file=sys.stderr)
        sys.exit(failure.code)
    if outcome.was_finished:
        console.print(f"{outcome.run_dir} is finished: nothing to do.", highlight=False)
    if outcome.early:
        console.print(f"It ended early: {outcome.early}.", highlight=False)
    summary = summarise(outcome.run_dir)
    summary_table(given.recipe, ["what", "value"], list(summary.items()))
    found = {"recipe": given.recipe, "run_dir": outcome.run_dir, "checkpoint": outcome.checkpoint, **summary}
    write_json(json_file, found)
    next_step(f"lexatron export {outcome.run_dir} -o {outcome.run_dir}/hf --verify")


def summarise(run_dir: Path) -> dict[str, str | int]:
    """First and last loss, last validation loss and median speed of a run."""
    from lexatron.run_files import METRICS, read_metrics, speed

    lines = read_metrics(run_dir / METRICS)
    steps = [line for line in lines if "loss" in line]
    validations = [line["val_loss"] for line in lines if "val_loss" in line]
    return {
        "steps": len(steps),
        "first loss": f"{steps[0]['loss']:.4f}",
        "last loss": f"{steps[-1]['loss']:.4f}",
        "validation loss": f"{validations[-1]:.4f}" if validations else "none",
        "speed (median)": speed(steps),
    }
