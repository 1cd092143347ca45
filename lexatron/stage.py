"""What makes a stage resumable: a fingerprint of its inputs, configuration and code, and a marker that holds it.

A stage writes its outputs first and `stage.json` last. A later run with the same fingerprint finds the
marker and does nothing; with another one it says what changed and runs again.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from lexatron.atomic import write_text
from lexatron.errors import UserError

MARKER = "stage.json"


@dataclass(frozen=True)
class Fingerprint:
    """SHA-256 digests of the three things that decide a stage's output."""

    inputs: str
    config: str
    code: str

    def changes(self, other: Fingerprint) -> list[str]:
        """Names of the parts in which two fingerprints differ."""
        mine, theirs = asdict(self), asdict(other)
        return [name for name in mine if mine[name] != theirs[name]]


@dataclass(frozen=True)
class Marker:
    """The content of `stage.json`: what ran, over what, and counts that add up."""

    stage: str
    fingerprint: Fingerprint
    counts: dict[str, Any] = field(default_factory=dict)
    seconds: float = 0.0


def digest(value: Any) -> str:
    """SHA-256 of a JSON-serialisable value, independent of the order of its keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()


def file_digest(path: str | Path) -> str:
    """SHA-256 of a file's bytes."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def inputs_digest(files: Iterable[str | Path]) -> str:
    """SHA-256 over the names and contents of files, in sorted order."""
    return digest(sorted((Path(f).name, file_digest(f)) for f in files))


@cache
def code_digest(*packages: str) -> str:
    """SHA-256 over every `.py` file of the named packages: a changed line invalidates what it made."""
    total = hashlib.sha256()
    for package in packages:
        spec = importlib.util.find_spec(package)
        if spec is None or spec.origin is None:
            raise UserError(f"no Python package named {package}", remedy="reinstall lexatron")
        origin = Path(spec.origin)
        sources = sorted(origin.parent.rglob("*.py")) if origin.name == "__init__.py" else [origin]
        for source in sources:
            total.update(source.name.encode() + b"\0" + source.read_bytes())
    return total.hexdigest()


def fingerprint(files: Iterable[str | Path], config: Mapping[str, Any], *packages: str) -> Fingerprint:
    """Fingerprint of a stage: the files it reads, its options, and the packages whose code it runs."""
    return Fingerprint(inputs_digest(files), digest(dict(config)), code_digest(*packages))


def read_marker(folder: str | Path) -> Marker | None:
    """The marker of a finished stage, or None where there is none.

    Raises:
        UserError: the marker is there but cannot be read.
    """
    path = Path(folder) / MARKER
    if not path.exists():
        return None
    try:
        raw = json.loads(path.read_text("utf-8"))
        return Marker(raw["stage"], Fingerprint(**raw["fingerprint"]), raw["counts"], raw["seconds"])
    except (ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"the stage marker is damaged ({error})", where=path, remedy="delete the folder and run again"
        ) from error


def write_marker(folder: str | Path, marker: Marker) -> None:
    """Write `stage.json`; the last act of a stage."""
    write_text(Path(folder) / MARKER, json.dumps(asdict(marker), indent=2, sort_keys=True) + "\n")
