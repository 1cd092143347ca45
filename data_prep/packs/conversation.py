"""A conversation as it is trained on: tokens, and over which of them the loss is taken."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from data_prep.chat import Encoded


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


def to_train_on(line: int, encoded: Encoded, eos_id: int | None, seq_length: int) -> Conversation:
    """A conversation as NeMo's chat dataset gives it to a model.

    NeMo ends each with the end of a sequence, which the model has to say as well (not so where its id is 0), and its
    collation cuts off what is longer than `seq_length`.
    """
    ids, assistant = encoded.input_ids, encoded.assistant
    if eos_id and (not len(ids) or ids[-1] != eos_id):
        ids, assistant = np.append(ids, np.int32(eos_id)), np.append(assistant, np.uint8(1))
    mask = np.append(assistant[1:], np.uint8(0))
    truncated = len(ids) - 1 > seq_length
    if truncated:
        ids, mask = ids[: seq_length + 1].copy(), mask[: seq_length + 1].copy()
        mask[-1] = 0  # the last token is a label only
    return Conversation(line, ids, mask, truncated)
