"""The pipelines: plain functions from settings to stages, each stage a command that a user could type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from difflib import get_close_matches
from math import inf

from launch.stage import Stage
from lexatron.errors import UserError


@dataclass(frozen=True, kw_only=True)
class Inputs:
    """What a pipeline begins with; options of a stage's command are set as STAGE.OPTION=value.

    `corpus.near-duplicates=0.9 qa.pairs=50000 cpt.layout=h100x64 sft.epochs=2 evaluate.limit=200`
    """

    formex: str | None = None
    """FORMEX files, folders or zips, with commas between them; the first stage reads them."""
    acts: str = "data/acts"
    """Where the acts are, if formex is not given."""
    tokenizer: str | None = None
    """Of the base model: a folder or a hub name; None: that of hf, and for Lumi one is trained on the acts."""
    hf: str | None = None
    """The downloaded base model, which is imported first, and compared with."""
    checkpoint: str | None = None
    """A NeMo checkpoint to start from, instead of hf."""
    models: str = ""
    """For an evaluation: exported models as NAME=DIR, with commas between them."""
    testset: str = "data/sft/test.jsonl"
    """For an evaluation: the questions."""
    corpus: str = "data/cpt"
    """For an evaluation: the corpus whose held-out acts give the perplexity."""
    minutes: float | None = None
    """Of a timed session: how long it may take; None: as its name says."""


@dataclass(frozen=True)
class Family:
    """A model of the pipelines: its recipes by what they are for."""

    cpt: str
    fast: str
    sft: str
    from_scratch: bool = False


FAMILIES = {
    "70b": Family("llama33_70b_cpt", "llama33_70b_cpt_fast", "llama33_70b_sft"),
    "8b": Family("llama31_8b_cpt", "llama31_8b_cpt_fast", "llama31_8b_sft"),
    "lumi": Family("lumi_tiny", "lumi_tiny", "lumi_sft", from_scratch=True),
}
SESSIONS = {"quick": 30.0, "prototype": 120.0, "experiment": 240.0}
"""Timed sessions, in minutes."""
CPT_SHARE, SFT_SHARE = 0.5, 0.2
"""Of a session's minutes; the rest is for data, export, evaluation and report."""

Options = Mapping[str, Sequence[str]]
"""Stage -> options that the user added to its command."""


def data(run: str, inputs: Inputs, family: Family) -> list[Stage]:
    """Acts, where FORMEX is given; a corpus; questions on it."""
    acts, stages = inputs.acts, list[Stage]()
    if inputs.formex is not None:
        acts, sources = f"{run}/acts", tuple(inputs.formex.split(","))
        arguments = ("data", "formex", *sources, "-o", acts)
        stages.append(Stage("formex", "data", arguments, inputs=sources, outputs=(f"{acts}/stage.json",)))
    before = tuple(stage.name for stage in stages)
    given = () if before else (acts,)
    tokenizer = inputs.tokenizer or inputs.hf
    if tokenizer is None:
        if not family.from_scratch:
            raise UserError("a base model needs its tokenizer", remedy="add hf=DIR of the model, or tokenizer=...")
        tokenizer = f"{run}/tokenizer"
        arguments = ("data", "tokenizer", acts, "-o", tokenizer)
        stages.append(Stage("tokenizer", "data", arguments, before, inputs=given, outputs=(tokenizer,)))
    before = tuple(stage.name for stage in stages)
    arguments = ("data", "corpus", acts, "-o", f"{run}/corpus", "--tokenizer", tokenizer)
    outputs = (f"{run}/corpus/manifest.json",)
    own = () if tokenizer == f"{run}/tokenizer" else (tokenizer,)
    stages.append(Stage("corpus", "data", arguments, before, inputs=(*given, *own), outputs=outputs))
    arguments = ("data", "qa", acts, "-o", f"{run}/qa", "--splits", f"{run}/corpus/splits.json")
    stages.append(Stage("qa", "data", arguments, ("corpus",), inputs=given, outputs=(f"{run}/qa/test.jsonl",)))
    return stages


def base(run: str, inputs: Inputs, family: Family) -> tuple[list[Stage], str | None]:
    """The stage that imports the base model, where there is one to import; and the checkpoint to start from."""
    if inputs.checkpoint is not None or (family.from_scratch and inputs.hf is None):
        return [], inputs.checkpoint
    if inputs.hf is None:
        raise UserError("a base model is needed", remedy="add hf=DIR of the downloaded model, or checkpoint=...")
    folder = f"{run}/base"
    stage = Stage("import", "convert", ("import", inputs.hf, "-o", folder), inputs=(inputs.hf,), outputs=(folder,))
    return [stage], folder


