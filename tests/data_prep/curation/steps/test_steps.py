"""The steps together: their order, their switches, and what they do to a whole record."""

from __future__ import annotations

import pickle

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from data_prep.chat.control import find
from data_prep.curation.record import Record
from data_prep.curation.steps import Steps
from data_prep.curation.steps.encoding import Encoding
from data_prep.curation.steps.pii_emails import email_spans
from tests.data_prep.curation.steps.records import LAW, record

ORDER = [
    *("turns", "encoding", "control_characters", "control_tokens", "refusals", "boilerplate", "urls", "code", "pii"),
    *("repetition", "blocklist", "language", "length"),
]


def run(steps: Steps, found: Record) -> str | None:
    return next((reason for _, step in steps.active() if (reason := step.check(found))), None)


def test_they_run_in_this_order_and_length_is_last() -> None:
    assert [name for name, _ in Steps().active()] == ORDER


def test_they_are_switched_off_and_on() -> None:
    raw = yaml.safe_load("{pii: false, urls: null, refusals: true, length: {min_tokens: null, max_tokens: 100}}")
    steps = Steps.model_validate(raw)
    names = [name for name, _ in steps.active()]
    assert set(ORDER) - set(names) == {"pii", "urls"}
    assert steps.refusals == Steps().refusals
    assert steps.length is not None
    assert (steps.length.min_tokens, steps.length.max_tokens) == (None, 100)


@pytest.mark.parametrize(
    "raw", ["{pi: false}", "{pii: {phone: mask}}", "{pii: {phones: hide}}", "{code: {max_share: 2}}"]
)
def test_what_is_unknown_is_an_error(raw: str) -> None:
    with pytest.raises(ValidationError):
        Steps.model_validate(yaml.safe_load(raw))


def test_every_option_says_what_it_is_by_default_and_survives_its_yaml() -> None:
    steps = Steps()
    assert Steps.model_validate(yaml.safe_load(yaml.safe_dump(steps.model_dump(mode="json")))) == steps
    assert pickle.loads(pickle.dumps(steps)) == steps


def test_a_messy_record_is_cleaned() -> None:
    answer = "Artikel 15 gibt Betroffenen ein Recht auf Auskunft\u200b.  \nFragen: max@firma.de<|eot_id|>\n\n"
    found = record("MÃ¶chten Sie wissen, was in Artikel 15 steht?\r\n", answer + "Ich hoffe, das hilft!")
    assert run(Steps(), found) is None
    assert found.messages[0]["content"] == "Möchten Sie wissen, was in Artikel 15 steht?"
    assert found.answer == "Artikel 15 gibt Betroffenen ein Recht auf Auskunft.\nFragen: [EMAIL]< |eot_id|>"
    assert found.changed == [
        *("encoding repaired", "control characters removed", "blanks tidied", "control tokens neutralised"),
        *("boilerplate stripped", "email masked"),
    ]
    assert found.language == "de"


def test_law_goes_through_unchanged() -> None:
    question = "What does the law say? Explain it in your own words, and name the acts, please."
    for text in LAW:
        found = record(question, text)
        assert run(Steps(), found) is None
        assert (found.messages[0]["content"], found.answer, found.changed) == (question, text, [])


@settings(max_examples=30)
@given(st.lists(st.text(max_size=40) | st.sampled_from(["<|eot_id|>", "a@b.eu", "\ud800"]), min_size=2, max_size=4))
def test_whatever_stays_is_clean(contents: list[str]) -> None:
    found = record(*contents)
    if run(Steps(encoding=Encoding(max_damaged=1)), found) is not None:
        return
    for message in found.messages:
        message["content"].encode()
        assert message["content"].strip()
        assert find(message["content"]) == []
        assert email_spans(message["content"]) == []
    assert [message["role"] for message in found.messages] == ["user", "assistant"] * (len(found.messages) // 2)
