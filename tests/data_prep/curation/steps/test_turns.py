"""Who speaks when: what is dropped, what is repaired."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.curation.record import Record
from data_prep.curation.steps.turns import Turns
from tests.data_prep.curation.steps.records import record, said


def of(*turns: tuple[str, str], **fields: object) -> Record:
    return Record(id="1", messages=[said(*turn) for turn in turns], source="test", **fields)  # type: ignore[arg-type]


U, A, S = ("user", "Question?"), ("assistant", "Answer."), ("system", "Be kind.")


@pytest.mark.parametrize("turns", [[U, A], [S, U, A], [U, A, U, A]])
def test_good_conversations_stay_as_they_are(turns: list[tuple[str, str]]) -> None:
    found = of(*turns)
    assert Turns().check(found) is None
    assert found == of(*turns)


@pytest.mark.parametrize(
    ("turns", "reason"),
    [
        ([], "turns: no answer"),
        ([U], "turns: no answer"),
        ([A], "turns: no question"),
        ([S, A], "turns: no question"),
        ([U, ("assistant", " \n")], "turns: empty message"),
        ([U, A, S, U, A], "turns: system message in the middle"),
        ([U, ("tool", "42"), A], "turns: unknown role"),
        ([U, A, ("assistant", "")], "turns: empty message"),
    ],
)
def test_malformed_conversations_are_dropped(turns: list[tuple[str, str]], reason: str) -> None:
    assert Turns().check(of(*turns)) == reason


@pytest.mark.parametrize(
    ("turns", "reason"),
    [([U, U, A], "turns: roles do not alternate"), ([A, U, A], "turns: no question"), ([U, A, U], "turns: no answer")],
)
def test_without_repair_what_could_be_repaired_is_dropped(turns: list[tuple[str, str]], reason: str) -> None:
    assert Turns(repair=False).check(of(*turns)) == reason


def test_neighbours_of_one_role_are_merged_and_loose_ends_cut_off() -> None:
    found = of(S, ("assistant", "Hello!"), U, ("user", "And why?"), A, ("user", "Thanks."))
    assert Turns().check(found) is None
    assert found.messages == [said(*S), said("user", "Question?\n\nAnd why?"), said(*A)]
    assert found.changed == ["turns merged", "turns cut"]


def test_pairs_of_answers_are_not_repaired() -> None:
    merged = of(U, A, A, rejected=said("assistant", "Worse."))
    assert Turns().check(merged) == "turns: roles do not alternate"
    assert Turns().check(record("Q", "A", rejected=" ")) == "turns: empty message"
    assert Turns().check(record("Q", "A", rejected="B")) is None


def test_long_conversations_are_dropped_where_asked() -> None:
    assert Turns(max_turns=2).check(of(S, U, A)) is None
    assert Turns(max_turns=2).check(of(U, A, U, A)) == "turns: too many"


@given(
    st.lists(st.tuples(st.sampled_from(["system", "user", "assistant"]), st.sampled_from(["a", "b", ""])), max_size=8)
)
def test_what_stays_alternates(turns: list[tuple[str, str]]) -> None:
    found = of(*turns)
    if Turns().check(found) is not None:
        return
    roles = [message["role"] for message in found.messages if message["role"] != "system"]
    assert roles == ["user", "assistant"] * (len(roles) // 2)
    assert all(message["content"] for message in found.messages)
    before = list(found.messages)
    assert Turns().check(found) is None
    assert found.messages == before
