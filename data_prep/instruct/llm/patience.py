"""When a run is given up: its server is down, or its model cannot do what it is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from lexatron.errors import UserError


@dataclass
class Patience:
    """Looks at outcomes in their order, and ends a run after so many bad ones in a row.

    Attributes:
        url: of the server. `journal`: what keeps its answers.
        failures: requests that may fail in a row. `unfit`: replies in a row that may be of no use.
        gives_up: what to say of so many unfit replies, in a row, of which the last had this reason.
        remedy: what to do about them.
    """

    url: str
    journal: Path
    failures: int
    unfit: int
    gives_up: Callable[[int, str], str]
    remedy: str
    _failed: int = field(default=0, init=False)
    _unfit: int = field(default=0, init=False)

    def look_at(self, *, failed: bool, fit: bool, reason: str) -> None:
        """Take note of one outcome.

        Raises:
            UserError: it is one bad outcome in a row too many.
        """
        self._failed = self._failed + 1 if failed else 0
        if not failed:
            self._unfit = 0 if fit else self._unfit + 1
        if self._failed >= self.failures:
            raise UserError(
                f"{self._failed} requests in a row failed, the last one with: {reason}",
                where=self.url,
                remedy=f"run again when the server answers; {self.journal.name} keeps what it has answered",
            )
        if self._unfit >= self.unfit:
            raise UserError(self.gives_up(self._unfit, reason), where=self.url, remedy=self.remedy)
