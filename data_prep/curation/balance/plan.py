"""How much is kept in all, and of each cell: as much as caps and shares allow."""

from __future__ import annotations

import math

import numpy as np

from data_prep.curation.balance.options import Balance
from data_prep.curation.balance.raking import SWEEPS, Fit, Margin, Numbers, fit, summed
from data_prep.curation.balance.shares import Wanted, filled

_NEAR = 1e-3  # part of a total to which the largest one is looked for, and of a sum that may lack then
_FORCED_SWEEPS = 10  # for sums that cannot all be met: nearer to an even thinning than what more lead to
_WORTH = 1.02  # times as much as all sums can be met with: less is not worth to miss them
_ROUNDING = 1e-6  # records

Fitted = tuple[list[Margin], Fit]
"""Sums of a total by dimension, and what is kept for them."""


class Plan:
    """What is to be kept.

    Attributes:
        parts: `[cells]`, 0 to 1.
        sums: of each dimension with targets, in records or tokens. limits: records at most, of a source and in all.
    """

    def __init__(self, wanted: Wanted, options: Balance):
        self._wanted, self._options = wanted, options
        self.limits = self._make_limits()
        self._room = {dimension: self._room_of(dimension) for dimension in wanted.shares}
        self.sums, chosen = self._chosen(*self._range())
        self.parts = chosen.parts

    def _make_limits(self) -> list[Margin]:
        cells, options = self._wanted.cells, self._options
        limits = []
        if options.max_per_source is not None:
            caps = np.array([options.cap(name) for name in cells.names["source"]])
            limits.append(Margin(cells.codes["source"], self._wanted.records, caps, exact=False))
        if options.max_records is not None:
            every = np.zeros(len(cells.records), np.intp)
            limits.append(Margin(every, self._wanted.records, np.array([float(options.max_records)]), exact=False))
        return limits

    def _room_of(self, dimension: str) -> Numbers:
        """`[groups]`: what could be kept of each group if the other groups of its sources were given up."""
        cells, amounts = self._wanted.cells, self._wanted.amounts
        if self._options.max_per_source is None:
            return cells.by(dimension, amounts)
        sources = len(cells.names["source"])
        pair = cells.codes[dimension] * sources + cells.codes["source"]
        records, held = (np.bincount(pair, each) for each in (self._wanted.records, amounts))
        caps = np.array([self._options.cap(name) for name in cells.names["source"]])[np.arange(len(records)) % sources]
        parts = np.minimum(1.0, np.divide(caps, records, out=np.zeros(len(records)), where=records > 0))
        return summed(np.arange(len(records)) // sources, held * parts, len(cells.names[dimension]))

    def _range(self) -> tuple[float, float]:
        """The least that is kept whatever lacks, and the most with which each dimension by itself can be met."""
        amounts = self._wanted.amounts
        at_once = float((amounts * fit(self.limits, len(amounts)).parts).sum())
        by_tokens = self._options.by == "tokens"
        highest = float(amounts.sum()) if by_tokens else at_once  # so many records may have more tokens than most have
        for dimension, shares in self._wanted.shares.items():
            room = self._room[dimension]
            there = (room > 0) & (shares > 0)
            reach = room[there] / shares[there] * shares[there].sum()
            highest = min(highest, float(reach.min(initial=math.inf)))
        return self._options.at_least * at_once, highest

    def _chosen(self, lowest: float, highest: float) -> Fitted:
        """The largest total whose sums can be met; the lowest if that one is less and keeps less."""
        met = self._largest_met(max(lowest, highest))
        if self._kept(met) >= (1 - _NEAR) * lowest:
            return met
        forced = self._fitted(lowest, sweeps=_FORCED_SWEEPS)
        return forced if self._kept(forced) > _WORTH * self._kept(met) else met

    def _largest_met(self, total: float) -> Fitted:
        """Of the totals up to a given one the largest whose sums can be met."""
        if self._met(found := self._fitted(total)):
            return found
        found, start, lowest = self._fitted(0.0), None, 1.0
        while total > (1 + _NEAR) * lowest:
            middle = math.sqrt(lowest * total)
            if self._met(fitted := self._fitted(middle, start)):
                found, start, lowest = fitted, fitted[1], middle
            else:
                total = middle
        return found

    def _fitted(self, total: float, start: Fit | None = None, sweeps: int = SWEEPS) -> Fitted:
        if self._options.by == "records":
            total = math.floor(total + _ROUNDING)
        sums = [
            Margin(self._wanted.cells.codes[dimension], self._wanted.amounts, filled(room, shares, total))
            for (dimension, shares), room in zip(self._wanted.shares.items(), self._room.values(), strict=True)
        ]
        return sums, fit([*sums, *self.limits], len(self._wanted.amounts), start, sweeps)

    def _met(self, fitted: Fitted) -> bool:
        slack = 0.5 * self._wanted.amounts.sum() / max(self._wanted.records.sum(), 1.0)  # half a record
        sums, parts = fitted[0], fitted[1].parts
        return all(bool((margin.of(parts) >= (1 - _NEAR) * margin.sums - slack).all()) for margin in sums)

    def _kept(self, fitted: Fitted) -> float:
        return float((self._wanted.amounts * fitted[1].parts).sum())
