"""Trains a Hugging Face folder one step under ZeRO-2 and ZeRO-3: `deepspeed_job.py HF_DIR OUT`, started by torchrun."""

from __future__ import annotations

import sys
from pathlib import Path


def main() -> None:
    import deepspeed
    import torch
    from deepspeed.runtime.zero import GatheredParameters
    from safetensors.torch import save_file
    from transformers import LlamaForCausalLM

    deepspeed.ops.__compatible_ops__["deepspeed_shm_comm"] = False  # gloo alone will do: nothing to compile
    source, output = Path(sys.argv[1]), Path(sys.argv[2])
    for stage in (2, 3):
        model = LlamaForCausalLM.from_pretrained(source, torch_dtype=torch.float32)
        settings = {
            "train_micro_batch_size_per_gpu": 1,
            "zero_optimization": {"stage": stage},
            "optimizer": {"type": "AdamW", "params": {"lr": 1e-2, "torch_adam": True}},
        }
        engine, *_ = deepspeed.initialize(model=model, config=settings)
        tokens = torch.arange(16).unsqueeze(0) + 8 * engine.global_rank
        engine.backward(engine(input_ids=tokens, labels=tokens).loss)
        engine.step()
        engine.save_checkpoint(str(output / f"zero{stage}"))
        with GatheredParameters(list(model.parameters()), enabled=stage == 3):
            weights = {name: weight.detach().clone() for name, weight in model.named_parameters()}
        if engine.global_rank == 0:
            save_file(weights, output / f"zero{stage}.safetensors")


if __name__ == "__main__":
    main()