def training(
    run: str,
    name: str,
    recipe: str,
    settings: Sequence[str],
    after: Sequence[str],
    minutes: float | None,
    inputs: Sequence[str] = (),
) -> Stage:
    """A training stage; one that has so many minutes ends with a checkpoint when they are over."""
    limit = () if minutes is None else (f"max_minutes={minutes:g}",)
    arguments = ("train", recipe, *settings, f"run_dir={run}/{name}", *limit)
    outputs = (f"{run}/{name}/checkpoints",)
    return Stage(name, "train", arguments, tuple(after), tuple(inputs), outputs, run_dir=f"{run}/{name}")


def results(run: str, inputs: Inputs, trained: Sequence[str], *, initial: bool = False) -> list[Stage]:
    """Export what was trained, compare it with the base, and write the report."""
    named = [*([f"initial={run}/cpt/initial"] if initial else []), *(f"{name}={run}/{name}" for name in trained)]
    if inputs.checkpoint is not None and inputs.hf is None:
        named.insert(0, f"base={inputs.checkpoint}")
    names = [item.partition("=")[0] for item in named]
    export = Stage(
        "export",
        "convert",
        ("export", *named, "-o", f"{run}/models", "--verify"),
        tuple(trained),
        outputs=tuple(f"{run}/models/{name}" for name in names),
    )
    models = [*([f"base={inputs.hf}"] if inputs.hf else []), *(f"{name}={run}/models/{name}" for name in names)]
    return [export, *evaluation(run, models, f"{run}/qa/test.jsonl", f"{run}/corpus", ("export",))]


def evaluation(run: str, models: Sequence[str], testset: str, corpus: str, after: Sequence[str] = ()) -> list[Stage]:
    """Compare models, and write the report."""
    flags = [part for model in models for part in ("--model", model)]
    arguments = ("eval", "compare", *flags, "--testset", testset, "--corpus", corpus, "-o", f"{run}/eval")
    inputs = () if after else (*(model.partition("=")[2] for model in models), testset, corpus)
    outputs = (f"{run}/eval/eval.json",)
    return [
        Stage("evaluate", "evaluate", arguments, tuple(after), inputs=inputs, outputs=outputs),
        Stage("report", "report", ("report", run), ("evaluate",), outputs=(f"{run}/report.html",)),
    ]


def full(run: str, inputs: Inputs, family: Family, *, fast: bool = False, minutes: float | None = None) -> list[Stage]:
    """Law to report: data, continued pre-training, fine-tuning, export, evaluation."""
    made = data(run, inputs, family)
    imported, checkpoint = base(run, inputs, family)
    first = ("save_initial=True",) if checkpoint is None else (f"checkpoint={checkpoint}",)
    scratch = ("profile=scratch",) if checkpoint is None else ()
    cpt = training(
        run,
        "cpt",
        family.fast if fast else family.cpt,
        (f"corpus={run}/corpus", *first, *scratch),
        ("corpus", *(stage.name for stage in imported)),
        None if minutes is None else minutes * CPT_SHARE,
        (inputs.checkpoint,) if inputs.checkpoint else (),
    )
    sft = training(
        run,
        "sft",
        family.sft,
        (f"dataset={run}/qa", f"tokenizer={run}/corpus/tokenizer", f"checkpoint={run}/cpt"),
        ("qa", "cpt"),
        None if minutes is None else minutes * SFT_SHARE,
    )
    return [*made, *imported, cpt, sft, *results(run, inputs, ("cpt", "sft"), initial=checkpoint is None)]


def fast(run: str, inputs: Inputs, family: Family) -> list[Stage]:
    """The same with the fast pre-training: the newest regulations and directives, shorter sequences, fewer epochs."""
    return [_with(stage, "corpus", ("--profile", "fast")) for stage in full(run, inputs, family, fast=True)]


def sft_only(run: str, inputs: Inputs, family: Family) -> list[Stage]:
    """Fine-tune a base model on the questions, without pre-training."""
    made = data(run, inputs, family)
    imported, checkpoint = base(run, inputs, family)
    if checkpoint is None:
        raise UserError("fine-tuning needs a checkpoint", remedy="add hf=DIR or checkpoint=...")
    settings = (f"dataset={run}/qa", f"tokenizer={run}/corpus/tokenizer", f"checkpoint={checkpoint}")
    given = (inputs.checkpoint,) if inputs.checkpoint else ()
    sft = training(run, "sft", family.sft, settings, ("qa", *(stage.name for stage in imported)), None, given)
    return [*made, *imported, sft, *results(run, inputs, ("sft",))]


def evaluation_only(run: str, inputs: Inputs, family: Family) -> list[Stage]:
    """Compare exported models over a test set."""
    if not inputs.models:
        raise UserError("no models to evaluate", remedy="add models=base=DIR,sft=DIR")
    return evaluation(run, inputs.models.split(","), inputs.testset, inputs.corpus)


