"""Hugging Face to NeMo: NeMo's own conversion of the tensors, and beside it what its configuration has no place for."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from nemo.collections.common.tokenizers.huggingface.auto_tokenizer import AutoTokenizer
from nemo.collections.llm.gpt.model.llama import HFLlamaImporter

import plugins  # noqa: F401 - switches the CPU backend on where there is no GPU
from lexatron.atomic import atomic_folder
from lexatron.errors import UserError
from plugins import origin
from recipes.convert import hf_folder, zero


class LlamaImporter(HFLlamaImporter):
    """NeMo's importer without its three traps.

    It reads only the factor of a scaled RoPE, runs Python code that comes with a tokenizer, and writes tokenizers to
    one fixed folder for the whole host, where two imports at a time overwrite each other.
    """

    @property
    def config(self) -> Any:
        """NeMo's configuration for the folder's `config.json`."""
        config = super().config
        scaling = hf_folder.read_config(Path(self)).get("rope_scaling")
        if scaling:
            config.low_freq_factor = scaling["low_freq_factor"]
            config.high_freq_factor = scaling["high_freq_factor"]
            config.old_context_len = scaling["original_max_position_embeddings"]
        return config

    assets: Path  # a folder called `tokenizer` with nothing else in it: NeMo copies all of it into the checkpoint

    @property
    def tokenizer(self) -> Any:
        """NeMo's tokenizer, from the files of the folder."""
        return AutoTokenizer(str(self.assets))


def import_hf(source: str | Path, output: str | Path) -> Path:
    """Turn a Hugging Face Llama into a NeMo checkpoint.

    Both models are in memory at once: about twice the size of the weights.

    Raises:
        UserError: the folder is not a whole Llama, its tokenizer does not fit it, or `output` exists.
    """
    source, output = Path(source).resolve(), Path(output)
    _check_free(output)
    config = hf_folder.read_config(source)
    hf_folder.check_weights(source, config)
    hf_folder.load_tokenizer(source, config["vocab_size"])
    with atomic_folder(output) as folder, tempfile.TemporaryDirectory(prefix="lexatron-") as scratch:
        importer = LlamaImporter(source)
        importer.assets = Path(scratch) / "tokenizer"
        importer.assets.mkdir()
        origin.copy_files(source, importer.assets, origin.TOKENIZER_FILES)
        importer.apply(folder)
        kept = folder / "context" / origin.FOLDER
        kept.mkdir()
        origin.copy_files(source, kept)
    return output


def import_zero(source: str | Path, config: str | Path, output: str | Path) -> Path:
    """Turn a DeepSpeed ZeRO checkpoint of a Hugging Face Llama into a NeMo checkpoint.

    Args:
        source: the folder that holds `latest`, or one of its `global_step...` folders.
        config: the Hugging Face folder that the training started from: `config.json`, tokenizer, generation defaults.
        output: the NeMo checkpoint to make.

    Raises:
        UserError: see `import_hf` and `zero.consolidate`.
    """
    _check_free(Path(output))
    Path(output).parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".tmp-zero-", dir=Path(output).parent) as scratch:
        zero.consolidate(Path(source), Path(config), Path(scratch))
        return import_hf(scratch, output)


def _check_free(output: Path) -> None:
    if output.exists():
        raise UserError("the output is there already", where=output, remedy="delete it or name another")
