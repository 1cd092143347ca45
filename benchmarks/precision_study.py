"""What emulated precisions do to the loss of a small model on real acts, over seeds.

python benchmarks/precision_study.py --formex FOLDER --docs docs/precision_study.md
python benchmarks/precision_study.py --steps 20 --seeds 1        # does it run?

The `lumi` tiny shape (6 layers x 256, heads of 64) with a vocabulary of 4096 is trained from random weights. Weights of
the first step and data are the same for all variants of a seed, so that variants are compared within a seed. Runs go
one after the other on one thread; a run that has its result in --folder is not repeated.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import click

from lexatron.atomic import write_text
from lexatron.console import console, summary_table, write_json
from lexatron.errors import UserError

ROOT = Path(__file__).resolve().parent.parent
LAYERS, HIDDEN, VOCABULARY = 6, 256, 4096
BATCH = 8  # samples a step, and of each validation batch
BASELINE = "BF16"
BEGIN, END = "<!-- precision study: begin -->", "<!-- precision study: end -->"


@dataclass(frozen=True)
class Variant:
    """A row of the table: its name and the arguments of `PrecisionEmulation`."""

    name: str
    emulation: dict[str, Any]


VARIANTS = (
    Variant(BASELINE, {"kind": "bf16"}),
    Variant("FP8, delayed scaling", {"kind": "fp8"}),
    Variant("FP8, current scaling", {"kind": "fp8_current"}),
    Variant("NVFP4", {"kind": "nvfp4"}),
    Variant("NVFP4, last layer BF16", {"kind": "nvfp4", "bf16_last_layers": 1}),
    Variant("NVFP4, last 15 % of steps BF16", {"kind": "nvfp4", "bf16_after_fraction": 0.85}),
)


@dataclass(frozen=True)
class Size:
    """How long a run is.

    Attributes:
        steps: of `BATCH` samples.
        seq_length: tokens a sample.
        validation_batches: after the last step.
    """

    steps: int
    seq_length: int
    validation_batches: int


@dataclass(frozen=True)
class Result:
    """A finished run: the validation loss after its last step, nats a token, and what it took."""

    variant: str
    seed: int
    steps: int
    val_loss: float
    seconds: float


@dataclass(frozen=True)
class Row:
    """A variant over the seeds; differences are those to the baseline of the same seed."""

    variant: str
    losses: list[float]
    differences: list[float]
    seconds: float = field(default=0.0)


def prepare(folder: Path, formex: Path) -> Path:
    """The corpus of the study, made by the commands that a user would type; its folder."""
    acts, tokenizer, corpus = folder / "acts", folder / "tokenizer", folder / "corpus"
    _lexatron("data", "formex", formex, "-o", acts)
    _lexatron("data", "tokenizer", acts, "-o", tokenizer, "--vocab-size", VOCABULARY)
    _lexatron("data", "corpus", acts, "-o", corpus, "--tokenizer", tokenizer, "--languages", "en=58,fr=42")
    return corpus


def _lexatron(*arguments: object) -> None:
    command = [sys.executable, "-m", "lexatron.cli", *map(str, arguments)]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)


def train(variant: Variant, seed: int, size: Size, corpus: Path, run_dir: Path) -> None:
    """One run in this process, through the recipe `lumi_demo_cpt`."""
    import fiddle
    import nemo_run as run
    import torch

    from plugins.emulation.callback import PrecisionEmulation
    from recipes.overrides import build
    from recipes.registry import find

    words = [f"corpus={corpus}", f"run_dir={run_dir}", f"max_steps={size.steps}", f"seed={seed}"]
    words += [
        f"num_layers={LAYERS}",
        f"hidden_size={HIDDEN}",
        f"seq_length={size.seq_length}",
        f"global_batch_size={BATCH}",
    ]
    words += ["wandb=False", "tensorboard=False", "layout=cpu", "precision=fp32"]
    words += [f"trainer.val_check_interval={size.steps}", f"trainer.limit_val_batches={size.validation_batches}"]
    words += ["log.ckpt=None", "trainer.enable_checkpointing=False"]
    recipe = build(find("lumi_demo_cpt").load(), words)
    recipe.trainer.callbacks = [callback for callback in recipe.trainer.callbacks if "Checkpoint" not in str(callback)]
    recipe.trainer.callbacks.insert(1, run.Config(PrecisionEmulation, seed=seed, **variant.emulation))
    job = fiddle.build(recipe)
    job.keywords["trainer"].strategy.store = torch.distributed.HashStore()  # one process needs no port
    job()


def _in_child(variant: Variant, seed: int, size: Size, corpus: Path, run_dir: Path) -> None:
    import torch

    log = os.open(run_dir.with_suffix(".log"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.environ["PL_GLOBAL_SEED"] = str(seed)  # NeMo seeds the first weights by it
    torch.set_num_threads(1)
    train(variant, seed, size, corpus, run_dir)


def measure(variant: Variant, seed: int, size: Size, corpus: Path, folder: Path) -> Result:
    """The result of a run, trained in a forked process where it is not there yet.

    Raises:
        UserError: the run ended without a validation loss; its log says why.
    """
    slug = "".join(c if c.isalnum() else "_" for c in variant.name.lower())
    run_dir = folder / "runs" / f"{slug}-{seed}-{size.steps}"
    path = run_dir.with_suffix(".json")
    if path.is_file():
        return Result(**json.loads(path.read_text("utf-8")))
    run_dir.parent.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()
    child = multiprocessing.get_context("fork").Process(target=_in_child, args=(variant, seed, size, corpus, run_dir))
    child.start()
    child.join()
    losses = _validation_losses(run_dir / "metrics.jsonl")
    if child.exitcode or not losses:
        raise UserError(f"{variant.name}, seed {seed} failed", where=run_dir.with_suffix(".log"))
    result = Result(variant.name, seed, size.steps, losses[-1], round(time.perf_counter() - started, 1))
    write_text(path, json.dumps(asdict(result)) + "\n")
    return result


def _validation_losses(metrics: Path) -> list[float]:
    lines = [json.loads(line) for line in metrics.read_text("utf-8").splitlines()] if metrics.is_file() else []
    return [line["val_loss"] for line in lines if "val_loss" in line]


def table(results: list[Result]) -> list[Row]:
    """One row a variant, with the differences to the baseline of the same seed."""
    baseline = {result.seed: result.val_loss for result in results if result.variant == BASELINE}
    rows = []
    for variant in VARIANTS:
        own = [result for result in results if result.variant == variant.name]
        rows.append(
            Row(
                variant.name,
                [result.val_loss for result in own],
                [result.val_loss - baseline[result.seed] for result in own],
                mean(result.seconds for result in own),
            )
        )
    return rows


def spread(values: list[float], sign: str = "") -> str:
    """Mean and sample standard deviation over the seeds."""
    return f"{mean(values):{sign}.4f} ± {stdev(values) if len(values) > 1 else 0:.4f}"


def page(rows: list[Row], size: Size, seeds: int, corpus: Path) -> str:
    """The Markdown between the markers of the page."""
    from data_prep.manifest import Manifest

    tokens = Manifest.load(corpus).tokens("train")
    lines = [
        f"{seeds} seeds; {size.steps} steps of {BATCH} x {size.seq_length} tokens out of {tokens:,} of training text; "
        f"loss (nats a token) on {size.validation_batches * BATCH * size.seq_length:,} held-out tokens after the last "
        "step; mean ± standard deviation over the seeds. The difference is to BF16 with the same seed.",
        "",
        "| linear layers | validation loss | difference to BF16 |",
        "|---|---:|---:|",
    ]
    for row in rows:
        difference = "" if row.variant == BASELINE else spread(row.differences, "+")
        lines.append(f"| {row.variant} | {spread(row.losses)} | {difference} |")
    return "\n".join(lines)


def write_page(path: Path, text: str) -> None:
    """Put the table between the page's markers.

    Raises:
        UserError: the page has no markers.
    """
    before, begin, rest = path.read_text("utf-8").partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise UserError("the page has no markers for the table", where=path, remedy=f"add {BEGIN} and {END}")
    write_text(path, f"{before}{BEGIN}\n{text}\n{END}{after}")


@click.command()
@click.option("--formex", type=click.Path(exists=True, path_type=Path), help="Real acts. [default: $LEXATRON_FORMEX]")
@click.option("--folder", type=click.Path(path_type=Path), default="runs/precision-study", show_default=True)
@click.option("--steps", default=120, show_default=True)
@click.option("--seq-length", default=64, show_default=True)
@click.option("--validation-batches", default=32, show_default=True)
@click.option("--seeds", default=3, show_default=True)
@click.option("--docs", type=click.Path(exists=True, path_type=Path), help="Page whose table is rewritten.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Also write all results to FILE.")
def main(
    formex: Path | None,
    folder: Path,
    steps: int,
    seq_length: int,
    validation_batches: int,
    seeds: int,
    docs: Path | None,
    json_file: Path | None,
) -> None:
    """Train every variant with every seed and compare the last validation losses."""
    formex = formex or Path(os.environ.get("LEXATRON_FORMEX", ROOT.parent / "shared" / "formex"))
    size, folder = Size(steps, seq_length, validation_batches), folder.resolve()
    corpus = prepare(folder, formex)
    import nemo.collections.llm  # noqa: F401 - once, before the runs are forked

    import plugins.emulation.callback  # noqa: F401

    results = []
    for seed in range(1, seeds + 1):
        for variant in VARIANTS:
            results.append(measure(variant, seed, size, corpus, folder))
            console.print(f"{variant.name}, seed {seed}: {results[-1].val_loss:.4f}", highlight=False)
    rows = table(results)
    summary_table(
        "Emulated precision",
        ["linear layers", "validation loss", "difference", "seconds a run"],
        [(row.variant, spread(row.losses), spread(row.differences, "+"), f"{row.seconds:.0f}") for row in rows],
    )
    if docs:
        write_page(docs, page(rows, size, seeds, corpus))
    write_json(json_file, [asdict(result) for result in results])


if __name__ == "__main__":
    main()
