"""Chat templates by name, for tokenizers without one of their own; each marks what the assistant says.

`llama3` and `chatml` need a tokenizer that has their control tokens. `instruct` and `plain` make do with an
`eos_token`; they mark turns by words, which a user can write, too: no control token protects them.
"""

from __future__ import annotations

from data_prep import llama3

IM_START, IM_END = "<|im_start|>", "<|im_end|>"

_CHATML = (
    "{%- for message in messages %}"
    f"{{{{- '{IM_START}' + message['role'] + '\\n' }}}}"
    "{%- if message['role'] == 'assistant' %}"
    f"{{%- generation %}}{{{{- message['content'] + '{IM_END}' }}}}{{%- endgeneration %}}"
    "{%- else %}"
    f"{{{{- message['content'] + '{IM_END}' }}}}"
    "{%- endif %}"
    "{{- '\\n' }}"
    "{%- endfor %}"
    "{%- if add_generation_prompt %}"
    f"{{{{- '{IM_START}assistant\\n' }}}}"
    "{%- endif %}"
)


def _by_words(system: str, user: str, assistant: str, before_answer: str) -> str:
    """A template whose turns are marked by words, an answer ending with the `eos_token`.

    Args:
        system: Jinja expression of what a system message becomes; `text` is its trimmed content.
        user: the same of a question.
        assistant: what stands in front of an answer, and is the prompt for one.
        before_answer: what the assistant itself writes first.
    """
    return (
        "{{- bos_token }}"
        "{%- for message in messages %}"
        "{%- set text = message['content'] | trim %}"
        f"{{%- if message['role'] == 'system' %}}{{{{- {system} }}}}"
        f"{{%- elif message['role'] == 'user' %}}{{{{- {user} }}}}"
        f"{{%- elif message['role'] == 'assistant' %}}{{{{- '{assistant}' }}}}"
        f"{{%- generation %}}{{{{- '{before_answer}' + text + eos_token }}}}{{%- endgeneration %}}"
        "{%- else %}{{- raise_exception('no such role in this template: ' + message['role']) }}"
        "{%- endif %}"
        "{%- endfor %}"
        f"{{%- if add_generation_prompt %}}{{{{- '{assistant}' }}}}{{%- endif %}}"
    )


TEMPLATES = {
    "llama3": llama3.CHAT_TEMPLATE,
    "chatml": _CHATML,
    "instruct": _by_words(
        "text + '\\n\\n'", "'### Instruction:\\n' + text + '\\n\\n'", "### Response:\\n", before_answer=""
    ),
    "plain": _by_words("text + '\\n\\n'", "'User: ' + text + '\\n'", "Assistant:", before_answer=" "),
}
"""Name -> Jinja."""

CONTROL = {
    "llama3": (llama3.START_HEADER, llama3.END_HEADER, llama3.EOT),
    "chatml": (IM_START, IM_END),
    "instruct": (),
    "plain": (),
}
"""Name -> control tokens that the tokenizer has to have."""
