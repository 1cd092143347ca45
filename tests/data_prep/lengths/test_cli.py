"""`lexatron data lengths` as a user runs it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from data_prep.lengths.cli import lengths
from data_prep.limits import read_limits
from lexatron.errors import UserError
from tests.data_prep.lengths.conversations import read_rows, row, write_dataset


def run(*arguments: object) -> Result:
    return CliRunner().invoke(lengths, list(map(str, arguments)))


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two hundred short conversations, one long one with turns, one that is long in one piece."""
    short = [row(n, "may any person?", "any " * (1 + n % 5), source="ab"[n % 2], domain="$x_1$") for n in range(200)]
    long = row("long", *(["any person"] * 40), source="a")
    lost = row("lost", "any", "person " * 400, source="b")
    folder = tmp_path_factory.mktemp("dataset")
    write_dataset(folder, {"train": [*short, long, lost], "validation": short[:20], "test": short[20:40]})
    manifest = {
        "tokenizer": None,
        "tasks": {"default": {"max_input_tokens": 128, "max_output_tokens": 64}},
        "rows": 242,
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return folder


def test_figures_and_a_report(dataset: Path, tokenizer_folder: Path, tmp_path: Path) -> None:
    out, table = tmp_path / "out", tmp_path / "table.json"
    done = run(dataset, "--tokenizer", tokenizer_folder, "-o", out, "--cut", "100,20", "--json", table)
    assert done.exit_code == 0, done.output
    told = json.loads(table.read_text("utf-8"))
    assert told == json.loads((out / "lengths.json").read_text("utf-8"))
    assert told["conversations"]["number"] == 242
    assert [each["length"] for each in told["cut"]] == [20, 100]
    assert told["cut"][0]["conversations"] > told["cut"][1]["conversations"] == 2 / 242
    assert set(told["groups"]) == {"part", "source", "role", "domain", "side"}
    assert told["groups"]["side"]["validation"]["number"] == 20
    assert told["suggested"]["seq_length"] == 64
    assert told["suggested"]["packed"] < told["suggested"]["padded_to_length"]
    assert told["outliers"]["conversations"] == 2
    page = (out / "lengths.html").read_text("utf-8")
    assert page.count("data:image/png;base64,") == len(told["groups"])
    assert not re.search(r"(src|href)=\"(?!data:)", page)
    assert all((out / f"lengths-{name}.png").read_bytes().startswith(b"\x89PNG") for name in told["groups"])
    assert not (out / "training.jsonl").exists()
    assert f"lexatron data pack {dataset}" in done.stderr
    again = run(dataset, "--tokenizer", tokenizer_folder, "-o", out, "--cut", "100,20")
    assert "nothing changed" in again.stderr


@pytest.mark.parametrize("policy", ["drop", "split"])
def test_a_dataset_without_outliers(policy: str, dataset: Path, tokenizer_folder: Path, tmp_path: Path) -> None:
    out, table = tmp_path / "out", tmp_path / "table.json"
    done = run(
        dataset, "--tokenizer", tokenizer_folder, "-o", out, "--by", "side", "--outliers", policy, "--json", table
    )
    assert done.exit_code == 0, done.output
    outliers = json.loads(table.read_text("utf-8"))["outliers"]
    counts = outliers["rewritten"]["train"]
    assert counts["conversations"] == 202 == counts["kept"] + counts["split"] + counts["dropped"]
    assert counts["written"] == len(read_rows(out / "training.jsonl"))
    assert counts["dropped"] == (2 if policy == "drop" else 1)
    assert (out / "test.jsonl").read_bytes() == (dataset / "test.jsonl").read_bytes()
    assert json.loads((out / "manifest.json").read_text("utf-8")).keys() == {"tokenizer", "tasks"}
    assert read_limits(out) == read_limits(dataset)
    measured = run(out, "--tokenizer", tokenizer_folder, "--json", table)
    assert measured.exit_code == 0
    told = json.loads(table.read_text("utf-8"))
    assert told["conversations"]["maximum"] <= outliers["longer_than"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nowhere"], "no such dataset folder"),
        (["{data}", "--outliers", "drop"], "say where with -o"),
        (["{data}", "--cut", "0,5"], "at least 1"),
        (["{data}", "--cut", "many"], "512,1024"),
        (["{data}", "--by", "colour"], "colour is not a field"),
        (["{data}", "--template", "nowhere"], "no such chat template"),
        (["{data}", "-o", "{data}"], "has no stage.json"),
    ],
)
def test_a_mistake_costs_one_sentence(
    arguments: list[str], message: str, dataset: Path, tokenizer_folder: Path
) -> None:
    done = run(*(argument.format(data=dataset) for argument in arguments), "--tokenizer", tokenizer_folder)
    assert isinstance(done.exception, UserError), done.output
    assert message in str(done.exception)
