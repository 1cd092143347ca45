"""NeMo to Hugging Face: whole models, and LoRA and QLoRA runs merged or as a PEFT adapter."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from nemo.collections.llm.gpt.model.llama import HFLlamaExporter
from peft import PeftModel
from transformers import AutoModelForCausalLM, LlamaConfig, LlamaForCausalLM
from transformers.modeling_utils import no_init_weights

import plugins  # noqa: F401 - switches the CPU backend on where there is no GPU
from lexatron.atomic import atomic_folder
from lexatron.errors import UserError
from plugins import qlora
from recipes.convert import agreement, hf_folder, peft_folder
from recipes.convert.source import Source


@dataclass(frozen=True)
class Export:
    """What an export gave: the folder, and how far its logits are from NeMo's (None where not compared)."""

    folder: Path
    max_logit_difference: float | None = None


class LlamaExporter(HFLlamaExporter):
    """NeMo's exporter of tensors, with our `config.json` in place of the one that it derives."""

    hf_config: Any

    @property
    def config(self) -> Any:
        """The configuration of the Hugging Face model."""
        return self.hf_config


def export_hf(
    checkpoint: str | Path, output: str | Path, *, base: str | Path | None = None, verify: bool = False
) -> Export:
    """Turn a NeMo checkpoint into a Hugging Face folder that `transformers` loads and generates with.

    A LoRA or QLoRA checkpoint is merged into its base: the sum is made in FP32 and rounded once.

    Args:
        checkpoint: a checkpoint, or a run folder (its last whole checkpoint).
        output: the folder to make; one that is there is replaced when the new one is whole.
        base: the base of an adapter, where it is not where it was in training.
        verify: compare the logits of both models on one sequence; an adapter's before it was merged.

    Raises:
        UserError: there is no whole checkpoint of a Llama, or an adapter's base is missing.
    """
    source = Source.open(checkpoint, base)
    model = qlora.merged(source.checkpoint, source.base)[0] if source.base else _load(source.checkpoint)
    with atomic_folder(output) as folder:
        _to_hf(model, source).save_pretrained(folder)
        source.write_companions(model, folder)
        difference = _difference(model, source, folder) if verify else None
    return Export(Path(output), difference)


def export_adapter(
    checkpoint: str | Path, output: str | Path, *, base: str | Path | None = None, verify: bool = False
) -> Export:
    """Turn a LoRA or QLoRA checkpoint into a folder that `peft.PeftModel.from_pretrained(base_model, folder)` loads.

    Args: as for `export_hf`; `verify` compares NeMo's base and adapter with Hugging Face's base and PEFT's adapter.

    Raises:
        UserError: the checkpoint is none of an adapter, or its base is missing.
    """
    source = Source.open(checkpoint, base)
    if source.base is None:
        raise UserError("not a LoRA checkpoint", where=source.checkpoint, remedy="leave --adapter out")
    adapted = qlora.adapted(source.checkpoint, source.base)[0]
    with atomic_folder(output) as folder:
        peft_folder.write(adapted, source.peft, folder)
        source.write_tokenizer(folder)
        difference = _adapter_difference(adapted, source, folder) if verify else None
    return Export(Path(output), difference)


def _difference(model: Any, source: Source, folder: Path) -> float:
    before = qlora.adapted(source.checkpoint, source.base)[0] if source.base else model
    return agreement.difference(before, AutoModelForCausalLM.from_pretrained(folder, torch_dtype="auto"))


def _adapter_difference(adapted: Any, source: Source, folder: Path) -> float:
    assert source.base is not None
    quantised = isinstance(source.peft, qlora.QLoRA)
    base = qlora.dequantised_base(source.checkpoint, source.base)[0] if quantised else _load(source.base)
    return agreement.difference(adapted, PeftModel.from_pretrained(_to_hf(base, source), folder))


def _load(checkpoint: Path) -> Any:
    """NeMo's model with the weights of a checkpoint, on the CPU, whatever parallel layout wrote it."""
    model, _ = HFLlamaExporter(checkpoint).nemo_load(checkpoint)
    return model


def _to_hf(model: Any, source: Source) -> Any:
    """The Hugging Face model with the tensors of a NeMo model, in the dtype of its description."""
    config = source.description(model).config
    exporter = LlamaExporter(source.checkpoint)
    exporter.hf_config = LlamaConfig.from_dict(config)
    with no_init_weights():
        target = LlamaForCausalLM(exporter.hf_config).to(next(model.module.parameters()).dtype)
    exporter.convert_state(model, target)
    target.tie_weights()
    return target.to(getattr(torch, str(hf_folder.dtype_name(config))))
