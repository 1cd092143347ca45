"""DeepSpeed ZeRO checkpoints, put together by DeepSpeed's own code.

DeepSpeed leaves a script `zero_to_fp32.py` in every checkpoint. It is never run from there: that would be code from
a checkpoint. The installed package has the same function. It unpickles the checkpoint's files without restriction
(`torch.load(weights_only=False)`), so convert only checkpoints whose maker you trust.
"""

from __future__ import annotations

import pickle
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lexatron.errors import UserError
from plugins import origin
from recipes.convert import hf_folder

STATES = "*_optim_states.pt"


def is_zero(folder: Path) -> bool:
    """Whether a folder looks like a DeepSpeed ZeRO checkpoint, or like one step of it."""
    return any(folder.glob(STATES)) or ((folder / "latest").is_file() and any(folder.glob(f"*/{STATES}")))


def locate(folder: Path) -> tuple[Path, str | None]:
    """The checkpoint folder and the tag of the step: (folder, None) is the step that `latest` names.

    Raises:
        UserError: no ZeRO checkpoint is there, or the step that `latest` names is missing.
    """
    if any(folder.glob(STATES)):
        return folder.resolve().parent, folder.resolve().name
    latest = folder / "latest"
    if not latest.is_file():
        remedy = "name the folder that holds `latest`, or one of its global_step folders"
        raise UserError("no DeepSpeed ZeRO checkpoint here", where=folder, remedy=remedy)
    step = folder / latest.read_text("utf-8").strip()
    if not any(step.glob(STATES)):
        raise UserError(f"`latest` names {step.name}, which holds no ZeRO states", where=folder)
    return folder, None


def consolidate(source: Path, config_folder: Path, output: Path) -> None:
    """Write a ZeRO checkpoint of any stage as a Hugging Face folder, in the dtype that `config.json` names.

    DeepSpeed gives the FP32 master weights; all of them are in memory at once.

    Args:
        source: see `locate`.
        config_folder: a Hugging Face folder of the same model, for everything but the weights.
        output: a folder that exists.

    Raises:
        UserError: DeepSpeed is not installed, the checkpoint is damaged, or it is of another model.
    """
    config = hf_folder.read_config(config_folder)
    folder, tag = locate(source)
    states = _states(folder, tag)
    origin.copy_files(config_folder, output)
    _save(_wanted(states, config, source), output)


def _states(folder: Path, tag: str | None) -> dict[str, Any]:
    if find_spec("deepspeed") is None:
        raise UserError("DeepSpeed is not installed", remedy="pip install 'lexatron[deepspeed]'")
    from deepspeed.utils.zero_to_fp32 import get_fp32_state_dict_from_zero_checkpoint

    try:
        states: dict[str, Any] = get_fp32_state_dict_from_zero_checkpoint(str(folder), tag, lazy_mode=True)
    except (OSError, ValueError, KeyError, RuntimeError, EOFError, NotImplementedError, pickle.PickleError) as error:
        reason = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
        raise UserError(f"DeepSpeed cannot put this checkpoint together ({reason})", where=folder) from error
    return states


def _wanted(states: dict[str, Any], config: dict[str, Any], source: Path) -> dict[str, Any]:
    """The tensors of the model in its dtype; a tied output layer is left out, as Hugging Face does."""
    import torch

    dtype = getattr(torch, str(hf_folder.dtype_name(config)))
    tensors = {}
    for name, shape in hf_folder.expected_shapes(config).items():
        if name not in states:
            remedy = "give --config the Hugging Face folder that the training started from"
            raise UserError(f"the checkpoint has no {name}", where=source, remedy=remedy)
        if tuple(states[name].shape) != shape:
            raise UserError(f"{name} has the shape {tuple(states[name].shape)}, not {shape}", where=source)
        tensors[name] = states.pop(name).contiguous().to(dtype, copy=True)  # ZeRO-2's are views of one vector
    return tensors


def _save(tensors: dict[str, Any], output: Path) -> None:
    from huggingface_hub import save_torch_state_dict

    save_torch_state_dict(tensors, output, max_shard_size="5GB")
