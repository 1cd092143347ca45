"""What a row tells of itself beside its turns: id, language, domain, difficulty, teacher, quality."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from data_prep.curation.sources.row import Row

_DOMAIN = ("domain", "category", "subject", "topic", "type")
_DIFFICULTY = ("difficulty", "level")
_TEACHER = ("teacher", "model", "generator", "model_name", "chosen_model")
_QUALITY = ("quality", "score", "score_chosen")
_IDS = ("id", "prompt_id", "message_id", "uuid", "idx")

_MAX_NAME = 80  # signs; a longer value is a text and no name
_CODES = """
aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee
el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is
it iu ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms
mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk
sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi
yo za zh zu
"""  # ISO 639-1
_ISO_639_1 = frozenset(_CODES.split())
_LANGUAGES = {
    "english": "en", "french": "fr", "german": "de", "spanish": "es", "portuguese": "pt", "italian": "it",
    "dutch": "nl", "polish": "pl", "chinese": "zh", "japanese": "ja", "russian": "ru",
}  # fmt: skip


def facts_of(row: Row) -> dict[str, Any]:
    """Fields of `Record` that a row tells; those of its `metadata` count where it has none itself."""
    places = [row, inner] if isinstance(inner := row.get("metadata"), dict) else [row]
    found = {
        "language": next(filter(None, map(_language, _values(places, ("language", "lang")))), None),
        "domain": next(filter(None, map(_name, _values(places, _DOMAIN))), None),
        "difficulty": next(filter(None, map(_name, _values(places, _DIFFICULTY))), None),
        "teacher": next(filter(None, map(_name, _values(places, _TEACHER))), None),
        "quality": next(filter(None, map(_quality, _values(places, _QUALITY))), None),
        "id": next(filter(None, map(_name, _values(places, _IDS))), None),
    }
    return {key: value for key, value in found.items() if value is not None}


def _values(places: Iterable[Mapping[str, Any]], keys: Iterable[str]) -> Iterable[Any]:
    return [place[key] for place in places for key in keys if key in place]


def _name(value: Any) -> str | None:
    """A short text or a number, as a name."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    if not isinstance(value, str) or not 0 < len(value) <= _MAX_NAME:
        return None
    return value.strip() or None


def _language(value: Any) -> str | None:
    """The ISO 639-1 code of `en`, `pt-BR` or `English`; None for others, such as programming languages."""
    if not isinstance(value, str):
        return None
    folded = value.strip().lower()
    code = folded.replace("_", "-").partition("-")[0]
    return code if code in _ISO_639_1 else _LANGUAGES.get(folded)


def _quality(value: Any) -> float | None:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number and 1 <= value <= 10 else None
