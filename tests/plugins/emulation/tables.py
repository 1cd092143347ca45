"""The value tables of the small formats, enumerated code by code as their specifications define them.

E4M3 and E5M2: OCP OFP8 1.0, section 5; E2M1: OCP Microscaling Formats 1.0, section 5.3.3. Plain Python, so that nothing
that is under test is used.
"""

from __future__ import annotations

import math
from bisect import bisect_left

from plugins.emulation.formats import E2M1, E4M3, E5M2, Format


def e4m3(code: int) -> float:
    """Bias 7; only S.1111.111 is NaN, there is no infinity."""
    exponent, mantissa = code >> 3 & 15, code & 7
    if exponent == 15 and mantissa == 7:
        return math.nan
    magnitude = (8 + mantissa) / 8 * 2.0 ** (exponent - 7) if exponent else mantissa / 8 * 2.0**-6
    return -magnitude if code & 128 else magnitude


def e5m2(code: int) -> float:
    """Bias 15; the last exponent holds infinity and NaN, as in IEEE formats."""
    exponent, mantissa = code >> 2 & 31, code & 3
    if exponent == 31:
        magnitude = math.nan if mantissa else math.inf
    else:
        magnitude = (4 + mantissa) / 4 * 2.0 ** (exponent - 15) if exponent else mantissa / 4 * 2.0**-14
    return -magnitude if code & 128 else magnitude


def e2m1(code: int) -> float:
    """Bias 1; every code is a number."""
    exponent, mantissa = code >> 1 & 3, code & 1
    magnitude = (2 + mantissa) / 2 * 2.0 ** (exponent - 1) if exponent else mantissa / 2
    return -magnitude if code & 8 else magnitude


TABLES: dict[str, tuple[Format, list[float]]] = {
    "e4m3": (E4M3, [e4m3(code) for code in range(256)]),
    "e5m2": (E5M2, [e5m2(code) for code in range(256)]),
    "e2m1": (E2M1, [e2m1(code) for code in range(16)]),
}


def magnitudes(name: str) -> list[float]:
    """The finite values of the codes with sign 0, in the order of the codes, which is their own."""
    values = TABLES[name][1]
    return [value for value in values[: len(values) // 2] if math.isfinite(value)]


def neighbours(x: float, name: str) -> tuple[float, float]:
    """The magnitudes of a format around |x|, saturating; twice the same where |x| is one of them."""
    values = magnitudes(name)
    size = min(abs(x), values[-1])
    index = bisect_left(values, size)
    return (values[index], values[index]) if values[index] == size else (values[index - 1], values[index])


def nearest(x: float, name: str) -> float:
    """Round to nearest by the table; a tie goes to the even code."""
    low, high = neighbours(x, name)
    size = min(abs(x), high)
    below, above = size - low, high - size  # exact: float64 holds both
    takes_low = below < above or (below == above and magnitudes(name).index(low) % 2 == 0)
    return math.copysign(low if takes_low else high, x)
