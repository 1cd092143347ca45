"""`config.json` and `generation_config.json` of an export: what training decided, and what the origin said before it.

NeMo's configuration decides what the weights mean (sizes, RoPE). It knows nothing of the list of end tokens, the
context length, the vocabulary without Megatron's padding or the generation defaults (NeMo issue 14870): those come
back from the Hugging Face folder that the model was imported from. A model trained from random weights has no such
folder: its values are derived.
"""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nemo.collections.llm.gpt.model.llama import Llama31Config
from transformers import LlamaConfig

from lexatron.errors import UserError
from recipes.convert.hf_folder import dtype_name, read_json

LLAMA31_CONTEXT = 131_072  # tokens; Llama 3.1 model card
END_OF_MESSAGE = ("<|eom_id|>", "<|eot_id|>")
DECIDED_BY_TRAINING = (
    "num_hidden_layers",
    "hidden_size",
    "intermediate_size",
    "num_attention_heads",
    "num_key_value_heads",
    "head_dim",
    "rms_norm_eps",
    "rope_theta",
    "rope_scaling",
    "tie_word_embeddings",
)
JSON = dict[str, Any]


@dataclass(frozen=True)
class Description:
    """The two files of a Hugging Face folder that describe a model, as they are to be written."""

    config: JSON
    generation: JSON

    def write(self, folder: Path) -> None:
        """Write both files; one that is there and says the same is left as it is."""
        for name, value in (("config.json", self.config), ("generation_config.json", self.generation)):
            path = folder / name
            if not path.is_file() or read_json(path) != value:
                path.write_text(json.dumps(value, indent=2) + "\n", "utf-8")


def describe(nemo: Any, rows: int, tokenizer: Any, origin: Path | None, *, own_template: bool) -> Description:
    """The description of an export.

    Args:
        nemo: NeMo's configuration of the model.
        rows: rows of the embedding, Megatron's padding included.
        tokenizer: the tokenizer that goes with the export.
        origin: the folder with the files of the model that it was trained from, or None.
        own_template: the chat template came with training: its end tokens end a generation.

    Raises:
        UserError: the tokenizer has more tokens than the model has embeddings.
    """
    if len(tokenizer) > rows:
        raise UserError(f"the tokenizer has {len(tokenizer)} tokens, the model only {rows}")
    derived = _derived(nemo, rows, tokenizer)
    if origin is None:
        return _with_ends(Description(derived, {}), tokenizer, END_OF_MESSAGE)
    generation = origin / "generation_config.json"
    kept = Description(
        _returned(derived, read_json(origin / "config.json"), rows, tokenizer),
        read_json(generation) if generation.is_file() else {},
    )
    template = str(tokenizer.chat_template or "") if own_template else ""
    return _with_ends(kept, tokenizer, tuple(name for name in END_OF_MESSAGE if name in template))


def _derived(nemo: Any, rows: int, tokenizer: Any) -> JSON:
    """What can be known of a model without its origin."""
    scaled = isinstance(nemo, Llama31Config)
    return {
        "architectures": ["LlamaForCausalLM"],
        "model_type": "llama",
        "vocab_size": min(nemo.vocab_size or len(tokenizer), rows),
        "num_hidden_layers": nemo.num_layers,
        "hidden_size": nemo.hidden_size,
        "intermediate_size": nemo.ffn_hidden_size,
        "num_attention_heads": nemo.num_attention_heads,
        "num_key_value_heads": nemo.num_query_groups,
        "head_dim": nemo.kv_channels or nemo.hidden_size // nemo.num_attention_heads,
        "hidden_act": "silu",
        "max_position_embeddings": max(LLAMA31_CONTEXT, nemo.seq_length) if scaled else nemo.seq_length,
        "initializer_range": nemo.init_method_std,
        "rms_norm_eps": nemo.layernorm_epsilon,
        "rope_theta": float(nemo.rotary_base),
        "rope_scaling": _rope_scaling(nemo) if scaled else None,
        "tie_word_embeddings": nemo.share_embeddings_and_output_weights,
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "torch_dtype": str(nemo.params_dtype).removeprefix("torch."),
    }


def _rope_scaling(nemo: Any) -> JSON:
    return {
        "factor": nemo.scale_factor,
        "low_freq_factor": nemo.low_freq_factor,
        "high_freq_factor": nemo.high_freq_factor,
        "original_max_position_embeddings": nemo.old_context_len,
        "rope_type": "llama3",
    }


def _returned(derived: JSON, origin: JSON, rows: int, tokenizer: Any) -> JSON:
    """The origin's `config.json`, changed only where training changed what it says."""
    meant = LlamaConfig.from_dict(copy.deepcopy(origin)).to_dict()
    changed = {key: derived[key] for key in DECIDED_BY_TRAINING if meant[key] != derived[key]}
    if not origin["vocab_size"] <= rows or len(tokenizer) > origin["vocab_size"]:
        changed["vocab_size"] = derived["vocab_size"]
    if "rope_scaling" in changed or derived["max_position_embeddings"] > meant["max_position_embeddings"]:
        changed["max_position_embeddings"] = derived["max_position_embeddings"]
    if not dtype_name(origin):
        changed["torch_dtype"] = derived["torch_dtype"]
    return origin | changed


def _with_ends(description: Description, tokenizer: Any, names: tuple[str, ...]) -> Description:
    """Generation also stops at the named tokens, where the tokenizer has them."""
    config, generation = dict(description.config), dict(description.generation)
    ids = [tokenizer.convert_tokens_to_ids(name) for name in names if name in tokenizer.get_vocab()]
    if not generation:
        generation = {key: config[key] for key in ("bos_token_id", "eos_token_id") if config.get(key) is not None}
    for part in (config, generation):
        ends = part.get("eos_token_id")
        old = ends if isinstance(ends, list) else [ends] if ends is not None else []
        if not set(ids) <= set(old):
            part["eos_token_id"] = list(dict.fromkeys([*old, *ids]))
    return replace(description, config=config, generation=generation)
