"""Contexts of real recipes over real data, and a checkpoint that a real import made."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import LlamaConfig, LlamaForCausalLM

from recipes.check.context import Context, gather
from recipes.check.machine import FoundGpu, Machine, this_machine
from recipes.overrides import build
from recipes.registry import find

LAYERS, HIDDEN = 2, 128
SHAPE = (f"num_layers={LAYERS}", f"hidden_size={HIDDEN}")
H100 = FoundGpu("NVIDIA H100 80GB HBM3", (9, 0), 85 * 10**9)
B200 = FoundGpu("NVIDIA B200", (10, 0), 191 * 10**9)

Make = Callable[..., Context]


@pytest.fixture(scope="session")
def this() -> Machine:
    """The machine that runs the tests."""
    return this_machine()


@pytest.fixture(scope="session")
def with_gpus(this: Machine) -> Callable[..., Machine]:
    """This machine as it would be described with GPUs and Transformer Engine."""

    def describe(*gpus: FoundGpu, engine: str | None = "2.9.0+70f53666", cuda: str | None = "13.0") -> Machine:
        versions = {**this.versions, **({"transformer-engine": engine} if engine else {})}
        return replace(this, gpus=gpus, cuda=cuda, versions=versions)

    return describe


@pytest.fixture(scope="session")
def tiny_checkpoint(tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A NeMo checkpoint with the shape of `lumi_demo` at `SHAPE` and the tiny tokenizer."""
    from recipes.convert import import_hf

    folder = tmp_path_factory.mktemp("checkpoint")
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=1024,
        hidden_size=HIDDEN,
        intermediate_size=384,
        num_hidden_layers=LAYERS,
        num_attention_heads=2,
        num_key_value_heads=1,
        tie_word_embeddings=False,
    )
    LlamaForCausalLM(config).save_pretrained(folder / "hf")
    for file in (tiny_data / "corpus" / "tokenizer").iterdir():
        shutil.copy(file, folder / "hf")
    import_hf(folder / "hf", folder / "nemo")
    return folder / "nemo"


def context(name: str, machine: Machine, *arguments: str, **options: Any) -> Context:
    """What the checks see of a recipe that the arguments build."""
    given = {"gpu": None, "elsewhere": False, "fresh": False, "whole": False, "plan": False, **options}
    return gather(build(find(name).load(), arguments), name, machine, **given)


@pytest.fixture
def cpt(this: Machine, tiny_data: Path, tmp_path: Path) -> Make:
    """Contexts of pre-training on the tiny corpus."""
    data = (f"corpus={tiny_data / 'corpus'}", f"run_dir={tmp_path / 'run'}", *SHAPE)
    return lambda *arguments, **options: context("lumi_demo_cpt", this, *data, *arguments, **options)


@pytest.fixture
def sft(this: Machine, tiny_data: Path, tiny_checkpoint: Path, tmp_path: Path) -> Make:
    """Contexts of fine-tuning the tiny checkpoint on the tiny questions."""
    data = (f"dataset={tiny_data / 'qa'}", f"tokenizer={tiny_data / 'corpus' / 'tokenizer'}")
    start = (f"checkpoint={tiny_checkpoint}", f"run_dir={tmp_path / 'run'}", "samples=300", *SHAPE)
    return lambda *arguments, **options: context("lumi_demo_sft", this, *data, *start, *arguments, **options)


@pytest.fixture
def large(this: Machine, tmp_path: Path) -> Make:
    """Contexts of Llama 3.1 8B without data: what its recipe says, not what is on this disk."""
    data = ("tokens=446470190", f"run_dir={tmp_path / 'run'}", "layout=h100x8")
    return lambda *arguments, **options: context("llama31_8b_cpt", this, *data, *arguments, **options)
