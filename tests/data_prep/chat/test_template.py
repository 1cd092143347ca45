"""Which template a tokenizer folder has, and that it writes what `transformers` writes."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from data_prep.chat.builtin import TEMPLATES
from data_prep.chat.template import ChatTemplate
from data_prep.llama3 import BOS, EOS
from lexatron.errors import UserError

CHAT = [{"role": "user", "content": "Is a < b & c?"}, {"role": "assistant", "content": "Yes."}]


def folder(path: Path, config: Any, jinja: str | None = None, special: Any = None) -> Path:
    """A tokenizer folder without its vocabulary."""
    (path / "tokenizer_config.json").write_text(config if isinstance(config, str) else json.dumps(config), "utf-8")
    if jinja is not None:
        (path / "chat_template.jinja").write_text(jinja, "utf-8")
    if special is not None:
        (path / "special_tokens_map.json").write_text(json.dumps(special), "utf-8")
    return path


def test_the_folders_own_template(tmp_path: Path) -> None:
    several = [{"name": "tool_use", "template": "tools"}, {"name": "default", "template": "default"}]
    assert ChatTemplate.load(folder(tmp_path, {"chat_template": "one"}), None).source == "one"
    assert ChatTemplate.load(folder(tmp_path, {"chat_template": several}), None).source == "default"
    assert ChatTemplate.load(folder(tmp_path, {"chat_template": several}, "file"), None).source == "file"


def test_a_template_by_name_or_file(tmp_path: Path) -> None:
    assert {name: ChatTemplate.load(None, name).source for name in TEMPLATES} == TEMPLATES
    (tmp_path / "mine.jinja").write_text("mine")
    assert ChatTemplate.load(None, str(tmp_path / "mine.jinja")).source == "mine"


@pytest.mark.parametrize(
    ("config", "name", "what"),
    [
        ({}, None, "no chat template .*llama3, chatml, instruct, plain"),
        ({}, "alpaca", "alpaca: no such chat template"),
        ({"chat_template": "{% if %}"}, None, "not Jinja"),
        ("{", None, "tokenizer_config.json: not JSON"),
        ("[]", None, "not a JSON object"),
    ],
)
def test_no_template(tmp_path: Path, config: Any, name: str | None, what: str) -> None:
    with pytest.raises(UserError, match=what):
        ChatTemplate.load(folder(tmp_path, config), name)


@pytest.mark.parametrize("decoder", [{}, {"added_tokens_decoder": {}}])
def test_special_tokens_are_those_of_transformers(folders: dict[str, Path], tmp_path: Path, decoder: Any) -> None:
    from transformers import AutoTokenizer

    (tmp_path / "tokenizer.json").write_bytes((folders["byte_level"] / "tokenizer.json").read_bytes())
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": {"content": EOS, "__type": "AddedToken"}}
    special = {"bos_token": BOS, "eos_token": {"content": "<|eot_id|>"}, "additional_special_tokens": ["<|im_end|>"]}
    found = ChatTemplate.load(folder(tmp_path, {**config, **decoder}, "", special), None).variables
    expected = AutoTokenizer.from_pretrained(str(tmp_path)).special_tokens_map
    assert found == expected
    assert found["eos_token"] == (EOS if decoder else "<|eot_id|>")


FEATURES = {
    "loop controls": "{% for m in messages %}{% if loop.index > 1 %}{% break %}{% endif %}{{ m.content }}{% endfor %}",
    "blocks are trimmed": "{% for m in messages %}\n    {% if true %}\n  {{ m.role }}\n    {% endif %}\n{% endfor %}",
    "tojson": "{{ messages | tojson }}{{ {'b': 'é', 'a': 1} | tojson(indent=2, sort_keys=true) }}",
    "variables": "{{ bos_token }}{{ eos_token }}{{ unk_token }}|{{ tools is none }}{{ documents is none }}",
    "generation": "{% for m in messages %}\n  {% generation %}\n  {{ m.content }}\n  {% endgeneration %}\n{% endfor %}",
    "captured": "{% set x %}{% generation %}{{ messages[0].content }}{% endgeneration %}{% endset %}<{{ x }}>",
    "date": "{{ strftime_now('%d %b %Y') }}",
    "prompt": "{{ add_generation_prompt }}",
    **TEMPLATES,
}


@pytest.mark.parametrize("name", FEATURES)
@pytest.mark.parametrize("prompt", [False, True])
def test_the_text_is_that_of_transformers(name: str, prompt: bool) -> None:
    from transformers.utils.chat_template_utils import render_jinja_template

    special = {"bos_token": BOS, "eos_token": EOS}
    options = {"chat_template": FEATURES[name], "add_generation_prompt": prompt, **special}
    (expected,), _ = render_jinja_template(conversations=[CHAT], **options)
    assert ChatTemplate(FEATURES[name], {**special}).render(CHAT, prompt) == expected


def test_marked_text_is_told_by_its_place() -> None:
    template = ChatTemplate(
        "{% for m in messages %}({% generation %}{{ m.content }}{% endgeneration %}){% endfor %}", {}
    )
    rendered = template.render_spans([*CHAT, {"role": "user", "content": ""}])
    assert [rendered.text[start:end] for start, end in rendered.spans] == ["Is a < b & c?", "Yes.", ""]
    assert rendered.text == "(Is a < b & c?)(Yes.)()"


@pytest.mark.parametrize(
    "source", ["{{ raise_exception('no') }}", "{{ nothing.at.all }}", "{{ messages.append(1) }}", "{{ 1 + 'a' }}"]
)
def test_what_goes_wrong_in_a_template_is_said(source: str) -> None:
    with pytest.raises(UserError, match="does not take this conversation"):
        ChatTemplate(source, {}).render(CHAT)


def test_a_template_that_depends_on_the_day() -> None:
    dated = ChatTemplate("{% if strftime_now is defined %}{{ strftime_now('%Y') }}{% endif %}", {})
    assert dated.uses_date
    assert dated.render(CHAT) == str(datetime.now().year)
    assert not any(ChatTemplate(source, {}).uses_date for source in TEMPLATES.values())


def test_the_fingerprint_is_of_text_and_variables() -> None:
    made = [ChatTemplate("a", {}), ChatTemplate("b", {}), ChatTemplate("a", {"bos_token": BOS})]
    assert len({template.fingerprint for template in made}) == 3
    assert made[0].fingerprint == ChatTemplate("a", {}, "name").fingerprint
