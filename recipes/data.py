"""A manifest becomes a NeMo data module: the blend, the tokenizer and the checks; and question sets likewise."""

from __future__ import annotations

from pathlib import Path

from nemo.collections import llm
from nemo.collections.common.tokenizers import AutoTokenizer

from data_prep.chat.builtin import TEMPLATES
from data_prep.manifest import Manifest
from data_prep.split import SPLITS
from data_prep.tokenizer import Tokenizer
from lexatron.errors import UserError
from plugins.sft_data import PackedChatDataModule, PackedSet, ResumableChatDataModule, pack
from plugins.sft_data.templates import check_template, packing_tokenizer


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


def chat_tokenizer(folder: str, chat_template: str | None = None, *, packed: bool = False) -> AutoTokenizer:
    """NeMo's tokenizer of a folder, for chats.

    Args:
        folder: a Hugging Face tokenizer folder.
        chat_template: None for the tokenizer's own, a name of `data_prep.chat.builtin.TEMPLATES` (`llama3` for Llama
            3's with the answers marked), or a Jinja file. The templates that Meta ships do not mark them.
        packed: the template needs no marks where the answers can be told without them.

    Raises:
        UserError: no such folder or file, or the answers cannot be told by the template.
    """
    path = Path(folder).resolve()
    if not (path / "tokenizer.json").is_file():
        raise UserError("no tokenizer.json here", where=folder, remedy="give tokenizer=FOLDER")
    tokenizer = AutoTokenizer(pretrained_model_name=str(path), chat_template=_template(chat_template))
    where = path if chat_template is None or chat_template in TEMPLATES else chat_template
    if packed:
        packing_tokenizer(tokenizer, where)
    else:
        check_template(tokenizer, where)
    return tokenizer


def _template(name: str | None) -> str | None:
    if name is None or name in TEMPLATES:
        return TEMPLATES[name] if name else None
    if not Path(name).is_file():
        names = ", ".join(TEMPLATES)
        raise UserError("no such chat template", where=name, remedy=f"give chat_template={names} or a Jinja file")
    return Path(name).read_text("utf-8")


def chat_data(
    dataset: str,
    *,
    tokenizer: str,
    seq_length: int,
    micro_batch_size: int,
    global_batch_size: int,
    seed: int,
    num_workers: int = 0,
    chat_template: str | None = None,
) -> ResumableChatDataModule:
    """NeMo's chat data module: the tokenizer's own template, loss on the assistant's tokens only."""
    return ResumableChatDataModule(
        dataset_root=str(Path(dataset).resolve()),
        seq_length=seq_length,
        tokenizer=chat_tokenizer(tokenizer, chat_template),
        micro_batch_size=micro_batch_size,
        global_batch_size=global_batch_size,
        num_workers=num_workers,
        persistent_workers=num_workers > 0,
        pin_memory=False,
        seed=seed,
        use_hf_tokenizer_chat_template=True,
        dataset_kwargs={"get_attention_mask_from_fusion": True},
    )


def packed_chat_data(
    dataset: str,
    *,
    tokenizer: str,
    seq_length: int,
    global_batch_size: int,
    seed: int,
    num_workers: int = 0,
    context_parallel_size: int = 1,
    chat_template: str | None = None,
) -> PackedChatDataModule:
    """The same conversations in packs of `seq_length` tokens; `global_batch_size` counts packs, a micro batch is one.

    Packs are made in `dataset/packed` when the job starts, unless they are there already, or unless `dataset` is a
    folder of `lexatron data pack`. The model needs
    `calculate_per_token_loss`: else every pack weighs the same in a step, however many answer tokens it has.
    """
    return PackedChatDataModule(
        dataset_root=str(Path(dataset).resolve()),
        seq_length=seq_length,
        tokenizer=chat_tokenizer(tokenizer, chat_template, packed=True),
        global_batch_size=global_batch_size,
        seed=seed,
        num_workers=num_workers,
        context_parallel_size=context_parallel_size,
    )


def packed_set(
    dataset: str,
    *,
    tokenizer: str,
    seq_length: int,
    context_parallel_size: int = 1,
    chat_template: str | None = None,
) -> PackedSet:
    """The packs of a dataset with their counts, made now unless they are there; the arguments of `packed_chat_data`.

    Raises:
        UserError: a file is missing or damaged, the answers cannot be told by the template, there are none, or the
            dataset was packed for another tokenizer or length.
    """
    multiple = 2 * context_parallel_size if context_parallel_size > 1 else 1
    loaded = chat_tokenizer(tokenizer, chat_template, packed=True)
    return pack(Path(dataset).resolve(), loaded, seq_length, multiple)


def packed_count(
    dataset: str,
    *,
    tokenizer: str,
    seq_length: int,
    context_parallel_size: int = 1,
    chat_template: str | None = None,
) -> int:
    """Training packs of a dataset: the samples that steps are computed from."""
    found = packed_set(
        dataset,
        tokenizer=tokenizer,
        seq_length=seq_length,
        context_parallel_size=context_parallel_size,
        chat_template=chat_template,
    )
    return found.training.packs
