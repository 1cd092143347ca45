"""The stage of cited questions: what it chooses, resumed, cut up, on several workers, and with a model's pairs."""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from data_prep.corpus.config import CorpusConfig
from data_prep.formex.acts import to_json
from data_prep.formex.store import read_acts, write_acts
from data_prep.instruct.citation import extract_citations
from data_prep.instruct.eurlex_qa import KIND_NAMES
from data_prep.instruct.index import SPLIT_SEED
from data_prep.split import Shares, split_works, write_splits
from lexatron.errors import UserError
from tests.data_prep.instruct.conftest import Sample, run
from tests.data_prep.instruct.llm.scripted import Answer, Request, chat, models, serve
from tests.data_prep.instruct.reference_choice import reference_choice

SHORT = ("--style", "short", "--pairs", 1500, "--test-per-language", 10)
FILES = ("training", "validation", "test")
OUTPUT = (*(f"{name}.jsonl" for name in FILES), "stats.json", "plain/training-00000.jsonl")


def records(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {name: (folder / name).read_bytes() for name in OUTPUT}


@pytest.fixture(scope="session")
def short(sample_acts: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every kind but the one that two languages make, in short wordings."""
    out = tmp_path_factory.mktemp("qa_short") / "qa"
    run("data", "qa", sample_acts.acts, "-o", out, "--splits", sample_acts.splits, *SHORT)
    return out


@pytest.fixture(scope="session")
def long(sample_acts: Sample, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default: what has a long answer is asked at length."""
    out = tmp_path_factory.mktemp("qa_long") / "qa"
    run("data", "qa", sample_acts.acts, "-o", out, "--splits", sample_acts.splits, "--pairs", 3000)
    return out


def test_the_choice_is_that_of_the_plain_reference(sample_acts: Sample, short: Path) -> None:
    expected = reference_choice(read_acts(sample_acts.acts), sample_acts.works, KIND_NAMES, 1500, 10, 1234)
    for name in FILES:
        assert [record["id"] for record in records(short / f"{name}.jsonl")] == expected[name]


def test_shards_their_order_and_workers_do_not_matter(sample_acts: Sample, long: Path, tmp_path: Path) -> None:
    acts = list(read_acts(sample_acts.acts))
    random.Random(2).shuffle(acts)
    (tmp_path / "acts").mkdir()
    assert write_acts(tmp_path / "acts", acts, shard_bytes=sum(len(to_json(act)) for act in acts) // 4) > 3
    options = ("--splits", sample_acts.splits, "--pairs", 3000, "--workers", 2)
    run("data", "qa", tmp_path / "acts", "-o", tmp_path / "qa", *options)
    assert bytes_of(tmp_path / "qa") == bytes_of(long)


def test_a_killed_run_goes_on_to_the_same_bytes(sample_acts: Sample, long: Path, tmp_path: Path) -> None:
    options = ("--splits", sample_acts.splits, "--pairs", 3000)
    command = ["data", "qa", sample_acts.acts, "-o", tmp_path / "qa", *options]
    unfinished = tmp_path / ".tmp-qa"
    for phase in ("facts-00000", "choice-00000"):
        process = subprocess.Popen([sys.executable, "-m", "lexatron.cli", *map(str, command)])
        while process.poll() is None and not (unfinished / phase).exists():
            time.sleep(0.01)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert not (tmp_path / "qa").exists()
        assert (unfinished / phase).exists()
    run(*command)
    assert bytes_of(tmp_path / "qa") == bytes_of(long)
    assert [entry.name for entry in tmp_path.iterdir()] == ["qa"]


def test_plain_lines_say_the_same_as_chat_lines(long: Path) -> None:
    for name in FILES:
        plain = records(long / "plain" / f"{name}-00000.jsonl")
        for line, record in zip(plain, records(long / f"{name}.jsonl"), strict=True):
            user, assistant = record.pop("messages")
            assert line == {"instruction": user["content"], "response": assistant["content"], "metadata": record}


def test_without_a_split_the_sides_are_those_of_a_corpus(sample_acts: Sample, tmp_path: Path) -> None:
    assert CorpusConfig({}, filters=None).seed == SPLIT_SEED  # type: ignore[arg-type]
    works = split_works(sample_acts.works, Shares(), SPLIT_SEED)
    write_splits(tmp_path / "splits.json", works, Shares(), SPLIT_SEED)
    options = (*SHORT[:4], "--test-per-language", 5)
    run("data", "qa", sample_acts.acts, "-o", tmp_path / "given", "--splits", tmp_path / "splits.json", *options)
    run("data", "qa", sample_acts.acts, "-o", tmp_path / "default", *options)
    assert bytes_of(tmp_path / "given") == bytes_of(tmp_path / "default")


def test_languages_get_their_shares_and_what_one_lacks_is_said_and_given_to_the_others(
    sample_acts: Sample, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    acts = [act for act in read_acts(sample_acts.acts) if act.language in ("en", "fr")]
    few = [act for act in acts if act.language == "en"] + [act for act in acts if act.language == "fr"][:8]
    (tmp_path / "acts").mkdir()
    write_acts(tmp_path / "acts", few)
    options = ("--splits", sample_acts.splits, "--kinds", "definition", "--style", "short")
    out = tmp_path / "qa"
    run("data", "qa", tmp_path / "acts", "-o", out, *options, "--pairs", 500, "--test-per-language", 2,
        "--shares-by-language", "en=30,fr=70")  # fmt: skip
    stats = json.loads((out / "stats.json").read_text())
    got = Counter(record["language"] for name in FILES[:2] for record in records(out / f"{name}.jsonl"))
    assert sum(got.values()) == 500
    assert stats["languages"] == {
        "en": {"share": 150, "pairs": got["en"]},
        "fr": {"share": 350, "pairs": got["fr"]},
    }
    assert got["fr"] < 350
    assert f"fr lacks {350 - got['fr']} of its 350 pairs" in (out / "DATA_CARD.md").read_text()


def test_more_pairs_than_possible_are_as_many_as_possible(sample_acts: Sample, tmp_path: Path) -> None:
    out = tmp_path / "qa"
    run("data", "qa", sample_acts.acts, "-o", out, "--splits", sample_acts.splits, "--pairs", 10**6, "--kinds",
        "which_act", "--style", "short", "--test-per-language", 5)  # fmt: skip
    questions = json.loads((out / "stats.json").read_text())["questions"]
    assert questions["training"] + questions["validation"] == questions["possible"]


def test_no_question_of_another_side_and_none_twice(sample_acts: Sample, long: Path) -> None:
    asked: set[str] = set()
    for name in FILES:
        for record in records(long / f"{name}.jsonl"):
            question = " ".join(record["messages"][0]["content"].casefold().split())
            assert question not in asked
            asked.add(question)
            sides = {sample_acts.works[citation["celex"]] for citation in record["citations"]}
            assert name == "test" or sides == {"train"}
            assert extract_citations(record["messages"][1]["content"])


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--kinds", "definition,riddle"), "no such kind of question: riddle"),
        (("--shares-by-language", "en=1,nl=1"), "nothing can be asked in nl"),
        (("--shares-by-language", "en"), "'en' is not a language and its share"),
        (("--tokenizer", "nowhere"), "nowhere"),
    ],
)
def test_wrong_options_are_named(sample_acts: Sample, tmp_path: Path, options: tuple[str, str], said: str) -> None:
    with pytest.raises(UserError, match=said):
        run("data", "qa", sample_acts.acts, "-o", tmp_path / "qa", *options)
    assert list(tmp_path.iterdir()) == []


def test_acts_changed_under_an_old_output_are_asked_about_anew(sample_acts: Sample, tmp_path: Path) -> None:
    (tmp_path / "acts").mkdir()
    acts = list(read_acts(sample_acts.acts))
    write_acts(tmp_path / "acts", acts)
    command = ("data", "qa", tmp_path / "acts", "-o", tmp_path / "qa", "--splits", sample_acts.splits, *SHORT)
    run(*command)
    write_acts(tmp_path / "acts", acts[: len(acts) // 2])
    run(*command)
    assert json.loads((tmp_path / "qa" / "stats.json").read_text())["acts"]["read"] == len(acts) // 2


def write_about(_number: int, request: Request) -> Answer:
    """A model that quotes the passage, and fails to for every third one."""
    if request.body is None:
        return models("scripted")
    shown = re.search(r"\n\nPassage \((?P<citation>.+)\):\n(?P<text>.+)$", request.body["messages"][-1]["content"])
    assert shown is not None
    citation, text = shown["citation"], shown["text"]
    if sum(text.encode()) % 3 == 0:
        return chat("I cannot.")
    label = citation.partition(" (CELEX")[0].rpartition(", ")[2]
    question = f"Where does {label} say what begins with “{text[:60]}”?"
    return chat(json.dumps({"question": question, "answer": f"“{text[:300]}” ({citation})."}))


def test_a_model_writes_its_share_and_only_what_stands_up(sample_acts: Sample, tmp_path: Path) -> None:
    options = ("--splits", sample_acts.splits, "--pairs", 400, "--style", "short", "--shares-by-language", "en=1")
    with serve(write_about) as server:
        command = ("data", "qa", sample_acts.acts, *options, "--llm", server.url, "--share", 0.015)
        run(*command, "-o", tmp_path / "a" / "qa")
        asked = len(server.requests)
        (tmp_path / "b").mkdir()
        (tmp_path / "a" / ".llm-cache.jsonl").rename(tmp_path / "b" / ".llm-cache.jsonl")
        run(*command, "-o", tmp_path / "b" / "qa")
        chats = [request for request in server.requests[asked:] if request.body is not None]
    assert chats == [], "what the journal holds is not asked for again"
    assert bytes_of(tmp_path / "a" / "qa") == bytes_of(tmp_path / "b" / "qa")
    everything = [record for name in FILES for record in records(tmp_path / "a" / "qa" / f"{name}.jsonl")]
    stats = json.loads((tmp_path / "a" / "qa" / "stats.json").read_text())
    written = [record for record in everything if record["kind"] == "llm"]
    assert len(written) == 6 == stats["model"]["accepted"]
    assert stats["questions"]["training"] + stats["questions"]["validation"] == 400
    assert {sample_acts.works[record["citations"][0]["celex"]] for record in written} == {"train"}
    assert len(records(tmp_path / "a" / "qa" / "llm-rejects.jsonl")) == sum(stats["model"]["rejected"].values()) > 0


@pytest.mark.slow
def test_ray_gives_the_same_bytes(sample_acts: Sample, short: Path, tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'lexatron[ray]'")
    options = ("--splits", sample_acts.splits, *SHORT, "--engine", "ray", "--workers", 2)
    run("data", "qa", sample_acts.acts, "-o", tmp_path / "qa", *options)
    assert bytes_of(tmp_path / "qa") == bytes_of(short)
