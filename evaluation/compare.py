"""Several models, one test set, one corpus: every metric of each, in `eval.json`.

A model's result is a stage of its own (`models/NAME/`): a killed comparison begins again with the model it
was at, and a changed model, test set, corpus, option or line of code makes its model's result anew.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from data_prep.limits import DEFAULT, MANIFEST, read_limits
from evaluation.generate import Speed, generate
from evaluation.harness import choice_docs, run_lm_eval, write_choice_docs
from evaluation.heldout import HeldOut, load_heldout
from evaluation.models import LoadedModel, load_model, model_files
from evaluation.perplexity import perplexities
from evaluation.scores import ScoredAnswer, score_answer, summarise
from evaluation.testset import Question, load_testset, spread
from lexatron.atomic import remove_leftovers, write_text
from lexatron.console import console, progress_bar
from lexatron.stage import Fingerprint, Marker, fingerprint, read_marker, write_marker

CODE = (
    "data_prep.instruct",
    "data_prep.limits",
    *(
        f"evaluation.{module}"
        for module in (
            "citations", "compare", "generate", "harness", "heldout", "intervals", "metrics", "models", "perplexity",
            "scores", "testset",
        )
    ),
)  # fmt: skip
HEADLINE = {
    "metric": "citation_accuracy",
    "group": "seen",
    "means": "questions in held-out wordings about acts that were part of training",
}


@dataclass(frozen=True)
class CompareConfig:
    """What a comparison may vary.

    Attributes:
        limit: at most so many questions, spread over the test set; None asks all.
        max_new_tokens: an answer is cut there.
        max_input_tokens: a longer prompt is not asked and counts as wrong; None leaves that to the model's context.
        perplexity_tokens: at most so many held-out tokens a language (whole documents).
        lm_eval: documents for the lm-eval task at most; 0 leaves it out.
        seed: of the bootstrap.
    """

    limit: int | None = None
    max_new_tokens: int = 96
    max_input_tokens: int | None = None
    batch_size: int = 64
    perplexity_tokens: int = 50_000
    lm_eval: int = 100
    seed: int = 0


@dataclass(frozen=True)
class AnswerLimits:
    """The limits of `CompareConfig` for one test set; `said` tells the user where they come from, or is empty."""

    max_new_tokens: int
    max_input_tokens: int | None
    said: str = ""


def answer_limits(testset: Path, max_new_tokens: int | None) -> AnswerLimits:
    """What the user asks for, else what the manifest beside the test set says of the default task, else 96 tokens.

    Raises:
        UserError: that manifest is damaged.
    """
    limits = read_limits(testset).get(DEFAULT)
    if limits is None:
        return AnswerLimits(max_new_tokens or CompareConfig.max_new_tokens, None)
    chosen = max_new_tokens or limits.max_output_tokens
    taken = f"--max-new-tokens {chosen} and " if max_new_tokens is None else ""
    said = f"{taken}at most {limits.max_input_tokens} tokens of a prompt, as {testset.parent / MANIFEST} says"
    return AnswerLimits(chosen, limits.max_input_tokens, said)


@dataclass(frozen=True)
class Task:
    """What every model is given: questions, held-out documents, and the CELEX numbers known to exist."""

    questions: Sequence[Question]
    heldout: HeldOut | None
    known: frozenset[str]
    files: Sequence[Path]

    def counts(self) -> dict[str, Any]:
        """What was asked: questions by language and share, and held-out tokens."""
        questions = self.questions
        languages = sorted({question.language for question in questions})
        return {
            "questions": len(questions),
            "seen": sum(question.seen for question in questions),
            "unseen": sum(not question.seen for question in questions),
            "with_article": sum(any(c.article for c in question.citations) for question in questions),
            "acts": len({question.act for question in questions}),
            "by_language": {lang: sum(q.language == lang for q in questions) for lang in languages},
            "known_celex": len(self.known),
            "heldout": self.heldout.counts() if self.heldout else None,
        }


def compare(
    models: Mapping[str, Path], testset: Path, out: Path, corpus: Path | None, config: CompareConfig
) -> dict[str, Any]:
    """Evaluate every model and write `eval.json`, `answers-NAME.jsonl` and `models/NAME/` into `out`.

    Args:
        models: name -> exported model folder, in the order of the report.
        corpus: the corpus folder whose held-out acts give the perplexity; None leaves that metric out.

    Returns:
        What `eval.json` holds.

    Raises:
        UserError: an input is missing or damaged; nothing half-written stays behind.
    """
    task = _task(testset, corpus, config)
    files = {name: _checked(folder, task) for name, folder in models.items()}  # complain before the first hour of work
    results = {}
    for name, folder in models.items():
        stage = fingerprint([*files[name], *task.files], asdict(config), *CODE)
        results[name] = _finished(name, out, stage) or _evaluate(name, folder, out, task, config, stage)
    report = {
        "headline": HEADLINE,
        "models": results,
        "counts": task.counts(),
        "config": asdict(config),
    }
    write_text(out / "eval.json", _json(report))
    return report


def _task(testset: Path, corpus: Path | None, config: CompareConfig) -> Task:
    questions = load_testset(testset)
    heldout = load_heldout(corpus, config.perplexity_tokens) if corpus else None
    expected = {citation.celex for question in questions for citation in question.citations}
    return Task(
        questions=spread(questions, config.limit),
        heldout=heldout,
        known=frozenset(expected | (heldout.known if heldout else frozenset())),
        files=[testset, *([heldout.file] if heldout else [])],
    )


def _checked(folder: Path, task: Task) -> list[Path]:
    """A model's files, once it is sure that they are one and read tokens as the corpus does."""
    files = model_files(folder)
    if task.heldout:
        task.heldout.check_tokenizer(folder)
    return files


