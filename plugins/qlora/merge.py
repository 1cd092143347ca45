"""From a QLoRA (or LoRA) checkpoint back to a whole model: the base as training saw it, with or without adapters.

The functions return what NeMo's `nemo_load` returns, `(model, trainer)`, on the CPU at tensor parallel size 1.
"""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any

import torch
from nemo import lightning as nl
from nemo.collections.llm.peft.lora import LoRA, LoRALinear
from nemo.lightning import _strategy_lib, io
from nemo.lightning.ckpt_utils import ADAPTER_META_FILENAME
from nemo.lightning.io.pl import ckpt_to_weights_subdir

import plugins  # noqa: F401 - switches the CPU backend on where there is no GPU
from lexatron.errors import UserError
from plugins.qlora.linear import is_quantised
from plugins.qlora.nf4 import NF4Weight
from plugins.qlora.transform import QLoRA


def base_of(checkpoint: str | Path) -> Path:
    """The base checkpoint that an adapter checkpoint was trained on.

    Raises:
        UserError: this is no adapter checkpoint, or its base is not where it was.
    """
    note = Path(checkpoint) / "weights" / ADAPTER_META_FILENAME
    if not note.is_file():
        raise UserError("no adapter checkpoint: it names no base", where=checkpoint)
    base = Path(json.loads(note.read_text("utf-8"))["model_ckpt_path"])
    if not base.is_dir():
        raise UserError(f"its base {base} is gone", where=checkpoint, remedy="put it back, or name it with base=...")
    return base


def merged(checkpoint: str | Path, base: str | Path | None = None) -> tuple[Any, Any]:
    """The base with the adapters added to its weights; a QLoRA base is first rounded to NF4, as in training.

    Args:
        checkpoint: an adapter checkpoint folder (with `weights` and `context`).
        base: the base checkpoint, where it is not the one that the adapter checkpoint names.

    Raises:
        UserError: see `base_of`.
    """
    model, trainer, peft = _restore_base(checkpoint, base)
    if isinstance(peft, QLoRA):
        round_to_nf4(model, peft.double_quantisation)
    lora = LoRA(**{field.name: getattr(peft, field.name) for field in fields(LoRA)})
    _add_adapters(model, trainer, lora, checkpoint)
    return merge_adapters(model), trainer


def dequantised_base(checkpoint: str | Path, base: str | Path | None = None) -> tuple[Any, Any]:
    """The base as a QLoRA run sees it, every decoder weight rounded to NF4, without adapters; see `merged`."""
    model, trainer, peft = _restore_base(checkpoint, base)
    return round_to_nf4(model, getattr(peft, "double_quantisation", True)), trainer


def adapted(checkpoint: str | Path, base: str | Path | None = None) -> tuple[Any, Any]:
    """The model as it is in training, base packed and adapters beside it; see `merged`."""
    model, trainer, peft = _restore_base(checkpoint, base)
    _add_adapters(model, trainer, peft, checkpoint)
    return model, trainer


def _restore_base(checkpoint: str | Path, base: str | Path | None) -> tuple[Any, Any, LoRA]:
    path = base_of(checkpoint) if base is None else Path(base)
    model = io.load_context(Path(checkpoint), subpath="model")
    peft, model.model_transform = model.model_transform, None
    model.__io__.model_transform = None
    trainer = nl.Trainer(
        devices=1,
        accelerator="cpu",
        logger=False,
        enable_checkpointing=False,
        strategy=nl.MegatronStrategy(
            ddp="pytorch",
            setup_optimizers=False,
            restore_config=nl.RestoreConfig(path=str(path), load_model_state=True, load_optim_state=False),
        ),
    )
    trainer.strategy.connect(model)
    trainer.strategy.setup_environment()
    with _strategy_lib.megatron_cpu_init_context(model.config):
        model.configure_model()
    trainer.strategy.setup(trainer)
    model.trainer = trainer
    return model, trainer, peft


def _add_adapters(model: Any, trainer: Any, lora: LoRA, checkpoint: str | Path) -> None:
    lora(model)
    weights = ckpt_to_weights_subdir(Path(checkpoint), is_saving=False)
    strategy = trainer.strategy
    metadata = strategy.unwrapped_checkpoint_io.load_content_metadata(weights)
    sharded = strategy.megatron_parallel.sharded_state_dict(metadata=metadata)
    wanted = {key: value for key, value in sharded.items() if ".adapter." in key}
    state = strategy.checkpoint_io.load_checkpoint(weights, sharded_state_dict=wanted)
    strategy.load_model_state_dict(state, strict=False)


@torch.no_grad()
def round_to_nf4(model: Any, double_quantisation: bool = True) -> Any:
    """Replace every decoder weight by what is left of it after NF4, one at a time; the same model."""
    for name, module in model.named_modules():
        if is_quantised(name):
            weight = module.weight
            weight.data = NF4Weight(weight, double_quantisation).dequantise(weight.dtype)
    return model


@torch.no_grad()
def merge_adapters(model: Any) -> Any:
    """Add `alpha / dim * B @ A` to every adapted weight and take the adapters out; the same model.

    The sum is made in FP32 and rounded once to the dtype of the weight.
    """
    for name, module in list(model.named_modules()):
        if isinstance(module, LoRALinear):
            owner, _, leaf = name.rpartition(".")
            setattr(model.get_submodule(owner), leaf, _merged_linear(module))
    return model


def _merged_linear(wrapped: LoRALinear) -> Any:
    linear, adapter = wrapped.to_wrap, wrapped.adapter
    change = adapter.linear_out.weight.float() @ adapter.linear_in.weight.float()
    scale = adapter.alpha / adapter.dim
    linear.weight.data = (linear.weight.float() + scale * change).to(linear.weight.dtype)
    linear.return_layernorm_output = False
    return linear
