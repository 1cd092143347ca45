"""Pages of `docs/` made from the code: `python -m recipes.tables` writes them, a test fails where they drift."""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import fields
from itertools import pairwise
from pathlib import Path

from recipes.precision import PRECISIONS
from recipes.registry import RECIPES
from recipes.settings import Adapting, Finetuning, Pretraining, Settings


def markdown(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table."""
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(str(cell) for cell in line)} |" for line in lines) + "\n"


def recipes_page() -> str:
    """`docs/recipes.md`: recipes, and what they train."""
    from recipes.plan.shipped import parameter_counts

    recipes = markdown(
        ["recipe", "model", "stage", "what"], [(f"`{r.name}`", r.model, r.stage, r.summary) for r in RECIPES.values()]
    )
    counts = [(f"`{name}`", f"{count:,}") for name, count in parameter_counts().items()]
    return f"""# Recipes

Made by `python -m recipes.tables`; do not edit.

{recipes}
## Parameters
Counted on the real Megatron model, embedding and output layer (which are not shared) included. Lumi's are those with
its vocabulary of 32,768 tokens: not the 6, 42 and 124 million that were once said of these shapes. Another tokenizer
gives another number.

{markdown(["model", "parameters"], counts)}
## Settings
`lexatron train RECIPE --dryrun` prints the whole configuration. Settings are given as `key=value`; anything inside
the configuration by its path, in NeMo-Run's syntax: `trainer.strategy.context_parallel_size=2`, `optim.config.lr*=0.5`.
Layouts are in [layouts.md](layouts.md), precisions in [precision.md](precision.md). Recipes change defaults, never
meanings; those of a recipe: `lexatron train RECIPE --dryrun`.

{"".join(_settings_table(kind) for kind in (Settings, Pretraining, Finetuning, Adapting))}"""


def _settings_table(kind: type[Settings]) -> str:
    """The settings that a dataclass adds or changes, with their defaults and the strings that stand below them."""
    body = ast.parse(inspect.getsource(kind)).body[0]
    assert isinstance(body, ast.ClassDef)
    notes: dict[str, str] = {}
    for statement, below in pairwise([*body.body, ast.Pass()]):
        if isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
            text = below.value.value if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) else ""
            notes[statement.target.id] = " ".join(str(text).split()).replace("|", "or")
    defaults = {field.name: field.default for field in fields(kind)}
    rows = [(f"`{name}`", f"`{defaults[name]}`", text) for name, text in notes.items()]
    return f"### {inspect.getdoc(kind)}\n{markdown(['setting', 'default', 'what'], rows)}\n"


def cpu_page() -> str:
    """`docs/cpu.md`: what the CPU backend replaces, and why."""
    import plugins.cpu

    rows = {(patch.why, patch.target.rsplit(".", 1)[0]): "" for patch in plugins.cpu.patches()}
    for patch in plugins.cpu.patches():
        owner, name = patch.target.rsplit(".", 1)
        rows[patch.why, owner] += f" `{name}`"
    table = markdown(
        ["of", "replaced", "because"], [(f"`{owner}`", names, why) for (why, owner), names in rows.items()]
    )
    return f"""# NeMo and Megatron on a CPU

Made by `python -m recipes.tables`; do not edit.

`import plugins` switches the backend on where PyTorch finds no CUDA device; with one, nothing is touched.
`LEXATRON_CPU_BACKEND=0` prevents it. NVIDIA does not support this; what we rely on is tested: world sizes 1 and 2,
tensor parallel, pipeline parallel, sequence parallel and data parallel with the distributed optimizer train, validate,
checkpoint and resume on gloo (`tests/plugins/test_parallel.py`). Losses follow those of one process to 2e-4 in FP32 and
2e-2 in BF16 over eight steps: the arithmetic differs only in the order of sums. A resumed run is the uninterrupted one,
bit by bit, for pre-training and for fine-tuning (`tests/plugins/test_resume.py`).

Beside the replacements: a layer spec in plain torch with Transformer Engine's parameter names
(`plugins/cpu/layers.py`), so that Hugging Face import and export and LoRA see what they expect, and an Adam with
FusedAdam's state (`plugins/cpu/adam.py`), which the distributed optimizer's checkpoints need.

More in NeMo 2.7 is mended everywhere, on GPUs too:
- `plugins.resume.LastWholeCheckpoint`: a run killed in its first save starts again instead of giving up.
- `plugins.sft_data.ResumableChatDataModule`: a resumed fine-tuning repeats no batch.
- `plugins.callbacks.FinishedBatchCounts`: a resumed run validates on the same steps.
- `plugins.callbacks.MissedValidation`: a run that ended between a save and its validation makes up for it.

## What is replaced
{table}"""


def layouts_page() -> str:
    """`docs/layouts.md`: the shipped layouts with their plans."""
    from recipes.plan.shipped import page

    return page()


def precision_page() -> str:
    """`docs/precision.md`: what is in which format, for every precision."""
    from recipes.precision_page import LAYOUT, RECIPE, columns, optimizer_rows

    formats = columns()
    rows = [
        [name, *(f"`{precision}`" if name == "" else formats[precision][name] for precision in formats)]
        for name in next(iter(formats.values()))
    ]
    needs = [
        (f"`{p.name}`", ".".join(map(str, p.compute_capability)) if p.needs else "any, and a CPU", p.summary)
        for p in PRECISIONS.values()
    ]
    optimizers = markdown(
        ["`optimizer` of a layout", "master weights", "moments", "gradients", "bytes a parameter"], optimizer_rows()
    )
    return f"""# Precision

Made by `python -m recipes.tables`; do not edit. The tables are read from built recipes.

`precision=NAME` on any recipe; `lexatron plan` and `lexatron train` refuse what the GPU of the layout lacks. Without
Transformer Engine NeMo ignores FP8 and FP4 in silence, so on a CPU they are refused too; there
`precision_emulation=fp8|fp8_current|nvfp4` shows what they do to the loss ([study](precision_study.md)).

{markdown(["precision", "compute capability", "what"], needs)}
## What is in which format

`{RECIPE} layout={LAYOUT}`, all layers that are not in BF16 throughout.

{markdown(["component", *(f"`{name}`" for name in formats)], rows)}
FP8 and NVFP4 can hand over to BF16 for the decay phase: `bf16_decay=0.15` runs the last 15 % of the steps in BF16,
which narrowed the gap that NVFP4 leaves in the loss (arXiv 2509.25149).

## What the optimizer keeps

Weights + gradients + optimizer, in bytes a parameter before sharding, with weights in BF16.

{optimizers}"""


def environment_page() -> str:
    """`docs/environment.md`: the environment variables that layouts, precisions and settings need."""
    from recipes.environment import LEFT_OUT
    from recipes.environment_page import KINDS, PRECISION, kind_rows, precision_rows, reason_rows

    examples = markdown(["kind of layout", "here"], [(kind, " ".join(f"`{w}`" for w in KINDS[kind])) for kind in KINDS])
    left_out = [(f"`{left.name}`".replace(", ", "`, `"), left.why, left.source) for left in LEFT_OUT]
    return f"""# Environment variables

Made by `python -m recipes.tables`; do not edit. The tables are read from built recipes.

A job gets what its layout, precision and settings need (`recipes/environment.py`). What you have set yourself wins.
They change speed and memory, and results by no more than the order of sums. None has been measured here yet: each is
NVIDIA's, for the versions of the NeMo 25.11 container.

## By kind of layout

{markdown(["variable", *KINDS], kind_rows())}
{examples}
## By precision

On top of `precision=bf16`, `{" ".join(PRECISION)}`:

{markdown(["precision", "adds"], precision_rows())}
## Why

{markdown(["variable", "because", "source"], reason_rows())}
## Not set

{markdown(["variable", "because", "source"], left_out)}"""


PAGES: dict[str, Callable[[], str]] = {
    "recipes.md": recipes_page,
    "layouts.md": layouts_page,
    "precision.md": precision_page,
    "environment.md": environment_page,
    "cpu.md": cpu_page,
}


def main(folder: str = "docs") -> None:
    """Write every page."""
    for name, page in PAGES.items():
        (Path(folder) / name).write_text(page(), "utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
