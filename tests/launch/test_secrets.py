"""Secrets come from a file that only its owner reads, and get into nothing that is written."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from launch.secrets import load_secrets
from lexatron.cli import main
from lexatron.errors import UserError

SECRET = "hf_doNotShowThis4711"


@pytest.fixture(autouse=True)
def environment() -> Iterator[None]:
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "secrets.env"
    file.touch(0o600)
    return file


@pytest.mark.parametrize(
    ("line", "value"),
    [
        ("NAME=abc", "abc"),
        ("  NAME = abc  ", "abc"),
        ("export NAME=abc", "abc"),
        ("export  NAME=abc", "abc"),
        ('NAME="a b"', "a b"),
        ("NAME='a b'", "a b"),
        ("NAME=a=b==", "a=b=="),
        ("NAME=", ""),
        ('NAME=""', ""),
        ("NAME=it's", "it's"),
        ("NAME=ends'", "ends'"),
        ("NAME='a\"", "'a\""),
        ("NAME=\"'a'\"", "'a'"),
        ('NAME="', '"'),
        ("NAME=a#b", "a#b"),
        ("NAME=ä", "ä"),
        ("NAME=abc\r", "abc"),
    ],
)
def test_forms_of_a_line(file: Path, line: str, value: str) -> None:
    file.write_text(f"# a comment\n\n{line}\n  # another\n", "utf-8", newline="")
    assert load_secrets(file) == ["NAME"]
    assert os.environ["NAME"] == value


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=st.text(st.characters(min_codepoint=33, max_codepoint=126)), quote=st.sampled_from(["'", '"']))
def test_what_is_quoted_is_kept_to_the_letter(file: Path, value: str, quote: str) -> None:
    file.write_text(f"NAME={quote}{value}{quote}\n", "utf-8")
    load_secrets(file)
    assert os.environ["NAME"] == value


def test_several_in_order_the_last_one_wins(file: Path) -> None:
    file.write_text("LEX_A=1\nLEX_B=2\nLEX_A=3\n", "utf-8")
    assert load_secrets(file) == ["LEX_A", "LEX_B", "LEX_A"]
    assert (os.environ["LEX_A"], os.environ["LEX_B"]) == ("3", "2")


def test_no_file_means_no_secrets() -> None:
    assert load_secrets(None) == []


@pytest.mark.parametrize("line", ["NAME", "a b=c", "=x", "export", "MY-NAME=x", "1A=x"])
def test_another_form_is_refused_with_its_line_and_not_its_text(file: Path, line: str) -> None:
    file.write_text(f"# one\nGOOD=1\n{line}{SECRET}\n", "utf-8")
    with pytest.raises(UserError, match=rf"{re.escape(str(file))}:3: not NAME=value") as caught:
        load_secrets(file)
    assert "write one secret a line" in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o601])
def test_what_others_may_read_is_refused(file: Path, mode: int) -> None:
    file.write_text("LEX_A=1\n", "utf-8")
    file.chmod(mode)
    with pytest.raises(UserError, match="others may read these secrets") as caught:
        load_secrets(file)
    assert f"chmod 600 {file}" in str(caught.value)
    assert "LEX_A" not in os.environ
    file.chmod(0o400)
    assert load_secrets(file) == ["LEX_A"]


def test_a_file_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file of secrets"):
        load_secrets(tmp_path / "no.env")


def test_the_home_folder_may_be_written_as_a_tilde(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(file.parent))
    file.write_text("LEX_A=1\n", "utf-8")
    assert load_secrets(Path("~/secrets.env")) == ["LEX_A"]


CLUSTERS = {
    "slurm": "executor: slurm\naccount: legal\n",
    "slurm with an image": "executor: slurm\naccount: legal\ncontainer_image: i\ncontainer_mounts: ['/:/']\n",
    "docker": "executor: docker\n",
}


@pytest.mark.parametrize("name", CLUSTERS)
def test_a_dry_run_writes_no_secret_and_says_where_they_are(
    file: Path, name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file is given from the home folder, which is another one inside of a container."""
    file.write_text(f"HF_TOKEN={SECRET}\n", "utf-8")
    work = file.parent / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    monkeypatch.setenv("HOME", str(file.parent))
    Path("cluster.yaml").write_text(CLUSTERS[name] + "secrets_file: ~/secrets.env\n", "utf-8")
    pipeline = ["pipeline", "eurlex_8b_eval", "models=base=base", "--cluster", "cluster.yaml", "--dryrun"]
    with pytest.raises(SystemExit) as ended:
        main([*pipeline, "--executor", name.split()[0]])
    assert ended.value.code == 0
    said = capsys.readouterr()
    written = [path.read_bytes() for path in work.rglob("*") if path.is_file()]
    assert len(written) > 1
    assert not any(SECRET.encode() in content for content in written)
    assert SECRET not in said.out + said.err
    assert str(file) in said.out
    assert "~" not in said.out, "a job's own home folder is another's"
