"""Personal data is masked or its records dropped; numbers of the law stay."""

from __future__ import annotations

import random
import string
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.curation.steps.pii import Pii
from data_prep.curation.steps.pii_accounts import card_spans, iban_spans, valid_card, valid_iban
from tests.data_prep.curation.steps.records import LAW, after, answered, assert_idempotent, record

IBANS = [
    *("GB29 NWBK 6016 1331 9268 19", "DE89370400440532013000", "FR14 2004 1010 0505 0001 3M02 606"),
    *("ES91 2100 0418 4502 0005 1332", "PT50000201231234567890154", "MT84MALT011000012345MTLCAST001S"),
    *("NO93 8601 1117 947", "BE68-5390-0754-7034", "NL91ABNA0417164300"),
]
CARDS = [
    *("4111 1111 1111 1111", "4111111111111111", "5500-0000-0000-0004", "2223000048400011", "3400 000000 00009"),
    *("378282246310005", "30569309025904", "3056 930902 5904", "6011000990139424", "3530111333300000"),
]
PHONES = [
    *("+49 30 901820", "+33 1 42 68 53 00", "+44 (0)20 7946 0958", "+1 212-555-0123", "+14155550123"),
    *(
        "+351 21 123 4567",
        "0049 30 1234567",
        "(212) 555-0123",
        "212-555-0123",
        "212.555.0123",
        "01 42 68 53 00",
        "06.12.34.56.78",
    ),
]


@pytest.mark.parametrize("iban", IBANS)
def test_ibans_are_masked(iban: str) -> None:
    assert after(Pii(), f"Pay to {iban}, or not.") == "Pay to [IBAN], or not."
    assert after(Pii(), f"IBAN:{iban} 12 Euro") == "IBAN:[IBAN] 12 Euro"


@pytest.mark.parametrize("card", CARDS)
def test_cards_are_masked(card: str) -> None:
    assert after(Pii(), f"My card is {card}, valid 12/29.") == "My card is [CARD], valid 12/29."
    assert after(Pii(), f'{{"card": "{card}"}}') == '{"card": "[CARD]"}'


@pytest.mark.parametrize("phone", PHONES)
def test_phones_are_masked(phone: str) -> None:
    assert after(Pii(), f"Call {phone}.") == "Call [PHONE]."
    assert after(Pii(), f"Fine\n{phone}\nFine") == "Fine\n[PHONE]\nFine"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Tel.: 030 1234567", "Tel.: [PHONE]"),
        ("Téléphone : 42 68 53 00", "Téléphone : [PHONE]"),
        ("Telefon 0211/123456", "Telefon [PHONE]"),
        ("Teléfono: 91 123 45 67 (mañanas)", "Teléfono: [PHONE] (mañanas)"),
        ("Telefone n.º 21 123 4567", "Telefone n.º [PHONE]"),
        ("Tel. (32-2) 29-91111, fax (32-2) 29-50138", "Tel. [PHONE], fax [PHONE]"),
        ("(+49) 30 901820", "[PHONE]"),
    ],
)
def test_numbers_behind_a_word_for_phone_are_masked(text: str, clean: str) -> None:
    assert after(Pii(), text) == clean


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("Write to jane.doe+law@mail.co.uk!", "Write to [EMAIL]!"),
        ("<a.b@c-d.eu>, X_Y@Z.FR; 1@2.de", "<[EMAIL]>, [EMAIL]; [EMAIL]"),
        ("mailto:o'neil@law.ie?subject=x", "mailto:[EMAIL]?subject=x"),
        ("a@b.eu,c@d.eu", "[EMAIL],[EMAIL]"),
    ],
)
def test_emails_are_masked(text: str, clean: str) -> None:
    assert after(Pii(), text) == clean


@pytest.mark.parametrize(
    "text",
    ["jane@example.com and a@b.example.org", "x@host.test", "git@github.com:a/b.git", "@property\ndef f(self)", "a @ b",
     "npm i left-pad@1.3.0", "@user@", "5@3"],
)  # fmt: skip
def test_what_is_nobodys_address_stays(text: str) -> None:
    assert after(Pii(), text) == text


def test_example_addresses_are_masked_where_asked() -> None:
    assert after(Pii(keep_example_emails=False), "jane@example.com") == "[EMAIL]"


