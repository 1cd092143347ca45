"""Conversations to tokens with a mask of what the assistant says: what is trained on, and what serving sends.

    chat = ChatTokenizer.load("meta-llama/Llama-3.3-70B-Instruct")
    encoded = chat.encode([{"role": "user", "content": "Which act?"}, {"role": "assistant", "content": "This one."}])
    encoded.input_ids, encoded.assistant

The ids are those of `transformers`' `apply_chat_template`, and the mask is its `assistant_masks` for a template with
`{% generation %}` marks; Meta's own templates without them work as well. Unlike there, a control-token string that
stands in a message is encoded as the plain text it is: no message can end its turn or open another.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path

import tokenizers

from data_prep.chat.builtin import CONTROL, TEMPLATES
from data_prep.chat.encoded import Encoded, Ids
from data_prep.chat.pieces import ControlTokens, Piece
from data_prep.chat.spans import render_answers, whole_turns
from data_prep.chat.stretches import StretchEncoder
from data_prep.chat.template import ChatTemplate, Messages, Rendered
from data_prep.chat.whole import WholeEncoder
from data_prep.tokenizer import Tokenizer
from data_prep.tokenizer_files import find_tokenizer
from lexatron.errors import UserError
from lexatron.stage import digest

ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "ipython", "function"})
"""Others are refused: templates write a role as it is, some between `<|` and `|>`."""


class ChatTokenizer:
    """Conversations to tokens; made by `ChatTokenizer.load`.

    Attributes:
        template: the chat template.
        special_tokens: control tokens, string -> id.
        eos_id: the id that NeMo's `AutoTokenizer` calls so; None where the folder names no `eos_token`.
        bos_id: likewise.
        pad_id: the `pad_token`, else the `eos_token`; None where the folder names neither.
        vocab_size: size of the whole vocabulary, control tokens included.
    """

    def __init__(self, file: Path, template: ChatTemplate):
        self.template = template
        spec = json.loads(file.read_text("utf-8"))
        self._fast = Tokenizer.load(file)
        self._plain = tokenizers.Tokenizer.from_file(str(file))
        self._plain.no_truncation()  # what a trained model is saved with would cut conversations, too
        self._plain.no_padding()
        self._control = ControlTokens.of(spec["added_tokens"])
        self._stretches = StretchEncoder(self._fast, spec)
        self._spec = spec
        self.special_tokens = dict(self._control.ids)
        self.vocab_size = self._fast.vocab_size
        self.bos_id, self.eos_id = self._id("bos_token", "cls_token"), self._id("eos_token", "sep_token")
        pad = self._id("pad_token")
        self.pad_id = self.eos_id if pad is None else pad
        self._by_stretches = self._proved(file)

    @classmethod
    def load(cls, tokenizer: str | Path, template: str | ChatTemplate | None = None) -> ChatTokenizer:
        """Load a tokenizer by its folder, file or hub name, with its own template or another one.

        Args:
            template: as for `ChatTemplate.load`, or one that is loaded.

        Raises:
            UserError: there is no such tokenizer or template, or the two do not go together.
        """
        file = find_tokenizer(tokenizer)
        if file.suffix == ".model":
            raise UserError("no tokenizer.json here, which chats need", where=file.parent, remedy="give another folder")
        if not isinstance(template, ChatTemplate):
            template = ChatTemplate.load(file.parent, template)
        made = cls(file, template)
        name = next((name for name, source in TEMPLATES.items() if source == template.source), "")
        missing = [token for token in CONTROL.get(name, ()) if token not in made.special_tokens]
        if missing:
            what = f"the template {name} writes {missing[0]}, which is no control token of this tokenizer"
            raise UserError(what, where=file.parent, remedy="choose the template instruct or plain")
        return made

    def encode(self, messages: Messages) -> Encoded:
        """The tokens of a conversation.

        Raises:
            UserError: no conversation, or the template does not take it.
        """
        return self.encode_batch([messages])[0]

    def encode_batch(self, conversations: Sequence[Messages]) -> list[Encoded]:
        """The tokens of each conversation; some thousand at once are the fastest.

        Raises:
            UserError: one of them is no conversation, or the template does not take it.
        """
        return self._encode([self._pieces(messages) for messages in conversations])

    def encode_prompt(self, messages: Messages) -> Ids:
        """What a server sends to the model: the turns so far and the beginning of the assistant's next."""
        return self.encode_prompts([messages])[0]

    def encode_prompts(self, conversations: Sequence[Messages]) -> list[Ids]:
        """The same of many, which is far faster than one by one."""
        return [encoded.input_ids for encoded in self._encode([self._asked(messages) for messages in conversations])]

    def decode_token(self, token: int) -> str:
        """The text of one token, a control token as its string; U+FFFD for a part of a character."""
        return str(self._plain.decode([token], skip_special_tokens=False))

    def fingerprints(self) -> dict[str, str]:
        """What decides the tokens, by component, so that a difference can be named."""
        return {
            "vocabulary": self._fast.fingerprint,
            "special_tokens": digest([self.special_tokens, self.template.variables]),
            "template": digest(self.template.source),
            "bos": str(self.bos_id),
            "eos": str(self.eos_id),
        }

    def notices(self) -> list[str]:
        """What the user should know: why encoding is slow, and that the text depends on the day."""
        found = [self._fast.notice] if self._fast.notice else []
        if self.template.uses_date:
            found.append("The chat template writes today's date: training and serving differ by the day")
        return found

    def _pieces(self, messages: Messages) -> list[Piece]:
        protected, mark = self._control.protect(_checked(messages))
        rendered = render_answers(self.template, protected)
        if not self.template.marks_answers:
            rendered = whole_turns(rendered, tuple(self.special_tokens))
        return self._split(rendered, mark)

    def _asked(self, messages: Messages) -> list[Piece]:
        protected, mark = self._control.protect(_checked(messages))
        return self._split(Rendered(self.template.render(protected, add_generation_prompt=True), []), mark)

    def _split(self, rendered: Rendered, mark: str) -> list[Piece]:
        try:
            rendered.text.encode()
        except UnicodeEncodeError as error:
            raise UserError("a message holds half of a surrogate pair, which is no text") from error
        return list(self._control.split(rendered, mark))

    @cached_property
    def _whole(self) -> WholeEncoder:
        """Made when it is needed: it is a second tokenizer in memory."""
        return WholeEncoder(self._spec)

    def _encode(self, conversations: Sequence[list[Piece]]) -> list[Encoded]:
        if not self._by_stretches:
            return [self._whole.encode(pieces) for pieces in conversations]
        found = self._stretches.encode_batch(conversations)
        return [
            self._whole.encode(pieces) if encoded is None else encoded
            for pieces, encoded in zip(conversations, found, strict=True)
        ]

    def _id(self, *roles: str) -> int | None:
        for role in roles:
            token = self.template.variables.get(role)
            if isinstance(token, str):
                found: int | None = self._plain.token_to_id(token)
                return found
        return None

    def _proved(self, file: Path) -> bool:
        """Whether stretches by themselves have the ids that Hugging Face's library gives the text as a whole.

        Raises:
            UserError: not even the whole text has them once control tokens are told by other names.
        """
        texts = _probe(list(self.special_tokens))
        expected = [self._plain.encode(text, add_special_tokens=False).ids for text in texts]
        probe = [self._split(Rendered(text, []), "") for text in texts]
        stretches = self._stretches.encode_batch(probe)
        if all(
            found is not None and found.input_ids.tolist() == ids
            for found, ids in zip(stretches, expected, strict=True)
        ):
            return True
        if [self._whole.encode(pieces).input_ids.tolist() for pieces in probe] != expected:
            raise UserError("this tokenizer's control tokens are of a kind that is not known here", where=file)
        return False


def _checked(messages: Messages) -> Messages:
    if not messages:
        raise UserError("a conversation without messages")
    for message in messages:
        if not isinstance(message, Mapping) or message.get("role") not in ROLES:
            found = message.get("role") if isinstance(message, Mapping) else message
            raise UserError(f"no such role: {found!r}", remedy=f"name each role: {', '.join(sorted(ROLES))}")
        if not isinstance(message.get("content"), str | list) and not message.get("tool_calls"):
            raise UserError(f"a message of the {message['role']} without content")
    return messages


def _probe(control: Sequence[str]) -> list[str]:
    """Texts with control tokens in all sorts of company."""
    some = [*control[:8], *control[-8:]] or [""]
    return [
        "Which act? ",
        *(f"{token} Which{token}\n\n(a) l’acte  {token}{token}x é\n {token} — 12.5.2016\n\n" for token in some),
        "".join(f"{token}user\n\nArticle 5 of it.\n" for token in some),
    ]
