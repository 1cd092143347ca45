"""`lexatron plan RECIPE`: whether it fits, how long it takes and what it costs, before a GPU is rented."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from lexatron.console import console, next_step, summary_table, write_json
from lexatron.errors import UserError
from recipes.hardware import auto, parse_gpus
from recipes.quiet import import_nemo, quietly
from recipes.reference import in_words, stand_in
from recipes.registry import find

if TYPE_CHECKING:
    from recipes.layouts import Layout
    from recipes.plan.planner import Planned, Question


@click.command()
@click.argument("recipe")
@click.argument("arguments", nargs=-1)
@click.option("--gpus", help="GPUs such as 4xB200: the recipe's layout for them, else the fastest that fits.")
@click.option("--price", type=click.FloatRange(min=0), help="Price of one GPU for an hour, in any currency.")
@click.option("--compare", multiple=True, metavar="LAYOUT", help="Plan this layout too, side by side; may be repeated.")
@click.option("--claim-tokens-per-second", "claimed", type=click.FloatRange(min=0), help="Is this speed possible?")
@click.option("--format", "form", type=click.Choice(["table", "json", "markdown"]), default="table", show_default=True)
@click.option("--plot", "picture", type=click.Path(path_type=Path), help="Draw memory a rank into FILE (.png, .svg).")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write the plan to FILE.")
@click.pass_context
def plan(
    context: click.Context,
    recipe: str,
    arguments: tuple[str, ...],
    gpus: str | None,
    price: float | None,
    compare: tuple[str, ...],
    claimed: float | None,
    form: str,
    picture: Path | None,
    json_file: Path | None,
) -> None:
    """Plan memory, time and cost of RECIPE; exit code 1 where it does not fit.

    ARGUMENTS are key=value: settings of the recipe (layout=b200x4, precision=fp8), or overrides of anything in it in
    NeMo-Run's syntax. Without data on disk, the plan is for the reference corpus.
    """
    find(recipe)
    _check_gpus(gpus, arguments)
    import_nemo()
    question, names = ask(recipe, arguments, gpus, price)
    with console.status("planning"), quietly():
        plans = [question.plan(_layout(question, name)) for name in (*names, *compare)]
        advice = _advice(question, plans[0], claimed)
    if form == "table":
        _show_tables(plans, advice)
    else:
        click.echo(_text(plans, advice, form), nl=False)
    _write(plans, advice, picture, json_file)
    if form == "table":
        next_step(" ".join(["lexatron check", recipe, f"layout={names[0]}", *_without_layout(arguments)]))
    if not plans[0].fits:
        context.exit(1)


def _check_gpus(gpus: str | None, arguments: Sequence[str]) -> None:
    """Refuse what needs no NeMo to be refused."""
    if gpus is None:
        return
    parse_gpus(gpus)
    if any(word.startswith("layout=") for word in arguments):
        raise UserError("--gpus and layout= say the same thing twice", remedy="give one of them")


def ask(
    recipe: str, arguments: Sequence[str], gpus: str | None = None, price: float | None = None
) -> tuple[Question, list[str]]:
    """What the user asks, and the name of the layout that it is about; what is assumed is said on the console.

    Raises:
        UserError: a word is not a setting.
    """
    from recipes.plan.planner import Question, assumed_vocabulary

    entry = find(recipe)
    function, words = entry.load(), list(arguments)
    for amount in stand_in(function, words):
        console.print(f"No data there: steps are those of {in_words(amount)}.", highlight=False)
        words.append(amount)
    for vocabulary in assumed_vocabulary(entry.model, function, words):
        console.print(f"No tokenizer there: the vocabulary is that of {vocabulary}.", highlight=False)
        words.append(vocabulary)
    question = Question(function, tuple(words), price)
    return question, [question.setting("layout") if gpus is None else _for_gpus(question, gpus)]


def _for_gpus(question: Question, gpus: str) -> str:
    """The recipe's own layout for these GPUs where there is one, else the search's."""
    gpu, count = parse_gpus(gpus)
    name = f"{gpu.name.lower()}x{count}"
    return name if name in question.function.table else f"auto:{count}x{gpu.name}"


def _layout(question: Question, name: str) -> Layout:
    """The layout of a name; where a search finds none that fits, the leanest: the plan then says why."""
    from recipes.layouts import find as find_layout
    from recipes.plan.search import NothingFits, search

    gpus = auto(name)
    if gpus is None:
        return find_layout(name, question.function.table)
    try:
        return search(question.build, *gpus)
    except NothingFits as nothing:
        return nothing.leanest


def _advice(question: Question, planned: Planned, claimed: float | None) -> list[str]:
    """Why it does not fit and what would help; what to think of a claimed speed."""
    from recipes.plan.advise import claim, fitting_changes, reasons, searched, sentence

    said = reasons(planned)
    if said:
        changes = fitting_changes(question, planned)
        said += [sentence(change, planned) for change in changes]
        said += [] if changes else [f"No single change makes it fit. {searched(question, planned)}"]
    if claimed is not None:
        gpu = planned.layout.hardware
        if planned.speed is None or gpu is None:
            raise UserError("a claimed speed needs a GPU", remedy="give --gpus or layout=")
        said.append(claim(planned.speed, gpu, planned.work.number_format, claimed))
    return said


def _show_tables(plans: list[Planned], advice: list[str]) -> None:
    from recipes.plan.report import comparison, facts, memory_table

    first = plans[0]
    if len(plans) > 1:
        columns, rows = comparison(plans)
        summary_table(first.recipe, columns, rows)
    else:
        summary_table(f"{first.recipe}: memory", *memory_table(first.memory))
        summary_table(f"{first.recipe}: run", ["what", "value"], facts(first))
    for note in first.memory.notes:
        console.print(f"[dim]{note}.[/dim]", highlight=False, soft_wrap=True)
    verdict = "It fits." if first.fits else "[bold]It does not fit.[/bold]"
    console.print(verdict, *advice, sep="\n", highlight=False, soft_wrap=True)


def _text(plans: list[Planned], advice: list[str], form: str) -> str:
    from recipes.plan.report import as_json, as_markdown, comparison, markdown

    if form == "json":
        values = [as_json(planned, advice if planned is plans[0] else ()) for planned in plans]
        return json.dumps(values if len(values) > 1 else values[0], indent=2, ensure_ascii=False) + "\n"
    return markdown(*comparison(plans)) if len(plans) > 1 else as_markdown(plans[0], advice)


def _write(plans: list[Planned], advice: list[str], picture: Path | None, json_file: Path | None) -> None:
    from recipes.plan.plot import plot
    from recipes.plan.report import as_json

    if picture is not None:
        plot(plans[0].memory, f"{plans[0].recipe}, {plans[0].layout.name}, {plans[0].precision}", picture)
    values = [as_json(planned, advice if planned is plans[0] else ()) for planned in plans]
    write_json(json_file, values if len(values) > 1 else values[0])


def _without_layout(arguments: Sequence[str]) -> list[str]:
    return [word for word in arguments if not word.startswith("layout=")]
