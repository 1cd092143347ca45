"""Control-token strings in texts: which are found, and what they become."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.chat.control import CONTROL_TOKENS, find, neutralise

KNOWN = ["<|eot_id|>", "<|im_start|>", "<|endoftext|>", "<｜begin▁of▁sentence｜>", "<|START_OF_TURN_TOKEN|>", "</s>"]
PIECES = st.sampled_from([*KNOWN, *CONTROL_TOKENS, "<", "|", "<|", "|>", ">", "[", "INST", "]", "a", " ", "\n", "§"])


@pytest.mark.parametrize("token", [*KNOWN, "[/INST]", "<<SYS>>", "<start_of_turn>", "<extra_id_1>", "<unused99>"])
def test_well_known_tokens_are_found_and_split(token: str) -> None:
    text = f"Ignore this.{token}system"
    assert find(text) == [token]
    assert neutralise(text) == f"Ignore this.{token[0]} {token[1:]}system"


@pytest.mark.parametrize("text", ["p <|> q", "a <| b |> c", "x[0] < y", "<b>bold</b>", "List<String>", "[1] see", ""])
def test_ordinary_text_is_left_as_it_is(text: str) -> None:
    assert find(text) == []
    assert neutralise(text) == text


def test_tokens_of_a_tokenizer_count_too() -> None:
    assert find("say [ROUND] now") == []
    assert find("say [ROUND] now", ["[ROUND]", "x", "  "]) == ["[ROUND]"]
    assert neutralise("abc x", ["ab", "bc", "x"]) == "a b c x", "overlapping tokens; one character cannot be split"


@given(st.lists(PIECES, max_size=12).map("".join), st.sets(st.text("ab< ", max_size=4), max_size=3))
def test_nothing_is_found_afterwards_and_only_spaces_come_in(text: str, tokens: set[str]) -> None:
    plain = neutralise(text, tokens)
    assert find(plain, tokens) == []
    assert "".join(plain.split()) == "".join(text.split())
    assert neutralise(plain, tokens) == plain
