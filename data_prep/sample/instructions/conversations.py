"""Clean records, many at once: a question, an answer of sentences, and in some sources more exchanges."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from data_prep.curation.record import Message, Record
from data_prep.sample.instructions.sources import SampleSource
from data_prep.sample.instructions.voice import Ints, Voice, voice
from data_prep.sample.instructions.words import BY_CODE, DOMAINS

SENTENCE = 104  # characters, with the blank after it
SPREAD = 0.55  # standard deviation of the logarithm of a length
_SHORTEST, _LONGEST = 0.22, 2.4  # times the mean
_FEWEST = 6  # sentences of an answer: of fewer, one phrase may be a large part by chance
_MULTI_TURN, _SYSTEM, _CODE = 0.4, 0.2, 0.6
DIFFICULTIES = ("easy", "medium", "hard")
_PROGRAM = """```python
def {name}_{number}({first}, {second}):
    total = {first} * {number} + {second}
    return total if total > {small} else {first}
```"""


def clean_records(
    random: np.random.Generator, sources: Sequence[SampleSource], shares: dict[str, float], characters: int
) -> list[Record]:
    """One record for each of the sources, in their order, without id and place."""
    codes = list(shares)
    weights = np.array([shares[code] for code in codes], dtype=float)
    languages = random.choice(len(codes), len(sources), p=weights / weights.sum())
    records: list[Record | None] = [None] * len(sources)
    for number, code in enumerate(codes):
        mine = np.flatnonzero(languages == number).tolist()
        made = _in_language(random, voice(code), [sources[k] for k in mine], characters) if mine else []
        for position, record in zip(mine, made, strict=True):
            records[position] = record
    return [record for record in records if record is not None]


def _in_language(
    random: np.random.Generator, speaker: Voice, sources: Sequence[SampleSource], characters: int
) -> list[Record]:
    """Records in one language."""
    count = len(sources)
    domains = random.integers(0, len(DOMAINS), count)
    for number, source in enumerate(sources):
        if source.domain:
            domains[number] = DOMAINS.index(source.domain)
    cast = speaker.cast(random, count)
    sentences = sentence_counts(random, count, characters)
    exchanges = _exchanges(random, sources, sentences)
    answers = speaker.sentences(random, cast, domains, sentences)
    prompts = speaker.asked(random, cast, domains, "prompts")
    followups = [speaker.asked(random, cast, domains, "followups") for _ in range(int(exchanges.max()) - 1)]
    draws = random.random((count, 4)).tolist()
    records = []
    for k, source in enumerate(sources):
        number, domain = int(exchanges[k]), DOMAINS[domains[k]]
        asked = [prompts[k], *(more[k] for more in followups[: number - 1])]
        said = _shared_out(answers[k], number)
        if domain == "code" and draws[k][0] < _CODE:
            said[-1] += "\n\n" + _program(prompts[k], draws[k][1])
        system = _system(speaker.code, domain, draws[k][2]) if source.system and draws[k][3] < _SYSTEM else None
        difficulty = DIFFICULTIES[min(2, len(answers[k]) // 18)]
        messages = _alternating(system, asked, said)
        records.append(Record("", messages, source.name, language=speaker.code, domain=domain, difficulty=difficulty))
    return records


def _exchanges(random: np.random.Generator, sources: Sequence[SampleSource], sentences: Ints) -> Ints:
    """How many exchanges each record has: what its source has room for and its sentences are enough for."""
    count = len(sources)
    wanted = np.where(random.random(count) < _MULTI_TURN, random.integers(2, 5, count), 1)
    most = np.minimum([source.exchanges for source in sources], sentences // _FEWEST)
    return np.maximum(1, np.minimum(wanted, most))


def sentence_counts(random: np.random.Generator, count: int, characters: int) -> Ints:
    """Log-normal numbers of sentences, so that texts have so many characters on average."""
    lengths = np.exp(random.normal(-(SPREAD**2) / 2, SPREAD, count)).clip(_SHORTEST, _LONGEST) * characters
    return np.maximum(_FEWEST, np.round(lengths / SENTENCE)).astype(np.int64)


def rejected_answers(
    random: np.random.Generator, records: Sequence[Record], sources: Sequence[SampleSource], characters: int
) -> None:
    """Give records of preference sets their rejected answers, about something else and shorter."""
    for code in BY_CODE:
        wanted = [r for r, source in zip(records, sources, strict=True) if source.rejected and r.language == code]
        if wanted:
            speaker, domains = voice(code), random.integers(0, len(DOMAINS), len(wanted))
            counts = sentence_counts(random, len(wanted), characters // 2)
            said = speaker.sentences(random, speaker.cast(random, len(wanted)), domains, counts)
            for record, sentences in zip(wanted, said, strict=True):
                record.rejected = {"role": "assistant", "content": "".join(sentences).strip()}


def _shared_out(sentences: list[str], parts: int) -> list[str]:
    """Sentences to so many texts."""
    size = len(sentences) // parts
    starts = range(0, size * parts, size)
    ends = [*list(starts)[1:], len(sentences)]
    return ["".join(sentences[start:end]).strip() for start, end in zip(starts, ends, strict=True)]


def _alternating(system: str | None, asked: Sequence[str], said: Sequence[str]) -> list[Message]:
    messages: list[Message] = [{"role": "system", "content": system}] if system else []
    for question, answer in zip(asked, said, strict=True):
        messages += [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return messages


def _system(code: str, domain: str, draw: float) -> str:
    systems = BY_CODE[code].systems
    return systems[int(draw * len(systems))].replace("{domain}", domain)


def _program(prompt: str, draw: float) -> str:
    """A short program in a fenced block, its names taken from what was asked."""
    words = [word.lower() for word in prompt.split() if word.isalpha() and word.isascii() and len(word) > 3]
    first, second, name = [*words[-2:], "left", "right", "total"][:3]
    if len({first, second}) < 2 or first in _KEYWORDS or second in _KEYWORDS:
        first, second = "left", "right"
    return _PROGRAM.format(name=name, first=first, second=second, number=int(draw * 8999) + 1000, small=int(draw * 97))


_KEYWORDS = {"from", "with", "while", "None", "true", "class", "pass", "total"}
