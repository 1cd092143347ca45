"""A manifest becomes a NeMo data module: the blend, the tokenizer and the checks; and question sets likewise."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from nemo.collections import llm
from nemo.collections.common.tokenizers import AutoTokenizer

from data_prep.manifest import Manifest
from data_prep.split import SPLITS
from data_prep.tokenizer import Tokenizer
from lexatron.errors import UserError
from plugins.sft_data import ResumableChatDataModule


def training_tokens(corpus: str) -> int:
    """Tokens of the training split of a corpus folder."""
    return Manifest.load(corpus).tokens("train")


def blend(manifest: Manifest) -> dict[str, list[str]]:
    """Megatron's blend of each split, `[weight, prefix, weight, prefix, ...]`, over all shards of all datasets.

    Held-out splits are blended too: a validation loss over languages weighs them as training does.
    """
    return {
        split: [part for weight, prefix in manifest.blend(split) for part in (str(weight), str(prefix))]
        for split in SPLITS
    }


def load_tokenizer(folder: Path) -> AutoTokenizer:
    """NeMo's tokenizer of a Hugging Face tokenizer folder."""
    return AutoTokenizer(pretrained_model_name=str(folder))


def corpus_data(
    corpus: str, *, seq_length: int, micro_batch_size: int, global_batch_size: int, seed: int, num_workers: int = 0
) -> llm.PreTrainingDataModule:
    """NeMo's pre-training data module over a corpus folder; index caches go to `corpus/index_cache`.

    Raises:
        UserError: no manifest, or a split without tokens.
    """
    manifest = Manifest.load(Path(corpus).resolve())
    manifest.check_tokenizer(Tokenizer.load(manifest.tokenizer_path))
    paths = blend(manifest)
    for split, prefixes in paths.items():
        if not prefixes:
            raise UserError(f"the {split} split has no tokens", where=corpus, remedy="add acts or change --shares")
    return llm.PreTrainingDataModule(
        paths=paths,
        seq_length=seq_length,
        tokenizer=load_tokenizer(manifest.tokenizer_path),
        micro_batch_size=micro_batch_size,
        global_batch_size=global_batch_size,
        num_workers=num_workers,
        persistent_workers=num_workers > 0,
        pin_memory=False,
        seed=seed,
        split=None,
        index_mapping_dir=str(manifest.folder / "index_cache"),
    )


def count_questions(dataset: str) -> int:
    """Lines of `training.jsonl`.

    Raises:
        UserError: the file is missing or empty.
    """
    path = Path(dataset) / "training.jsonl"
    if not path.is_file():
        raise UserError("no training questions", where=path, remedy="make them with: lexatron data qa ACTS -o DIR")
    with open(path, "rb") as file:
        count = sum(1 for line in file if line.strip())
    if not count:
        raise UserError("no training questions in the file", where=path, remedy="give it more acts")
    return count


def chat_data(
    dataset: str,
    *,
    tokenizer: str,
    seq_length: int,
    micro_batch_size: int,
    global_batch_size: int,
    seed: int,
    num_workers: int = 0,
) -> ResumableChatDataModule:
    """NeMo's chat data module: the tokenizer's own template, loss on the assistant's tokens only."""
    kwargs: dict[str, Any] = {"get_attention_mask_from_fusion": True}
    return ResumableChatDataModule(
        dataset_root=str(Path(dataset).resolve()),
        seq_length=seq_length,
        tokenizer=load_tokenizer(Path(tokenizer).resolve()),
        micro_batch_size=micro_batch_size,
        global_batch_size=global_batch_size,
        num_workers=num_workers,
        persistent_workers=num_workers > 0,
        pin_memory=False,
        seed=seed,
        use_hf_tokenizer_chat_template=True,
        dataset_kwargs=kwargs,
    )
