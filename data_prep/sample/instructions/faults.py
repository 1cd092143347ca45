"""Faults of one record: each function plants one and tells what it planted.

A planted record has one fault and no other; it is found by the step named beside its kind, or must be let through.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

import numpy as np

from data_prep.curation.record import Record
from data_prep.sample.instructions.identifiers import LOOKALIKES, PERSONAL
from data_prep.sample.instructions.names import places
from data_prep.sample.instructions.sources import BLOCKED_WORDS, SampleSource
from data_prep.sample.instructions.voice import voice
from data_prep.sample.instructions.words import BY_CODE, DOMAINS

Details = dict[str, Any]
Expected = Literal["drop", "change", "keep"]

TOKENS = ("<|im_start|>", "<|im_end|>", "<|eot_id|>", "<|begin_of_text|>", "<|endoftext|>", "[INST]", "</s>", "<<SYS>>")
UNSEEN = ("\x07", "\x08", "\x1b", "\x7f", "\u200b", "\ufeff", "\u202e")
TOO_LONG = 25_000  # characters
_REPEATS = 40
_ITALIAN = (
    "Il fornaio di {} scrive ogni mattina una lettera alla sorella che vive sull'isola",
    "Nessuno a {} conosce la ragione per cui gli orologi della chiesa si sono fermati",
    "Secondo gli abitanti di {}, la biblioteca dovrebbe restare aperta anche la domenica",
    "Quando piove, i bambini di {} giocano sotto i portici della piazza del mercato",
    "La maestra di {} spiega agli alunni come si coltivano gli alberi di limone",
    "Dopo la festa, il sindaco di {} ringrazia tutti quelli che hanno aiutato la città",
    "Una vecchia leggenda di {} racconta di una nave che non è mai tornata in porto",
    "Per arrivare a {} bisogna attraversare il fiume e poi salire lungo il sentiero",
)


@dataclass(frozen=True)
class Fault:
    """A kind of fault.

    Attributes:
        plant: puts it into a record. step: of the pipeline that finds it. expect: what becomes of the record.
        fits: whether a source's rows can have it.
    """

    plant: Callable[[Record, Random], Details]
    step: str
    expect: Expected
    fits: Callable[[SampleSource], bool] = lambda source: True


def insert(text: str, piece: str, random: Random) -> str:
    """A text with a piece between two of its words, not in its program."""
    words = _prose(text).split(" ")
    before = " ".join(words[: random.randrange(1, len(words)) if len(words) > 1 else 1])
    return f"{before} {piece}{text[len(before) :]}"


def _prose(text: str) -> str:
    """What stands before the program."""
    return text.partition("```")[0]


def _into_answer(record: Record, piece: str, random: Random) -> None:
    record.messages[-1]["content"] = insert(record.answer, piece, random)


def _into_any(record: Record, piece: str, random: Random) -> None:
    message = random.choice([message for message in record.messages if message["role"] != "system"])
    message["content"] = insert(message["content"], piece, random)


def pii(record: Record, random: Random) -> Details:
    """One piece of personal data."""
    kind = random.choice(list(PERSONAL))
    value = PERSONAL[kind](random)
    _into_any(record, f"({value})", random)
    return {"type": kind, "value": value}


def lookalike(record: Record, random: Random) -> Details:
    """What only looks like personal data."""
    kind = random.choice(list(LOOKALIKES))
    value = LOOKALIKES[kind](random)
    _into_any(record, f"({value})", random)
    return {"type": kind, "value": value}


def mojibake(record: Record, random: Random) -> Details:
    """A sentence in UTF-8 that was read as Windows-1252."""
    right = random.choice(BY_CODE[record.language or "en"].phrases["accents"])
    wrong = "".join(_as_windows(byte) for byte in right.encode())
    record.messages[-1]["content"] = f"{wrong} {record.answer}"
    return {"wrong": wrong, "right": right}


def _as_windows(byte: int) -> str:
    raw = bytes([byte])
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:  # five bytes that the code page leaves open
        return raw.decode("latin-1")


def control_characters(record: Record, random: Random) -> Details:
    """Characters that nobody sees, in three places."""
    character = random.choice(UNSEEN)
    for _ in range(3):
        _into_answer(record, character, random)
    return {"character": f"U+{ord(character):04X}"}


def control_token(record: Record, random: Random) -> Details:
    """A string that a tokenizer takes for a control token."""
    token = random.choice(TOKENS)
    _into_any(record, token, random)
    return {"token": token}


def refusal(record: Record, random: Random) -> Details:
    """A last answer that refuses."""
    record.messages[-1]["content"] = random.choice(BY_CODE[record.language or "en"].phrases["refusal"])
    return {}


def boilerplate(record: Record, random: Random) -> Details:
    """A phrase before or after the last answer."""
    lead, tail = BY_CODE[record.language or "en"].phrases["boilerplate"]
    if random.random() < 0.5:
        record.messages[-1]["content"] = f"{lead} {record.answer}"
        return {"how": "lead", "phrase": lead}
    record.messages[-1]["content"] = f"{record.answer}\n\n{tail}"
    return {"how": "tail", "phrase": tail}


def repetition(record: Record, random: Random) -> Details:
    """An answer that goes on with the same sentence again and again."""
    answer = _prose(record.answer).rstrip()
    sentence = random.choice([part for part in answer.split(". ") if part.strip()]).strip().rstrip(".")
    record.messages[-1]["content"] = " ".join([answer, *[f"{sentence}."] * _REPEATS])
    return {}


def repairable_turns(record: Record, random: Random) -> Details:
    """A question after the last answer, a greeting before the first question, or a question in two turns."""
    how = random.choice(("ends with a question", "begins with a greeting", "two questions in a row"))
    question = record.messages[-2]["content"]
    if how == "ends with a question":
        record.messages.append({"role": "user", "content": question})
    elif how == "two questions in a row":
        record.messages.insert(-1, {"role": "user", "content": f"{question} {question}"})
    else:
        first = 1 if record.messages[0]["role"] == "system" else 0
        record.messages.insert(first, {"role": "assistant", "content": "Hello! What would you like to know?"})
    return {"how": how}


def malformed_turns(record: Record, random: Random) -> Details:
    """An empty answer, no question, or a system message in the middle."""
    how = random.choice(("empty answer", "no question", "system message in the middle"))
    if how == "empty answer":
        record.messages[-1]["content"] = ""
    elif how == "no question":
        record.messages = [message for message in record.messages if message["role"] == "assistant"][-1:]
    else:
        system = random.choice(BY_CODE[record.language or "en"].systems).replace("{domain}", record.domain or "law")
        record.messages.insert(-1, {"role": "system", "content": system})
    return {"how": how}


def too_short(record: Record, random: Random) -> Details:
    """A last answer of one word to a question that is long enough."""
    question = record.messages[-2]
    question["content"] = f"{question['content']} {_prose(record.answer).partition('. ')[0].rstrip('.')}."
    record.messages[-1]["content"] = random.choice(("Ok.", "Hm."))
    return {}


def too_long(record: Record, random: Random) -> Details:
    """An answer of more than TOO_LONG characters that does not repeat itself."""
    generator = np.random.default_rng(random.getrandbits(63))
    speaker, many = voice(record.language or "en"), TOO_LONG // 1000
    domains = generator.integers(0, len(DOMAINS), many)
    said = speaker.sentences(generator, speaker.cast(generator, many), domains, np.full(many, 12))
    record.messages[-1]["content"] = " ".join(["".join(sentences).strip() for sentences in said])
    assert len(record.answer) > TOO_LONG
    return {}


def wrong_language(record: Record, random: Random) -> Details:
    """A row that says it is in another language than it is."""
    spoken = record.language
    record.language = random.choice([code for code in BY_CODE if code != spoken])
    return {"spoken": spoken, "stated": record.language}


def other_language(record: Record, random: Random) -> Details:
    """An exchange in a language that nobody asked for."""
    sentences = [f"{sentence.format(random.choice(places()))}." for sentence in random.sample(_ITALIAN, len(_ITALIAN))]
    record.messages = [
        {"role": "user", "content": f"Raccontami qualcosa di {random.choice(places())}, per favore. {sentences[0]}"},
        {"role": "assistant", "content": " ".join(sentences[1:])},
    ]
    record.language = "it"
    return {"spoken": "it"}


def blocklisted(record: Record, random: Random) -> Details:
    """A word of the list."""
    word = random.choice(BLOCKED_WORDS)
    _into_any(record, random.choice((word, word.capitalize(), word.upper())), random)
    return {"word": word}


def url(record: Record, random: Random) -> Details:
    """An address of the web."""
    address = f"https://www.example.org/{random.choice(places()).lower()}/{random.randrange(10_000)}?page=2"
    _into_any(record, address, random)
    return {"url": address}


def _has_turns(source: SampleSource) -> bool:
    return source.name in ("sharegpt", "messages", "parquet")


def _any_language(source: SampleSource) -> bool:
    return source.domain is None


FAULTS: dict[str, Fault] = {
    "pii": Fault(pii, "pii", "change"),
    "pii_lookalike": Fault(lookalike, "pii", "keep"),
    "mojibake": Fault(mojibake, "encoding", "change"),
    "control_characters": Fault(control_characters, "control_characters", "change"),
    "control_token": Fault(control_token, "control_tokens", "change"),
    "refusal": Fault(refusal, "refusals", "drop"),
    "boilerplate": Fault(boilerplate, "boilerplate", "change"),
    "repetition": Fault(repetition, "repetition", "drop"),
    "repairable_turns": Fault(repairable_turns, "turns", "change", _has_turns),
    "malformed_turns": Fault(malformed_turns, "turns", "drop", _has_turns),
    "too_short": Fault(too_short, "length", "drop"),
    "too_long": Fault(too_long, "length", "drop"),
    "wrong_language": Fault(wrong_language, "language", "drop", lambda source: source.language),
    "other_language": Fault(other_language, "language", "drop", _any_language),
    "blocklisted": Fault(blocklisted, "blocklist", "drop"),
    "url": Fault(url, "urls", "change"),
}
