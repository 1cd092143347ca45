"""The kinds of questions: each a generator from an act, as `Reading` shows it, to its facts.

They work on units, keys and the language of law in general, never on word lists about one act. `cross_lingual` needs
two versions of an act and stands apart.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from data_prep.instruct.facts import Fact
from data_prep.instruct.kinds.amendments import amendments
from data_prep.instruct.kinds.cross_lingual import CROSS_LINGUAL
from data_prep.instruct.kinds.cross_references import cross_references
from data_prep.instruct.kinds.definitions import definitions
from data_prep.instruct.kinds.duties import conditions, obligations, requirements
from data_prep.instruct.kinds.naming import which_act, which_article
from data_prep.instruct.kinds.penalties import penalties
from data_prep.instruct.kinds.reading import Reading
from data_prep.instruct.kinds.scope import exceptions, scope
from data_prep.instruct.kinds.times import dates, deadlines
from data_prep.instruct.kinds.unanswerable import unanswerable

Kind = Callable[[Reading], Iterator[Fact]]

KINDS: dict[str, Kind] = {
    "definition": definitions,
    "obligation": obligations,
    "scope": scope,
    "which_act": which_act,
    "which_article": which_article,
    "requirement": requirements,
    "condition": conditions,
    "exception": exceptions,
    "deadline": deadlines,
    "date": dates,
    "penalty": penalties,
    "amendment": amendments,
    "cross_reference": cross_references,
    "unanswerable": unanswerable,
}
KIND_NAMES = (*KINDS, CROSS_LINGUAL)
LONG_KINDS = frozenset(
    {"obligation", "requirement", "condition", "exception", "penalty", "cross_reference", "scope", CROSS_LINGUAL}
)
__all__ = ["KINDS", "KIND_NAMES", "LONG_KINDS", "Kind", "Reading"]
