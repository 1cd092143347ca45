"""The files of the output, put together from those of the tasks, in the order of the sources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

from data_prep.curation.read import EXCLUDED, REJECTS
from data_prep.curation.write import FILES

PLACES = {"chat": ".", "finetuning": "finetuning", "preference": "preference"}
"""Form -> the folder of its files, one a side."""
PLAIN_FOLDER = "plain"

_PIECE = 1 << 20


@dataclass(frozen=True)
class File:
    """A file of the output: its lines and the SHA-256 of its bytes."""

    path: str
    form: str
    side: str
    records: int
    sha256: str

    def to_json(self) -> dict[str, str | int]:
        return asdict(self)


def assemble(folders: Sequence[Path], lines: Sequence[dict[str, int]], out: Path) -> list[File]:
    """Write every file of every form and side that has lines; and `training.jsonl` and its sisters in any case."""
    files = []
    for form, place in PLACES.items():
        for side in FILES.values():
            name = f"{form}-{side}"
            parts = [folder / f"{name}.jsonl" for folder, each in zip(folders, lines, strict=True) if each.get(name)]
            if parts or form == "chat":
                path = out / place / f"{side}.jsonl"
                path.parent.mkdir(exist_ok=True)
                total = sum(each.get(name, 0) for each in lines)
                files.append(File(str(path.relative_to(out)), form, side, total, _join(parts, path)))
    return files + _shards(folders, lines, out)


def _shards(folders: Sequence[Path], lines: Sequence[dict[str, int]], out: Path) -> list[File]:
    """`plain/SIDE-00000.jsonl`, one for each task that has lines of the side."""
    files = []
    for side in FILES.values():
        name = f"plain-{side}"
        there = [(f, each[name]) for f, each in zip(folders, lines, strict=True) if each.get(name)]
        for number, (folder, records) in enumerate(there):
            path = out / PLAIN_FOLDER / f"{side}-{number:05}.jsonl"
            path.parent.mkdir(exist_ok=True)
            digest = _join([folder / f"{name}.jsonl"], path)
            files.append(File(str(path.relative_to(out)), "plain", side, records, digest))
    return files


def join_lists(read: Sequence[Path], written: Sequence[Path], out: Path) -> None:
    """`excluded.jsonl` and `rejects.jsonl`."""
    _join([folder / EXCLUDED for folder in written], out / EXCLUDED)
    _join([folder / REJECTS for folder in read], out / REJECTS)


def _join(parts: Sequence[Path], path: Path) -> str:
    """Put files one behind the other; the SHA-256 of them all."""
    total = sha256()
    with open(path, "wb") as out:
        for part in parts:
            with open(part, "rb") as file:
                while piece := file.read(_PIECE):
                    total.update(piece)
                    out.write(piece)
    return total.hexdigest()
