"""One way to replace an upstream attribute: it must exist, and the reason is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Patch:
    """One replaced attribute: `target` in dotted form, and why."""

    target: str
    why: str


_PATCHES: list[Patch] = []


def patches() -> list[Patch]:
    """Everything that this process has replaced, in order."""
    return list(_PATCHES)


def replace(owner: Any, name: str, value: Any, *, why: str) -> Any:
    """Set `owner.name` to `value` and return the original.

    Raises:
        AttributeError: upstream no longer has that attribute, so the patch must be thought about again.
    """
    original = getattr(owner, name)
    setattr(owner, name, value)
    _PATCHES.append(Patch(f"{getattr(owner, '__module__', None) or ''}.{_label(owner)}.{name}".lstrip("."), why))
    return original


def _label(owner: Any) -> str:
    return str(getattr(owner, "__qualname__", None) or getattr(owner, "__name__", type(owner).__name__))


def around(owner: Any, name: str, make: Callable[[Any], Any], *, why: str) -> None:
    """Replace `owner.name` by `make(original)`."""
    replace(owner, name, make(getattr(owner, name)), why=why)
