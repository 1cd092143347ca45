"""Checks of the data: whole, of one tokenizer with the checkpoint, and asked in evaluation as it was trained."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data_prep.corpus.verify import verify_corpus
from data_prep.manifest import Manifest
from data_prep.packs import read_about
from data_prep.packs.about import SIDES
from data_prep.split import SPLITS
from data_prep.tokenizer import Tokenizer
from lexatron.errors import UserError
from recipes.check.checkpoint import Checkpoint
from recipes.check.context import Context
from recipes.check.conversations import Conversations, files, load_hf_tokenizer
from recipes.check.damage import check_chats, check_tokenizer
from recipes.check.finding import Finding, failed, passed, percent, refused, warned

Chats = dict[str, Conversations]

PROBE = [{"role": "user", "content": "Which act?"}, {"role": "assistant", "content": "Regulation (EU) 2016/679."}]
"""A conversation in which two chat templates are compared by what they write."""

SHOWN = 40  # characters of two texts from where they differ
ROLES = ("bos_token", "eos_token", "pad_token")
ASKED = ("user", "assistant")
"""How `lexatron eval` asks: one question, without a system prompt."""


def corpus(context: Context) -> list[Finding]:
    """The manifest is there, every file as it was written, and no split empty."""
    manifest = context.manifest
    if manifest is None:
        return []
    try:
        if isinstance(manifest, UserError):
            raise manifest
        if context.whole:
            verify_corpus(manifest)
    except UserError as error:
        return refused("corpus", error)
    empty = [split for split in SPLITS if not manifest.tokens(split)]
    if empty:
        return failed(
            "corpus", f"no tokens in {', '.join(empty)}", "add acts, or change --shares of lexatron data corpus"
        )
    proved = "every byte as written" if context.whole else "its manifest is sound"
    return passed("corpus", f"{manifest.tokens('train'):,} tokens to train on, {proved}")


def conversations(context: Context) -> list[Finding]:
    """Every line of every split is a conversation with an answer."""
    if not hasattr(context.recipe.data, "dataset"):
        return []
    try:
        about = read_about(Path(context.recipe.data.dataset))
        if about is not None:
            return _packs(about)
        counts = _counts(context)
    except UserError as error:
        return refused("conversations", error)
    counted = ", ".join(f"{count:,} {split}" for split, count in counts.items())
    if "test" not in counts:
        return warned("conversations", f"{counted}, no test set", "make one: lexatron data qa --test-per-language 100")
    return passed("conversations", counted)


def _packs(about: Mapping[str, Any]) -> list[Finding]:
    """The packs of `lexatron data pack`, of which building the recipe has shown that they are for this tokenizer."""
    counted = ", ".join(
        f"{about[side]['packed_conversations']:,} {side} in {about[side]['packs']:,} packs, "
        f"{percent(about[side]['efficiency'], 0)} of the positions hold text"
        for side in SIDES
    )
    return passed("conversations", counted)


def _counts(context: Context) -> dict[str, int]:
    """Split -> conversations; they were read already where the tokenizer could be."""
    if isinstance(context.chats, UserError):
        raise context.chats
    if context.chats is not None:
        return {split: sample.count for split, sample in context.chats.items()}
    return {split: check_chats(file) for split, file in files(Path(context.recipe.data.dataset)).items()}


def chat_template(context: Context) -> list[Finding]:
    """Loss on the answers alone, and the prompt of evaluation as it was trained, in all splits."""
    if isinstance(context.chat_tokenizer, UserError):
        return refused("chat template", context.chat_tokenizer)
    return _parity(context.chats) if isinstance(context.chats, dict) else []


def _parity(chats: Chats) -> list[Finding]:
    """Evaluation asks with `add_generation_prompt`: what it writes has to be how the training text begins."""
    for split, sample in chats.items():
        if sample.example is not None:
            prompt, text = sample.example
            common = next((at for at, (a, b) in enumerate(zip(prompt, text, strict=False)) if a != b), len(prompt))
            asked, trained = (repr(each[common : common + SHOWN]) for each in (prompt, text))
            detail = f"{split}: evaluation would ask with {asked}, where training has {trained}"
            return failed("chat template", detail, "mend add_generation_prompt in the template")
    sampled = sum(len(sample.lengths) for sample in chats.values())
    return passed("chat template", f"evaluation asks as in training ({', '.join(chats)}: {sampled:,} looked at)")


def conversation_shape(context: Context) -> list[Finding]:
    """Training, validation, test and `lexatron eval` have the same roles and system prompts."""
    name, chats = "conversation shape", context.chats
    if not isinstance(chats, dict):
        return []
    other = {roles for sample in chats.values() for roles in sample.roles if roles != ASKED}
    if other:
        example = ", ".join(min(other))
        detail = f"some are {example}; lexatron eval asks one question without a system prompt"
        return warned(name, detail, "evaluate with the prompt that you train on, or leave the rest out")
    return passed(name, f"one question and one answer in {', '.join(chats)}")


def tokenizer(context: Context) -> list[Finding]:
    """The tokenizer is the one that the checkpoint was trained with, special tokens and template included."""
    name, checkpoint, folder = "tokenizer", context.checkpoint, context.tokenizer
    if folder is None or not isinstance(checkpoint, Checkpoint):
        return []
    if checkpoint.tokenizer is None:
        return warned(name, "the checkpoint keeps none to compare with", "make sure that it is the checkpoint's own")
    try:
        check_tokenizer(folder, checkpoint.folder)
    except UserError as error:
        return refused(name, error)
    mine, theirs = load_hf_tokenizer(folder), load_hf_tokenizer(checkpoint.tokenizer)
    differing = [role for role in ROLES if getattr(mine, role) != getattr(theirs, role)]
    if differing:
        role = differing[0]
        detail = f"{role} is {getattr(mine, role)!r}, and the checkpoint's is {getattr(theirs, role)!r}"
        return warned(name, detail, f"take its special tokens from {checkpoint.tokenizer}")
    if context.chats is not None and _written(theirs) not in ("", _written(context.chat_tokenizer)):
        detail = "the chat template writes another text than the checkpoint's, which was tuned on its own"
        return warned(name, detail, f"take the template from {checkpoint.tokenizer}, with the answers marked")
    return passed(name, f"the checkpoint's own, {len(mine):,} tokens")


def _written(tokenizer: Any) -> str:
    return str(tokenizer.apply_chat_template(PROBE, tokenize=False)) if tokenizer.chat_template else ""


def checkpoint(context: Context) -> list[Finding]:
    """The checkpoint is whole, has a row for every token, and is of the recipe's network."""
    name, found = "checkpoint", context.checkpoint
    if found is None:
        return passed(name, "none: random weights")
    if isinstance(found, UserError):
        return refused(name, found)
    config = context.recipe.model.config
    wrong = [key for key, value in found.network.items() if getattr(config, key) not in (value, None)]
    if wrong:
        differing = ", ".join(f"{key} {found.network[key]:,}, not {getattr(config, key):,}" for key in wrong)
        return failed(name, f"{found.folder}: another network: {differing}", "choose the recipe of this checkpoint")
    size = _vocabulary_size(context)
    if found.vocabulary is not None and size is not None and found.vocabulary < size:
        detail = f"{found.folder}: {found.vocabulary:,} rows of embedding, and the tokenizer has {size:,} tokens"
        return failed(name, detail, "use the checkpoint's own tokenizer")
    rows = f", {found.vocabulary:,} rows for {size:,} tokens" if found.vocabulary and size else ""
    return passed(name, f"{found.folder} is whole{rows}")


def _vocabulary_size(context: Context) -> int | None:
    if isinstance(context.manifest, Manifest):
        return context.manifest.tokenizer.vocab_size
    return Tokenizer.load(context.tokenizer).vocab_size if context.tokenizer is not None else None
