"""Quotation marks of five languages, and when quoted words stand in a text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.instruct.llm.quotations import quotations, stands_in, unquoted

LAW = (
    "The controller’s duty: ‘personal data’ shall be erased without undue delay; Article 5(1) applies.\nIt is binding."
)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("It says “shall be erased” there.", ["shall be erased"]),
        ("Es heißt „wird gelöscht“, dann „gilt“.", ["wird gelöscht", "gilt"]),
        ('Es heißt „wird gelöscht".', ["wird gelöscht"]),
        ("Il dit « est effacé » et «vaut».", ["est effacé", "vaut"]),
        ("Es heißt »wird gelöscht« dort.", ["wird gelöscht"]),
        ('It says "shall be erased" there, "always".', ["shall be erased", "always"]),
        ("It says ‘the controller’s duty’ there.", ["the controller’s duty"]),
        ("It says 'the controller's duty' there.", ["the controller's duty"]),
        ("L'autorité d'un État n'a rien dit.", []),
        ("L’autorité d’un État n’a rien dit.", []),
        ("It says “the term ‘data’ means” there.", ["the term ‘data’ means"]),
        ("Dice: «1) «datos»: todo», y «fin».", ["1) «datos»: todo", "fin"]),
        ("Es heißt „Im Sinne von „Daten“ gilt“.", ["Im Sinne von „Daten“ gilt"]),
        ("Det heter ”så är det” där.", ["så är det"]),
        ("Nothing “” here.", []),
        ("It says “over\ntwo lines” there.", ["over\ntwo lines"]),
        ("It says “and never closes the mark", ["and never closes the mark"]),
        ('It says "and never closes the mark', ["and never closes the mark"]),
        ("Il dit « sans jamais fermer", ["sans jamais fermer"]),
        ("", []),
    ],
)
def test_quotations(text: str, quoted: list[str]) -> None:
    assert quotations(text) == quoted


def test_unquoted() -> None:
    assert re.findall(r"\w+", unquoted("He says “yes” and „ja“ too.")) == ["He", "says", "and", "too"]
    assert re.findall(r"\w+", unquoted("He says “yes")) == ["He", "says"]
    assert unquoted("") == ""


@pytest.mark.parametrize(
    "quotation",
    [
        "The controller's duty",
        '"personal data" shall be erased',
        "shall  be\nerased without undue delay.",
        "delay; Article 5(1) applies. It is binding",
        "personal data … without undue delay",
        "personal data [...] It is binding.",
        "… shall be erased …",
    ],
)
def test_stands(quotation: str) -> None:
    assert stands_in(quotation, LAW)


@pytest.mark.parametrize(
    "quotation",
    [
        "personal data shall be deleted",
        "shall be erased without undue del",
        "hall be erased",
        "without undue delay … shall be erased",
        "Personal data shall be erased",
        "shall be erased … within 72 hours",
        "Article 5 applies",
    ],
)
def test_stands_not(quotation: str) -> None:
    assert not stands_in(quotation, LAW)


WORDS = st.lists(st.from_regex(r"[a-zà-ÿ0-9]{1,8}", fullmatch=True), min_size=1, max_size=12)


@given(WORDS, st.data())
def test_every_run_of_words_stands_in_its_text_and_is_found_again(words: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(words) - 1))
    part = " ".join(words[start : data.draw(st.integers(start + 1, len(words)))])
    assert stands_in(part, " ".join(words))
    assert quotations(f"Es heißt „{part}“ dort.") == [part]
    assert not stands_in(f"{part} x!", " ".join(words))


@given(st.text(alphabet="ab „“”«»\"'‘’‹›‚…."), st.text(alphabet="ab „“«»\"'"))
def test_no_text_is_an_error(text: str, source: str) -> None:
    for quoted in quotations(text):
        stands_in(quoted, source)
