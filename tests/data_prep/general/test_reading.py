"""Real files of every kind are read whole; what is bad in them is a reject in its place, and the counts add up."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from data_prep.formex.acts import Reject
from data_prep.general import Part, read_texts
from data_prep.general.kinds import MAX_TEXT_BYTES
from lexatron.errors import UserError

TEXTS = ["The sea is wide.", "Größe\nund Maß", "🇪🇺 ‘données’", "\u2028 odd \r\n ends ", "x"]
PACK: dict[str, Callable[[bytes], bytes]] = {
    "": lambda data: data,
    ".gz": lambda data: (
        gzip.compress(data[:20], 1) + gzip.compress(data[20:], 1)
    ),  # two members, as parallel packers write
    ".zst": lambda data: zstandard.compress(data[:20]) + zstandard.compress(data[20:]),
}


def jsonl(texts: list[str], field: str = "text") -> bytes:
    return "".join(json.dumps({"id": 1, field: text}, ensure_ascii=False) + "\n" for text in texts).encode()


def read(path: Path) -> list[str | Reject]:
    return list(read_texts(path))


def rejects(path: Path) -> list[tuple[str, str]]:
    """Places and reasons; every one names its file."""
    found = [item for item in read_texts(path) if isinstance(item, Reject)]
    assert all(item.file == str(path) for item in found)
    return [(item.place, item.reason) for item in found]


@pytest.mark.parametrize("packing", PACK)
@pytest.mark.parametrize("field", ["text", "content", "document"])
def test_json_lines(tmp_path: Path, packing: str, field: str) -> None:
    path = tmp_path / f"a.jsonl{packing}"
    path.write_bytes(PACK[packing](jsonl(TEXTS, field)))
    assert read(path) == TEXTS


@pytest.mark.parametrize("packing", PACK)
def test_a_text_file_is_one_document(tmp_path: Path, packing: str) -> None:
    path = tmp_path / f"a.txt{packing}"
    path.write_bytes(PACK[packing]("\n".join(TEXTS).encode()))
    assert read(path) == ["\n".join(TEXTS)]


def test_the_first_field_counts_and_marks_and_empty_lines_do_not(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"content": "no", "text": "yes"}\r\n\r\n{"text": "no line feed"}')
    assert read(path) == ["yes", "no line feed"]
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfyes")
    assert read(tmp_path / "a.txt") == ["yes"]


def test_bad_lines_are_rejects_in_their_place(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    lines = [
        b'{"text": "good"}', b'{"text": "cut', b"[1]", b'{"body": "x"}', b'{"text": 3}', b'{"text": null}',
        b'{"text": " \\n"}', b'{"text": "\xff\xfe"}', b'{"text": "\\ud800"}', b"", b"\x00\x01", b'{"text": "last"}',
    ]  # fmt: skip
    path.write_bytes(b"\n".join(lines) + b"\n")
    found = read(path)
    assert [item for item in found if isinstance(item, str)] == ["good", "last"]
    assert len(found) == len(lines) - 1  # the empty one is none
    places = [place for place, _ in rejects(path)]
    assert places == [f"line {number}" for number in (2, 3, 4, 5, 6, 7, 8, 9, 11)]
    reasons = [reason for _, reason in rejects(path)]
    for reason, expected in zip(
        reasons, ["not JSON", "not a JSON object", "no field text, content or document", "not a text", "not a text"],
        strict=False,
    ):  # fmt: skip
        assert expected in reason
    assert reasons[5] == "the text is empty"
    assert all("not JSON in UTF-8" in reason for reason in reasons[6:])


@pytest.mark.parametrize("packing", PACK)
def test_a_line_that_is_too_long_is_passed_over(tmp_path: Path, packing: str) -> None:
    path = tmp_path / f"a.jsonl{packing}"
    letters = bytes(random.Random(0).choices(b"abcdefgh", k=1 << 20))  # so that it packs no better than text
    path.write_bytes(PACK[packing](jsonl(["before"]) + letters * 65 + b"\n" + jsonl(["behind"])))
    before, reject, behind = read(path)
    assert (before, behind) == ("before", "behind")
    assert isinstance(reject, Reject)
    assert (reject.place, reject.reason) == ("line 2", "the line is longer than 64 MB")


def test_a_text_file_that_is_too_long_is_a_reject(tmp_path: Path) -> None:
    with open(tmp_path / "a.txt", "wb") as file:
        file.truncate(MAX_TEXT_BYTES + 1)
    assert rejects(tmp_path / "a.txt") == [("", "the text is longer than 64 MB")]


@pytest.mark.parametrize("packing", [".gz", ".zst"])
def test_a_file_that_inflates_without_end_is_stopped(tmp_path: Path, packing: str) -> None:
    path = tmp_path / f"a.txt{packing}"
    zeros = bytes(MAX_TEXT_BYTES)
    path.write_bytes(gzip.compress(zeros) if packing == ".gz" else zstandard.compress(zeros))
    found = rejects(path)
    assert len(found) == 1
    assert "over 1,000 times as large" in found[0][1]


@pytest.mark.parametrize("packing", [".gz", ".zst"])
@pytest.mark.parametrize("damage", ["cut off", "garbage"])
def test_a_damaged_file_gives_what_stands_before_the_damage(tmp_path: Path, packing: str, damage: str) -> None:
    random_ = random.Random(1)
    texts = ["".join(random_.choices("abcdefghijklmnopqrstuvwxyz ", k=500)) for _ in range(4000)]
    whole = gzip.compress(jsonl(texts)) if packing == ".gz" else zstandard.compress(jsonl(texts))
    data = whole[: len(whole) * 3 // 4]
    path = tmp_path / f"a.jsonl{packing}"
    path.write_bytes(data if damage == "cut off" else data + b"\x00garbage" * 5000)
    *found, last = read(path)
    assert isinstance(last, Reject)
    assert last.reason.startswith("the file cannot be read from here")
    good = [item for item in found if isinstance(item, str)]
    assert 100 < len(good) < len(texts)
    assert good == texts[: len(good)]


def test_a_file_that_is_not_what_its_name_says_is_one_reject(tmp_path: Path) -> None:
    for name in ("a.jsonl.gz", "b.jsonl.zst", "c.txt.gz", "d.parquet"):
        (tmp_path / name).write_bytes(b"plain text and nothing else\n")
        assert len(rejects(tmp_path / name)) == 1
        assert len(read(tmp_path / name)) == 1


def test_a_text_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "latin.txt").write_bytes("Größe".encode("latin-1"))
    assert rejects(tmp_path / "latin.txt") == [("", "not UTF-8: invalid start byte at byte 2")]
    (tmp_path / "empty.txt").write_bytes(b" \n")
    assert rejects(tmp_path / "empty.txt") == [("", "the text is empty")]


def test_empty_files_hold_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").touch()
    assert read(tmp_path / "a.jsonl") == []
    (tmp_path / "a.jsonl.zst").write_bytes(zstandard.compress(b""))
    assert read(tmp_path / "a.jsonl.zst") == []


def test_a_file_that_is_gone_is_a_reject(tmp_path: Path) -> None:
    path = str(tmp_path / "gone.jsonl")
    [reject] = read_texts(Part(path, 0, 10, 10))
    assert isinstance(reject, Reject)
    assert "No such file" in reject.reason


def test_a_file_without_a_field_for_the_text_is_the_users_error(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(b'not json\n{"body": "x", "url": "y"}\n')
    with pytest.raises(UserError, match="no field text, content or document in it; it has body, url") as failed:
        read_texts(path)
    assert failed.value.where == str(path)
    (tmp_path / "a.csv").write_text("text\n")
    with pytest.raises(UserError, match="not a kind of file"):
        read_texts(tmp_path / "a.csv")
