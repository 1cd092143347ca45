"""Which chat templates can be trained on, unpacked and packed."""

from __future__ import annotations

from typing import Any

import pytest

from lexatron.errors import UserError
from plugins.sft_data.templates import check_template, packing_tokenizer
from tests.data_prep.chat.templates import LLAMA_3_3, THINKING

UNMARKED = "{% for message in messages %}{{ message['content'] }}{% endfor %}"


@pytest.mark.parametrize(("template", "sentence"), [(UNMARKED, "does not mark"), (None, "no chat template")])
def test_unpacked_a_template_without_marks_is_refused(
    tokenizer: Any, monkeypatch: pytest.MonkeyPatch, template: str | None, sentence: str
) -> None:
    monkeypatch.setattr(tokenizer.tokenizer, "chat_template", template)
    with pytest.raises(UserError, match=sentence):
        check_template(tokenizer)


def test_packed_it_is_taken_where_the_answers_can_be_told(tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    own = packing_tokenizer(tokenizer).fingerprints()
    monkeypatch.setattr(tokenizer.tokenizer, "chat_template", LLAMA_3_3)
    metas = packing_tokenizer(tokenizer).fingerprints()
    assert {name for name in own if own[name] != metas[name]} == {"template"}
    rewriting = THINKING.replace("text.split('</think>')[-1]", "'Forgotten.'")
    monkeypatch.setattr(tokenizer.tokenizer, "chat_template", rewriting)
    with pytest.raises(UserError, match="its answers cannot be told"):
        packing_tokenizer(tokenizer)
    monkeypatch.setattr(tokenizer.tokenizer, "chat_template", None)
    with pytest.raises(UserError, match="no chat template"):
        packing_tokenizer(tokenizer)


def test_a_tokenizer_that_is_another_one_in_transformers(tokenizer: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tokenizer, "eos_token", "<|eot_id|>")
    with pytest.raises(UserError, match="another one in transformers"):
        packing_tokenizer(tokenizer)
