"""The command: same seed, same bytes; what cannot be made is refused; the steps find what was planted, and no more."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

from data_prep.curation.record import Record
from data_prep.curation.sources import plan_parts, read_part
from data_prep.curation.sources.options import Source
from data_prep.curation.steps import Steps
from tests.data_prep.sample_instructions.conftest import RECORDS, SEED, SampleSet, run


def digests(folder: Path) -> dict[str, str]:
    """Digest of every file but the marker, which holds a duration."""
    files = (path for path in folder.rglob("*") if path.is_file() and path.name != "stage.json")
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_workers_make_no_difference(sample: SampleSet, tmp_path: Path) -> None:
    assert run("-o", tmp_path / "set", "--records", RECORDS, "--seed", SEED, "--workers", 2) == 0
    assert digests(tmp_path / "set") == digests(sample.folder)


def test_another_seed_makes_another_set(sample: SampleSet, tmp_path: Path) -> None:
    assert run("-o", tmp_path / "set", "--records", 200, "--seed", SEED + 1, "--json", tmp_path / "out.json") == 0
    other = digests(tmp_path / "set")
    assert other["own.jsonl"] != digests(sample.folder)["own.jsonl"]
    told = json.loads((tmp_path / "out.json").read_text())
    assert told["records"] == 200
    assert told["planted"]["pii"] == 4


def test_shares_and_languages_are_as_asked(tmp_path: Path) -> None:
    options = ["--languages", "de=1", "--plant", "refusal=0.2", "--plant", "pii=0", "--records", "150"]
    assert run("-o", tmp_path / "set", *options) == 0
    truth = json.loads((tmp_path / "set" / "truth.json").read_bytes())
    assert truth["counts"]["refusal"] == 30
    assert "pii" not in truth["counts"]
    rows = [row for row in (tmp_path / "set" / "own.jsonl").read_text("utf-8").splitlines() if row.startswith('{"id"')]
    languages = [json.loads(row)["metadata"]["language"] for row in rows if row.endswith("}}")]
    assert languages.count("de") >= len(languages) - 2 > 0


@pytest.mark.parametrize(
    "options",
    [
        ["--plant", "typo=0.1"],
        ["--plant", "refusal"],
        ["--plant", "refusal=-0.1"],
        ["--plant", "refusal=0.9"],
        ["--plant", "wrong_language=0.4"],
        ["--languages", "xx=1"],
        ["--languages", "en=0"],
        ["--records", "5"],
        ["--characters", "10"],
    ],
)
def test_what_cannot_be_made_is_refused(options: list[str], tmp_path: Path) -> None:
    assert run("-o", tmp_path / "set", *options) == 2
    assert not list(tmp_path.iterdir())


def outcomes(sample: SampleSet) -> dict[tuple[str, int], str]:
    """What readers and steps do with every row: keep, change, reject, or the name of the step that drops it."""
    config = yaml.safe_load((sample.folder / "instruct.yaml").read_text("utf-8"))
    steps = Steps.model_validate(config["steps"]).active()
    found = {}
    for options in config["sources"]:
        source = Source.model_validate(options)
        folder = f"{source.name}/" if source.name == "parquet" else ""
        for part in plan_parts(source, sample.folder, 1 << 24):
            for record in read_part(part):
                if isinstance(record, Record):
                    name, _, number = record.place.rpartition(":")
                    found[folder + Path(name).name, int(number)] = outcome(record, steps)
                else:
                    found[folder + Path(record.file).name, int(record.place.split()[-1])] = "reject"
    return found


def outcome(record: Record, steps: Any) -> str:
    for name, step in steps:
        if step.check(record):
            return str(name)
    return "change" if record.changed else "keep"


def test_the_steps_find_what_was_planted_and_nothing_else(sample: SampleSet) -> None:
    planted = {(entry["file"], entry["row"]): entry for entry in sample.truth["planted"]}
    wrong = defaultdict(list)
    for place, found in outcomes(sample).items():
        entry = planted.pop(place, {"kind": "clean", "expect": "keep"})
        expected = entry["step"] if entry["expect"] == "drop" else entry["expect"]
        if expected in ("duplicates", "contamination"):
            expected = "keep"  # by the steps: they look at one record at a time
        if found != expected:
            wrong[entry["kind"]].append((place, found))
    assert not wrong
    assert not planted
