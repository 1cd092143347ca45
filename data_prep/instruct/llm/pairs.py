"""Question-answer pairs that a language model writes about passages, each checked against its passage.

    totals = Totals()
    for written in llm_pairs(passages, wanted, settings, journal=folder / JOURNAL, totals=totals):
        keep(written.pair) if written.pair else reject(written.to_json())

The order is that of the passages, whichever answer comes first, and no request is made that could turn out not to be
needed. What has been answered stays in the journal: a run that was killed goes on from there to the same result.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from data_prep.instruct.eurlex_qa import Pair
from data_prep.instruct.llm.asking import ask
from data_prep.instruct.llm.cache import CachedChat, open_journal
from data_prep.instruct.llm.checked import check, checked_pair
from data_prep.instruct.llm.client import ChatClient, Parameters
from data_prep.instruct.llm.drafts import Passage, parse_draft
from data_prep.instruct.llm.estimate import Estimate, estimate_cost
from data_prep.instruct.llm.in_order import in_order
from data_prep.instruct.llm.patience import Patience
from data_prep.instruct.llm.prompts import messages
from data_prep.instruct.llm.reply import Usage
from data_prep.instruct.llm.transport import Limits


@dataclass(frozen=True)
class Settings:
    """Which model writes, and when it is given up.

    Attributes:
        url: base address, `http://127.0.0.1:8000/v1`. `model`: None for the only one there.
        failures: requests that may fail in a row. `rejects`: drafts in a row that may be unfit; then the model is.
    """

    url: str
    model: str | None = None
    parameters: Parameters = field(default_factory=Parameters)
    limits: Limits = field(default_factory=Limits)
    failures: int = 20
    rejects: int = 300


@dataclass(frozen=True)
class Written:
    """What became of one passage.

    Attributes:
        pair: the pair that may be kept; None where there are reasons against it.
        text: what the model wrote last; empty where it wrote nothing.
        failed: whether a request for it was not answered; another run asks again.
        usage: what the requests for it cost, in whichever run they were made.
    """

    passage: Passage
    pair: Pair | None
    reasons: tuple[str, ...]
    text: str
    usage: Usage
    failed: bool = False

    def to_json(self) -> dict[str, Any]:
        """A line of the list of rejects."""
        return {"id": self.passage.id, "reasons": list(self.reasons), "text": self.text}


@dataclass
class Totals:
    """What was written so far; `passages` are `accepted`, or rejected, or failed.

    Attributes:
        model: the name of the model. `rejected`: passages by first reason; those whose requests `failed` are apart.
        usage: of all pairs, also of those whose replies an earlier run asked for; `asked`: of this run alone.
    """

    model: str = ""
    passages: int = 0
    accepted: int = 0
    failed: int = 0
    rejected: Counter[str] = field(default_factory=Counter)
    usage: Usage = field(default_factory=Usage)
    asked: Usage = field(default_factory=Usage)

    def add(self, written: Written) -> None:
        """Count one more passage."""
        self.passages += 1
        self.usage += written.usage
        self.accepted += written.pair is not None
        self.failed += written.failed
        if written.pair is None and not written.failed:
            self.rejected[written.reasons[0]] += 1


def estimate(passages: Iterable[Passage], wanted: int, settings: Settings) -> Estimate:
    """The cost of `wanted` pairs on the first of the passages, before a request is made."""
    return estimate_cost(map(messages, islice(passages, wanted)), settings.parameters)


def llm_pairs(
    passages: Iterable[Passage], wanted: int, settings: Settings, *, journal: Path, totals: Totals | None = None
) -> Iterator[Written]:
    """Ask for a pair on each passage, in order, until `wanted` are accepted or no passage is left.

    Args:
        passages: drawn as they are needed; more than `wanted`, as some drafts will be rejected.
        journal: the file that keeps what the model answered.
        totals: counted up as results are yielded; `asked` is complete when the iterator ends.

    Raises:
        UserError: the server cannot be used, so many requests in a row failed, or so many drafts in a row were unfit.
    """
    totals = Totals() if totals is None else totals
    patience = _patience(settings, journal)
    with _chat(settings, journal, totals) as chat, closing(_all(chat, passages, wanted, settings)) as results:
        for written in results:
            totals.add(written)
            reason = written.reasons[0] if written.reasons else ""
            patience.look_at(failed=written.failed, fit=written.pair is not None, reason=reason)
            yield written


@contextmanager
def _chat(settings: Settings, journal: Path, totals: Totals) -> Iterator[CachedChat]:
    with open_journal(journal) as kept, ChatClient(settings.url, settings.model, settings.limits) as client:
        totals.model = client.model
        try:
            yield CachedChat(client, kept)
        finally:
            totals.asked = client.usage


def _all(
    chat: CachedChat, passages: Iterable[Passage], wanted: int, settings: Settings
) -> Generator[Written, None, None]:
    return in_order(
        passages,
        lambda passage: write_pair(chat, passage, settings.parameters),
        settings.limits.concurrency,
        hang_up=chat.client.close,
        wanted=wanted,
        counts=lambda written: written.pair is not None,
    )


def write_pair(chat: CachedChat, passage: Passage, parameters: Parameters) -> Written:
    """Ask for a pair on one passage, a second time and more strictly where the first reply is not JSON, and check it.

    Raises:
        UserError: the server cannot be used at all.
    """
    asked = ask(chat, lambda stricter: messages(passage, stricter=stricter), parse_draft, parameters)
    if asked.read is None:
        return Written(passage, None, (asked.reason,), asked.text, asked.usage, asked.failed)
    found = tuple(check(asked.read, passage))
    return Written(passage, None if found else checked_pair(asked.read, passage), found, asked.text, asked.usage)


def _patience(settings: Settings, journal: Path) -> Patience:
    return Patience(
        settings.url,
        journal,
        settings.failures,
        settings.rejects,
        lambda number, reason: f"{number} pairs in a row were rejected, the last one because: {reason}",
        "take a model that follows instructions in this language",
    )
