"""Types of options that several steps have."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Share = Annotated[float, Field(ge=0, le=1)]
"""A share, from 0 to 1."""
