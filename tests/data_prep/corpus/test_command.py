"""`lexatron data corpus` as a process of its own: killed, changed, moved, misused."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from data_prep.formex.acts import Act
from data_prep.formex.store import write_acts
from data_prep.manifest import Manifest
from data_prep.tokenizer import Tokenizer
from lexatron.stage import MARKER

MakeActs = Callable[..., list[Act]]

ANY_TEXT = ("--min-quality", "0", "--no-check-language", "--min-characters", "0")


@pytest.fixture(scope="module")
def acts_folder(make_acts: MakeActs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few hundred acts on disk, in several shards."""
    folder = tmp_path_factory.mktemp("acts")
    write_acts(folder, make_acts(works=60, words=1_500), shard_bytes=300_000)
    assert len(list(folder.iterdir())) > 4
    return folder


def command(acts: Path, out: Path, tokenizer: Path, *options: str) -> list[str]:
    program = [sys.executable, "-m", "lexatron.cli", "data", "corpus", str(acts), "-o", str(out)]
    return [*program, "--tokenizer", str(tokenizer), *ANY_TEXT, *options]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True, check=False)


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a corpus; of the marker, all but the seconds."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    marker = json.loads(files[MARKER])
    del marker["seconds"]
    return {**files, MARKER: json.dumps(marker).encode()}


@pytest.fixture(scope="module")
def reference(
    acts_folder: Path, tokenizer_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, float]:
    """A corpus that was made without a break, and the seconds that it took."""
    folder = tmp_path_factory.mktemp("reference") / "corpus"
    started = time.monotonic()
    finished = run(*command(acts_folder, folder, tokenizer_folder))
    assert finished.returncode == 0, finished.stderr
    return folder, time.monotonic() - started


def test_killed_at_any_moment_and_run_again_gives_the_same_bytes(
    acts_folder: Path, tokenizer_folder: Path, reference: tuple[Path, float], tmp_path: Path
) -> None:
    whole, seconds = reference
    chance, out, resumed = random.Random(6), tmp_path / "killed" / "corpus", 0
    for _ in range(5):
        process = subprocess.Popen(command(acts_folder, out, tokenizer_folder), stderr=subprocess.DEVNULL)
        time.sleep(chance.uniform(0.3, 1.0) * seconds)
        process.send_signal(signal.SIGKILL)
        process.wait()
        resumed += bool(list(out.parent.glob(".tmp-corpus/read-*")))  # killed with finished tasks
        if out.exists():  # it was faster than the signal
            assert content(out) == content(whole)
            shutil.rmtree(out)
    assert resumed, "no run was killed in the middle of its work"
    finished = run(*command(acts_folder, out, tokenizer_folder, "--workers", "2"))
    assert finished.returncode == 0, finished.stderr
    assert content(out) == content(whole)
    assert [entry.name for entry in out.parent.iterdir()] == ["corpus"]


def test_an_older_corpus_survives_a_killed_change(
    acts_folder: Path, tokenizer_folder: Path, reference: tuple[Path, float], tmp_path: Path
) -> None:
    out = tmp_path / "corpus"
    shutil.copytree(reference[0], out)
    before = content(out)
    process = subprocess.Popen(command(acts_folder, out, tokenizer_folder, "--seed", "9"), stderr=subprocess.PIPE)
    while not list(tmp_path.glob(".tmp-*/read-*")) and process.poll() is None:
        time.sleep(0.005)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert content(out) == before
    assert run(sys.executable, "-m", "lexatron.cli", "data", "verify", out).returncode == 0


def test_a_second_run_does_nothing_and_a_changed_one_says_what_changed(
    acts_folder: Path, tokenizer_folder: Path, reference: tuple[Path, float], tmp_path: Path
) -> None:
    out = tmp_path / "corpus"
    shutil.copytree(reference[0], out)
    written = (out / "manifest.json").stat().st_mtime_ns
    again = run(*command(acts_folder, out, tokenizer_folder, "--json", str(tmp_path / "stats.json")))
    assert "nothing changed" in again.stderr
    assert (out / "manifest.json").stat().st_mtime_ns == written
    assert json.loads((tmp_path / "stats.json").read_text()) == json.loads((out / "stats.json").read_text())
    changed = run(*command(acts_folder, out, tokenizer_folder, "--seed", "9"))
    assert "changed since the last run: config" in changed.stderr
    assert json.loads((out / "splits.json").read_text())["seed"] == 9
    (tmp_path / "acts").mkdir()
    shutil.copy(sorted(acts_folder.iterdir())[0], tmp_path / "acts")
    fewer = run(*command(tmp_path / "acts", out, tokenizer_folder, "--seed", "9"))
    assert "changed since the last run: inputs" in fewer.stderr


def test_a_corpus_can_be_moved_and_has_its_card(reference: tuple[Path, float], tmp_path: Path) -> None:
    source = reference[0]
    names = {path.name for path in source.iterdir()}
    assert names >= {"manifest.json", "stats.json", "DATA_CARD.md", "plots.png", "splits.json", "dropped.jsonl"}
    assert not any(str(source.parent).encode() in data for data in content(source).values())
    shutil.copytree(source, tmp_path / "elsewhere")
    manifest = Manifest.load(tmp_path / "elsewhere")
    manifest.check_tokenizer(Tokenizer.load(manifest.tokenizer_path))
    assert run(sys.executable, "-m", "lexatron.cli", "data", "verify", tmp_path / "elsewhere").returncode == 0
    card = (source / "DATA_CARD.md").read_text()
    for part in ("## What was chosen", "## Duplicates", "## Leakage", "## Tokenizer", manifest.fingerprint):
        assert part in card


def test_a_folder_of_other_things_is_never_replaced(acts_folder: Path, tokenizer_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    failed = run(*command(acts_folder, tmp_path, tokenizer_folder))
    assert failed.returncode == 2
    assert "not empty" in failed.stderr
    assert (tmp_path / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--languages", "english"), "is not a language"),
        (("--languages", "en=1,en=2"), "twice"),
        (("--languages", "pt=1"), "documents is left"),
        (("--languages", "en=1,pt=1"), "no documents are left in pt"),
        (("--languages", "en=1,xx=1"), "unknown language xx"),
        (("--shares", "90,10"), "is not three numbers"),
        (("--tokenizer", "nowhere/at/all"), "nowhere"),
        (("--years", "recent"), "no range of years"),
        (("--general", "nothing/*.jsonl=10"), "nothing/*.jsonl"),
        (("--evaluation", "exam.jsonl"), "exam.jsonl"),
        (("--types", "novel"), "novel"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_nothing_written(
    acts_folder: Path, tokenizer_folder: Path, tmp_path: Path, options: tuple[str, str], message: str
) -> None:
    failed = run(*command(acts_folder, tmp_path / "corpus", tokenizer_folder, *options))
    assert failed.returncode == 2
    assert message in failed.stderr
    assert "Traceback" not in failed.stderr
    assert len(failed.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_a_full_disk_is_said_and_what_is_finished_stays(
    acts_folder: Path, tokenizer_folder: Path, tmp_path: Path
) -> None:
    """A limit on the size of files stands for the disk: both fail with an error of the system while writing."""
    limited = ["bash", "-c", 'ulimit -f 40; exec "$@"', "bash", *command(acts_folder, tmp_path / "c", tokenizer_folder)]
    failed = run(*limited)
    assert failed.returncode == 2
    assert "cannot be written" in failed.stderr
    assert "goes on where it stopped" in failed.stderr
    assert not (tmp_path / "c").exists()
    assert run(*command(acts_folder, tmp_path / "c", tokenizer_folder)).returncode == 0
