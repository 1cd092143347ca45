"""`lexatron check RECIPE [key=value ...]`: what would go wrong, before it does.

lexatron check lumi_demo_cpt corpus=runs/demo/corpus
lexatron check llama33_70b_cpt corpus=data/cpt layout=b200x8 --elsewhere
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from lexatron.console import console, next_step, write_json
from lexatron.errors import UserError
from recipes.quiet import import_nemo, quietly
from recipes.reference import CONVERSATIONS, TOKENS, in_words
from recipes.registry import expected_gpu, find, parameters

_AMOUNTS = {"tokens": TOKENS, "samples": CONVERSATIONS}


@click.command()
@click.argument("recipe")
@click.argument("arguments", nargs=-1)
@click.option("--elsewhere", is_flag=True, help="The run will be on another machine: do not judge this one's hardware.")
@click.option("--fresh", is_flag=True, help="The run will be started with --fresh.")
@click.option("--no-plan", is_flag=True, help="Do not plan the memory, which takes up to a minute.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the list to FILE.")
def check(
    recipe: str, arguments: tuple[str, ...], elsewhere: bool, fresh: bool, no_plan: bool, json_file: Path | None
) -> None:
    """List what would go wrong with RECIPE, with the remedies; exit code 1 where anything fails.

    ARGUMENTS are those of `lexatron train`. Nothing is trained.
    """
    entry = find(recipe)
    import_nemo()
    from recipes.check.finding import fails
    from recipes.check.report import show
    from recipes.check.run import run_checks

    function = entry.load()
    built = build_or_stand_in(function, arguments)
    gpu = expected_gpu(function, arguments)
    with console.status("checking"), quietly():
        findings = run_checks(built, recipe, gpu=gpu, elsewhere=elsewhere, fresh=fresh, plan=not no_plan)
    show(recipe, findings)
    write_json(json_file, {"recipe": recipe, "findings": [asdict(finding) for finding in findings]})
    command = " ".join([recipe, *arguments])
    if fails(findings):
        next_step(f"mend what fails, then lexatron check {command}{' --elsewhere' if elsewhere else ''}")
        sys.exit(1)
    next_step(f"lexatron train {command}")


def build_or_stand_in(function: Any, arguments: Sequence[str]) -> Any:
    """Build a recipe; where its data cannot be read, with our users' amount of them: the list says what is wrong.

    Raises:
        UserError: it cannot be built with that either.
    """
    from recipes.overrides import build

    try:
        return build(function, arguments)
    except UserError:
        amount = stand_in(function, arguments)
        if amount is None:
            raise
        built = build(function, [*arguments, amount])
        console.print(f"The data cannot be read: checked with {in_words(amount)}.", highlight=False)
        return built


def stand_in(function: Any, arguments: Sequence[str]) -> str | None:
    """`tokens=...` or `samples=...`, so that nothing is counted; None where the user gave it."""
    known, given = parameters(function), {argument.partition("=")[0] for argument in arguments}
    amounts = (f"{name}={value}" for name, value in _AMOUNTS.items() if name in known and name not in given)
    return next(amounts, None)
