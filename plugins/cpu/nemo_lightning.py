"""What NeMo 2.7 needs on a CPU: a seeded RNG tracker, our layer spec, checkpoints and LoRA without CUDA or TE."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import torch

from plugins.cpu.patching import around, replace


def _seeding_the_tracker(original: Any) -> Any:
    def _set_random_seed(seed: int, *args: Any, **kwargs: Any) -> None:
        from megatron.core import tensor_parallel

        original(seed, *args, **kwargs)
        state = torch.get_rng_state()
        tensor_parallel.model_parallel_cuda_manual_seed(seed)
        torch.set_rng_state(state)

    return _set_random_seed


def _with_cpu_layers(original: Any) -> Any:
    def configure_model(self: Any, *args: Any, **kwargs: Any) -> Any:
        from nemo.collections.llm.gpt.model import base

        from plugins.cpu.layers import block_spec

        self.transformer_layer_spec = block_spec
        if self.forward_step_fn is base.gpt_forward_step:
            self.forward_step_fn = forward_step
        return original(self, *args, **kwargs)

    return configure_model


def forward_step(model: Any, batch: dict[str, Any]) -> torch.Tensor:
    """NeMo's GPT forward step for batches without an attention mask: our attention is causal by itself."""
    from nemo.collections.llm.gpt.model.base import gpt_forward_step

    batch.setdefault("attention_mask", None)
    return gpt_forward_step(model, batch)


def _returning_normed_input(original: Any) -> Any:
    def get_adapter_attributes_from_linear(module: Any) -> Any:
        from plugins.cpu.layers import LayerNormColumnParallelLinear

        if isinstance(module, LayerNormColumnParallelLinear):
            module.return_layernorm_output = True
        return original(module)

    return get_adapter_attributes_from_linear


def _patch_lora() -> None:
    import nemo.collections.llm.peft.lora as lora
    import nemo.collections.llm.peft.utils as peft_utils

    around(
        peft_utils,
        "get_adapter_attributes_from_linear",
        _returning_normed_input,
        why="LoRA must see the normalised input, as it does with TE's fused layer",
    )
    if hasattr(lora, "get_adapter_attributes_from_linear"):
        patched = peft_utils.get_adapter_attributes_from_linear
        replace(lora, "get_adapter_attributes_from_linear", patched, why="imported by name")
    if not lora.HAVE_TE:
        without_te = SimpleNamespace(Linear=type("TransformerEngineIsMissing", (), {}))
        replace(lora, "te", without_te, why="compared with te.Linear even where TE is missing")
        replace(peft_utils, "HAVE_TE", False, why="Megatron defines the TE names even where TE is missing")


def apply() -> None:
    """Replace what NeMo calls; once a process."""
    import nemo.lightning.io.pl as checkpoint_io
    import nemo.lightning.megatron_init as megatron_init
    from nemo.collections.llm.gpt.model.base import GPTConfig

    around(megatron_init, "_set_random_seed", _seeding_the_tracker, why="NeMo seeds the tracker only where GPUs are")
    replace(checkpoint_io, "_fix_tensors_device", lambda checkpoint: checkpoint, why="it asserts that CUDA is in use")
    around(GPTConfig, "configure_model", _with_cpu_layers, why="the default spec without TE cannot be exported")
    _patch_lora()
