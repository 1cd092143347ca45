"""Which of the five languages a short text is in, by its function words.

A ratio of stop words and not a detector: questions and answers hold names, numbers and CELEX codes, and all that has to
be told is whether a model fell out of the passage's language into another of the five.
"""

from __future__ import annotations

import re

_FUNCTION_WORDS = {
    "en": "the of and to in is are for which what under shall by be on must that with from does who when how or not it",
    "fr": "le la les des et du est une un dans qui que quelle quelles quels quel aux au par pour sur sont doit doivent "
    "selon ce cette il elle ne pas ou à en de l d qu",
    "de": "der die das und den dem des ist sind von mit zu im nach welche welcher welches was wer wann wie muss müssen "
    "gemäß für auf ein eine einer bei wird werden nicht oder in an",
    "es": "el los las del y en una un por con se qué cuál cuáles según para al debe deben quién cuándo es son lo su la "
    "de que no o a",
    "pt": "o os as do da dos das e em no na uma um por com se quê qual quais segundo para ao à deve devem quem quando "
    "é são não pelo pela nos nas a de que",
}
_LANGUAGES = {language: frozenset(words.split()) for language, words in _FUNCTION_WORDS.items()}
_WORD = re.compile(r"[^\W\d_]+")
_ENOUGH = 3  # function words below which nothing is told


def seems_other(text: str, language: str) -> bool:
    """Whether another of the five languages has clearly more of its function words in the text than `language` has."""
    words = [word.lower() for word in _WORD.findall(text)]
    hits = {name: sum(word in known for word in words) for name, known in _LANGUAGES.items()}
    most = max(hits.values())
    return most >= _ENOUGH and 4 * hits[language] < 3 * most
