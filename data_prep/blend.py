"""Weights of the training blend: what the user asks for, made to add up over what is there."""

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


def weights(
    shares: Mapping[str, float], present: Iterable[str], general: Mapping[str, float] | None = None
) -> dict[str, float]:
    """The weights of the datasets that are there, adding up to 1: languages in the order of the shares, then general.

    Args:
        shares: language -> share of the law; the languages share what general text leaves in these proportions.
        present: names of the datasets that there are.
        general: name -> per cent of the whole blend, together below 100.
    """
    there = set(present)
    replay = {name: percent / 100 for name, percent in (general or {}).items() if name in there}
    total = sum(share for language, share in shares.items() if language in there)
    left = 1 - sum(replay.values())
    law = {language: share / total * left for language, share in shares.items() if language in there}
    if not law:  # a split with general text alone
        return {name: share / sum(replay.values()) for name, share in replay.items()}
    return {**law, **replay}


def epochs(weight: Mapping[str, float], tokens: Mapping[str, int]) -> dict[str, float]:
    """How often each dataset is read while the blend draws as many tokens as there are in all.

    Over 1, it is repeated more often than the corpus as a whole; for another number of tokens, scale.
    """
    total = sum(tokens.values())
    return {name: share * total / tokens[name] for name, share in weight.items()}
