"""Personal data with right checksums, and look-alikes with wrong ones; phone numbers are those reserved for fiction."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

_IBAN_DIGITS = {"DE": 18, "FR": 23, "ES": 20, "PT": 21, "IT": 23, "AT": 16}
_PHONES = ("+49 30 23125 {:03}", "+33 1 99 00 {:02} {:02}", "+44 20 7946 0{:03}", "+1 202-555-01{:02}")
_USERS = ("office", "info", "mila.torv", "j_kemp", "anna-lund", "post.box")
_HOSTS = ("velakirk", "tornaberg", "mirrath", "oldaquay", "fenstad")


def email(random: Random) -> str:
    """An address at an invented host."""
    return f"{random.choice(_USERS)}{random.randrange(1000)}@{random.choice(_HOSTS)}{random.randrange(100)}.eu"


def phone(random: Random) -> str:
    """An international number that nobody has."""
    return random.choice(_PHONES).format(random.randrange(100), random.randrange(100))


def iban(random: Random, shift: int = 0) -> str:
    """An account in groups of four or in one piece; a shift from 1 to 96 makes its checksum wrong."""
    country, digits = random.choice(list(_IBAN_DIGITS.items()))
    account = "".join(random.choices("0123456789", k=digits))
    right = 98 - int(account + "".join(str(int(letter, 36)) for letter in country) + "00") % 97
    whole = f"{country}{(right - 2 + shift) % 97 + 2:02}{account}"
    return whole if random.random() < 0.5 else " ".join(whole[at : at + 4] for at in range(0, len(whole), 4))


def card(random: Random, shift: int = 0) -> str:
    """A card number in groups of four; a shift from 1 to 9 makes its last digit wrong."""
    digits = [random.choice((4, 5)), random.randrange(1, 6), *(random.randrange(10) for _ in range(13))]
    doubled = [2 * digit if place % 2 == 0 else digit for place, digit in enumerate(digits)]
    last = -sum(value - 9 if value > 9 else value for value in doubled) % 10
    whole = "".join(map(str, [*digits, (last + shift) % 10]))
    return " ".join(whole[at : at + 4] for at in range(0, 16, 4))


def celex(random: Random) -> str:
    """The number of an act of the Union."""
    return f"3{random.randrange(1990, 2025)}{random.choice('RLD')}{random.randrange(1, 2999):04}"


def wrong_iban(random: Random) -> str:
    """An account with a wrong checksum."""
    return iban(random, random.randrange(1, 97))


def wrong_card(random: Random) -> str:
    """A card number with a wrong checksum."""
    return card(random, random.randrange(1, 10))


PERSONAL: dict[str, Callable[[Random], str]] = {"email": email, "phone": phone, "iban": iban, "card": card}
LOOKALIKES: dict[str, Callable[[Random], str]] = {"celex": celex, "wrong_iban": wrong_iban, "wrong_card": wrong_card}
