"""lm-evaluation-harness as it is: its evaluator and its `hf` back end, on a task of ours and local data.

The task is `tasks/lexatron_which_celex.yaml`: a question with four answers that differ only in the CELEX
number, so that language skill alone does not tell them apart.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from evaluation.models import LoadedModel, load_model, model_files, work_offline
from evaluation.testset import Question, load_testset, spread
from lexatron.atomic import write_text
from lexatron.errors import UserError

TASK = "lexatron_which_celex"
TASKS = Path(__file__).parent / "tasks"
NUM_CHOICES = 4


@dataclass(frozen=True)
class ChoiceDoc:
    """One multiple-choice document: `choices[gold]` is the reference answer."""

    id: str
    question: str
    choices: list[str]
    gold: int


@dataclass(frozen=True)
class HarnessResult:
    """What lm-eval reports: accuracy, its standard error (None for a single document), documents asked."""

    task: str
    version: str
    acc: float
    acc_stderr: float | None
    documents: int
    chance: float


def choice_docs(questions: Sequence[Question]) -> list[ChoiceDoc]:
    """Multiple-choice documents from those questions whose reference answer prints its CELEX number.

    Wrong numbers are those that answer other questions of the same share (seen or unseen) and have the same
    length, so that every number is right about as often as wrong: a model that merely prefers some numbers,
    or short ones, or those it was trained on, stays at chance. A question with fewer than three such others
    is left out.
    """
    acts = sorted({(question.seen, len(question.act), question.act) for question in questions})
    pools: dict[tuple[bool, int], list[str]] = defaultdict(list)
    for seen, length, celex in acts:
        pools[seen, length].append(celex)
    docs = (_choice_doc(question, pools[question.seen, len(question.act)]) for question in questions)
    return [doc for doc in docs if doc is not None]


def _choice_doc(question: Question, pool: Sequence[str]) -> ChoiceDoc | None:
    celex = question.act
    others = [other for other in pool if other != celex]
    if celex not in question.reference or len(others) < NUM_CHOICES - 1:
        return None
    others.sort(key=lambda other: hashlib.sha256(f"{question.id} {other}".encode()).digest())
    options = sorted([celex, *others[: NUM_CHOICES - 1]])
    choices = [question.reference.replace(celex, option) for option in options]
    return ChoiceDoc(question.id, question.prompt, choices, options.index(celex))


def write_choice_docs(docs: Iterable[ChoiceDoc], path: Path) -> None:
    """Write the task's data, one document a line."""
    write_text(path, "".join(json.dumps(asdict(doc), ensure_ascii=False) + "\n" for doc in docs))


def run_lm_eval(loaded: LoadedModel, choices: Path, batch_size: int) -> HarnessResult:
    """Run the task through `lm_eval.simple_evaluate` with the `hf` back end, chat template applied.

    What lm-eval and its children print is swallowed; its errors are raised as they are.
    """
    work_offline()
    logging.getLogger("lm_eval").setLevel(logging.ERROR)
    import lm_eval
    from datasets.utils.logging import disable_progress_bar
    from lm_eval.models.huggingface import HFLM
    from lm_eval.tasks import TaskManager

    disable_progress_bar()
    with TemporaryDirectory() as folder, _quiet():
        _write_task(Path(folder), choices)
        results: Any = lm_eval.simple_evaluate(
            model=HFLM(pretrained=loaded.model, tokenizer=loaded.tokenizer, batch_size=batch_size),
            tasks=[TASK],
            task_manager=TaskManager(include_path=folder, include_defaults=False),
            apply_chat_template=True,
            log_samples=False,
        )
    return _result(results)


@contextmanager
def _quiet() -> Iterator[None]:
    """Send standard error to nowhere, also that of child processes (lm-eval asks git for a commit)."""
    sys.stderr.flush()
    kept, nowhere = os.dup(2), os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    try:
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
        os.close(nowhere)


def _write_task(folder: Path, choices: Path) -> None:
    """A YAML that includes ours and adds where the data stand, which lm-eval takes from the file alone."""
    data = {"data_files": {"test": str(choices.resolve())}, "cache_dir": str(folder / "cache")}
    task = {"include": str(TASKS / f"{TASK}.yaml"), "dataset_kwargs": data}
    (folder / f"{TASK}.yaml").write_text(yaml.safe_dump(task), "utf-8")


def _result(results: Any) -> HarnessResult:
    figures = results["results"][TASK]
    stderr = figures["acc_stderr,none"]
    return HarnessResult(
        task=TASK,
        version=str(results["versions"][TASK]),
        acc=float(figures["acc,none"]),
        acc_stderr=stderr if isinstance(stderr, float) else None,
        documents=int(results["n-samples"][TASK]["effective"]),
        chance=1 / NUM_CHOICES,
    )


def evaluate_task(
    models: Mapping[str, Path], testset: Path, out: Path, limit: int | None, batch_size: int
) -> dict[str, dict[str, Any]]:
    """Run the task over a test set for each model; results by model name, also in `lm_eval.json`.

    Raises:
        UserError: a model or the test set cannot be read, or the test set is too small for the task.
    """
    for folder in models.values():
        model_files(folder)
    docs = spread(choice_docs(load_testset(testset)), limit)
    if not docs:
        raise UserError(
            f"no {NUM_CHOICES} acts to choose from, of one share and with CELEX numbers of one length",
            where=testset,
            remedy="make the test set from more acts with `lexatron data qa`",
        )
    write_choice_docs(docs, out / "choices.jsonl")
    results = {
        name: asdict(run_lm_eval(load_model(folder), out / "choices.jsonl", batch_size))
        for name, folder in models.items()
    }
    write_text(out / "lm_eval.json", json.dumps(results, indent=2) + "\n")
    return results
