"""`lexatron data instruct` over invented sets in every shape: every planted fault is found, and nothing else is."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from click.testing import CliRunner

from data_prep.corpus.verify import verify_corpus
from data_prep.curation.cli import instruct
from data_prep.limits import read_limits
from data_prep.manifest import Manifest
from data_prep.sample.instructions.cli import sample_instructions
from data_prep.tokenizer_cli import tokenizer
from lexatron.errors import UserError
from tests.data_prep.instruct.llm.scripted import Answer, Request, chat, serve

RECORDS = 600
SIDES = ("training", "validation", "test")


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invented sets with `instruct.yaml` and `truth.json`."""
    folder = tmp_path_factory.mktemp("raw") / "sets"
    _run(sample_instructions, "-o", folder, "--records", RECORDS, "--seed", 3)
    return folder


@pytest.fixture(scope="module")
def made(raw: Path) -> Path:
    """The set that the sample's own configuration makes."""
    out = raw.parent / "made"
    _run(instruct, raw / "instruct.yaml", "-o", out)
    return out


def _run(command: Any, *arguments: object) -> str:
    result = CliRunner().invoke(command, [str(argument) for argument in arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _place(line: dict[str, Any]) -> tuple[str, str]:
    """File and row, as both the truth and the output tell them."""
    name, _, row = line["place"].rpartition(":")
    return Path(name).name, row.rpartition(" ")[2]


def _planted(raw: Path) -> Iterator[tuple[dict[str, Any], tuple[str, str]]]:
    for planted in json.loads((raw / "truth.json").read_text())["planted"]:
        yield planted, (Path(planted["file"]).name, str(planted["row"]))


def _kept(made: Path) -> dict[tuple[str, str], dict[str, Any]]:
    return {_place(line["metadata"]): line for side in SIDES for line in _lines(made / f"{side}.jsonl")}


def test_every_planted_fault_is_found_by_the_step_that_it_is_for(raw: Path, made: Path) -> None:
    kept = _kept(made)
    excluded = {_place(line): line["step"] for line in _lines(made / "excluded.jsonl")}
    rejected = {(Path(line["file"]).name, line["place"].rpartition(" ")[2]) for line in _lines(made / "rejects.jsonl")}
    duplicates = {"exact duplicate", "near-duplicate"}
    wrong = []
    for planted, place in _planted(raw):
        steps = {"duplicates": duplicates, "contamination": duplicates}.get(planted["step"], {planted["step"]})
        other = planted.get("other", {"file": "", "row": 0})
        either = (Path(other["file"]).name, str(other["row"]))  # of two alike the better one stays
        right = {
            "drop": excluded.get(place) in steps or (steps is duplicates and excluded.get(either) in steps),
            "reject": place in rejected,
            "change": place in kept,
            "keep": place in kept,
        }[planted["expect"]]
        if not right:
            wrong.append((planted["kind"], planted["step"], excluded.get(place), place))
    assert not wrong


def test_what_has_no_fault_is_kept_and_counts_add_up(raw: Path, made: Path) -> None:
    stats = json.loads((made / "stats.json").read_text())
    truth = json.loads((raw / "truth.json").read_text())
    gone = Counter(planted["expect"] for planted, _ in _planted(raw))
    assert stats["rejected"] == gone["reject"]
    assert stats["dropped"] == gone["drop"]
    assert stats["kept"] == sum(truth["records"].values()) - gone["drop"] - _rejected_records(raw)
    assert stats["rows"] == stats["rejected"] + stats["records"]
    assert stats["records"] == stats["kept"] + stats["dropped"]
    left = stats["records"]
    for step in stats["steps"]:
        assert step["records"] == left
        left -= step["dropped"]
    assert left == stats["kept"] == sum(stats["sides"].values())


def _rejected_records(raw: Path) -> int:
    """Rejects that the sample counts among its records."""
    return sum(planted["expect"] == "reject" and planted["kind"] != "unreadable" for planted, _ in _planted(raw))


def test_masks_and_repairs_are_in_the_text(raw: Path, made: Path) -> None:
    kept = _kept(made)
    said = {place: json.dumps(line["messages"], ensure_ascii=False) for place, line in kept.items()}
    changed = [(planted, said[place]) for planted, place in _planted(raw) if planted["expect"] == "change"]
    for planted, text in changed:
        if planted["kind"] == "pii":
            assert any(mask in text for mask in ("[EMAIL]", "[PHONE]", "[IBAN]", "[CARD]"))
        if planted["kind"] == "control_token":
            assert planted["token"] not in text
    assert Counter(planted["kind"] for planted, _ in changed)["pii"] > 0


def test_a_test_set_stays_whole_and_its_copies_leave_the_training_text(raw: Path, made: Path) -> None:
    held_out = [line for line in _lines(made / "test.jsonl") if line["metadata"]["source"] == "test_set"]
    truth = json.loads((raw / "truth.json").read_text())
    assert len(held_out) == truth["records"]["test_set"]
    prompts = {line["messages"][0]["content"] for line in held_out}
    assert not prompts & {line["messages"][0]["content"] for line in _lines(made / "training.jsonl")}


def test_the_other_forms_say_the_same(made: Path) -> None:
    manifest = json.loads((made / "manifest.json").read_text())
    for file in manifest["files"]:
        path = made / file["path"]
        assert hashlib.sha256(path.read_bytes()).hexdigest() == file["sha256"]
        assert len(_lines(path)) == file["records"]
    chat = _lines(made / "training.jsonl")
    plain = [line for path in sorted(made.glob("plain/training-*.jsonl")) for line in _lines(path)]
    assert [(line["messages"][-2]["content"], line["messages"][-1]["content"]) for line in chat] == [
        (line["instruction"], line["response"]) for line in plain
    ]
    single = [line for line in chat if len(line["messages"]) == 2]
    assert [line["id"] for line in single] == [line["id"] for line in _lines(made / "finetuning" / "training.jsonl")]
    for pair in _lines(made / "preference" / "training.jsonl"):
        assert pair["chosen"] != pair["rejected"]
        assert pair["prompt"][-1]["role"] == "user"
    card = (made / "DATA_CARD.md").read_text()
    assert "near-duplicates" in card
    assert (made / "plots.png").read_bytes().startswith(b"\x89PNG")


def _digests(folder: Path) -> dict[str, str]:
    """Of every file but the marker, which holds seconds."""
    files = (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != "stage.json")
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def test_workers_and_kills_change_no_byte(raw: Path, made: Path, tmp_path: Path) -> None:
    out = tmp_path / "again"
    command = [sys.executable, "-m", "lexatron.cli", "data", "instruct", str(raw / "instruct.yaml"), "-o", str(out)]
    running = subprocess.Popen([*command, "--workers", "2"], stderr=subprocess.DEVNULL, start_new_session=True)
    deadline = time.monotonic() + 120
    while not list(tmp_path.glob(".tmp-again/read-*")) and running.poll() is None and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    finished = subprocess.run([*command, "--workers", "2"], capture_output=True, text=True, check=True)
    assert "goes on where an unfinished run stopped" in finished.stderr
    assert _digests(out) == _digests(made)
    again = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "nothing changed" in again.stderr


def test_with_a_tokenizer_there_are_lengths_limits_and_a_corpus(raw: Path, made: Path, tmp_path: Path) -> None:
    _run(tokenizer, made, "-o", tmp_path / "tokenizer", "--vocab-size", 2000)
    config = yaml.safe_load((raw / "instruct.yaml").read_text())
    config |= {"tokenizer": str(tmp_path / "tokenizer"), "output": {"megatron": True, "shards": False}}
    config["steps"]["length"] = {"min_tokens": 30, "max_tokens": 3000}
    config["tasks"] = {"law": {"max_input_tokens": 99, "max_output_tokens": 77}}
    config["balance"] = {"language": {"en": 0.5}, "others": "keep", "at_least": 0.5}
    config["sources"] = [{**s, "path": str(raw / s["path"])} for s in config["sources"]]
    path = tmp_path / "instruct.yaml"
    path.write_text(yaml.safe_dump(config))
    _run(instruct, path, "-o", tmp_path / "out", "--json", tmp_path / "stats.json")
    stats = json.loads((tmp_path / "stats.json").read_text())
    lengths = [line["metadata"]["tokens"] for side in SIDES for line in _lines(tmp_path / "out" / f"{side}.jsonl")]
    assert min(lengths) >= 30
    assert max(lengths) <= 3000
    assert sum(lengths) == sum(stats["tokens"].values())
    assert stats["lengths"]["tokens"]["p95"] == pytest.approx(np.percentile(lengths, 95), abs=0.1)
    limits = read_limits(tmp_path / "out")
    assert (limits["law"].max_input_tokens, limits["law"].max_output_tokens) == (99, 77)
    assert limits["default"].max_output_tokens % 64 == 0
    manifest = Manifest.load(tmp_path / "out" / "cpt")
    verify_corpus(manifest, lambda: None)
    assert manifest.tokens("train") > stats["tokens"]["training"]  # each document has an end
    assert not (tmp_path / "out" / "plain").exists()


def test_a_model_scores_and_what_it_finds_bad_goes(raw: Path, tmp_path: Path) -> None:
    config = yaml.safe_load((raw / "instruct.yaml").read_text())
    config["sources"] = [{**s, "path": str(raw / s["path"])} for s in config["sources"] if s["name"] == "alpaca"]
    config["split"] = {"train": 100, "validation": 0, "test": 0}
    path = tmp_path / "instruct.yaml"

    def script(_: int, request: Request) -> Answer:
        accuracy = 3 if len(request.body["messages"][-1]["content"]) % 2 else 0
        scores = {"accuracy": accuracy, "completeness": 2, "coherence": 2, "helpfulness": 2, "reason": "so"}
        return chat(json.dumps(scores))

    with serve(script) as server:
        config["scoring"] = {"endpoint": {"url": server.url, "model": "m"}}
        config["scoring"]["price_per_million"] = {"prompt": 1.0, "completion": 2.0}
        path.write_text(yaml.safe_dump(config))
        _run(instruct, path, "-o", tmp_path / "out", "--json", tmp_path / "stats.json")
        asked = len(server.requests)
        _run(instruct, path, "-o", tmp_path / "other")  # all of it from the journal
        assert len(server.requests) == asked
    stats = json.loads((tmp_path / "stats.json").read_text())
    quality = Counter(line["metadata"]["quality"] for line in _lines(tmp_path / "out" / "training.jsonl"))
    dropped = [line for line in _lines(tmp_path / "out" / "excluded.jsonl") if line["step"] == "quality"]
    assert set(quality) == {9.0}
    assert quality[9.0] + len(dropped) == asked == stats["scoring"]["scored"]
    assert len(dropped) > 10
    assert stats["scoring"]["model"] == "m"


WRONG = {
    "no file": (None, "no such configuration"),
    "unknown key": ({"sources": [{"name": "a", "path": "a", "shap": "alpaca"}]}, "did you mean shape"),
    "no sources": ({"sources": []}, "sources"),
    "one name twice": (
        {"sources": [{"name": "a", "path": "a"}, {"name": "a", "path": "b"}]},
        "two sources are named a",
    ),
    "tokens without a tokenizer": ({"sources": [{"name": "a", "path": "a"}]}, "name one"),
    "no such files": (
        {"sources": [{"name": "a", "path": "nowhere/*.jsonl"}], "steps": {"length": False}},
        "nowhere",
    ),
    "corpus without a tokenizer": (
        {"sources": [{"name": "a", "path": "a"}], "steps": {"length": False}, "output": {"megatron": True}},
        "output.megatron needs a tokenizer",
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_one_sentence_and_nothing_is_written(name: str, tmp_path: Path) -> None:
    content, what = WRONG[name]
    path = tmp_path / "instruct.yaml"
    if content is not None:
        path.write_text(yaml.safe_dump(content))
    with pytest.raises(UserError, match=what):
        CliRunner().invoke(instruct, [str(path), "-o", str(tmp_path / "out")], catch_exceptions=False)
    assert [entry.name for entry in tmp_path.iterdir() if entry.name != "instruct.yaml"] == []