def _with(stage: Stage, name: str, options: Sequence[str]) -> Stage:
    from dataclasses import replace

    return replace(stage, arguments=(*stage.arguments, *options)) if stage.name == name else stage


@dataclass(frozen=True)
class Pipeline:
    """A pipeline by its name.

    Attributes:
        name: of `lexatron pipeline`.
        family: its model.
        summary: what it does.
        stages: the function that makes its stages.
    """

    name: str
    family: Family
    summary: str
    stages: Callable[[str, Inputs, Family], list[Stage]]

    def takes(self, key: str) -> bool:
        """Whether it uses an input."""
        if self.name.endswith("_eval"):
            return key in EVALUATED
        return key not in EVALUATED and (key != "minutes" or self.name.endswith(tuple(SESSIONS)))


EVALUATED = ("models", "testset", "corpus")
"""The inputs of an evaluation; no other pipeline has them, and it has no others."""


def _session(name: str) -> Callable[[str, Inputs, Family], list[Stage]]:
    def session(run: str, inputs: Inputs, family: Family) -> list[Stage]:
        return full(run, inputs, family, minutes=inputs.minutes or SESSIONS[name])

    return session


_KINDS: tuple[tuple[str, str, Callable[[str, Inputs, Family], list[Stage]]], ...] = (
    ("", "Law to report: corpus, pre-training, fine-tuning, export, evaluation", full),
    ("_fast", "The same with the fast pre-training", fast),
    ("_sft", "Fine-tuning only, on a base model", sft_only),
    ("_eval", "Evaluation only, of exported models", evaluation_only),
    *(
        (f"_{name}", f"A session of {minutes:g} minutes that ends with a report", _session(name))
        for name, minutes in SESSIONS.items()
    ),
)
PIPELINES = {
    f"eurlex_{model}{suffix}": Pipeline(f"eurlex_{model}{suffix}", family, summary, function)
    for model, family in FAMILIES.items()
    for suffix, summary, function in _KINDS
}


def find(name: str) -> Pipeline:
    """The pipeline of that name.

    Raises:
        UserError: there is none; the nearest name is suggested.
    """
    if name in PIPELINES:
        return PIPELINES[name]
    near = get_close_matches(name, PIPELINES, n=1)
    hint = f"did you mean {near[0]}?" if near else "lexatron pipeline --list shows them"
    raise UserError(f"unknown pipeline {name!r}", remedy=hint)


def build(pipeline: Pipeline, run: str, arguments: Sequence[str]) -> list[Stage]:
    """The stages of a pipeline with the user's key=value arguments.

    Raises:
        UserError: an argument is not key=value, its key is unknown, its value of another type, or an input is missing.
    """
    known = {field.name: field for field in fields(Inputs)}
    inputs: dict[str, object] = {}
    options: dict[str, list[tuple[str, str]]] = {}
    for argument in arguments:
        key, equals, value = argument.partition("=")
        stage, dot, option = key.partition(".")
        if not equals or not key:
            raise UserError(f"{argument!r} is not key=value")
        if dot:
            options.setdefault(stage, []).append((option, value))
        elif key in known:
            inputs[key] = _number(key, value) if key == "minutes" else value
        else:
            near = get_close_matches(key, known, n=1)
            remedy = f"did you mean {near[0]}?" if near else f"one of: {', '.join(known)}; or STAGE.OPTION=value"
            raise UserError(f"unknown setting {key!r}", remedy=remedy)
    for key in inputs:
        if not pipeline.takes(key):
            raise UserError(f"{pipeline.name} does not use {key}", remedy="leave it out: lexatron pipeline --list")
    stages = pipeline.stages(run, Inputs(**inputs), pipeline.family)  # type: ignore[arg-type]
    names = [stage.name for stage in stages]
    for name in options:
        if name not in names:
            raise UserError(f"{pipeline.name} has no stage {name!r}", remedy=f"one of: {', '.join(names)}")
    return [_with(stage, stage.name, _options(stage, options.get(stage.name, ()))) for stage in stages]


def _options(stage: Stage, given: Sequence[tuple[str, str]]) -> list[str]:
    """`layout=...` for a training; `--pairs 100` for any other command, a flag where the value is true."""
    if stage.kind == "train":
        if "run_dir" in dict(given):
            raise UserError(f"{stage.name}.run_dir is the pipeline's own", remedy="move all of it with --run-dir")
        return [f"{option}={value}" for option, value in given]
    found: list[str] = []
    for option, value in given:
        found += [f"--{option}"] if value.lower() == "true" else [f"--{option}", value]
    return found


def _number(key: str, value: str) -> float:
    try:
        number = float(value)
    except ValueError:
        number = 0.0
    if not 0 < number < inf:
        raise UserError(f"{key}={value!r} is not a number above 0")
    return number
