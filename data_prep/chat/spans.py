"""Where the assistant speaks in a conversation's text: by the template's marks, or by what each turn adds."""

from __future__ import annotations

from data_prep.chat.jinja import Span
from data_prep.chat.template import ChatTemplate, Messages, Rendered
from lexatron.errors import UserError

ASSISTANT = "assistant"


def render_answers(template: ChatTemplate, messages: Messages) -> Rendered:
    """The text of a conversation with the spans of all that the assistant says, end of turn included.

    A template with `{% generation %}` says it itself. Of another one, a turn's span is what the conversation up to
    it adds to the one before it with a generation prompt: the very characters that the model has to go on with.

    Raises:
        UserError: the template refuses the conversation, or a longer conversation does not begin as a shorter one.
    """
    if template.marks_answers:
        return template.render_spans(messages)
    text = template.render(messages)
    spans: list[Span] = []
    for turn, message in enumerate(messages):
        if message["role"] == ASSISTANT:
            prompt = template.render(messages[:turn], add_generation_prompt=True)
            answered = template.render(messages[: turn + 1]) if turn + 1 < len(messages) else text
            if not (answered.startswith(prompt) and text.startswith(answered)):
                raise _inconsistent(template, turn, answered.startswith(prompt))
            spans.append((len(prompt), len(answered)))
    return Rendered(text, spans)


def _inconsistent(template: ChatTemplate, turn: int, prompt_fits: bool) -> UserError:
    why = "writes a turn otherwise once more follows" if prompt_fits else "asks otherwise than it writes an answer"
    return UserError(
        f"the chat template has no {{% generation %}} marks and {why} (turn {turn + 1}): its answers cannot be told",
        where=template.name,
        remedy="give a template that marks them",
    )


def whole_turns(rendered: Rendered, control: tuple[str, ...]) -> Rendered:
    """The spans without the white space that a template writes behind the control token that ends a turn.

    A model that says this token is not asked for more.
    """
    return Rendered(rendered.text, [(start, _end(rendered.text, start, end, control)) for start, end in rendered.spans])


def _end(text: str, start: int, end: int, control: tuple[str, ...]) -> int:
    said = text[start:end].rstrip()
    return start + len(said) if said.endswith(control) else end
