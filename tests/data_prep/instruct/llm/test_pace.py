"""Pauses: what Retry-After asks for, how back-off grows, that waiting can be ended."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

import pytest

from data_prep.instruct.llm.pace import LONGEST_WAIT_S, Pace, Stopped, back_off_s, retry_after_s

NOW = datetime(2026, 1, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("", None),
        ("7", 7.0),
        ("1.5", 1.5),
        ("-3", 0.0),
        ("nan", None),
        ("86400", LONGEST_WAIT_S),
        ("soon", None),
        ("Thu, 01 Jan 2026 12:00:10 GMT", 10.0),
        ("Thu, 01 Jan 2026 12:00:10 -0000", 10.0),
        ("Thu, 01 Jan 2026 11:00:00 GMT", 0.0),
    ],
)
def test_retry_after(header: str | None, seconds: float | None) -> None:
    assert retry_after_s(header, NOW) == seconds


def test_back_off_doubles_up_to_a_bound() -> None:
    for attempt in range(12):
        longest = min(0.5 * 2**attempt, LONGEST_WAIT_S)
        assert longest / 2 <= back_off_s(attempt) <= longest


def test_stop_ends_waiting() -> None:
    pace = Pace()
    pace.hold(3600)
    outcome: list[BaseException] = []

    def wait() -> None:
        try:
            pace.wait()
        except Stopped as stopped:
            outcome.append(stopped)

    thread = threading.Thread(target=wait, daemon=True)
    thread.start()
    pace.stop()
    thread.join(30)
    assert len(outcome) == 1


def test_requests_are_spaced(monkeypatch: pytest.MonkeyPatch) -> None:
    """At 1,200 a minute, and with a clock that stands still, each request waits 50 ms longer than the one before."""
    waits: list[float] = []
    monkeypatch.setattr(time, "monotonic", lambda: 1000.0)
    monkeypatch.setattr(Pace, "sleep", lambda _, seconds: waits.append(seconds))
    pace = Pace(1200)
    for _ in range(3):
        pace.wait()
    pace.hold(9)
    pace.wait()
    assert waits == pytest.approx([0.0, 0.05, 0.10, 9.0])
