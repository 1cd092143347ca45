"""Clean records: their languages, lengths, likeness and grammar; identifiers have the checksums that they should."""

from __future__ import annotations

import re
from collections import Counter
from random import Random
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from py3langid.langid import MODEL_FILE, LanguageIdentifier

from data_prep.curation.record import Record
from data_prep.dedup import CHARACTERS, jaccard, shingles
from data_prep.sample.instructions import identifiers
from data_prep.sample.instructions.conversations import clean_records
from data_prep.sample.instructions.copies import BANDS, near
from data_prep.sample.instructions.names import names, places, sums
from data_prep.sample.instructions.sources import SOURCES, source_pattern
from data_prep.sample.instructions.words import BY_CODE, DOMAINS

CHARACTERS_EACH = 3000


def records_of(seed: int, count: int, shares: dict[str, float]) -> list[Record]:
    pattern = source_pattern()
    sources = [SOURCES[pattern[k % len(pattern)]] for k in range(count)]
    return clean_records(np.random.default_rng(seed), sources, shares, CHARACTERS_EACH)


@pytest.fixture(scope="module")
def records() -> list[Record]:
    return records_of(1, 1000, dict.fromkeys(BY_CODE, 1.0))


def test_they_are_in_the_languages_that_they_say(records: list[Record]) -> None:
    detector = LanguageIdentifier.from_pickled_model(MODEL_FILE)
    detector.set_languages(list(BY_CODE))
    assert Counter(record.language for record in records).keys() == BY_CODE.keys()
    assert [detector.classify(record.answer)[0] for record in records] == [record.language for record in records]


def test_lengths_have_the_mean_that_is_asked_for(records: list[Record]) -> None:
    lengths = [len(record.text) for record in records]
    assert np.mean(lengths) == pytest.approx(CHARACTERS_EACH, rel=0.06)
    assert np.std(np.log(lengths)) == pytest.approx(0.5, abs=0.1)


def test_sentences_end_and_no_slot_is_left(records: list[Record]) -> None:
    for record in records:
        prose = record.answer.partition("\n\n```")[0]
        assert prose.endswith(".")
        assert not set("{}") & set(prose)
        for sentence in re.split(r"(?<=\.)\s+", prose):
            assert sentence[0].isupper() or sentence[0].isdigit(), sentence
        assert record.messages[-2]["content"].endswith((".", "?"))


def test_turns_alternate_and_every_domain_is_there(records: list[Record]) -> None:
    assert Counter(record.domain for record in records).keys() == set(DOMAINS)
    exchanges = Counter()
    for record in records:
        roles = [message["role"] for message in record.messages if message["role"] != "system"]
        assert roles == ["user", "assistant"] * (len(roles) // 2)
        exchanges[len(roles) // 2] += 1
    assert set(exchanges) == {1, 2, 3, 4}


def test_programs_compile(records: list[Record]) -> None:
    programs = [part for record in records for part in re.findall(r"```python\n(.*?)```", record.answer, re.DOTALL)]
    assert len(programs) > 20
    for program in programs:
        compile(program, "program", "exec")


@pytest.mark.parametrize("code", BY_CODE)
def test_unrelated_records_of_one_domain_are_not_alike(code: str) -> None:
    records = [record for record in records_of(2, 600, {code: 1.0}) if record.domain == "law"][:60]
    sets = [shingles(record.text, CHARACTERS) for record in records]
    found = [jaccard(one, other) for k, one in enumerate(sets) for other in sets[:k]]
    assert len(found) > 1500
    assert max(found) < 0.6
    assert np.mean(found) < 0.5


@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 1 << 30), kind=st.sampled_from(sorted(BANDS)))
def test_near_copies_lie_in_their_band_and_keep_the_system(seed: int, kind: str) -> None:
    [original] = records_of(seed, 1, dict.fromkeys(BY_CODE, 1.0))
    original.messages.insert(0, {"role": "system", "content": "Answer in full sentences."})
    try:
        made = near(original, Random(seed), BANDS[kind])
    except ValueError:
        assert len(original.text) < 1200 or kind == "near_duplicate_high"
        return
    copied = Record("copy", made.messages, "test")
    true = jaccard(shingles(original.text, CHARACTERS), shingles(copied.text, CHARACTERS))
    assert BANDS[kind][0] < true < BANDS[kind][1]
    assert true == made.jaccard
    assert made.messages[0] == original.messages[0]


def test_equations_are_true_and_names_are_many() -> None:
    for equation in sums():
        left, right = equation.replace("×", "*").split(" = ")
        assert eval(left) == int(right)
    assert len(names()) > 5000
    assert len(set(places())) == len(places()) > 3000


def mod_97(iban: str) -> int:
    compact = iban.replace(" ", "")
    return int("".join(str(int(sign, 36)) for sign in compact[4:] + compact[:4])) % 97


def luhn(card: str) -> int:
    digits = [int(sign) for sign in reversed(card.replace(" ", ""))]
    return (sum(digits[::2]) + sum(2 * digit - 9 * (digit > 4) for digit in digits[1::2])) % 10


def test_checks_know_the_examples_of_the_standards() -> None:
    assert mod_97("DE89 3704 0044 0532 0130 00") == 1
    assert luhn("4111 1111 1111 1111") == 0


@given(seed=st.integers())
def test_checksums_are_right_and_wrong(seed: int) -> None:
    random = Random(seed)
    assert mod_97(identifiers.iban(random)) == 1
    assert mod_97(identifiers.wrong_iban(random)) != 1
    assert luhn(identifiers.card(random)) == 0
    assert luhn(identifiers.wrong_card(random)) != 0


@given(seed=st.integers())
def test_identifiers_have_their_forms(seed: int) -> None:
    random = Random(seed)
    forms: dict[str, Any] = {
        "email": r"[a-z._-]+\d+@[a-z]+\d+\.eu",
        "phone": r"\+(49 30 23125 \d{3}|33 1 99 00 \d\d \d\d|44 20 7946 0\d{3}|1 202-555-01\d\d)",
        "celex": r"3(19|20)\d\d[RLD]\d{4}",
    }
    for name, form in forms.items():
        assert re.fullmatch(form, getattr(identifiers, name)(random))
