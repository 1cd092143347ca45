"""Addresses and keys: what is refused, and that a key is nowhere to be seen."""

from __future__ import annotations

import pytest

from data_prep.instruct.llm.endpoint import find_endpoint, is_loopback
from lexatron.errors import UserError

KEY = "sk-very-secret"


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("127.0.0.1", True), ("127.8.8.8", True), ("::1", True), ("10.0.0.1", False),
     ("localhost.example.org", False), ("example.org", False)],
)  # fmt: skip
def test_loopback(host: str, expected: bool) -> None:
    assert is_loopback(host) is expected


def test_our_own_variable_comes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "other")
    assert find_endpoint("https://example.org/v1/").key == "other"
    monkeypatch.setenv("LEXATRON_LLM_API_KEY", f" {KEY}\n")
    endpoint = find_endpoint("https://example.org/v1/")
    assert (endpoint.key, endpoint.url) == (KEY, "https://example.org/v1")
    assert KEY not in repr(endpoint)
    assert endpoint.hide(f"bad key {KEY}") == "bad key ***"


def test_a_key_never_travels_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    assert find_endpoint("http://10.0.0.1:8000/v1").key is None
    monkeypatch.setenv("LEXATRON_LLM_API_KEY", KEY)
    with pytest.raises(UserError, match="in the clear") as caught:
        find_endpoint("http://10.0.0.1:8000/v1")
    assert KEY not in str(caught.value)
    assert find_endpoint("http://[::1]:8000/v1").key == KEY


@pytest.mark.parametrize("url", ["127.0.0.1:8000", "ftp://host/v1", "http://", "http://[bad", "http://host:99999/v1",
                                 "http://host/\x01", "http://host:x/v1"])  # fmt: skip
def test_no_address(url: str) -> None:
    with pytest.raises(UserError, match="not the address of a server"):
        find_endpoint(url)


@pytest.mark.parametrize("url", ["https://me:sk-1@example.org/v1", "https://example.org/v1?key=sk-1"])
def test_a_key_in_the_address_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(UserError, match="LEXATRON_LLM_API_KEY") as caught:
        find_endpoint(url)
    assert "sk-1" not in str(caught.value)


def test_a_key_that_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "clé")
    with pytest.raises(UserError, match="OPENAI_API_KEY") as caught:
        find_endpoint("https://example.org/v1")
    assert "clé" not in str(caught.value)
