"""What is exported: a NeMo checkpoint, its base where it is an adapter, and the files of the model it came from."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from nemo.collections import llm
from nemo.lightning.ckpt_utils import ADAPTER_META_FILENAME
from nemo.lightning.io.api import load_context

import plugins  # noqa: F401 - switches the CPU backend on where there is no GPU
from lexatron.errors import UserError
from plugins import origin, qlora
from plugins.resume import find_checkpoint
from recipes.convert import hf_config, hf_folder


@dataclass(frozen=True)
class Source:
    """A checkpoint and what belongs to it.

    Attributes:
        checkpoint: the folder with `weights` and `context`.
        base: the base of an adapter; None: the checkpoint is whole.
        model: NeMo's model without weights.
        origin: the files of the Hugging Face model that training started from, where they were kept.
    """

    checkpoint: Path
    base: Path | None
    model: Any
    origin: Path | None

    @classmethod
    def open(cls, checkpoint: str | Path, base: str | Path | None = None) -> Source:
        """Find the checkpoint of a run, and the base of an adapter.

        Args:
            checkpoint: a checkpoint, or a run folder (its last whole checkpoint).
            base: where the base is, if not where it was in training.

        Raises:
            UserError: no whole checkpoint, another model than Llama, no Hugging Face tokenizer, another
                adapter than LoRA, or a base that is gone.
        """
        path = find_checkpoint(checkpoint)
        model = load_context(path, subpath="model")
        if not isinstance(model, llm.LlamaModel):
            raise UserError(f"a checkpoint of {type(model).__name__}, only Llama is supported", where=path)
        if not hasattr(getattr(model.tokenizer, "tokenizer", None), "save_pretrained"):
            raise UserError("its tokenizer is not one of Hugging Face", where=path)
        whole = _base(path, base) if (path / "weights" / ADAPTER_META_FILENAME).is_file() else None
        if whole is not None and type(model.model_transform) not in (llm.peft.LoRA, qlora.MendedLoRA, qlora.QLoRA):
            kind = type(model.model_transform).__name__
            raise UserError(f"an adapter of the kind {kind}, only LoRA and QLoRA are supported", where=path)
        return cls(path, whole, model, origin.find(path) or (origin.find(whole) if whole else None))

    @property
    def peft(self) -> Any:
        """NeMo's LoRA or QLoRA, or None."""
        return self.model.model_transform

    @property
    def tokenizer(self) -> Any:
        """The Hugging Face tokenizer that training used."""
        return self.model.tokenizer.tokenizer

    @cached_property
    def has_tokenizer_of_origin(self) -> bool:
        """Whether the origin's files say all that the tokenizer of training says."""
        if self.origin is None:
            return False
        theirs = hf_folder.load_tokenizer(self.origin)
        template = self.tokenizer.chat_template
        return theirs.get_vocab() == self.tokenizer.get_vocab() and template in (None, theirs.chat_template)

    def description(self, model: Any) -> hf_config.Description:
        """`config.json` and generation defaults for NeMo's model with its weights."""
        rows = model.module.state_dict()["embedding.word_embeddings.weight"].shape[0]
        own = not self.has_tokenizer_of_origin
        return hf_config.describe(model.config, rows, self.tokenizer, self.origin, own_template=own)

    def write_tokenizer(self, folder: Path) -> None:
        """The origin's files, byte for byte, unless training had another tokenizer or chat template."""
        if self.origin is not None and self.has_tokenizer_of_origin:
            origin.copy_files(self.origin, folder, origin.TOKENIZER_FILES)
        else:
            self.tokenizer.save_pretrained(folder)

    def write_companions(self, model: Any, folder: Path) -> None:
        """All that goes with the weights: configuration, generation defaults, tokenizer, licence."""
        if self.origin is not None:
            origin.copy_files(self.origin, folder, (*origin.DESCRIPTION_FILES, *origin.LICENCE_FILES))
        self.description(model).write(folder)
        self.write_tokenizer(folder)


def _base(checkpoint: Path, given: str | Path | None) -> Path:
    if given is not None:
        return find_checkpoint(given)
    try:
        return qlora.base_of(checkpoint)
    except UserError as error:
        raise UserError(error.what, where=checkpoint, remedy="put it back, or name it with --base") from error
