"""What a check says: pass, warn or fail, what was found, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from lexatron.errors import UserError

ELSEWHERE = "run lexatron check there before the launch"
"""The remedy for what only the other machine knows."""

Status = Literal["pass", "warn", "fail"]


@dataclass(frozen=True)
class Finding:
    """One line of the list.

    Attributes:
        name: what was looked at, in a few words.
        status: `fail` where the run would not start, or its result would be worthless.
        detail: what was found, as a sentence without a full stop.
        remedy: what to do about it, as an imperative; empty where nothing has to be done.
    """

    name: str
    status: Status
    detail: str
    remedy: str = ""


def passed(name: str, detail: str) -> list[Finding]:
    """Nothing to do."""
    return [Finding(name, "pass", detail)]


def warned(name: str, detail: str, remedy: str) -> list[Finding]:
    """The run works, and may disappoint."""
    return [Finding(name, "warn", detail, remedy)]


def failed(name: str, detail: str, remedy: str) -> list[Finding]:
    """The run would not start, or its result would be worthless."""
    return [Finding(name, "fail", detail, remedy)]


def refused(name: str, error: UserError) -> list[Finding]:
    """A failure from what another part of the code refuses."""
    place = f"{error.where}: " if error.where is not None else ""
    return failed(name, f"{place}{error.what}", error.remedy or "")


def percent(share: float, digits: int = 1) -> str:
    """`8.3 %` for 0.083."""
    return f"{100 * share:.{digits}f} %"


def fails(findings: Iterable[Finding]) -> list[Finding]:
    """Those for which a run should not start."""
    return [finding for finding in findings if finding.status == "fail"]
