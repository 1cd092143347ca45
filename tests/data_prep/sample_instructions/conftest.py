"""One invented set of two batches, and what stands in its files, read without any code of the project."""

from __future__ import annotations

import csv
import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import zstandard

from lexatron.cli import main

RECORDS, SEED = 1300, 3


def run(*arguments: object) -> int:
    """Exit code of `lexatron data sample-instructions ...`."""
    with pytest.raises(SystemExit) as stop:
        main(["data", "sample-instructions", *map(str, arguments)])
    return int(stop.value.code or 0)


def file_rows(path: Path) -> list[Any]:
    """The rows of a file: text of lines, objects of lists, CSV and Parquet."""
    match path.suffix:
        case ".parquet":
            return list(pq.read_table(path).to_pylist())
        case ".json":
            return list(json.loads(path.read_bytes()))
        case ".csv":
            csv.field_size_limit(1 << 30)
            with open(path, newline="", encoding="utf-8") as file:
                return list(csv.DictReader(file))
        case ".gz":
            data = gzip.decompress(path.read_bytes())
        case ".zst":
            data = zstandard.ZstdDecompressor().stream_reader(path.read_bytes()).read()
        case _:
            data = path.read_bytes()
    lines = data.decode().split("\n")
    assert lines.pop() == ""
    return lines


@dataclass(frozen=True)
class SampleSet:
    """A written set: its folder, truth.json, and the rows of each file."""

    folder: Path
    truth: dict[str, Any]
    rows: dict[str, list[Any]]

    def row(self, place: dict[str, Any]) -> Any:
        """The row at a place, as an object."""
        row = self.rows[place["file"]][place["row"] - 1]
        return json.loads(row) if isinstance(row, str) else row

    def messages(self, place: dict[str, Any]) -> list[tuple[str, str]]:
        """Role and text of the turns at a place, the system's left out."""
        row = self.row(place)
        if place["source"].startswith("oasst"):
            return self._path(place, row)
        if "conversations" in row:
            return [(turn["from"], turn["value"]) for turn in row["conversations"] if turn["from"] != "system"]
        if "messages" in row:
            return [(turn["role"], turn["content"]) for turn in row["messages"] if turn["role"] != "system"]
        if place["source"] == "hh":
            turns = row["chosen"].replace("\n\nAssistant: ", "\n\nHuman: ").split("\n\nHuman: ")
            return [("user", turn) for turn in turns[1:]]
        asked = next(row[key] for key in ("instruction", "prompt", "query") if key in row)
        about = row.get("input") or row.get("context") or ""
        answer = next(row[key] for key in ("output", "response", "chosen") if key in row)
        return [("user", f"{asked}\n\n{about}".strip()), ("assistant", answer)]

    def _path(self, place: dict[str, Any], row: Any) -> list[tuple[str, str]]:
        """The best-ranked way through a tree of OpenAssistant."""
        if "prompt" not in row:
            tree = [json.loads(line) for line in self.rows[place["file"]] if f'"{row["message_tree_id"]}"' in line]
            return [(message["role"], message["text"]) for message in tree if message["rank"] != 1]
        found, message = [], row["prompt"]
        while message:
            found.append((message["role"], message["text"]))
            message = next((reply for reply in message["replies"] if reply["rank"] != 1), None)
        return found

    def text(self, place: dict[str, Any]) -> str:
        """What is said at a place, one turn below the other."""
        return "\n".join(text for _, text in self.messages(place))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> SampleSet:
    folder = tmp_path_factory.mktemp("instructions") / "set"
    assert run("-o", folder, "--records", RECORDS, "--seed", SEED) == 0
    truth = json.loads((folder / "truth.json").read_bytes())
    return SampleSet(folder, truth, {path: file_rows(folder / path) for path in truth["rows"]})
