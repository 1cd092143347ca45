"""`--general`: names, shares and files, and what is said where one of them is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from data_prep.general import General, parse_all_general, parse_general
from lexatron.errors import UserError


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to stand in, with text of several kinds."""
    names = ["wiki/b.jsonl", "wiki/a.jsonl", "wiki/deep/c.parquet", "wiki/notes.md", "wiki/.hidden/d.jsonl"]
    names += ["Web Crawl/x.txt.gz", "books.jsonl.zst", "en/a.jsonl", "[odd].jsonl"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_names_shares_and_files(files: Path) -> None:
    assert parse_general("wiki/*.jsonl=10") == General("wiki", ("wiki/a.jsonl", "wiki/b.jsonl"), 10.0)
    assert parse_general("wiki/**/*.parquet=2.5").paths == ("wiki/deep/c.parquet",)
    assert parse_general("wiki=5") == General("wiki", ("wiki/a.jsonl", "wiki/b.jsonl", "wiki/deep/c.parquet"), 5.0)
    assert parse_general("books.jsonl.zst=90%") == General("books", ("books.jsonl.zst",), 90.0)
    assert parse_general("Web Crawl=1").name == "web_crawl"
    assert parse_general("general_en:en/*=0.5") == General("general_en", ("en/a.jsonl",), 0.5)
    assert parse_general("odd:[odd].jsonl=1").paths == ("[odd].jsonl",)
    assert parse_general(f"{files}/wiki/*.jsonl=10").name == "wiki"


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("wiki/*.jsonl", "no share"),
        ("wiki/*.jsonl=", "not a number"),
        ("wiki/*.jsonl=ten", "not a number"),
        ("wiki/*.jsonl=0", "not more than 0"),
        ("wiki/*.jsonl=-3", "not more than 0"),
        ("wiki/*.jsonl=90.1", "at most 90 %"),
        ("wiki/*.jsonl=nan", "at most 90 %"),
        ("missing/*.jsonl=10", "no such files"),
        ("wiki/deep/*.jsonl=10", "no such files"),
        ("=10", "no such files"),
        ("wiki/*=10", "not a kind of file"),
        ("en/*.jsonl=10", "no name of three letters"),
        ("de:wiki/*.jsonl=10", "cannot be the name"),
        ("Wiki-EN:wiki/*.jsonl=10", "cannot be the name"),
    ],
)
@pytest.mark.usefixtures("files")
def test_what_is_wrong_is_said(value: str, what: str) -> None:
    with pytest.raises(UserError, match=what) as failed:
        parse_general(value)
    assert failed.value.remedy


@pytest.mark.usefixtures("files")
def test_all_of_a_command() -> None:
    found = parse_all_general(["wiki/*.jsonl=10", "books.jsonl.zst=5"])
    assert [general.name for general in found] == ["wiki", "books"]
    assert parse_all_general([]) == []
    with pytest.raises(UserError, match="two sources are named wiki"):
        parse_all_general(["wiki:books.jsonl.zst=1", "wiki/*.jsonl=10"])
    with pytest.raises(UserError, match=r"95 % in all"):
        parse_all_general(["wiki/*.jsonl=60", "books.jsonl.zst=35"])
