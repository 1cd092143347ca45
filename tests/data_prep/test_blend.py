"""Language weights: what parses, and that they add up."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.blend import DEFAULT_LANGUAGES, epochs, parse_languages, weights
from lexatron.errors import UserError

LANGUAGES = st.sampled_from(["en", "fr", "de", "es", "pt"])
SHARES = st.dictionaries(LANGUAGES, st.floats(0.1, 100), min_size=1)


def test_the_default_parses() -> None:
    assert parse_languages(DEFAULT_LANGUAGES) == {"en": 35, "fr": 25, "de": 20, "es": 12, "pt": 8}


def test_fractions_and_spaces_parse() -> None:
    assert parse_languages("en=0.5, fr = 1") == {"en": 0.5, "fr": 1}


@pytest.mark.parametrize("text", ["", "en", "en=", "=1", "EN=1", "eng=1", "en=-1", "en=0", "en=1,,fr=2", "en=1;fr=2"])
def test_what_does_not_parse_is_quoted(text: str) -> None:
    with pytest.raises(UserError, match="is not a language and its share"):
        parse_languages(text)


def test_a_language_twice_is_refused() -> None:
    with pytest.raises(UserError, match="en stands there twice"):
        parse_languages("en=1,fr=2,en=3")


@given(SHARES, st.sets(LANGUAGES))
def test_weights_add_up_over_what_is_there(shares: dict[str, float], present: set[str]) -> None:
    found = weights(shares, present)
    assert set(found) == set(shares) & present
    assert not found or sum(found.values()) == pytest.approx(1)


@given(SHARES, st.integers(1, 10**9))
def test_epochs_draw_as_many_tokens_as_there_are(shares: dict[str, float], size: int) -> None:
    tokens = {language: size + number for number, language in enumerate(shares)}
    repeated = epochs(weights(shares, shares), tokens)
    assert sum(repeated[language] * tokens[language] for language in shares) == pytest.approx(sum(tokens.values()))


@given(SHARES, st.sets(LANGUAGES, min_size=1), st.floats(0.5, 60))
def test_general_text_has_its_share_of_the_whole(shares: dict[str, float], present: set[str], percent: float) -> None:
    found = weights(shares, {*present, "wiki"}, {"wiki": percent, "absent": 20.0})
    assert sum(found.values()) == pytest.approx(1)
    languages = set(shares) & present
    assert found["wiki"] == pytest.approx(percent / 100 if languages else 1)
    for one in languages:
        for other in languages:
            assert found[one] / found[other] == pytest.approx(shares[one] / shares[other])
