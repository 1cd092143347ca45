"""When the next request may start: a rate that all threads share, pauses that a server asks for, and back-off."""

from __future__ import annotations

import math
import random
import threading
import time
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_WAIT_S = 0.5
LONGEST_WAIT_S = 60.0  # also where a server asks for more: what it then refuses counts as a failure


class Stopped(Exception):
    """The waiting was ended by `Pace.stop`."""


class Pace:
    """Spaces requests evenly in time.

    Args:
        per_minute: requests a minute over all threads; None for no limit.
    """

    def __init__(self, per_minute: float | None = None) -> None:
        self._interval_s = 60.0 / per_minute if per_minute else 0.0
        self._next = 0.0
        self._lock = threading.Lock()
        self._stopped = threading.Event()

    def wait(self) -> None:
        """Return when this thread's request may start.

        Raises:
            Stopped: `stop` was called meanwhile.
        """
        with self._lock:
            start = max(self._next, time.monotonic())
            self._next = start + self._interval_s
        self.sleep(start - time.monotonic())

    def hold(self, seconds: float) -> None:
        """Let no request start for so long: the server is overloaded."""
        with self._lock:
            self._next = max(self._next, time.monotonic() + seconds)

    def sleep(self, seconds: float) -> None:
        """Wait so long, or raise `Stopped` as soon as `stop` is called."""
        if self._stopped.wait(max(seconds, 0.0)):
            raise Stopped

    def stop(self) -> None:
        """End all waiting, now and later."""
        self._stopped.set()


def back_off_s(attempt: int) -> float:
    """Seconds before the next attempt after the `attempt`-th (from 0) failed: doubling, spread over half of it."""
    longest = min(FIRST_WAIT_S * 2**attempt, LONGEST_WAIT_S)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311 - spreads retries, guards nothing


def retry_after_s(header: str | None, now: datetime | None = None) -> float | None:
    """Seconds that a `Retry-After` header asks for, given as seconds or as a date (RFC 9110, 10.2.3); None if none."""
    if not header:
        return None
    try:
        seconds = float(header)
    except ValueError:
        try:
            date = parsedate_to_datetime(header)
        except ValueError:
            return None
        seconds = (date.replace(tzinfo=date.tzinfo or UTC) - (now or datetime.now(UTC))).total_seconds()
    return None if math.isnan(seconds) else min(max(seconds, 0.0), LONGEST_WAIT_S)
