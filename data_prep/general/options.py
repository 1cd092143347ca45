"""`--general wiki/*.jsonl=10`: which files, under which name, at which share of the blend."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from glob import glob, has_magic
from pathlib import Path

from data_prep.general.kinds import READABLE, kind_of
from lexatron.errors import UserError

MAX_PERCENT = 90.0
"""The law is what the model is to learn: at least a tenth of the blend is left to it."""

_FORM = "write [NAME:]FILES=PERCENT, as in wiki/*.jsonl=10"
_NAME = re.compile(r"[a-z0-9_]{3,}")  # two letters are a language of the acts
_NAMED = re.compile(r"([^/\\:*?\[]+):(.+)")


@dataclass(frozen=True)
class General:
    """General text asked for.

    Attributes:
        name: of its datasets in the corpus, `[a-z0-9_]`, three signs or more.
        paths: its files, sorted.
        percent: of all tokens that training sees, in (0, 90].
    """

    name: str
    paths: tuple[str, ...]
    percent: float


def parse_general(value: str) -> General:
    """Read one `[NAME:]FILES=PERCENT`.

    FILES is a file, a folder or a pattern (`**` for folders below). Without a name it is that of the file, or of the
    folder for several.

    Raises:
        UserError: no share, a share out of range, a name that cannot be one, no such files, or files of other kinds.
    """
    source, separator, share = value.rpartition("=")
    if not separator:
        raise UserError(f"no share in {value!r}", where="--general", remedy=_FORM)
    named = _NAMED.fullmatch(source)
    name, pattern = named.groups() if named else (None, source)
    percent, paths = _percent(share, value), text_files(pattern)
    return General(_checked(name) if name else _derived(pattern, paths), tuple(map(str, paths)), percent)


def parse_all_general(values: Iterable[str]) -> list[General]:
    """Read every `--general` of a command.

    Raises:
        UserError: as `parse_general`, and for a name given twice or shares that leave too little to the acts.
    """
    found: dict[str, General] = {}
    for general in map(parse_general, values):
        if general.name in found:
            what = f"two sources are named {general.name}"
            raise UserError(what, where="--general", remedy="name them: NAME:FILES=PERCENT")
        found[general.name] = general
    total = sum(general.percent for general in found.values())
    if total > MAX_PERCENT:
        what = f"general text gets {total:g} % in all, and {MAX_PERCENT:g} % is the most"
        raise UserError(what, where="--general", remedy="lower the shares; 2 to 25 % is usual")
    return list(found.values())


def _percent(share: str, value: str) -> float:
    try:
        percent = float(share.strip().removesuffix("%"))
    except ValueError as error:
        raise UserError(f"{share!r} in {value!r} is not a number", where="--general", remedy=_FORM) from error
    if not 0 < percent <= MAX_PERCENT:  # not a number is not in there either
        what = f"a share of {share} % is not more than 0 and at most {MAX_PERCENT:g} %"
        raise UserError(what, where="--general", remedy="2 to 25 % is usual")
    return percent


def text_files(pattern: str) -> list[Path]:
    """The files of a pattern, sorted; those of a folder that are of a known kind.

    Raises:
        UserError: there are none, or one is of a kind that is not read as general text.
    """
    given = Path(pattern)
    if pattern and given.is_dir():
        paths = sorted(path for path in given.rglob("*") if _is_text(path, given))
    elif given.is_file():  # its name may hold the signs of a pattern
        paths = [given]
    else:
        paths = sorted(path for name in glob(pattern, recursive=True) if (path := Path(name)).is_file())
    if not paths:
        raise UserError("no such files", where=pattern or "--general", remedy=READABLE)
    for path in paths:
        if kind_of(path) is None:
            raise UserError("not a kind of file that is read as general text", where=path, remedy=READABLE)
    return paths


def _is_text(path: Path, folder: Path) -> bool:
    """Whether a file of a folder is to be read: of a known kind, and neither hidden nor in a hidden folder."""
    hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
    return path.is_file() and not hidden and kind_of(path) is not None


def _derived(pattern: str, paths: list[Path]) -> str:
    """The name that files give themselves."""
    if Path(pattern).is_file():
        base = paths[0].name.split(".")[0]
    else:
        parts = Path(pattern).parts
        fixed = next((number for number, part in enumerate(parts) if has_magic(part)), len(parts))
        base = Path(*parts[:fixed]).resolve().name
    name = re.sub(r"[^a-z0-9]+", "_", base.lower()).strip("_")
    if not _NAME.fullmatch(name):
        what = f"{base!r} gives general text no name of three letters or more"
        raise UserError(what, where=pattern, remedy="name it: NAME:FILES=PERCENT")
    return name


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        remedy = "use three or more of a-z, 0-9 and _; two letters are a language of the acts"
        raise UserError(f"{name!r} cannot be the name of general text", where="--general", remedy=remedy)
    return name
