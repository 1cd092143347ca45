"""`lexatron recipes | train | import | export`."""

from __future__ import annotations

import logging
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import asdict
from importlib.util import find_spec
from io import StringIO
from pathlib import Path

import click

from lexatron.console import console, next_step, summary_table, write_json
from lexatron.errors import UserError
from recipes.registry import RECIPES, find

REFERENCE_TOKENS = 446_470_190


@click.command("recipes")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the list to FILE.")
def recipes_command(json_file: Path | None) -> None:
    """List the training recipes."""
    rows = [(r.name, r.model, r.stage, len(r.layouts), r.summary) for r in RECIPES.values()]
    summary_table("Recipes", ["recipe", "model", "stage", "layouts", "what"], rows)
    write_json(json_file, [{**asdict(recipe), "layouts": recipe.layouts} for recipe in RECIPES.values()])
    next_step("lexatron plan RECIPE")


def _import_nemo() -> None:
    """Import NeMo without the forty lines that it and its dependencies print.

    Raises:
        UserError: it is not installed.
    """
    if find_spec("nemo") is None or find_spec("nemo_run") is None:
        raise UserError("NeMo is not installed", remedy="pip install 'lexatron[train]'")
    with console.status("importing NeMo"), quietly():
        import nemo.collections.llm  # noqa: F401

        import plugins  # noqa: F401 - and the CPU backend with it, where there is no GPU


@contextmanager
def quietly() -> Iterator[None]:
    """Keep warnings, log lines below errors and what libraries print to themselves."""
    logging.disable(logging.WARNING)
    try:
        with warnings.catch_warnings(), redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(logging.NOTSET)


@click.command(context_settings={"ignore_unknown_options": False})
@click.argument("recipe")
@click.argument("arguments", nargs=-1)
@click.option("--dryrun", is_flag=True, help="Build the recipe, print it and stop; needs no data and no GPU.")
@click.option("--to-yaml", type=click.Path(path_type=Path), help="Write the built recipe to FILE and stop.")
@click.option("--fresh", is_flag=True, help="Delete the run folder first where it holds another configuration or data.")
@click.option("--no-wandb", is_flag=True, help="Do not log to W&B (it logs offline by default).")
@click.option("--no-tensorboard", is_flag=True, help="Do not log to TensorBoard.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the outcome to FILE.")
def train(
    recipe: str,
    arguments: tuple[str, ...],
    dryrun: bool,
    to_yaml: Path | None,
    fresh: bool,
    no_wandb: bool,
    no_tensorboard: bool,
    json_file: Path | None,
) -> None:
    """Run RECIPE, resuming where it stopped.

    ARGUMENTS are key=value: parameters of the recipe (layout=cpu_tp2), or overrides of anything in it in
    NeMo-Run's syntax (trainer.strategy.context_parallel_size=2).
    """
    entry = find(recipe)
    _import_nemo()
    from recipes.overrides import build

    extra = [*arguments]
    extra += ["wandb=False"] * no_wandb + ["tensorboard=False"] * no_tensorboard
    function = entry.load()
    if dryrun or to_yaml:
        extra += _reference_size(function, extra)
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
    _train(built, recipe, fresh, json_file)


def _reference_size(function: object, arguments: list[str]) -> list[str]:
    """For a dry run without data: plan with the reference corpus, and say so."""
    from recipes.registry import parameters

    known = parameters(function)  # type: ignore[arg-type]
    given = {argument.partition("=")[0] for argument in arguments}
    source = next((name for name in ("corpus", "dataset") if name in known), None)
    if source is None or source in given or "max_steps" in given:
        return []
    folder = Path(str(known[source].default))
    if (folder / "manifest.json").is_file() or (folder / "training.jsonl").is_file():
        return []
    amount = {"corpus": ("tokens", REFERENCE_TOKENS), "dataset": ("samples", 150_000)}[source]
    console.print(f"No data at {folder}: steps are those of {amount[1]:,} {amount[0]}.", highlight=False)
    return [f"{amount[0]}={amount[1]}"]


def _train(built: object, name: str, fresh: bool, json_file: Path | None) -> None:
    from recipes.launch import TrainingFailed
    from recipes.launch import train as run_recipe

    try:
        outcome = run_recipe(built, name, fresh=fresh)
    except TrainingFailed as failure:
        print(f"lexatron: {failure}", file=sys.stderr)
        sys.exit(1)
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


@click.command("import")
@click.argument("source", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The NeMo checkpoint to make.")
def import_command(source: Path, output: Path) -> None:
    """Turn the Hugging Face Llama in SOURCE into a NeMo checkpoint."""
    _import_nemo()
    from recipes.convert import import_hf

    with console.status("importing the checkpoint"), quietly():
        import_hf(source, output)
    console.print(f"{output} is made.", highlight=False)
    next_step(f"lexatron train RECIPE checkpoint={output}")


@click.command("export")
@click.argument("checkpoints", nargs=-1, required=True)
@click.option("-o", "--output", required=True, type=click.Path(path_type=Path), help="The folder to make.")
@click.option("--verify", is_flag=True, help="Compare the logits of NeMo and Hugging Face.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the table to FILE.")
def export_command(checkpoints: tuple[str, ...], output: Path, verify: bool, json_file: Path | None) -> None:
    """Turn NeMo checkpoints into Hugging Face folders.

    CHECKPOINTS is one checkpoint or run folder, written to OUTPUT; or several as name=folder, written to OUTPUT/name.
    """
    _import_nemo()
    from recipes.convert import export_hf

    named = [checkpoint.partition("=") for checkpoint in checkpoints]
    if len(named) > 1 and not all(equals for _, equals, _ in named):
        raise UserError("several checkpoints need names", remedy="write name=folder for each")
    rows = []
    for name, equals, folder in named:
        target = output / name if equals else output
        with console.status(f"exporting {target}"), quietly():
            outcome = export_hf(folder if equals else name, target, verify=verify)
        difference = outcome.max_logit_difference
        rows.append((str(target), "not compared" if difference is None else f"{difference:g}"))
    summary_table("Exported", ["folder", "largest difference of logits"], rows)
    write_json(json_file, [{"folder": folder, "max_logit_difference": difference} for folder, difference in rows])
    next_step(f"lexatron eval compare --model name={rows[-1][0]} --testset FILE -o DIR")
