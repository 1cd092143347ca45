"""The five languages that sample acts are written in."""

from __future__ import annotations

from data_prep.sample.languages.base import Language
from data_prep.sample.languages.en import ENGLISH

BY_CODE: dict[str, Language] = {language.code: language for language in (ENGLISH,)}
