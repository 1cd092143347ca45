"""`lexatron eval ...` and `lexatron report`: the commands of this room.

    lexatron eval compare --model initial=runs/demo/export/initial --model sft=runs/demo/export/sft \\
        --testset runs/demo/qa/test.jsonl --corpus runs/demo/corpus -o runs/demo/eval
    lexatron report runs/demo
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from lexatron.console import console, next_step, summary_table, write_json
from lexatron.errors import UserError

MODEL_NAME = re.compile(r"[A-Za-z0-9][\w.-]*")
FOLDER = click.Path(path_type=Path, file_okay=False)
FILE = click.Path(path_type=Path, dir_okay=False)


@click.group()
def evaluate() -> None:
    """Measure exported models: citations, perplexity, ROUGE-L, exact match, lm-eval."""


def parse_models(arguments: Sequence[str]) -> dict[str, Path]:
    """`NAME=DIR` arguments as name -> folder, in their order.

    Raises:
        UserError: one has another form, or a name stands twice.
    """
    models: dict[str, Path] = {}
    for argument in arguments:
        name, equals, folder = argument.partition("=")
        if not equals or not folder or not MODEL_NAME.fullmatch(name):
            raise UserError(
                f"--model {argument}: not NAME=DIR", remedy="write for example --model sft=runs/demo/export/sft"
            )
        if name in models:
            raise UserError(f"two models are named {name}", remedy="give each its own name")
        models[name] = Path(folder)
    return models


def _shared(command: Any) -> Any:
    """Options that both commands take."""
    options = [
        click.option("--model", "models", multiple=True, required=True, metavar="NAME=DIR", help="Exported model."),
        click.option("--testset", type=FILE, required=True, help="test.jsonl of `lexatron data qa`."),
        click.option("-o", "--output", type=FOLDER, required=True, help="Folder for the results."),
        click.option("--limit", type=click.IntRange(min=1), help="Ask at most so many questions, spread evenly."),
        click.option("--batch-size", type=click.IntRange(min=1), default=64, show_default=True),
        click.option("--json", "json_file", type=FILE, help="Write the results here too."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


@evaluate.command()
@_shared
@click.option("--corpus", type=FOLDER, help="Corpus folder: its held-out acts give the perplexity.")
@click.option(
    "--max-new-tokens",
    type=click.IntRange(min=1),
    help="Cut an answer there [default: what the manifest.json beside the test set says, else 96].",
)
@click.option(
    "--perplexity-tokens",
    type=click.IntRange(min=1),
    default=50_000,
    show_default=True,
    help="Held-out tokens a language, at most.",
)
@click.option("--lm-eval/--no-lm-eval", default=True, show_default=True, help="Run the lm-eval task as well.")
@click.option(
    "--lm-eval-limit", type=click.IntRange(min=1), default=100, show_default=True, help="Its documents, at most."
)
def compare(
    models: tuple[str, ...],
    testset: Path,
    output: Path,
    limit: int | None,
    batch_size: int,
    json_file: Path | None,
    corpus: Path | None,
    max_new_tokens: int | None,
    perplexity_tokens: int,
    lm_eval: bool,
    lm_eval_limit: int,
) -> None:
    """Evaluate several exported models over one test set."""
    from evaluation.models import work_offline

    work_offline()
    from evaluation.compare import CompareConfig, answer_limits
    from evaluation.compare import compare as run

    limits = answer_limits(testset, max_new_tokens)
    if limits.said:
        console.print(limits.said, highlight=False, soft_wrap=True)
    config = CompareConfig(
        limit=limit,
        max_new_tokens=limits.max_new_tokens,
        max_input_tokens=limits.max_input_tokens,
        batch_size=batch_size,
        perplexity_tokens=perplexity_tokens,
        lm_eval=lm_eval_limit if lm_eval else 0,
    )
    result = run(parse_models(models), testset, output, corpus, config)
    write_json(json_file, result)
    show_models(result["models"])
    next_step(f"lexatron report {output.parent}")


@evaluate.command("lm-eval")
@_shared
def lm_eval_command(
    models: tuple[str, ...], testset: Path, output: Path, limit: int | None, batch_size: int, json_file: Path | None
) -> None:
    """Run our lm-eval task alone, through lm-eval's `hf` back end."""
    from evaluation.models import work_offline

    work_offline()
    from evaluation.harness import evaluate_task

    results = evaluate_task(parse_models(models), testset, output, limit, batch_size)
    write_json(json_file, results)
    rows = [(name, r["task"], f"{r['acc']:.1%}", f"{r['chance']:.0%}", r["documents"]) for name, r in results.items()]
    summary_table("lm-eval", ["model", "task", "accuracy", "chance", "documents"], rows)
    next_step("lexatron eval compare --help")


def show_models(models: dict[str, Any]) -> None:
    """A table of models by metrics; accuracies are shares of questions."""
    title = "Citation accuracy on acts seen in training (held-out wordings) and on unseen acts, and other metrics"
    columns = ["model", "seen", "unseen", "article", "ROUGE-L", "exact", "perplexity", "tok/s"]
    summary_table(title, columns, map(_row, models.items()))


def _row(item: tuple[str, dict[str, Any]]) -> list[str]:
    name, result = item
    groups = [("citation_accuracy", "seen"), ("citation_accuracy", "unseen"), ("article_accuracy", "overall")]
    groups += [("rouge_l", "overall"), ("exact_match", "overall")]
    shares = [_share(result.get(metric, {}).get(group)) for metric, group in groups]
    perplexity = (result["perplexity"] or {}).get("overall")
    speed = f"{result['speed']['tokens_per_second']:,.0f}"
    return [name, *shares, "-" if perplexity is None else f"{perplexity:,.1f}", speed]


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.1%}"


@click.command()
@click.argument("run_dir", type=FOLDER)
@click.option("--json", "json_file", type=FILE, help="Write report.json here too.")
def report(run_dir: Path, json_file: Path | None) -> None:
    """Write report.md, report.html and report.json of the run in RUN_DIR."""
    from evaluation.report import write_report

    written = write_report(run_dir)
    write_json(json_file, written.content)
    for part in written.missing:
        console.print(f"Not in this run: {part}")
    if written.evaluation:
        show_models(written.evaluation)
    next_step(f"open {written.html}")
