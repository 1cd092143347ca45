"""What an encoded conversation is."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.int32]
Mask = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class Encoded:
    """A conversation's tokens.

    Attributes:
        input_ids: as the model reads them, shape [num_tokens].
        assistant: 1 for a token that the assistant says, else 0, shape [num_tokens].
    """

    input_ids: Ids
    assistant: Mask
