"""What identifies or belongs to a person: email addresses, phone numbers, bank accounts and cards.

Precise rather than complete, for an answer about law is full of numbers: accounts and cards are known by their
checksums, phone numbers by their forms.
"""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Literal

from data_prep.curation.record import Record
from data_prep.curation.steps.contents import outside_code, rewrite
from data_prep.curation.steps.pii_accounts import card_spans, iban_spans
from data_prep.curation.steps.pii_emails import email_spans
from data_prep.curation.steps.pii_phones import phone_spans
from data_prep.curation.steps.step import Step

Policy = Literal["mask", "drop", "keep"]
Spans = list[tuple[int, int]]

_NO_DIGIT = bytes(set(range(256)) - set(string.digits.encode()))
_FEWEST_DIGITS = 7  # of a phone number
_ROUNDS = 8


class Pii(Step):
    """Looks for personal data in every message. mask: `[EMAIL]`, `[PHONE]`, `[IBAN]` or `[CARD]` stands for it. drop:
    records that hold some. keep: nothing is done."""

    emails: Policy = "mask"
    """Email addresses."""

    phones: Policy = "mask"
    """Phone numbers, outside code: international ones, those of North America and France in their usual forms, and any
    number behind a word such as `Tel.`"""

    ibans: Policy = "mask"
    """Bank accounts: IBANs of the length of their country and with a right checksum."""

    cards: Policy = "mask"
    """Payment cards: numbers of the lengths and first digits of the large networks, and with a right checksum."""

    keep_example_emails: bool = True
    """Leave addresses that nobody can have: those of `example.com`, `.test`, `.invalid` and the like (RFC 2606)."""

    def check(self, record: Record) -> str | None:
        """Whether there is something that the policy is to drop."""
        contents = [message["content"] for message in record.contents()]
        if self.emails != "keep" and any("@" in content for content in contents):
            spans = email_spans if self.keep_example_emails else all_email_spans
            if reason := _apply(record, self.emails, "email", spans):
                return reason
        if not any(map(_has_numbers, contents)):
            return None
        return (
            _apply(record, self.ibans, "iban", iban_spans)
            or _apply(record, self.cards, "card", card_spans)
            or _apply(record, self.phones, "phone", phone_spans, prose_only=True)
        )


def all_email_spans(text: str) -> Spans:
    """Where email addresses stand in a text, those for examples too."""
    return email_spans(text, examples=True)


def masked(text: str, spans: Spans, placeholder: str) -> str:
    """The text with a placeholder for every span; spans are in order and do not overlap."""
    pieces, end = [], 0
    for start, stop in spans:
        pieces += [text[end:start], placeholder]
        end = stop
    return "".join([*pieces, text[end:]])


def _apply(
    record: Record, policy: Policy, kind: str, find: Callable[[str], Spans], *, prose_only: bool = False
) -> str | None:
    if policy == "keep":
        return None
    placeholder = f"[{kind.upper()}]"

    def mask(text: str) -> str:
        for _ in range(_ROUNDS):  # what is masked may have hidden its neighbour
            if not (spans := find(text)):
                break
            text = masked(text, spans, placeholder)
        return text

    def change(text: str) -> str:
        return outside_code(text, mask) if prose_only else mask(text)

    if policy == "drop":
        there = any(change(message["content"]) != message["content"] for message in record.contents())
        return f"pii: {kind}" if there else None
    rewrite(record, change, f"{kind} masked")
    return None


def _has_numbers(text: str) -> bool:
    """Whether there are digits enough for anything with digits."""
    return len(text.encode("utf-8", "surrogatepass").translate(None, _NO_DIGIT)) >= _FEWEST_DIGITS
