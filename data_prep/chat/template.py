"""A chat template: a conversation becomes the text that the model reads, as `transformers` 4.57 writes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from data_prep.chat import jinja
from data_prep.chat.builtin import TEMPLATES
from data_prep.chat.folder import Variables, own_template, read_text, variables
from lexatron.errors import UserError
from lexatron.stage import digest

Messages = Sequence[Mapping[str, Any]]
"""The turns of a conversation, each with `role` and `content`."""

_CHOICE = f"give a template: {', '.join(TEMPLATES)}, or a Jinja file"


@dataclass(frozen=True)
class Rendered:
    """A conversation as text; `spans` are the characters that `{% generation %}` encloses."""

    text: str
    spans: list[jinja.Span]


class ChatTemplate:
    """Writes conversations; made by `ChatTemplate.load`, or of a template's text and the variables it may name.

    Attributes:
        source: the Jinja text.
        name: what the user called it: None for the tokenizer's own.
        variables: special tokens by role.
        fingerprint: SHA-256 over source and variables.
        uses_date: today's date gets into the text: training and serving then differ by the day.
        marks_answers: it has `{% generation %}` marks.

    Raises:
        UserError: the text is not Jinja.
    """

    def __init__(self, source: str, variables: Variables, name: str | None = None):
        self.source, self.variables, self.name = source, variables, name
        try:
            self._template = jinja.environment().from_string(source)
            self.uses_date = "strftime_now" in jinja.calls(source)
        except jinja2.TemplateError as error:
            raise UserError(f"the chat template is not Jinja ({error})", where=name, remedy=_CHOICE) from error
        self.marks_answers = jinja.has_marks(source)
        self.fingerprint = digest([source, variables])

    @classmethod
    def load(cls, folder: Path | None, name: str | None) -> ChatTemplate:
        """The template of a tokenizer folder, a built-in one by name, or that of a Jinja file.

        Args:
            folder: a tokenizer's, which also says what `bos_token` and the like are; None for no such variables.
            name: None for the folder's own template, one of `data_prep.chat.builtin.TEMPLATES`, or a path.

        Raises:
            UserError: there is none, or it is not Jinja.
        """
        known = variables(folder) if folder is not None else {}
        if name is not None:
            return cls(_named(name), known, name)
        source = own_template(folder) if folder is not None else None
        if source is None:
            raise UserError("this tokenizer has no chat template", where=folder, remedy=_CHOICE)
        return cls(source, known)

    def render(self, messages: Messages, add_generation_prompt: bool = False) -> str:
        """The text of a conversation.

        Args:
            add_generation_prompt: end with what stands in front of the assistant's next turn.

        Raises:
            UserError: the template refuses the conversation.
        """
        return self.render_spans(messages, add_generation_prompt).text

    def render_spans(self, messages: Messages, add_generation_prompt: bool = False) -> Rendered:
        """The same with the places of the `{% generation %}` marks."""
        try:
            written = self._template.render(
                messages=messages,
                tools=None,
                documents=None,
                add_generation_prompt=add_generation_prompt,
                **self.variables,
            )
        except (jinja2.TemplateError, TypeError, ValueError, LookupError, AttributeError, ArithmeticError) as error:
            raise UserError(f"the chat template does not take this conversation ({error})", where=self.name) from error
        return Rendered(*jinja.split_marks(written))


def _named(name: str) -> str:
    if name in TEMPLATES:
        return TEMPLATES[name]
    if not Path(name).is_file():
        raise UserError("no such chat template", where=name, remedy=_CHOICE)
    return read_text(Path(name))
