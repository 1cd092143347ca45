"""Language weights of the training blend: what the user asks for, made to add up over what is there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from lexatron.errors import UserError

DEFAULT_LANGUAGES = "en=35,fr=25,de=20,es=12,pt=8"

_REMEDY = f"write it like {DEFAULT_LANGUAGES}"


def parse_languages(text: str) -> dict[str, float]:
    """Language -> share, of `en=35,fr=25`; the shares need not add up to anything.

    Raises:
        UserError: it does not parse, names a language twice, or gives one no positive share.
    """
    shares: dict[str, float] = {}
    for part in text.split(","):
        found = re.fullmatch(r"\s*([a-z]{2})\s*=\s*(\d+(?:\.\d+)?)\s*", part)
        if found is None or float(found[2]) <= 0:
            raise UserError(f"--languages: {part.strip()!r} is not a language and its share", remedy=_REMEDY)
        if found[1] in shares:
            raise UserError(f"--languages: {found[1]} stands there twice", remedy=_REMEDY)
        shares[found[1]] = float(found[2])
    return shares


def weights(shares: Mapping[str, float], present: Iterable[str]) -> dict[str, float]:
    """The shares of the languages that are there, made to add up to 1; in the order of the shares."""
    there = set(present)
    total = sum(share for language, share in shares.items() if language in there)
    return {language: share / total for language, share in shares.items() if language in there}


def epochs(weight: Mapping[str, float], tokens: Mapping[str, int]) -> dict[str, float]:
    """How often each language is read while the blend draws as many tokens as there are in all.

    Over 1, a language is repeated more often than the corpus as a whole; for another number of tokens, scale.
    """
    total = sum(tokens.values())
    return {language: share * total / tokens[language] for language, share in weight.items()}
