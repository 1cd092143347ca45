"""Exported models: opens a Hugging Face folder for evaluation, on this machine's files alone."""

from __future__ import annotations

import json
import os
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lexatron.errors import UserError

END_OF_TURN = "<|eot_id|>"


@dataclass(frozen=True)
class LoadedModel:
    """A causal language model with its tokenizer.

    Attributes:
        context: the longest sequence that the model was made for, in tokens.
        stop_ids: tokens that end an answer, in ascending order. `pad_id`: fills the left of shorter prompts.
    """

    model: Any
    tokenizer: Any
    context: int
    stop_ids: list[int]
    pad_id: int

    @property
    def num_parameters(self) -> int:
        """Weights, each counted once."""
        return int(self.model.num_parameters())


def work_offline() -> None:
    """Keep Hugging Face libraries from asking the network; call it before the first of them is imported."""
    os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_OFFLINE="1", TRANSFORMERS_OFFLINE="1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    warnings.filterwarnings("ignore", message="The pynvml package is deprecated", category=FutureWarning)


def model_files(folder: str | Path) -> list[Path]:
    """The files that decide what a model answers: configuration, weights, tokenizer.

    Raises:
        UserError: the folder is not an exported model.
    """
    folder = Path(folder)
    remedy = "export one with `lexatron export`"
    if not (folder / "config.json").is_file():
        raise UserError("no exported model here: config.json is missing", where=folder, remedy=remedy)
    weights = sorted(folder.glob("*.safetensors"))
    if not weights:
        raise UserError("no exported model here: no .safetensors file", where=folder, remedy=remedy)
    return sorted({*weights, *folder.glob("*.json"), *folder.glob("*.jinja"), *folder.glob("*.model")})


def load_model(folder: str | Path) -> LoadedModel:
    """Open an exported model: FP32 on a CPU, the precision it was saved in on a GPU.

    Raises:
        UserError: the folder is not an exported model, is damaged, or has no chat template.
    """
    folder = Path(folder)
    model_files(folder)
    work_offline()
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    on_gpu = torch.cuda.is_available()
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder)
        model = AutoModelForCausalLM.from_pretrained(folder, dtype="auto" if on_gpu else torch.float32)
    except Exception as error:  # transformers raises whatever the broken file leads to
        raise UserError(
            f"the model cannot be opened ({str(error).splitlines()[0] if str(error) else error!r})",
            where=folder,
            remedy="export it again with `lexatron export`",
        ) from error
    if not tokenizer.chat_template:
        raise UserError(
            "the tokenizer has no chat template",
            where=folder,
            remedy="export with the tokenizer that trained the model",
        )
    model.to("cuda" if on_gpu else "cpu").eval()
    stop_ids = _stop_ids(tokenizer, folder)
    pad_id = tokenizer.pad_token_id if tokenizer.pad_token_id is not None else stop_ids[0]
    return LoadedModel(model, tokenizer, int(model.config.max_position_embeddings), stop_ids, pad_id)


def _stop_ids(tokenizer: Any, folder: Path) -> list[int]:
    """End of text, end of turn, and what the model's own generation settings add."""
    ids = {tokenizer.eos_token_id, tokenizer.get_vocab().get(END_OF_TURN)}
    settings = folder / "generation_config.json"
    if settings.is_file():
        own = json.loads(settings.read_text("utf-8")).get("eos_token_id")
        ids.update(own if isinstance(own, list) else [own])
    known = sorted(number for number in ids if number is not None)
    if not known:
        raise UserError("no token ends an answer: neither eos nor <|eot_id|>", where=folder, remedy="export it again")
    return known
