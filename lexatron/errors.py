"""The one exception that a user is meant to see."""

from __future__ import annotations

from pathlib import Path


class UserError(Exception):
    """Input, configuration or environment is wrong, and the user can mend it.

    The command line prints it as one sentence, without a traceback, and exits with 2.

    Args:
        what: what is wrong, without a full stop at the end.
        where: the file, or file and line, that it is about.
        remedy: what to do about it, as an imperative.
    """

    def __init__(self, what: str, *, where: str | Path | None = None, remedy: str | None = None):
        self.what, self.where, self.remedy = what, where, remedy
        place = f"{where}: " if where is not None else ""
        advice = f" ({remedy})" if remedy else ""
        super().__init__(f"{place}{what}{advice}")


class Unfinished(UserError):
    """A run stopped for want of memory, disk or a service; what is finished stays, and the same command goes on."""