def answers_path(out: Path, name: str) -> Path:
    """Where a model's answers stand, one JSON line each."""
    return out / f"answers-{name}.jsonl"


def _finished(name: str, out: Path, stage: Fingerprint) -> dict[str, Any] | None:
    """The result of an earlier run with the same fingerprint, or None; says why an old one is not used."""
    folder = out / "models" / name
    marker = read_marker(folder)
    if marker is None:
        return None
    changes = stage.changes(marker.fingerprint)
    if changes or not (folder / "result.json").is_file() or not answers_path(out, name).is_file():
        console.print(f"{name}: evaluated before, but {' and '.join(changes) or 'its files'} changed; evaluating again")
        return None
    console.print(f"{name}: evaluated before over the same input, nothing to do")
    result: dict[str, Any] = json.loads((folder / "result.json").read_text("utf-8"))
    return result


def _evaluate(
    name: str, folder: Path, out: Path, task: Task, config: CompareConfig, stage: Fingerprint
) -> dict[str, Any]:
    """Evaluate one model; the marker is written last."""
    start, target = time.perf_counter(), out / "models" / name
    (target / "stage.json").unlink(missing_ok=True)
    for place in (out, target):
        remove_leftovers(place)
    loaded = load_model(folder)
    scored, speed = _answer_all(name, loaded, task, config)
    summary = summarise(scored, config.seed)
    result: dict[str, Any] = {
        **summary.metrics,
        "perplexity": _perplexity(name, loaded, task.heldout),
        "intervals": {
            metric: {group: [interval.low, interval.high] for group, interval in groups.items()}
            for metric, groups in summary.intervals.items()
        },
        "finish": {how: sum(s.answer.finish == how for s in scored) for how in ("stop", "length", "too_long")},
        "speed": asdict(speed),
        "lm_eval": _lm_eval(loaded, target, task, config),
        "parameters": loaded.num_parameters,
    }
    write_text(answers_path(out, name), _lines(s.to_json() for s in scored))
    write_text(target / "result.json", _json(result))
    seconds = round(time.perf_counter() - start, 3)
    write_marker(target, Marker("evaluate", stage, {"questions": len(scored), **result["finish"]}, seconds))
    return result


def _answer_all(name: str, loaded: LoadedModel, task: Task, config: CompareConfig) -> tuple[list[ScoredAnswer], Speed]:
    with progress_bar("questions") as bar:
        answers, speed = generate(
            loaded,
            [question.prompt for question in task.questions],
            max_new_tokens=config.max_new_tokens,
            max_input_tokens=config.max_input_tokens,
            batch_size=config.batch_size,
            advance=partial(bar.advance, bar.add_task(f"{name}: answers", total=len(task.questions))),
        )
    known = task.known if task.heldout else None
    pairs = zip(task.questions, answers, strict=True)
    return [score_answer(question, answer, known) for question, answer in pairs], speed


def _perplexity(name: str, loaded: LoadedModel, heldout: HeldOut | None) -> dict[str, float] | None:
    if heldout is None:
        return None
    with progress_bar("tokens") as bar:
        job = bar.add_task(f"{name}: held-out acts", total=heldout.num_tokens)
        return perplexities(loaded, heldout.documents, heldout.eos_id, partial(bar.advance, job))


def _lm_eval(loaded: LoadedModel, target: Path, task: Task, config: CompareConfig) -> dict[str, Any] | None:
    """The lm-eval task over an even spread of its documents; None where it is off or cannot be built."""
    docs = spread(choice_docs(task.questions), config.lm_eval) if config.lm_eval else []
    if not docs:
        return None
    choices = target / "choices.jsonl"
    write_choice_docs(docs, choices)
    return asdict(run_lm_eval(loaded, choices, config.batch_size))


def _lines(rows: Iterable[Any]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
