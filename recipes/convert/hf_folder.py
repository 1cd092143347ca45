"""A folder with a Hugging Face Llama: read and checked before half an hour of conversion, not after it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open

from lexatron.errors import UserError

INDEX = "model.safetensors.index.json"
Shapes = dict[str, tuple[int, ...]]


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object.

    Raises:
        UserError: the file cannot be parsed, or holds something else.
    """
    try:
        value = json.loads(path.read_text("utf-8"))
    except ValueError as error:
        raise UserError(f"not valid JSON ({error})", where=path) from error
    if not isinstance(value, dict):
        raise UserError("not a JSON object", where=path)
    return value


def read_config(folder: Path) -> dict[str, Any]:
    """The `config.json` of a Llama that NeMo's LlamaModel can represent.

    Raises:
        UserError: it is missing, or says something that the conversion would lose.
    """
    path = folder / "config.json"
    if not path.is_file():
        raise UserError("no config.json", where=folder, remedy="name the folder of a Hugging Face checkpoint")
    config = read_json(path)
    if config.get("model_type") != "llama":
        raise UserError(f"model_type is {config.get('model_type')!r}, only llama is supported", where=path)
    for key in ("attention_bias", "mlp_bias", "quantization_config"):
        if config.get(key):
            raise UserError(f"{key} is set, which NeMo's Llama does not have", where=path)
    if config.get("hidden_act", "silu") != "silu":
        raise UserError(f"hidden_act is {config['hidden_act']!r}, NeMo's Llama has silu", where=path)
    scaling = config.get("rope_scaling") or {"rope_type": "llama3"}
    if scaling.get("rope_type", scaling.get("type")) != "llama3":
        raise UserError(f"rope_scaling is {scaling}, only llama3 is supported", where=path)
    _check_complete(config, path)
    return config


def _check_complete(config: dict[str, Any], path: Path) -> None:
    wanted = ("vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers", "num_attention_heads")
    missing = [key for key in wanted if not isinstance(config.get(key), int)]
    if missing:
        raise UserError(f"{missing[0]} is missing", where=path)
    if not dtype_name(config):
        remedy = 'add "torch_dtype": "bfloat16", or what the weights are stored in'
        raise UserError("torch_dtype is missing", where=path, remedy=remedy)


def dtype_name(config: dict[str, Any]) -> str | None:
    """What `config.json` says about the dtype of the weights; newer versions of transformers call it `dtype`."""
    return config.get("torch_dtype") or config.get("dtype")


def expected_shapes(config: dict[str, Any]) -> Shapes:
    """Every tensor of a Llama by its name, and its shape ([out, in] for linear layers)."""
    hidden, ffn, heads = config["hidden_size"], config["intermediate_size"], config["num_attention_heads"]
    head = config.get("head_dim") or hidden // heads
    q, kv = heads * head, (config.get("num_key_value_heads") or heads) * head
    layer: Shapes = {
        "self_attn.q_proj": (q, hidden),
        "self_attn.k_proj": (kv, hidden),
        "self_attn.v_proj": (kv, hidden),
        "self_attn.o_proj": (hidden, q),
        "mlp.gate_proj": (ffn, hidden),
        "mlp.up_proj": (ffn, hidden),
        "mlp.down_proj": (hidden, ffn),
        "input_layernorm": (hidden,),
        "post_attention_layernorm": (hidden,),
    }
    shapes = {"model.embed_tokens.weight": (config["vocab_size"], hidden), "model.norm.weight": (hidden,)}
    if not config.get("tie_word_embeddings", False):
        shapes["lm_head.weight"] = (config["vocab_size"], hidden)
    for number in range(config["num_hidden_layers"]):
        shapes |= {f"model.layers.{number}.{name}.weight": shape for name, shape in layer.items()}
    return shapes


def stored_shapes(folder: Path) -> Shapes:
    """Every tensor in the safetensors files of a folder, from their headers.

    Raises:
        UserError: there are none, a file of the index is missing, or one is damaged or cut short.
    """
    index = folder / INDEX
    names = set(read_json(index).get("weight_map", {}).values()) if index.is_file() else {"model.safetensors"}
    shapes: Shapes = {}
    for file in (folder / name for name in sorted(names)):
        if not file.is_file():
            remedy = "download it again, or save the model with save_pretrained(safe_serialization=True)"
            raise UserError("no such file of weights", where=file, remedy=remedy)
        try:
            with safe_open(file, framework="pt") as tensors:
                shapes |= {name: tuple(tensors.get_slice(name).get_shape()) for name in tensors.keys()}  # noqa: SIM118
        except SafetensorError as error:
            raise UserError(f"damaged ({error})", where=file, remedy="download it again") from error
    return shapes


def check_weights(folder: Path, config: dict[str, Any]) -> None:
    """Make sure that every tensor is there: transformers would make up a missing one, with a warning only.

    Raises:
        UserError: a tensor is missing or has another shape than `config.json` says; see also `stored_shapes`.
    """
    stored = stored_shapes(folder)
    for name, shape in expected_shapes(config).items():
        if name not in stored:
            raise UserError(f"the tensor {name} is missing", where=folder, remedy="download the folder again")
        if stored[name] != shape:
            raise UserError(f"{name} has the shape {stored[name]}, config.json says {shape}", where=folder)


def load_tokenizer(folder: Path, vocab_size: int | None = None) -> Any:
    """The tokenizer of a folder; code that a checkpoint brings along is not run.

    Raises:
        UserError: there is none that loads, or it has more tokens than `vocab_size`, the model's embeddings.
    """
    from transformers import AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise UserError(f"no tokenizer that loads ({reason})", where=folder) from error
    if vocab_size is not None and len(tokenizer) > vocab_size:
        raise UserError(f"the tokenizer has {len(tokenizer)} tokens, the model only {vocab_size}", where=folder)
    return tokenizer
