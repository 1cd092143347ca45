"""Hugging Face to NeMo and back, whole or not at all, and the proof that the logits agree."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from nemo.collections import llm
from nemo.collections.llm.api import load_connector_from_trainer_ckpt
from nemo.lightning.io.connector import ModelConnector

import plugins  # noqa: F401 - switches the CPU backend on where there is no GPU
from lexatron.atomic import atomic_folder
from lexatron.errors import UserError
from plugins.resume import find_checkpoint

LLAMA31_CONTEXT = 131_072  # tokens; Llama 3.1 model card
PROBE_LENGTH = 64  # tokens of the sequence by which two models are compared


@dataclass(frozen=True)
class Export:
    """What an export gave: the folder, and how far its logits are from NeMo's (None where not compared)."""

    folder: Path
    max_logit_difference: float | None = None


@contextmanager
def _own_tokenizer_folder() -> Iterator[None]:
    """Give NeMo's importer a scratch folder of its own: it would use one fixed name on the whole host."""
    original = ModelConnector.save_hf_tokenizer_assets
    folder = tempfile.mkdtemp(prefix="lexatron-tokenizer-")

    def save(self: Any, tokenizer_name_or_path: str, save_path: str = folder) -> str:
        return original(self, tokenizer_name_or_path, folder)

    ModelConnector.save_hf_tokenizer_assets = save
    try:
        yield
    finally:
        ModelConnector.save_hf_tokenizer_assets = original
        shutil.rmtree(folder, ignore_errors=True)


def import_hf(source: str | Path, output: str | Path) -> Path:
    """Turn a Hugging Face Llama into a NeMo checkpoint.

    Raises:
        UserError: there is no `config.json`, the model is not a Llama, or `output` exists.
    """
    source, output = Path(source), Path(output)
    config_file = source / "config.json"
    if not config_file.is_file():
        raise UserError("no config.json", where=source, remedy="name the folder of a Hugging Face checkpoint")
    if output.exists():
        raise UserError("the output is there already", where=output, remedy="delete it or name another")
    raw = json.loads(config_file.read_text("utf-8"))
    if raw.get("model_type") != "llama":
        raise UserError(f"model_type is {raw.get('model_type')!r}, only llama is supported", where=config_file)
    with atomic_folder(output) as folder, _own_tokenizer_folder():
        model = llm.LlamaModel(nemo_config(raw))
        llm.import_ckpt(model=model, source=f"hf://{source.resolve()}", output_path=folder, overwrite=True)
    return output


def nemo_config(raw: dict[str, Any]) -> Any:
    """NeMo's config for the `config.json` of a Llama: 3.1 where the RoPE is scaled, else 3."""
    from nemo.collections.llm.gpt.model.llama import Llama3Config, Llama31Config

    scaling = raw.get("rope_scaling") or {}
    extra = {}
    if scaling.get("rope_type") == "llama3":
        extra = {
            "scale_factor": scaling["factor"],
            "low_freq_factor": scaling["low_freq_factor"],
            "high_freq_factor": scaling["high_freq_factor"],
            "old_context_len": scaling["original_max_position_embeddings"],
        }
    return (Llama31Config if extra else Llama3Config)(
        num_layers=raw["num_hidden_layers"],
        hidden_size=raw["hidden_size"],
        ffn_hidden_size=raw["intermediate_size"],
        num_attention_heads=raw["num_attention_heads"],
        num_query_groups=raw.get("num_key_value_heads", raw["num_attention_heads"]),
        kv_channels=raw.get("head_dim"),
        rotary_base=raw.get("rope_theta", 10_000),
        layernorm_epsilon=raw["rms_norm_eps"],
        init_method_std=raw.get("initializer_range", 0.02),
        seq_length=raw["max_position_embeddings"],
        share_embeddings_and_output_weights=raw.get("tie_word_embeddings", False),
        make_vocab_size_divisible_by=128,
        **extra,
    )


def export_hf(checkpoint: str | Path, output: str | Path, *, verify: bool = False) -> Export:
    """Turn a NeMo checkpoint into a Hugging Face folder that `transformers` loads and generates with.

    Args:
        checkpoint: a checkpoint, or a run folder (its last whole checkpoint).
        output: the folder to make; one that is there is replaced when the new one is whole.
        verify: compare the logits of both models on one sequence.

    Raises:
        UserError: there is no whole checkpoint.
    """
    exporter = load_connector_from_trainer_ckpt(find_checkpoint(checkpoint), "hf")
    with atomic_folder(output) as folder:
        exporter.apply(folder)
        complete_config(folder)
        difference = logit_difference(exporter, folder) if verify else None
    return Export(Path(output), difference)


def complete_config(folder: Path) -> None:
    """Write what NeMo's exporter leaves out: Llama 3.1's context length, the end-of-turn token, generation defaults."""
    config_file = folder / "config.json"
    config = json.loads(config_file.read_text("utf-8"))
    if (config.get("rope_scaling") or {}).get("rope_type") == "llama3":
        config["max_position_embeddings"] = LLAMA31_CONTEXT
    tokens = json.loads((folder / "tokenizer.json").read_text("utf-8"))["added_tokens"]
    ids = {token["content"]: token["id"] for token in tokens}
    ends = [config["eos_token_id"], *(ids[name] for name in ("<|eom_id|>", "<|eot_id|>") if name in ids)]
    config["eos_token_id"] = list(dict.fromkeys(ends))
    generation = {key: config[key] for key in ("bos_token_id", "eos_token_id") if config.get(key) is not None}
    config_file.write_text(json.dumps(config, indent=2) + "\n", "utf-8")
    (folder / "generation_config.json").write_text(json.dumps(generation, indent=2) + "\n", "utf-8")


@torch.no_grad()
def logit_difference(exporter: Any, folder: Path) -> float:
    """Largest absolute difference between NeMo's and Hugging Face's logits on one pseudo-random sequence."""
    from transformers import AutoModelForCausalLM

    nemo_model, _ = exporter.nemo_load(str(exporter))
    hf_model = AutoModelForCausalLM.from_pretrained(folder, torch_dtype="auto").eval()
    vocabulary = hf_model.config.vocab_size
    tokens = torch.randint(0, vocabulary, (1, PROBE_LENGTH), generator=torch.Generator().manual_seed(0))
    positions = torch.arange(PROBE_LENGTH).unsqueeze(0)
    ours = nemo_model.module.eval()(tokens, positions, None)[..., :vocabulary]
    theirs = hf_model(tokens).logits
    return float((ours.float() - theirs.float()).abs().max())
