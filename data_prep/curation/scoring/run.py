"""Scores for records, in order, several requests at a time, with a journal that a killed run goes on from.

totals = Totals()
for scored in score_records(records, options, journal, totals):
    ...  # scored.scores.total, or None
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from data_prep.curation.record import Record
from data_prep.curation.scoring.options import Endpoint, Scoring
from data_prep.curation.scoring.prompt import messages
from data_prep.curation.scoring.scored import Scored, Totals
from data_prep.curation.scoring.scores import parse_scores
from data_prep.instruct.llm.asking import ask
from data_prep.instruct.llm.cache import CachedChat, open_journal
from data_prep.instruct.llm.client import ChatClient, Parameters
from data_prep.instruct.llm.estimate import Estimate, estimate_cost
from data_prep.instruct.llm.in_order import in_order
from data_prep.instruct.llm.patience import Patience
from data_prep.instruct.llm.transport import Limits
from lexatron.errors import Unfinished, UserError

_REMEDY = "take a model that follows instructions, or give it more scoring.endpoint.max_tokens"


def estimate(records: Iterable[Record], options: Scoring) -> Estimate:
    """The cost of scoring records before a request is made, as if none had been answered; needs an endpoint."""
    conversations = (messages(record.messages, options.max_characters) for record in records)
    return estimate_cost(conversations, _parameters(_endpoint(options)))


def score_records(
    records: Iterable[Record], options: Scoring, journal: Path, totals: Totals | None = None
) -> Iterator[Scored]:
    """Have records scored, in order; needs an endpoint.

    Args:
        records: drawn as they are needed.
        journal: the file that keeps what the model answered.
        totals: counted up as results are yielded; `asked` is complete when the iterator ends.

    Raises:
        Unfinished: the server cannot be used, so many requests in a row failed, or so many replies in a row were
            unfit; what has been answered stays in the journal.
    """
    totals = Totals() if totals is None else totals
    try:
        yield from _scored(records, options, journal, totals)
    except UserError as error:
        remedy = error.remedy.replace("--llm-model", "scoring.endpoint.model") if error.remedy else None
        raise Unfinished(error.what, where=error.where, remedy=remedy) from error


def _scored(records: Iterable[Record], options: Scoring, journal: Path, totals: Totals) -> Iterator[Scored]:
    endpoint = _endpoint(options)
    patience = Patience(endpoint.url, journal, endpoint.failures, endpoint.unfit, _gives_up, _REMEDY)
    with _chat(endpoint, journal, totals) as chat:
        work = in_order(
            enumerate(records),
            lambda each: _score(chat, *each, options, _parameters(endpoint)),
            endpoint.concurrency,
            hang_up=chat.client.close,
        )
        with closing(work) as results:
            for scored in results:
                totals.add(scored)
                patience.look_at(failed=scored.failed, fit=scored.scores is not None, reason=scored.reason)
                yield scored


def _score(chat: CachedChat, number: int, record: Record, options: Scoring, parameters: Parameters) -> Scored:
    asked = ask(
        chat,
        lambda stricter: messages(record.messages, options.max_characters, stricter=stricter),
        parse_scores,
        parameters,
    )
    return Scored(number, record.id, asked.read, asked.usage, asked.reason, asked.failed)


@contextmanager
def _chat(endpoint: Endpoint, journal: Path, totals: Totals) -> Iterator[CachedChat]:
    limits = Limits(endpoint.concurrency, endpoint.per_minute, endpoint.timeout_s, endpoint.retries)
    with open_journal(journal) as kept, ChatClient(endpoint.url, endpoint.model, limits) as client:
        totals.model = client.model
        try:
            yield CachedChat(client, kept)
        finally:
            totals.asked = client.usage


def _endpoint(options: Scoring) -> Endpoint:
    assert options.endpoint is not None, "without an endpoint heuristics tell the quality"
    return options.endpoint


def _parameters(endpoint: Endpoint) -> Parameters:
    return Parameters(endpoint.max_tokens, endpoint.temperature)


def _gives_up(number: int, reason: str) -> str:
    return f"{number} replies in a row held no score, the last one because: {reason}"
