"""`lexatron recipes`."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from lexatron.console import next_step, summary_table, write_json
from recipes.registry import RECIPES


@click.command("recipes")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the list to FILE.")
def recipes_command(json_file: Path | None) -> None:
    """List the training recipes."""
    rows = [(r.name, r.model, r.stage, len(r.layouts), r.summary) for r in RECIPES.values()]
    summary_table("Recipes", ["recipe", "model", "stage", "layouts", "what"], rows)
    write_json(json_file, [{**asdict(recipe), "layouts": recipe.layouts} for recipe in RECIPES.values()])
    next_step("lexatron plan RECIPE")
