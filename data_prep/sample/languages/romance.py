"""What French, Spanish and Portuguese have in common: the adjective follows its noun and agrees with it."""

from __future__ import annotations

from data_prep.sample.lexicon import Noun, Property


def described(thing: Noun, quality: Property) -> tuple[str, str]:
    """Singular and plural of a noun with its adjective: `grúa solar`, `grúas solares`."""
    feminine = thing.gender == "f"
    singular = f"{thing.singular} {quality.f if feminine else quality.m}"
    return singular, f"{thing.plural} {quality.f_plural if feminine else quality.m_plural}"
