"""Conversations as tokens and loss masks, by NeMo's own chat dataset: the tokenizer's template, answers only."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
import numpy.typing as npt
from nemo.collections.llm.gpt.data.core import GPTSFTChatDataset
from nemo.collections.llm.gpt.data.utils import GENERATION_REGEX

from lexatron.console import console, progress_bar
from lexatron.errors import UserError
from lexatron.stage import digest


@dataclass(frozen=True)
class Conversation:
    """One conversation of a file, cut to the sequence length.

    Attributes:
        line: its line in the file, from 1.
        input_ids: its tokens, the last one being a label only, shape [length + 1].
        loss_mask: 1 where the *next* token is the assistant's, and 0 at the end, shape [length + 1].
        truncated: whether tokens were cut off its end.
    """

    line: int
    input_ids: npt.NDArray[np.int32]
    loss_mask: npt.NDArray[np.uint8]
    truncated: bool

    @property
    def length(self) -> int:
        """Tokens that the model reads."""
        return len(self.input_ids) - 1

    @property
    def num_answer_tokens(self) -> int:
        """Tokens that the loss is taken over."""
        return int(self.loss_mask.sum())


def check_template(tokenizer: Any, where: str | Path | None = None) -> None:
    """Make sure that a tokenizer's chat template marks the answers, so that the loss can be taken over them only.

    Without the marks NeMo takes the loss over every token, questions and headers included, and says nothing.

    Args:
        tokenizer: NeMo's `AutoTokenizer`.
        where: its folder, for the message.

    Raises:
        UserError: no chat template, no `{% generation %}` in it, or a slow tokenizer, which cannot give the mask.
    """
    inner = tokenizer.tokenizer
    template = inner.chat_template
    if not inner.is_fast:
        raise UserError("this tokenizer has no fast version, which answer-only loss needs", where=where)
    if not isinstance(template, str):
        raise UserError("this tokenizer has no chat template", where=where, remedy="give chat_template=llama3")
    if not GENERATION_REGEX.search(template):
        raise UserError(
            "the chat template does not mark the assistant's words with {% generation %}: the loss would be on all",
            where=where,
            remedy="give chat_template=llama3, or a Jinja file that has the marks",
        )


def tokenizer_fingerprint(tokenizer: Any) -> str:
    """SHA-256 over all that decides a conversation's tokens: the fast tokenizer, its template, its special tokens."""
    inner = tokenizer.tokenizer
    spec = json.loads(inner.backend_tokenizer.to_str())
    spec["truncation"] = spec["padding"] = None  # set by whoever called the tokenizer last
    return digest([spec, inner.chat_template, inner.special_tokens_map, tokenizer.eos_id])


def read_conversations(path: Path, tokenizer: Any, seq_length: int) -> Iterator[Conversation]:
    """The conversations of a file in turn, one longer than `seq_length` cut at its end as NeMo's collation cuts it.

    Args:
        path: JSON lines with `messages` (or ShareGPT's `conversations`).
        tokenizer: NeMo's `AutoTokenizer` whose template `check_template` takes.
        seq_length: tokens that the model reads at most.

    Raises:
        UserError: no such file, nothing in it, or a line that is not a conversation.
    """
    if not path.is_file() or not path.stat().st_size:
        raise UserError("no conversations", where=path, remedy="make them with: lexatron data qa ACTS -o DIR")
    # NeMo keeps an index of the lines beside the file, and takes it for that of a file written over it.
    with tempfile.TemporaryDirectory() as folder, progress_bar("conversations") as bar:
        dataset = GPTSFTChatDataset(
            str(path), tokenizer, max_seq_length=seq_length, index_mapping_dir=folder, memmap_workers=1, is_test=True
        )
        if not console.is_terminal:
            console.print(f"Tokenising {len(dataset):,} conversations of {path}", highlight=False, soft_wrap=True)
        for number in bar.track(range(len(dataset)), description=f"Tokenising {path.name}"):
            yield _cut(number + 1, _example(dataset, number, path), seq_length)


def _example(dataset: GPTSFTChatDataset, number: int, path: Path) -> dict[str, Any]:
    try:
        example: dict[str, Any] = dataset[number]
    except (ValueError, LookupError, TypeError, NameError, AttributeError, jinja2.TemplateError) as error:
        # NameError: NeMo's way to say that a line has neither `messages` nor `conversations`.
        raise UserError(f"not a conversation ({error})", where=f"{path}:{number + 1}") from error
    return example


def _cut(line: int, example: dict[str, Any], seq_length: int) -> Conversation:
    ids = example["input_ids"].numpy().astype(np.int32)
    mask = np.append(example["loss_mask"].numpy()[1:], False).astype(np.uint8)
    truncated = len(ids) - 1 > seq_length
    if truncated:
        ids, mask = ids[: seq_length + 1], mask[: seq_length + 1].copy()
        mask[-1] = 0  # the last token is a label only
    return Conversation(line, ids, mask, truncated)
