"""The choice of questions as plainly as it can be said: every fact in memory, lists and dictionaries, no shards."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b

from data_prep.formex.acts import Act
from data_prep.instruct.eurlex_qa import KIND_NAMES, Fact, Wording, facts_of, question, wordings
from data_prep.instruct.selection import fair_shares, normalised
from data_prep.split import Split

Asked = tuple[Fact, Wording]


def reference_choice(
    acts: Iterable[Act], works: Mapping[str, Split], kinds: Sequence[str], pairs: int, per_language: int, seed: int
) -> dict[str, list[str]]:
    """File -> ids of its pairs, in order, for short questions."""
    facts = [fact for act in acts for fact in facts_of(act) if fact.kind in kinds and wordings(fact, heldout=False)]
    by_question = defaultdict(list)
    for fact in facts:
        if works[fact.source.work] != "validation":
            by_question[normalised(question(fact, wordings(fact, heldout=False)[0]))].append(fact)
    clear = [found[0] for found in by_question.values() if len(found) == 1]
    known = [fact for fact in clear if works[fact.source.work] == "train"]
    unknown = [fact for fact in clear if works[fact.source.work] == "test"]
    chosen = _balanced([(f, w) for f in known for w in wordings(f, heldout=False)], pairs, seed)
    training = [asked for number, asked in enumerate(chosen) if number % 20]
    trained = {fact.id for fact, _ in training}
    seen = _tests([fact for fact in known if fact.id in trained], per_language, seed)
    files = {"training": training, "validation": chosen[::20], "test": seen + _tests(unknown, per_language, seed)}
    return {name: [f"{fact.id}.{wording.code}" for fact, wording in asked] for name, asked in files.items()}


def _tests(facts: Sequence[Fact], per_language: int, seed: int) -> list[Asked]:
    asked = [(f, min(wordings(f, heldout=True), key=lambda w, f=f: _rank(seed, f, w))) for f in facts]
    languages = sorted({fact.source.language for fact in facts})
    return [
        each
        for language in languages
        for each in _balanced([(f, w) for f, w in asked if f.source.language == language], per_language, seed)
    ]


def _balanced(items: Sequence[Asked], total: int, seed: int) -> list[Asked]:
    cells: dict[str, dict[str, list[Asked]]] = defaultdict(lambda: defaultdict(list))
    for fact, wording in items:
        cells[fact.source.language][fact.kind].append((fact, wording))
    shares = fair_shares({language: sum(map(len, kinds.values())) for language, kinds in cells.items()}, total)
    chosen: list[Asked] = []
    for language in sorted(cells):
        kinds = {kind: cells[language][kind] for kind in KIND_NAMES if kind in cells[language]}
        for kind, share in fair_shares({kind: len(found) for kind, found in kinds.items()}, shares[language]).items():
            chosen.extend(_spread(kinds[kind], seed)[:share])
    order = {
        (language, kind): n for n, (language, kind) in enumerate((la, k) for la in sorted(cells) for k in KIND_NAMES)
    }
    return sorted(chosen, key=lambda asked: order[asked[0].source.language, asked[0].kind])


def _spread(items: Iterable[Asked], seed: int) -> list[Asked]:
    by_act = defaultdict(list)
    for fact, wording in items:
        by_act[fact.source.work].append((_rank(seed, fact, wording), fact, wording))
    rounds = [
        (number, rank, fact, wording)
        for offered in by_act.values()
        for number, (rank, fact, wording) in enumerate(sorted(offered, key=lambda entry: entry[0]))
    ]
    return [(fact, wording) for _, _, fact, wording in sorted(rounds, key=lambda entry: entry[:2])]


def _rank(seed: int, fact: Fact, wording: Wording) -> bytes:
    return blake2b(f"{seed}:{fact.id}.{wording}".encode(), digest_size=8).digest()
