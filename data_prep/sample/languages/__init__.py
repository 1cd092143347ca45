"""The five languages that sample acts are written in."""

from __future__ import annotations

from data_prep.sample.languages.base import Language
from data_prep.sample.languages.de import GERMAN
from data_prep.sample.languages.en import ENGLISH
from data_prep.sample.languages.es import SPANISH
from data_prep.sample.languages.fr import FRENCH
from data_prep.sample.languages.pt import PORTUGUESE

BY_CODE: dict[str, Language] = {language.code: language for language in (ENGLISH, FRENCH, GERMAN, SPANISH, PORTUGUESE)}
