"""How much of a conversation is code; law, lists and formulae are not."""

from __future__ import annotations

import pytest

from data_prep.curation.steps.code import Code, code_share
from tests.data_prep.curation.steps.records import LAW, record

PYTHON = "import os\n\ndef f(x):\n    if x > 1:\n        return g(x)\n    total = sum(x)\n    print(total)\n"
JAVASCRIPT = "const a = 5;\nfunction f(x) {\n  for (let i = 0; i < 5; i++) {\n    console.log(x);\n  }\n}\n"
FENCED = "```\nanything at all, even prose\n```"
PROSE = [
    *LAW,
    "(a) the controller;\n(b) the processor, see Article 6(1);\n(c) for each of the following:\n- one;\n- two.",
    "If x = 5, then x + 1 = 6.\nArea = length × width\nFor all exposures in Article 5(2), the rules are:",
    "The import of goods is free. From here on, return tickets are valid.",
]


@pytest.mark.parametrize("text", [PYTHON, JAVASCRIPT, FENCED])
def test_code_is_seen(text: str) -> None:
    assert code_share(text) > 0.6


@pytest.mark.parametrize("text", PROSE)
def test_prose_is_not_code(text: str) -> None:
    assert code_share(text) == 0


def test_policies() -> None:
    program, essay = record("Write a loop.", PYTHON), record("Write an essay.", "Law is law. " * 20)
    assert [Code().check(found) for found in (program, essay)] == [None, None]
    assert [Code(policy="drop").check(found) for found in (program, essay)] == ["code", None]
    assert [Code(policy="only").check(found) for found in (program, essay)] == [None, "code: too little"]
    assert Code(policy="drop", max_share=0.99).check(program) is None
