"""The small floating-point formats and the two ways to round to them.

Sources: E4M3 and E5M2, OCP 8-bit Floating Point Specification (OFP8) 1.0; E2M1, OCP Microscaling Formats (MX)
Specification 1.0. E4M3 has no infinity and E2M1 neither infinity nor NaN: what is too large becomes the largest value,
as in Transformer Engine's casts.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

FLOAT32_EXPONENT = 0x7F800000  # the exponent's bits: a normal number with the others cleared is a power of two


@dataclass(frozen=True)
class Format:
    """A sign, an exponent and a mantissa.

    Attributes:
        mantissa_bits: explicit ones.
        min_exponent: of the smallest normal number; below it the spacing stays the same (subnormals).
        maximum: the largest finite value.
        dtype: torch's own type of this format, whose cast rounds to nearest; None where torch casts none.
    """

    mantissa_bits: int
    min_exponent: int
    maximum: float
    dtype: torch.dtype | None = None


E4M3 = Format(mantissa_bits=3, min_exponent=-6, maximum=448.0, dtype=torch.float8_e4m3fn)
E5M2 = Format(mantissa_bits=2, min_exponent=-14, maximum=57344.0, dtype=torch.float8_e5m2)
E2M1 = Format(mantissa_bits=1, min_exponent=0, maximum=6.0)


def round_nearest(x: torch.Tensor, to: Format) -> torch.Tensor:
    """The nearest values of a format, ties to the even mantissa; any shape in, FP32 of that shape out.

    Too large values and infinities become the largest value of their sign; NaN stays NaN.
    """
    clamped = x.float().clamp(-to.maximum, to.maximum)
    if to.dtype is not None:
        return clamped.to(to.dtype).float()
    spacing = _spacing(clamped, to)
    return clamped.div_(spacing).round_().mul_(spacing)  # halves go to even quotients, which have even mantissas


def round_stochastic(x: torch.Tensor, to: Format, generator: torch.Generator) -> torch.Tensor:
    """One of the two neighbours of each value, the nearer with more probability, so that the mean is the value.

    Values of the format stay; too large ones become the largest. Any shape in, FP32 of that shape out. The mean is
    right to a millionth of the spacing.
    """
    clamped = x.float().clamp(-to.maximum, to.maximum)
    spacing = _spacing(clamped, to)
    uniform = torch.rand(clamped.shape, generator=generator).mul_(1 - 2**-20)  # else 3 + 0.9999999 would round to 4
    return clamped.div_(spacing).add_(uniform).floor_().mul_(spacing)


def _spacing(x: torch.Tensor, to: Format) -> torch.Tensor:
    """The distance of a format's values around each value of `x` (FP32): a power of two."""
    power = x.view(torch.int32).bitwise_and(FLOAT32_EXPONENT).view(torch.float32)
    return power.clamp_min_(2.0**to.min_exponent).mul_(2.0**-to.mantissa_bits)
