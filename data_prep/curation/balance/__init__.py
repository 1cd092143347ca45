"""Shares by domain, language and difficulty: records are left out, never repeated, until the shares are right.

    kept = balance(groups, names, sizes, keys, options)
    rows = report(groups, names, sizes, kept, options)

What is kept depends on the records alone, not on their order; of each combination of groups it is those that come
first in a random order of their own keys, so that a few more records move few.
"""

from data_prep.curation.balance.choice import balance
from data_prep.curation.balance.options import Balance
from data_prep.curation.balance.report import report

__all__ = ["Balance", "balance", "report"]
