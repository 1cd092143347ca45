"""Where numbers of bank accounts (ISO 13616) and of payment cards (ISO/IEC 7812) stand in a text."""

from __future__ import annotations

import re

Spans = list[tuple[int, int]]

_IBAN_LENGTHS = {
    15: "NO", 16: "BE", 18: "DK FI FO GL NL SD", 19: "MK SI", 20: "AT BA EE KZ LT LU MN XK", 21: "CH HR LI LV",
    22: "BG BH CR DE GB GE IE ME RS VA", 23: "AE GI IL IQ OM SO TL", 24: "AD CZ ES MD PK RO SA SE SK TN VG",
    25: "LY PT ST", 26: "IS TR", 27: "BI DJ FR GR IT MC MR SM", 28: "AL AZ BY CY DO GT HU LB NI PL SV",
    29: "BR EG PS QA UA", 30: "JO KW MU YE", 31: "MT SC", 32: "LC", 33: "RU",
}  # fmt: skip
_LENGTH = {country: length for length, countries in _IBAN_LENGTHS.items() for country in countries.split()}

# the two digits are looked for first, for they are rarer than capitals
_IBAN_START = re.compile(r"[0-9]{2}(?<=[A-Z]{2}[0-9]{2})(?<![\w].{4})", re.DOTALL)
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}(?:[ \u00a0-]?[A-Z0-9])*", re.ASCII)

_CARD = re.compile(
    r"[0-9](?<![\w.,/+-].)(?:"
    r"[0-9]{3}(?P<by>[ \u00a0-]?)[0-9]{4}(?P=by)[0-9]{4}(?P=by)[0-9]{4}(?:(?P=by)[0-9]{3})?"
    r"|[0-9]{3}(?P<six>[ \u00a0-]?)[0-9]{6}(?P=six)[0-9]{4,5}"
    r"|[0-9]{16,18}"
    r")(?!\w|[.,-][0-9])",
    re.DOTALL,
)
_NETWORKS = re.compile(
    r"4[0-9]{15}(?:[0-9]{3})?"  # Visa
    r"|(?:5[1-5][0-9]{2}|222[1-9]|22[3-9][0-9]|2[3-6][0-9]{2}|27[01][0-9]|2720)[0-9]{12}"  # Mastercard
    r"|3[47][0-9]{13}"  # American Express
    r"|3(?:0[0-5]|[689][0-9])[0-9]{11}"  # Diners Club
    r"|(?:6011|65[0-9]{2}|64[4-9][0-9])[0-9]{12}"  # Discover
    r"|35(?:2[89]|[3-8][0-9])[0-9]{12}"  # JCB
    r"|62[0-9]{14,17}"  # UnionPay
)


def iban_spans(text: str) -> Spans:
    """Where valid IBANs begin and end, in one piece or in groups."""
    spans: Spans = []
    for start in _IBAN_START.finditer(text):
        begin = start.start() - 2
        length = _LENGTH.get(text[begin : begin + 2])
        if length is None or (spans and begin < spans[-1][1]):
            continue
        end = _after(text, begin, length)
        if end is not None and valid_iban(text[begin:end]):
            spans.append((begin, end))
    return spans


def card_spans(text: str) -> Spans:
    """Where valid card numbers begin and end, in one piece or in their usual groups."""
    return [match.span() for match in _CARD.finditer(text) if valid_card(match[0])]


def valid_iban(text: str) -> bool:
    """Whether it has its country's length and the right checksum (ISO 7064, modulo 97); blanks and dashes are free."""
    compact = re.sub(r"[ \u00a0-]", "", text)
    if not re.fullmatch(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,29}", compact) or len(compact) != _LENGTH.get(compact[:2]):
        return False
    return int("".join(str(int(char, 36)) for char in compact[4:] + compact[:4])) % 97 == 1


def valid_card(text: str) -> bool:
    """Whether it has a network's length and first digits, and the right checksum (Luhn); blanks and dashes are free."""
    compact = re.sub(r"[ \u00a0-]", "", text)
    if not _NETWORKS.fullmatch(compact):
        return False
    digits = [int(char) for char in reversed(compact)]
    return (sum(digits[::2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[1::2])) % 10 == 0


def _after(text: str, begin: int, length: int) -> int | None:
    """Where so many capitals and digits end, single blanks or dashes between them; None where there are not so many."""
    found = _IBAN.match(text, begin, begin + 2 * length)
    if found is None:
        return None
    left = length
    for place, char in enumerate(found[0], start=begin + 1):
        left -= char.isalnum()
        if not left:
            return None if text[place : place + 1].isalnum() else place
    return None
