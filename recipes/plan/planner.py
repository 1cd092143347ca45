"""One recipe on one layout, planned: memory, speed and cost; what the command shows and the search compares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

import nemo_run as run

from data_prep.manifest import MANIFEST
from lexatron.errors import UserError
from recipes import data
from recipes.layouts import Layout
from recipes.overrides import build, split_arguments
from recipes.plan.cost import Run, cost
from recipes.plan.memory import MemoryPlan, plan_memory
from recipes.plan.speed import Speed, speed
from recipes.plan.workload import Workload, read
from recipes.recipe import Factory
from recipes.registry import parameters

LUMI_VOCABULARY = 32_768  # of the tokenizer that Lumi is made for; the Llama recipes state theirs


@dataclass(frozen=True)
class Planned:
    """A recipe on a layout.

    Attributes:
        recipe: its name.
        precision: as the user names it.
        speed: None on a CPU and in FP32, which have no estimate.
    """

    recipe: str
    precision: str
    layout: Layout
    work: Workload
    memory: MemoryPlan
    speed: Speed | None
    run: Run

    @property
    def fits(self) -> bool:
        """Whether every rank fits."""
        return self.memory.fits


@dataclass(frozen=True)
class Question:
    """A recipe and what the user said of it, without its layout.

    Attributes:
        words: `key=value` settings and dotted overrides.
        price: of one GPU for an hour, in whatever currency.
    """

    function: Factory
    words: tuple[str, ...]
    price: float | None = None

    def build(self, layout: Layout) -> run.Partial:
        """The recipe on a layout, which need not be in its table."""
        return build(_laid_out(self.function, layout), self.words)

    def plan(self, layout: Layout) -> Planned:
        """Plan it on a layout.

        Raises:
            UserError: the layout does not divide the model, the batch or the GPUs, or the precision needs another GPU.
        """
        recipe, gpu = self.build(layout), layout.hardware
        work, memory = read(recipe), plan_memory(recipe, gpu)
        estimate = None if gpu is None or work.number_format not in gpu.peak_flops else speed(work, gpu)
        return Planned(
            recipe=self.function.__name__,
            precision=self.setting("precision"),
            layout=layout,
            work=work,
            memory=memory,
            speed=estimate,
            run=cost(
                recipe, work, estimate, memory.checkpoint_bytes, epoch_sequences=self.epoch(work), price=self.price
            ),
        )

    def setting(self, name: str) -> str:
        """A setting as a word: the user's, else the recipe's default."""
        given, _ = split_arguments(self.function, self.words)
        return given.get(name, str(parameters(self.function)[name].default))

    def epoch(self, work: Workload) -> float | None:
        """Sequences of one epoch: what the user said, else what is on disk; None where neither is."""
        known = parameters(self.function)
        name, folder = ("tokens", "corpus") if "corpus" in known else ("samples", "dataset")
        amount = self.setting(name)
        if amount != "None":
            return float(amount) / (work.seq_length if name == "tokens" else 1)
        try:
            if name == "tokens":
                return data.training_tokens(self.setting(folder)) / work.seq_length
            return float(data.count_questions(self.setting(folder)))
        except UserError:
            return None


def _laid_out(function: Factory, layout: Layout) -> Callable[..., run.Partial]:
    """The recipe function with its layout fixed, for `recipes.overrides.build`."""

    @wraps(function)
    def fixed(**settings: Any) -> run.Partial:
        settings.pop("layout", None)
        return function.with_layout(layout, **settings)

    return fixed


def assumed_vocabulary(model: str, function: Factory, words: Sequence[str]) -> list[str]:
    """An override for Lumi's vocabulary where no tokenizer is on disk yet; the other recipes state theirs."""
    if model != "lumi":
        return []
    question = Question(function, tuple(word for word in words if "." not in word.partition("=")[0]))
    known = parameters(function)
    if any(word.startswith("model.config.vocab_size=") for word in words):
        return []
    folder = Path(question.setting("corpus" if "corpus" in known else "tokenizer"))
    if (folder / MANIFEST).is_file() or (folder / "tokenizer.json").is_file():
        return []
    return [f"model.config.vocab_size={LUMI_VOCABULARY}"]