@pytest.mark.parametrize(
    "text",
    [
        *LAW,
        "4111 1111 1111 1112 and DE89370400440532013001 have wrong checksums; so has 1234567890123456.",
        "0.4111111111111111 and 4111111111111111.5 and 24111111111111111 and x4111111111111111",
        "5 +1234567890, (a) +1 234 567 890 = b, f(x)+4930901820, 10^+49 and +40.7128, -74.0060 and +12.345678901",
        "192.168.100.200, 2001:0db8:85a3:0000:0000:8a2e:0370:7334, v10.11.12.13, 2024-01-31T12:34:56+02:00",
        "1 000 000 000, 1.000.000.000, 123 456 789, 100-200-300, 2016-2020, 12/2016/1234567",
        "00 11 22 33 44 55 66 77, 08:00:27:12:34:56, 01 42 68 53 00 ff",
        "4147 0098 9575 5626 and IT76 0093 1322 5625 1234 are wrong as card and account, and no phones",
        "Tel. 2016/679 was never a number; the fax of 24.10.1995 and phone 2020-2021 models are old.",
        "DOI 10.1000/182-555-0123, UUID 123e4567-e89b-12d3-a456-426614174000, Unix time 1712345678901",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert after(Pii(), text) == text


def test_code_holds_no_phones_but_may_hold_addresses() -> None:
    code = "```\nx = +49 30 901820\nmail('jane@mail.eu')\n```"
    assert after(Pii(), code) == "```\nx = +49 30 901820\nmail('[EMAIL]')\n```"


def test_every_kind_is_noted_once_and_every_message_is_masked() -> None:
    found = record("a@b.eu", f"c@d.eu {IBANS[0]} {CARDS[0]} {PHONES[0]}", rejected="e@f.eu")
    assert Pii().check(found) is None
    masked = ["[EMAIL]", "[EMAIL] [IBAN] [CARD] [PHONE]", "[EMAIL]"]
    assert [message["content"] for message in found.contents()] == masked
    assert found.changed == ["email masked", "iban masked", "card masked", "phone masked"]


@pytest.mark.parametrize(
    ("kind", "text"), [("email", "a@b.eu"), ("iban", IBANS[0]), ("card", CARDS[0]), ("phone", PHONES[0])]
)
def test_each_kind_can_be_dropped_or_kept(kind: str, text: str) -> None:
    assert Pii.model_validate({f"{kind}s": "drop"}).check(answered(text)) == f"pii: {kind}"
    assert after(Pii.model_validate({f"{kind}s": "keep"}), text) == text


def made_card(rng: random.Random) -> str:
    digits = [int(char) for char in rng.choice(["4", "51", "55", "2300", "6011", "62"])]
    digits += [rng.randrange(10) for _ in range(15 - len(digits))]
    total = sum(digit if place % 2 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits))
    digits.append(-total % 10)
    return rng.choice(["", " ", "-"]).join("".join(map(str, digits[place : place + 4])) for place in range(0, 16, 4))


def made_iban(rng: random.Random) -> str:
    country, length = rng.choice([("DE", 22), ("FR", 27), ("GB", 22), ("ES", 24), ("NO", 15), ("MT", 31)])
    account = "".join(rng.choice(string.digits) for _ in range(length - 4))
    number = int("".join(str(int(char, 36)) for char in f"{account}{country}00"))
    whole = f"{country}{98 - number % 97:02}{account}"
    by = rng.choice(["", " "])
    return by.join(whole[place : place + 4] for place in range(0, length, 4))


@given(st.integers(0, 10**9), st.sampled_from([" ", ", ", ": ", " ("]), st.sampled_from([" ", ".", ", ", "\n", ")"]))
def test_no_valid_card_or_iban_is_left(seed: int, before: str, behind: str) -> None:
    rng = random.Random(seed)
    numbers = [rng.choice([made_card, made_iban])(rng) for _ in range(3)]
    text = "".join(f"pay{before}{number}{behind}" for number in numbers)
    assert all(valid_card(number) or valid_iban(number) for number in numbers)
    clean = after(Pii(), text)
    assert not iban_spans(clean)
    assert not card_spans(clean)
    assert not any(number in clean for number in numbers)


PIECES = [*IBANS[:3], *CARDS[:3], *PHONES, "a@b.eu", " ", "1", "+", "(", ".", "Tel. "]


@given(st.lists(st.sampled_from(PIECES), max_size=7).map("".join))
def test_it_is_idempotent(text: str) -> None:
    assert_idempotent(Pii(), answered(text))


@pytest.mark.parametrize("unit", ["1 ", "+49 ", "(1", "(212) 555-0123", "a@", "a.", "GB29 ", "0-", "@a.", "00"])
def test_no_pattern_backtracks_far(unit: str) -> None:
    begin = time.process_time()
    Pii().check(answered("1234567" + unit * (100_000 // len(unit)) + "!"))
    assert time.process_time() - begin < 1.0
