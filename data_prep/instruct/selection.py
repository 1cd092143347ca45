"""Which questions are asked: balanced by language and kind, spread over acts, disjoint between the three files.

Training and validation ask about facts of training works in the training wordings; the test set asks in the held-out
wordings, about facts that training asks about (seen) and about facts of test works (unseen). Every choice is by a
hash of seed and id, so that it depends neither on the order of the acts nor on the machine.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TypeVar

from data_prep.instruct.eurlex_qa import KINDS, Wording, question, wordings
from data_prep.instruct.facts import Fact
from lexatron.errors import UserError

Item = TypeVar("Item")
Cell = TypeVar("Cell", bound=Hashable)
Asked = tuple[Fact, Wording]

VALIDATION_EVERY = 20  # one chosen question of so many goes to validation
FEWEST = 2 * VALIDATION_EVERY  # questions below which there is no training set worth the name


@dataclass
class Selection:
    """The questions of the three files, and how many could have been asked.

    Attributes:
        possible: questions about training works in training wordings.
        ambiguous: facts left out because another fact of the language has the same question.
    """

    training: list[Asked] = field(default_factory=list)
    validation: list[Asked] = field(default_factory=list)
    seen: list[Asked] = field(default_factory=list)
    unseen: list[Asked] = field(default_factory=list)
    possible: int = 0
    ambiguous: int = 0


def select(train: Iterable[Fact], test: Iterable[Fact], *, pairs: int, per_language: int, seed: int) -> Selection:
    """Choose the questions.

    Args:
        train: facts of training works. `test`: of test works.
        pairs: how many questions for training and validation together, at most.
        per_language: how many test questions about seen facts, and as many about unseen ones, in each language.
        seed: another one chooses others.

    Raises:
        UserError: there are too few facts for a training set, or for the test set of a language.
    """
    known, unknown, ambiguous = _unambiguous(train, test)
    candidates = [(fact, wording) for fact in known for wording in wordings(fact, heldout=False)]
    chosen = _balanced(candidates, pairs, _language_and_kind, seed)
    if len(chosen) < FEWEST:
        raise UserError(
            f"too few questions for a training set: {len(chosen)}",
            remedy="give more acts of training works, or more --pairs",
        )
    result = Selection(possible=len(candidates), ambiguous=ambiguous, validation=chosen[::VALIDATION_EVERY])
    result.training = [asked for number, asked in enumerate(chosen) if number % VALIDATION_EVERY]
    trained = {fact.id for fact, _ in result.training}
    result.seen = _test_questions([fact for fact in known if fact.id in trained], per_language, seed)
    result.unseen = _test_questions(unknown, per_language, seed)
    _check_test_set(result, per_language)
    return result


def _unambiguous(train: Iterable[Fact], test: Iterable[Fact]) -> tuple[list[Fact], list[Fact], int]:
    """The facts whose questions no other fact has: no question may have two answers, or stand in two files."""
    by_question: dict[str, list[tuple[Fact, bool]]] = defaultdict(list)
    for facts, known in ((train, True), (test, False)):
        for fact in facts:
            by_question[normalised(question(fact, Wording(0)))].append((fact, known))
    alone = [found[0] for found in by_question.values() if len(found) == 1]
    ambiguous = sum(len(found) for found in by_question.values()) - len(alone)
    return [f for f, known in alone if known], [f for f, known in alone if not known], ambiguous


def normalised(text: str) -> str:
    """What two questions have in common if they are the same but for case and blanks."""
    return " ".join(text.casefold().split())


def _test_questions(facts: Sequence[Fact], per_language: int, seed: int) -> list[Asked]:
    """One held-out wording of each of `per_language` facts in every language, balanced by kind and spread over acts."""
    by_language: dict[str, list[Asked]] = defaultdict(list)
    for fact in facts:
        by_language[fact.source.language].append((fact, _heldout_wording(fact, seed)))
    chosen: list[Asked] = []
    for language in sorted(by_language):
        chosen.extend(_balanced(by_language[language], per_language, _language_and_kind, seed))
    return chosen


def _heldout_wording(fact: Fact, seed: int) -> Wording:
    return min(wordings(fact, heldout=True), key=lambda wording: rank(seed, f"{fact.id}.{wording}"))


def _check_test_set(selection: Selection, per_language: int) -> None:
    """Every language that is trained on has its test questions."""
    counts = Counter(fact.source.language for fact, _ in selection.seen)
    for language in sorted({fact.source.language for fact, _ in selection.training}):
        if counts[language] < per_language:
            raise UserError(
                f"too few facts for a test set: {counts[language]} of {per_language} questions in {language}",
                remedy=f"give more acts, more --pairs, or --test-per-language {counts[language]}",
            )


def _language_and_kind(asked: Asked) -> tuple[str, str]:
    return asked[0].source.language, asked[0].kind


def _balanced(
    items: Sequence[Asked], total: int, cell_of: Callable[[Asked], tuple[str, str]], seed: int
) -> list[Asked]:
    """At most `total` of the items: languages share equally, and within a language kinds, as far as they have items."""
    cells: dict[str, dict[str, list[Asked]]] = defaultdict(lambda: defaultdict(list))
    for item in items:
        language, kind = cell_of(item)
        cells[language][kind].append(item)
    shares = fair_shares({language: sum(map(len, kinds.values())) for language, kinds in cells.items()}, total)
    chosen: list[Asked] = []
    for language in sorted(cells):
        kinds = {kind: cells[language][kind] for kind in KINDS if kind in cells[language]}
        for kind, share in fair_shares({kind: len(found) for kind, found in kinds.items()}, shares[language]).items():
            chosen.extend(spread_over_acts(kinds[kind], seed)[:share])
    return chosen


def fair_shares(available: Mapping[Cell, int], total: int) -> dict[Cell, int]:
    """Split `total` equally; what a cell lacks is shared by the others, and the fullest get one more of a remainder."""
    shares = dict.fromkeys(available, 0)
    rest = total
    for served, cell in enumerate(sorted(available, key=lambda cell: available[cell])):
        shares[cell] = min(available[cell], rest // (len(available) - served))
        rest -= shares[cell]
    return shares


def spread_over_acts(items: Iterable[Asked], seed: int) -> list[Asked]:
    """The items so ordered that every beginning of the list is spread over acts, and at random within an act."""
    by_act: dict[str, list[tuple[bytes, Asked]]] = defaultdict(list)
    for fact, wording in items:
        by_act[fact.source.work].append((rank(seed, f"{fact.id}.{wording}"), (fact, wording)))
    rounds: list[tuple[int, bytes, Asked]] = []
    for offered in by_act.values():
        offered.sort(key=lambda entry: entry[0])
        rounds.extend((number, order, asked) for number, (order, asked) in enumerate(offered))
    return [asked for _, _, asked in sorted(rounds, key=lambda entry: entry[:2])]


def rank(seed: int, name: str) -> bytes:
    """A random-looking place in an order, from the seed and the name alone."""
    return blake2b(f"{seed}:{name}".encode(), digest_size=8).digest()
