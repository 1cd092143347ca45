"""Which files of a set are those of one configuration, as the head of its README or its folders tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import yaml

from data_prep.curation.sources.files.kinds import kind_of
from data_prep.curation.sources.folder import Found
from data_prep.curation.sources.options import Source
from data_prep.curation.sources.splits import split_of
from lexatron.errors import UserError

README = "README.md"
_MAX_README = 1 << 20
_FENCE = "---"
_DEFAULT = "default"
_CONVERT = "give a revision that has Parquet files, such as refs/convert/parquet, or path with its files"


@dataclass(frozen=True)
class Chosen:
    """A file, and the split that it holds."""

    found: Found
    split: str | None


def chosen_files(source: Source, folder: Path, found: Sequence[Found]) -> list[Chosen]:
    """The files of the configuration that a source asks for.

    Args:
        folder: of the set, with its README.
        found: all files with rows.

    Raises:
        UserError: there are several configurations and none is asked for, or not this one; or it has no files.
    """
    configs = _configs(folder / README)
    chosen = _listed(source, configs, found) if configs else _by_folder(source, found)
    if not chosen:
        raise UserError("the set has no files that are read", where=source.hub, remedy=_CONVERT)
    return chosen


def _listed(source: Source, configs: dict[str, Any], found: Sequence[Found]) -> list[Chosen]:
    name = source.config or (next(iter(configs)) if len(configs) == 1 else _DEFAULT)
    if name not in configs:
        what = f"the set has no configuration {name}" if source.config else "the set has several configurations"
        remedy = f"set config to one of {', '.join(list(configs)[:20])}"
        raise UserError(what, where=source.hub, remedy=remedy)
    chosen: dict[str, Chosen] = {}
    for split, pattern in _patterns(configs[name]):
        for file in found:
            if _matches(file.name, pattern):
                chosen.setdefault(file.name, Chosen(file, split or split_of(file.name)))
    return list(chosen.values())


def _by_folder(source: Source, found: Sequence[Found]) -> list[Chosen]:
    """A set without a list of configurations has at most a folder for each.

    Only files of the commonest kind count: the others hold the same rows, or none.
    """
    inside = [file for file in found if not source.config or source.config in Path(file.name).parts[:-1]]
    kinds = Counter(kind_of(file.path) for file in inside)
    commonest = max(kinds, key=lambda kind: kinds[kind], default=None)
    return [Chosen(file, split_of(file.name)) for file in inside if kind_of(file.path) == commonest]


def _configs(readme: Path) -> dict[str, Any]:
    """Name of each configuration -> its `data_files`, of the YAML at the head of a README; empty where it has none."""
    try:
        with readme.open(encoding="utf-8") as file:
            head = file.read(_MAX_README).split(f"{_FENCE}\n")
        raw = yaml.safe_load(head[1]) if len(head) > 2 and not head[0].strip() else None
    except (OSError, UnicodeDecodeError, yaml.YAMLError, RecursionError):
        return {}
    listed = raw.get("configs") if isinstance(raw, dict) else None
    configs: dict[str, Any] = {}
    for config in listed if isinstance(listed, list) else []:
        if isinstance(config, dict) and (files := config.get("data_files") or _below(config.get("data_dir"))):
            configs[str(config.get("config_name", _DEFAULT))] = files
            if config.get("default") is True:
                configs[_DEFAULT] = files
    return configs


def _below(folder: Any) -> str | None:
    return f"{folder.strip('/')}/*" if isinstance(folder, str) else None


def _patterns(data_files: Any) -> Iterator[tuple[str | None, str]]:
    """Split and pattern of each entry of `data_files`: a text, or a list of texts or of objects."""
    for entry in data_files if isinstance(data_files, list) else [data_files]:
        split, paths = (entry.get("split"), entry.get("path")) if isinstance(entry, dict) else (None, entry)
        for path in paths if isinstance(paths, list) else [paths]:
            if isinstance(path, str):
                yield (str(split) if split else None), path


def _matches(name: str, pattern: str) -> bool:
    return fnmatchcase(name, pattern) or (pattern.startswith("**/") and fnmatchcase(name, pattern[3:]))
