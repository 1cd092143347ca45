"""Words, phrases and patterns of one's own, given or in files."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from data_prep.curation.steps.blocklist import Blocklist
from lexatron.errors import UserError
from tests.data_prep.curation.steps.records import answered, record


def dropped(step: Blocklist, text: str) -> bool:
    return step.check(answered(text)) == "blocklist"


def test_nothing_is_listed_by_default() -> None:
    assert Blocklist().check(answered("damn")) is None


@pytest.mark.parametrize("text", ["Damn!", "(DAMN)", "so damn good", "scheiß STRASSE", "Hot  dog stand", "use C++."])
def test_whole_words_and_phrases_in_any_case(text: str) -> None:
    assert dropped(Blocklist(words=("damn", "Straße", "hot dog", "c++")), text)


@pytest.mark.parametrize("text", ["condamnation", "damned", "shot dog", "hot dogs", "Strassen", "c+", "abc++"])
def test_parts_of_words_do_not_count(text: str) -> None:
    assert not dropped(Blocklist(words=("damn", "Straße", "hot dog", "c++")), text)


def test_patterns_are_looked_for_in_every_message() -> None:
    step = Blocklist(regexes=(r"gpt-\d", r"(?i)openai"))
    assert step.check(record("Who made GPT-4? OpenAI.", "x")) == "blocklist"
    assert step.check(record("x", "y", rejected="gpt-4")) == "blocklist"
    assert step.check(record("GPT-4", "x")) is None


def test_lists_are_read_from_files(tmp_path: Path) -> None:
    words, regexes = tmp_path / "words.txt", tmp_path / "regexes.txt"
    words.write_text("damn\n\n hot dog \n", "utf-8")
    regexes.write_text("gpt-\\d\n", "utf-8")
    step = Blocklist.model_validate({"word_files": [str(words)], "regex_files": [str(regexes)]})
    assert [dropped(step, text) for text in ("damn", "hot dog", "gpt-4", "good")] == [True, True, True, False]
    assert step.files == (words, regexes)


def test_what_cannot_be_used_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="no regular expression"):
        Blocklist(regexes=("(",))
    with pytest.raises(UserError, match="cannot be read"):
        Blocklist(word_files=(tmp_path / "missing",)).check(answered("a"))
    file = tmp_path / "bad.txt"
    file.write_text("a\n(\n", "utf-8")
    with pytest.raises(UserError, match="no regular expression") as caught:
        Blocklist(regex_files=(file,)).check(answered("a"))
    assert str(caught.value).count("bad.txt:2") or getattr(caught.value, "where", "") == f"{file}:2"
