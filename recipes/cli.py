"""`lexatron recipes | train`."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lexatron.console import console, next_step, summary_table, write_json
from recipes.quiet import import_nemo, quietly
from recipes.reference import in_words, stand_in
from recipes.registry import RECIPES, expected_gpu, find

if TYPE_CHECKING:
    from recipes.hardware import Gpu


@click.command("recipes")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the list to FILE.")
def recipes_command(json_file: Path | None) -> None:
    """List the training recipes."""
    rows = [(r.name, r.model, r.stage, len(r.layouts), r.summary) for r in RECIPES.values()]
    summary_table("Recipes", ["recipe", "model", "stage", "layouts", "what"], rows)
    write_json(json_file, [{**asdict(recipe), "layouts": recipe.layouts} for recipe in RECIPES.values()])
    next_step("lexatron plan RECIPE")


@click.command(context_settings={"ignore_unknown_options": False})
@click.argument("recipe")
@click.argument("arguments", nargs=-1)
@click.option("--dryrun", is_flag=True, help="Build the recipe, print it and stop; needs no data and no GPU.")
@click.option("--to-yaml", type=click.Path(path_type=Path), help="Write the built recipe to FILE and stop.")
@click.option("--fresh", is_flag=True, help="Delete the run folder first where it holds another configuration or data.")
@click.option("--no-check", is_flag=True, help="Do not run `lexatron check` first.")
@click.option("--no-wandb", is_flag=True, help="Do not log to W&B (it logs offline by default).")
@click.option("--no-tensorboard", is_flag=True, help="Do not log to TensorBoard.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the outcome to FILE.")
def train(
    recipe: str,
    arguments: tuple[str, ...],
    dryrun: bool,
    to_yaml: Path | None,
    fresh: bool,
    no_check: bool,
    no_wandb: bool,
    no_tensorboard: bool,
    json_file: Path | None,
) -> None:
    """Run RECIPE, resuming where it stopped.

    ARGUMENTS are key=value: parameters of the recipe (layout=cpu_tp2), or overrides of anything in it in
    NeMo-Run's syntax (trainer.strategy.context_parallel_size=2).
    """
    entry = find(recipe)
    import_nemo()
    from recipes.overrides import build

    extra = [*arguments]
    extra += ["wandb=False"] * no_wandb + ["tensorboard=False"] * no_tensorboard
    function = entry.load()
    if dryrun or to_yaml:
        for amount in stand_in(function, extra):
            console.print(f"No data there: steps are those of {in_words(amount)}.", highlight=False)
            extra.append(amount)
    built = build(function, extra)
    if dryrun or to_yaml:
        from recipes.show import as_yaml

        text = as_yaml(built)
        if to_yaml:
            from lexatron.atomic import write_text

            write_text(to_yaml, text)
        if dryrun:
            click.echo(text, nl=False)
        return
    if not no_check:
        _check(built, recipe, fresh, expected_gpu(function, extra))
    _train(built, recipe, fresh, json_file, whole=no_check)


def _check(built: Any, name: str, fresh: bool, gpu: Gpu | None) -> None:
    """Stop where the pre-flight list has a failure.

    Raises:
        UserError: the data is damaged.
    """
    from recipes.check.damage import check
    from recipes.check.finding import fails
    from recipes.check.report import show
    from recipes.check.run import run_checks

    with console.status("checking"), quietly():
        check(built)
        findings = run_checks(built, name, gpu=gpu, fresh=fresh, whole=False, plan=gpu is not None)
    if fails(findings):
        show(name, findings)
        print("lexatron: the check failed (mend what it lists, or --no-check)", file=sys.stderr)
        sys.exit(1)


def _train(built: object, name: str, fresh: bool, json_file: Path | None, *, whole: bool) -> None:
    from recipes.launch import TrainingFailed
    from recipes.launch import train as run_recipe

    try:
        outcome = run_recipe(built, name, fresh=fresh, whole=whole)
    except TrainingFailed as failure:
        print(f"lexatron: {failure}", file=sys.stderr)
        sys.exit(failure.code)
    if outcome.was_finished:
        console.print(f"{outcome.run_dir} is finished: nothing to do.", highlight=False)
    summary = summarise(outcome.run_dir)
    summary_table(name, ["what", "value"], list(summary.items()))
    write_json(json_file, {"recipe": name, "run_dir": outcome.run_dir, "checkpoint": outcome.checkpoint, **summary})
    next_step(f"lexatron export {outcome.run_dir} -o {outcome.run_dir}/hf --verify")


def summarise(run_dir: Path) -> dict[str, str | int]:
    """First and last loss, last validation loss and median speed of a run."""
    from plugins.callbacks import read_metrics
    from recipes.launch import speed

    lines = read_metrics(run_dir / "metrics.jsonl")
    steps = [line for line in lines if "loss" in line]
    validations = [line["val_loss"] for line in lines if "val_loss" in line]
    return {
        "steps": len(steps),
        "first loss": f"{steps[0]['loss']:.4f}",
        "last loss": f"{steps[-1]['loss']:.4f}",
        "validation loss": f"{validations[-1]:.4f}" if validations else "none",
        "speed (median)": speed(steps),
    }
