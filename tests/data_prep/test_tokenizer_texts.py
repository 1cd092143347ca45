"""`lexatron data tokenizer` on acts, text of every kind, and conversations: what is read, counted and passed over."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from data_prep.formex.acts import Act
from data_prep.formex.rendering import render_act
from data_prep.formex.store import write_acts
from data_prep.tokenizer import Tokenizer
from data_prep.tokenizer_cli import tokenizer
from data_prep.tokenizer_texts import Counts, find_source
from lexatron.errors import UserError
from tests.data_prep.byte_level import LAW

MakeActs = Callable[..., list[Act]]


def read(path: Path | str) -> tuple[str, list[str], Counts]:
    source, counts = find_source(path), Counts()
    return source.kind, list(source.read(counts)), counts


def write_lines(path: Path, rows: list[object]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows), "utf-8")
    return path


def chat(*contents: str) -> dict[str, object]:
    roles = ("user", "assistant")
    return {"messages": [{"role": roles[n % 2], "content": content} for n, content in enumerate(contents)]}


def test_a_folder_of_acts(make_acts: MakeActs, tmp_path: Path) -> None:
    acts = make_acts(works=2)
    write_acts(tmp_path, acts)
    kind, texts, counts = read(tmp_path)
    assert (kind, texts) == ("acts", [render_act(act) for act in acts])
    assert counts == Counts(len(acts), 0, sum(map(len, texts)))


def test_a_folder_of_texts_counts_what_it_cannot_read(tmp_path: Path) -> None:
    pyarrow = pytest.importorskip("pyarrow")
    parquet = pytest.importorskip("pyarrow.parquet")
    write_lines(tmp_path / "a.jsonl", [{"text": "one"}, "not JSON", {"text": 3}, {"text": "two"}])
    (tmp_path / "b.txt").write_bytes(b"drei\nvier")
    parquet.write_table(pyarrow.table({"text": ["five", None]}), tmp_path / "c.parquet")
    kind, texts, counts = read(tmp_path)
    assert (kind, texts) == ("texts", ["one", "two", "drei\nvier", "five"])
    assert counts == Counts(texts=4, rejected=3, characters=19)


def test_a_long_text_file_comes_in_pieces_of_whole_lines(tmp_path: Path) -> None:
    lines = [f"line {number} of a long file\n" for number in range(20_000)]
    file = tmp_path / "long.txt"
    file.write_bytes("".join(lines).encode() + b"\xff broken\n" + b"end " * 30_000)
    _, texts, counts = read(file)
    assert "".join(lines).startswith("".join(texts[:4]))
    assert all(text.endswith("\n") for text in texts[:-1])
    assert max(map(len, texts)) < 230_000
    assert counts.rejected == 1
    assert counts.texts == len(texts) > 4


def test_a_dataset_gives_its_training_side_alone(tmp_path: Path) -> None:
    bad = {"messages": [{"role": "user"}]}
    write_lines(tmp_path / "training.jsonl", [chat("Was?", "Das."), bad, {"text": "x"}, "{", chat("Wer?", "Die.")])
    write_lines(tmp_path / "test.jsonl", [chat("Geheim?", "Ja.")])
    for path in (tmp_path, tmp_path / "training.jsonl"):
        kind, texts, counts = read(path)
        assert (kind, texts) == ("conversations", ["Was?\nDas.", "Wer?\nDie."])
        assert counts == Counts(texts=2, rejected=3, characters=18)


def test_what_is_no_text_is_said_with_what_is_accepted(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"\0")
    for path in (tmp_path, tmp_path / "model.bin", tmp_path / "nowhere"):
        with pytest.raises(UserError) as failed:
            find_source(path)
        assert "training.jsonl" in str(failed.value)
    with pytest.raises(UserError, match="no field text, content or document"):
        find_source(write_lines(tmp_path / "a.jsonl", [{"body": "x"}]))


@pytest.mark.parametrize("model_type", ["bpe", "unigram"])
def test_the_command_on_a_dataset(model_type: str, tmp_path: Path) -> None:
    data, out, table = tmp_path / "data", tmp_path / "tokenizer", tmp_path / "table.json"
    write_lines(data / "training.jsonl", [*(chat(text, text[::-1]) for text in LAW), "{"])
    arguments = [data, "-o", out, "--vocab-size", "400", "--type", model_type, "--json", table]
    done = CliRunner().invoke(tokenizer, list(map(str, arguments)), catch_exceptions=False)
    assert done.exit_code == 0
    told = json.loads(table.read_text("utf-8"))
    assert (told["conversations"], told["rejected"], told["vocab_size"]) == (len(LAW), 1, 400)
    assert told["characters_trained_on"] <= told["characters"] == sum(2 * len(text) + 1 for text in LAW)
    assert Tokenizer.load(out).vocab_size == 400
    assert f"lexatron data lengths {data}" in done.stderr
