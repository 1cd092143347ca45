"""A tokenizer with its template as one side uses it, and what it makes of conversations."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import tokenizers

from data_prep.chat import ChatTemplate, ChatTokenizer, Encoded
from data_prep.chat.encoded import Ids
from data_prep.chat.folder import own_template, variables
from data_prep.lengths.dataset import Conversation
from data_prep.parity.sides import Side
from data_prep.tokenizer_files import find_tokenizer
from lexatron.errors import UserError

Item = TypeVar("Item")


@dataclass(frozen=True)
class Reader:
    """What turns a side's conversations into tokens.

    Attributes:
        name: of the side, for the user.
        folder: of the tokenizer.
        chat: the tokenizer with the template.
        own_template: whether the folder has a template; else training's stands in for it.
    """

    name: str
    folder: Path
    chat: ChatTokenizer
    own_template: bool = True

    def encode(self, conversations: Sequence[Conversation]) -> list[Encoded | None]:
        """Tokens of each conversation; None for one that the template refuses."""
        try:
            return [*self.chat.encode_batch([conversation.messages for conversation in conversations])]
        except UserError:
            return [_or_none(self.chat.encode, conversation.messages) for conversation in conversations]

    def prompts(self, conversations: Sequence[Conversation]) -> list[Ids | None]:
        """Tokens that a server sends before each last answer; None for one that the template refuses."""
        try:
            return [*self.chat.encode_prompts([conversation.prompt for conversation in conversations])]
        except UserError:
            return [_or_none(self.chat.encode_prompt, conversation.prompt) for conversation in conversations]

    @property
    def components(self) -> dict[str, str]:
        """Fingerprints by component."""
        return self.chat.fingerprints() | {"pad": str(self.chat.pad_id)}

    @property
    def adds_bos(self) -> bool:
        """Whether the tokenizer by itself puts its first token in front of a text."""
        plain = tokenizers.Tokenizer.from_file(str(find_tokenizer(self.folder)))
        return self.chat.bos_id is not None and plain.encode("a").ids[:1] == [self.chat.bos_id]

    def text_of(self, conversation: Conversation) -> str | None:
        """What the template writes; None where it refuses."""
        return _or_none(self.chat.template.render, conversation.messages)


@dataclass(frozen=True)
class Sample:
    """Conversations, and what training makes of each: None for one that its template refuses."""

    conversations: Sequence[Conversation]
    encoded: Sequence[Encoded | None]

    @classmethod
    def of(cls, conversations: Sequence[Conversation], training: Reader) -> Sample:
        """The conversations as training reads them."""
        return cls(conversations, training.encode(conversations))

    def answered(self) -> Sample:
        """Those that end with an answer."""
        pairs = zip(self.conversations, self.encoded, strict=True)
        kept = [pair for pair in pairs if pair[0].messages[-1]["role"] == "assistant"]
        return Sample([conversation for conversation, _ in kept], [encoded for _, encoded in kept])


def load_reader(folder: Path, training: Reader) -> Reader:
    """The tokenizer of an exported model with its own template, or with training's where it has none.

    Raises:
        UserError: it cannot be read.
    """
    if own_template(folder) is not None:
        return Reader(str(folder), folder, ChatTokenizer.load(folder))
    template = ChatTemplate(training.chat.template.source, variables(folder), training.chat.template.name)
    return Reader(str(folder), folder, ChatTokenizer.load(folder, template), own_template=False)


def noted_reader(side: Side, training: Reader) -> Reader | None:
    """The tokenizer that a manifest names, where it differs from training's and its folder is there to be looked at."""
    parts = training.components
    differs = any(parts.get(name) != value for name, value in side.fingerprints.items())
    if not differs or side.tokenizer is None or not Path(side.tokenizer).is_dir():
        return None
    try:
        return Reader(str(side.path), Path(side.tokenizer), ChatTokenizer.load(side.tokenizer, side.template))
    except UserError:
        return None


def end_of_answer(encoded: Encoded) -> int | None:
    """The last token of the last answer; None where there is no answer."""
    written = np.flatnonzero(encoded.assistant)
    return int(encoded.input_ids[written[-1]]) if written.size else None


def _or_none(call: Callable[..., Item], messages: object) -> Item | None:
    try:
        return call(messages)
    except UserError:
        return None
