"""Better answers have better scores, whatever the language, and the same answer always the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.curation.heuristics import score, signals
from tests.data_prep.curation.steps.records import record

QUESTION = "Explain the right of access to personal data under the regulation."
GOOD = """The regulation gives every person a right of access to personal data that a company holds about them.

1. You write to the company, because only it knows what it holds, and name the accounts that you mean.
2. It answers within a month, free of charge; where the request is complex it may take two months more.
3. It must give you a copy of the data, say why it uses them, who receives them and how long they are kept.

If it refuses, complain to the supervisory authority of your country. According to Article 77, that costs nothing, and
the authority has three months to tell you what became of the complaint. You may also go to court."""
WORSE = {
    "cut off": GOOD[: len(GOOD) * 2 // 3],
    "short": "You may ask for them.",
    "repeated": "The right of access to personal data. " * 12,
    "beside the point": "Bread is made of flour and water, and then it is baked in an oven for about forty minutes.",
    "refusal": "I'm sorry, but I can't help with that request.",
    "hedge": "I'm not sure, but " + GOOD,
    "open code": GOOD + "\n```\nx = 1",
    "damaged": GOOD.replace("month", "m\ufffdnth"),
    "signs": "#### %%% $$$ 1234 --- 5678 === " * 10,
    "echo": QUESTION,
    "empty": " ",
}


@pytest.mark.parametrize("worse", WORSE)
def test_every_fault_costs(worse: str) -> None:
    assert score(record(QUESTION, WORSE[worse])).total < score(record(QUESTION, GOOD)).total


def test_a_good_answer_is_good_and_a_refusal_is_not() -> None:
    assert score(record(QUESTION, GOOD)).total >= 9
    assert score(record(QUESTION, WORSE["refusal"])).total < 5
    assert score(record(QUESTION, WORSE["echo"])).total == 1


def test_a_brief_answer_to_a_brief_question_is_complete() -> None:
    brief = score(record("Is it a regulation? Answer only yes or no.", "Yes"))
    assert brief.completeness == 2
    assert score(record("Explain in detail why it is a regulation.", "Yes")).completeness < 1.5


def test_chinese_is_measured_like_the_others() -> None:
    answer = "任何人都可以询问公司掌握了哪些关于自己的个人数据，公司必须在一个月内免费作出答复。" * 2
    better = (
        "公司还必须说明使用这些数据的目的、接收者以及保存期限；如果公司拒绝，可以向监管机构投诉，或者向法院起诉。\n"
    )
    question = "请解释该条例规定的个人数据访问权。"
    assert score(record(question, better + answer[:41])).total > 7
    assert score(record(question, answer * 5)).coherence < 1


def test_the_last_exchange_counts() -> None:
    assert score(record("Hello", "Hi!", QUESTION, GOOD)) == score(record(QUESTION, GOOD))


@pytest.mark.parametrize(
    ("answer", "finished"),
    [
        ("It ends with a full stop after eight words at least.", True),
        ("It ends in the middle of a sentence which nobody", False),
        ("These are the things that you need to buy:\n- bread\n- fresh butter", True),
        ("See the code that does it for all numbers:\n```\nx\n```", True),
        ("Paris", True),
    ],
)
def test_what_breaks_off_is_seen(answer: str, finished: bool) -> None:
    assert signals(QUESTION, answer).finished is finished


@given(st.text(max_size=200), st.text(max_size=400))
def test_parts_are_in_bounds_and_repeat(question: str, answer: str) -> None:
    found = score(record(question, answer))
    assert 0 <= found.accuracy <= 3
    assert 0 <= found.completeness <= 2
    assert 0 <= found.coherence <= 2
    assert 0 <= found.helpfulness <= 3
    assert 1 <= found.total <= 10
    assert found == score(record(question, answer))
