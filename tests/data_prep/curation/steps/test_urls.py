"""Addresses of the web: kept, masked, dropped, counted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.curation.steps.urls import Urls
from tests.data_prep.curation.steps.records import LAW, after, answered, assert_idempotent, record


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("See https://eur-lex.europa.eu/eli/reg/2016/679/oj.", "See [URL]."),
        ("(http://example.org/a?b=c&d=%20#e), www.example.com!", "([URL]), [URL]!"),
        ("[law](https://a.eu/x) <ftp://b.eu> HTTPS://C.EU", "[law]([URL]) <[URL]> [URL]"),
        ("siehe https://de.wikipedia.org/wiki/Straße; voir «http://é.fr»", "siehe [URL]; voir «[URL]"),
    ],
)
def test_they_are_masked(text: str, clean: str) -> None:
    assert after(Urls(policy="mask"), text) == clean


def test_policies_and_number() -> None:
    assert after(Urls(), "https://a.eu") == "https://a.eu"
    assert Urls(policy="drop").check(record("Q", "A", rejected="www.a.eu")) == "url"
    assert Urls(max_urls=1).check(answered("https://a.eu https://b.eu")) == "urls: too many"
    assert Urls(max_urls=2).check(answered("https://a.eu https://b.eu")) is None


def test_law_has_none() -> None:
    for text in LAW:
        assert Urls(policy="drop").check(answered(text)) is None


@given(
    st.lists(st.sampled_from(["https://", "www.", "a.eu", "/", ".", ")", " ", "[URL]", "("]), max_size=8).map("".join)
)
def test_it_is_idempotent(text: str) -> None:
    assert_idempotent(Urls(policy="mask"), answered(text))
