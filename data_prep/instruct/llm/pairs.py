"""Question-answer pairs that a language model writes about passages, each checked against its passage.

    totals = Totals()
    for written in llm_pairs(passages, wanted, settings, journal=folder / JOURNAL, totals=totals):
        keep(written.pair) if written.pair else reject(written.to_json())

The order is that of the passages, whichever answer comes first, and no request is made that could turn out not to be
needed. What has been answered stays in the journal: a run that was killed goes on from there to the same result.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from data_prep.instruct.eurlex_qa import Pair
from data_prep.instruct.llm.cache import CachedChat, open_journal
from data_prep.instruct.llm.checked import CUT_OFF, NO_JSON, check, checked_pair
from data_prep.instruct.llm.client import ChatClient, Parameters
from data_prep.instruct.llm.drafts import Passage, parse_draft
from data_prep.instruct.llm.prompts import messages
from data_prep.instruct.llm.reply import Usage
from data_prep.instruct.llm.transport import Limits, RequestFailed
from lexatron.errors import UserError

CHARACTERS_A_TOKEN = 3.5  # of law in the five languages with a vocabulary like Llama 3's, for estimates only
_AHEAD = 4  # results that may wait behind a slow one, in multiples of the requests in flight


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


@dataclass(frozen=True)
class Estimate:
    """What pairs will cost if every first draft is accepted, in tokens; `completion_tokens` at most."""

    requests: int
    prompt_tokens: int
    completion_tokens: int


def estimate(passages: Iterable[Passage], wanted: int, settings: Settings) -> Estimate:
    """The cost of `wanted` pairs on the first of the passages, before a request is made."""
    lengths = [sum(len(m["content"]) for m in messages(passage)) for passage in islice(passages, wanted)]
    return Estimate(
        len(lengths), round(sum(lengths) / CHARACTERS_A_TOKEN), len(lengths) * settings.parameters.max_tokens
    )


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
    patience = _Patience(settings, journal)
    with _chat(settings, journal, totals) as chat, closing(_in_order(chat, passages, wanted, settings)) as results:
        for written in results:
            totals.add(written)
            patience.look_at(written)
            yield written


@contextmanager
def _chat(settings: Settings, journal: Path, totals: Totals) -> Iterator[CachedChat]:
    with open_journal(journal) as kept, ChatClient(settings.url, settings.model, settings.limits) as client:
        totals.model = client.model
        try:
            yield CachedChat(client, kept)
        finally:
            totals.asked = client.usage


def _in_order(
    chat: CachedChat, passages: Iterable[Passage], wanted: int, settings: Settings
) -> Generator[Written, None, None]:
    """Results in the order of passages; there are never more under way than are still wanted."""
    source = iter(passages)
    under_way: deque[Future[Written]] = deque()
    pool = ThreadPoolExecutor(settings.limits.concurrency, "llm")
    try:
        while wanted > 0:
            room = min(wanted, _AHEAD * settings.limits.concurrency) - len(under_way)
            under_way.extend(
                pool.submit(write_pair, chat, passage, settings.parameters) for passage in islice(source, room)
            )
            if not under_way:
                return
            written = under_way.popleft().result()
            wanted -= written.pair is not None
            yield written
    finally:
        if under_way:
            chat.client.close()
        pool.shutdown(cancel_futures=True)


def write_pair(chat: CachedChat, passage: Passage, parameters: Parameters) -> Written:
    """Ask for a pair on one passage, a second time and more strictly where the first reply is not JSON, and check it.

    Raises:
        UserError: the server cannot be used at all.
    """
    usage, reasons, text = Usage(), [NO_JSON], ""
    for stricter in (False, True):
        try:
            reply = chat.complete(messages(passage, stricter=stricter), parameters)
        except RequestFailed as failure:
            return Written(passage, None, (str(failure),), text, usage, failed=True)
        usage, text = usage + reply.usage, reply.text
        if draft := parse_draft(text):
            found = tuple(check(draft, passage))
            return Written(passage, None if found else checked_pair(draft, passage), found, text, usage)
        reasons = [CUT_OFF] if reply.cut_off else [NO_JSON]
    return Written(passage, None, tuple(reasons), text, usage)


class _Patience:
    """Ends a run whose server is down or whose model cannot do it."""

    def __init__(self, settings: Settings, journal: Path):
        self._settings, self._journal = settings, journal
        self._failures = self._rejects = 0

    def look_at(self, written: Written) -> None:
        self._failures = self._failures + 1 if written.failed else 0
        if written.pair is not None:
            self._rejects = 0
        elif not written.failed:
            self._rejects += 1
        if self._failures >= self._settings.failures:
            raise UserError(
                f"{self._failures} requests in a row failed, the last one with: {written.reasons[0]}",
                where=self._settings.url,
                remedy=f"run again when the server answers; {self._journal.name} keeps what it has answered",
            )
        if self._rejects >= self._settings.rejects:
            raise UserError(
                f"{self._rejects} pairs in a row were rejected, the last one because: {written.reasons[0]}",
                where=self._settings.url,
                remedy="take a model that follows instructions in this language",
            )
