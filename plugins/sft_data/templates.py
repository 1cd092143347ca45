"""NeMo's tokenizer and the data room's: one chat template, and whether the answers can be told by it."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from nemo.collections.llm.gpt.data.utils import GENERATION_REGEX

from data_prep.chat import ChatTemplate, ChatTokenizer
from data_prep.chat.folder import variables
from data_prep.tokenizer_files import find_tokenizer
from lexatron.errors import UserError

_GIVE = "give chat_template=llama3, or a Jinja file that has the marks"
_PROBE = [
    {"role": "user", "content": "Which act?"},
    {"role": "assistant", "content": "Regulation (EU) 2016/679."},
    {"role": "user", "content": "L’article 5 ?"},
    {"role": "assistant", "content": "No:\n\n(a) 12.5.2016 — § 5"},
]


def check_template(tokenizer: Any, where: str | Path | None = None) -> None:
    """Make sure that a tokenizer's chat template marks the answers, as NeMo's unpacked chats need it.

    Without the marks NeMo takes the loss over every token, questions and headers included, and says nothing.

    Args:
        tokenizer: NeMo's `AutoTokenizer`.
        where: its folder, for the message.

    Raises:
        UserError: no chat template, no `{% generation %}` in it, or a slow tokenizer, which cannot give the mask.
    """
    if not GENERATION_REGEX.search(_template(tokenizer, where)):
        raise UserError(
            "the chat template does not mark the assistant's words with {% generation %}: the loss would be on all",
            where=where,
            remedy=_GIVE,
        )


def packing_tokenizer(tokenizer: Any, where: str | Path | None = None) -> ChatTokenizer:
    """The data room's tokenizer of the same folder and template, which writes packs.

    Raises:
        UserError: there is none, it does not write what NeMo's would, or the answers cannot be told: the template has
            no marks, and earlier turns of a conversation are not as they were when they were the last.
    """
    source = _template(tokenizer, where)
    file = find_tokenizer(tokenizer.tokenizer.name_or_path)
    chat = _load(file, file.stat().st_mtime_ns, source, json.dumps(variables(file.parent)))
    theirs = tokenizer.tokenizer.apply_chat_template(_PROBE, tokenize=True)
    if chat.encode(_PROBE).input_ids.tolist() != theirs or chat.eos_id != tokenizer.eos_id:
        raise UserError(
            "this tokenizer is another one in transformers than its tokenizer.json says",
            where=where or file.parent,
            remedy="save it with save_pretrained, and give that folder",
        )
    return chat


@lru_cache(maxsize=1)
def _load(file: Path, changed: int, source: str, special_tokens: str) -> ChatTokenizer:
    """A vocabulary of Llama 3's size takes seconds, and a training asks for it several times."""
    return ChatTokenizer.load(file, ChatTemplate(source, json.loads(special_tokens)))


def _template(tokenizer: Any, where: str | Path | None) -> str:
    inner = tokenizer.tokenizer
    if not inner.is_fast:
        raise UserError("this tokenizer has no fast version, which answer-only loss needs", where=where)
    if not isinstance(inner.chat_template, str):
        raise UserError("this tokenizer has no chat template", where=where, remedy="give chat_template=llama3")
    return inner.chat_template
