"""Work that waits for a server, several pieces at a time, with results in the order of what was asked."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 4  # results that may wait behind a slow one, in multiples of the pieces under way


def in_order(
    items: Iterable[Item],
    work: Callable[[Item], Result],
    concurrency: int,
    *,
    hang_up: Callable[[], None],
    wanted: int | None = None,
    counts: Callable[[Result], bool] = lambda _: True,
) -> Generator[Result, None, None]:
    """The result of each item, in order, whichever is ready first, until `wanted` of them count or no item is left.

    Args:
        items: drawn as they are needed.
        hang_up: ends what is under way when the reader stops early or `work` raises.
        wanted: results; there are never more under way than are still wanted. None for those of all items.
        counts: whether a result is one of those wanted.
    """
    source = iter(items)
    left: float = math.inf if wanted is None else wanted
    under_way: deque[Future[Result]] = deque()
    pool = ThreadPoolExecutor(concurrency, "llm")
    try:
        while left > 0:
            room = int(min(left, _AHEAD * concurrency)) - len(under_way)
            under_way.extend(pool.submit(work, item) for item in islice(source, room))
            if not under_way:
                return
            result = under_way.popleft().result()
            left -= counts(result)
            yield result
    finally:
        if under_way:
            hang_up()
        pool.shutdown(cancel_futures=True)
