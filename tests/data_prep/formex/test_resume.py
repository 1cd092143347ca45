"""Runs that do not end well: killed, full disk, two at once; the next run ends with the same bytes."""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from data_prep.formex.acts import Reject
from data_prep.formex.progress import open_progress
from data_prep.formex.reader import Position, read_from
from data_prep.formex.stage import plan, run
from data_prep.formex.stats import Disagreement, Stats
from data_prep.formex.store import shard_paths
from lexatron.errors import UserError
from lexatron.stage import Fingerprint

SHARD = 1 << 20


def outputs(folder: Path) -> dict[str, bytes]:
    """Every output but the marker, which holds the seconds."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "stage.json"}


@pytest.fixture(scope="module")
def source(formex_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some megabytes of real acts, with trouble at the beginning and at the end."""
    folder = tmp_path_factory.mktemp("resume") / "in"
    for name in (
        "32001r0044",
        "32004l0039",
        "32008l0048",
        "32011l0016",
        "32015l2366",
        "32009l0138",
        "32013r0575",
        "32017r0583",
    ):
        shutil.copytree(formex_dir / "lex-corpus-eu-eurlex" / name, folder / name)
    for name in ("00.xml", "zz.xml"):
        (folder / name).write_bytes(b"<ACT><P>")
    return folder


@pytest.fixture(scope="module")
def whole(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What an uninterrupted run makes."""
    out = tmp_path_factory.mktemp("whole") / "out"
    run(out, plan([source], out, shard_bytes=SHARD))
    assert len(shard_paths(out)) >= 3
    return out


def command(source: Path, out: Path, *options: str) -> list[str]:
    return [
        sys.executable,
        "-m",
        "lexatron.cli",
        "data",
        "formex",
        str(source),
        "-o",
        str(out),
        "--shard-mb",
        "1",
        *options,
    ]


def wait_for(happened: Callable[[], bool], seconds: float = 30) -> bool:
    """Whether it happened in time."""
    end = time.monotonic() + seconds
    while not happened() and time.monotonic() < end:
        time.sleep(0.01)
    return happened()


@pytest.mark.parametrize(("seed", "workers"), [(0, 1), (1, 1), (2, 2), (3, 1)])
def test_a_killed_run_is_finished_by_the_same_command(
    source: Path, whole: Path, tmp_path: Path, seed: int, workers: int
) -> None:
    out, unfinished = tmp_path / "out", tmp_path / ".tmp-out"
    ours = command(source, out, "--workers", str(workers))
    chance = random.Random(seed)
    for shards in (0, 2):
        process = subprocess.Popen(ours, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        assert wait_for(lambda wanted=shards: len(list(unfinished.glob("part-*.json"))) >= wanted or out.exists())  # type: ignore[misc]
        time.sleep(chance.uniform(0, 0.2))
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        assert not out.exists() or (out / "stage.json").exists()
    done = subprocess.run(ours, check=True, capture_output=True, text=True)
    assert "goes on after" in done.stderr or "up to date" in done.stderr
    assert outputs(out) == outputs(whole)
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


needs_proc = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are looked up in /proc")


@needs_proc
def test_the_workers_of_a_killed_run_end(source: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(command(source, tmp_path / "out", "--workers", "2"), stderr=subprocess.DEVNULL)
    assert wait_for(lambda: len(_children(process.pid)) >= 3)  # two workers and a resource tracker
    pids = _children(process.pid)
    process.kill()
    process.wait()
    assert wait_for(lambda: not any(_runs(pid) for pid in pids))


@needs_proc
def test_a_killed_worker_costs_nothing_but_time(source: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    process = subprocess.Popen(command(source, out, "--workers", "2"), stderr=subprocess.PIPE, text=True)
    assert wait_for(
        lambda: len(_children(process.pid)) >= 3 and (tmp_path / ".tmp-out" / "acts-00000.jsonl.zst").exists()
    )
    os.kill(int(_workers(process.pid)[0]), signal.SIGKILL)
    _, said = process.communicate(timeout=120)
    assert process.returncode == 0, said
    assert outputs(out) == outputs(whole)


def _children(pid: int) -> list[str]:
    """Of all its threads: a worker is the child of the thread that started it."""
    return [child for path in Path(f"/proc/{pid}/task").glob("*/children") for child in path.read_text().split()]


def _workers(pid: int) -> list[str]:
    return [child for child in _children(pid) if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]


def _runs(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_run_killed_before_the_last_rename_is_only_renamed(source: Path, whole: Path, tmp_path: Path) -> None:
    shutil.copytree(whole, tmp_path / ".tmp-out")
    planned = plan([source], tmp_path / "out", shard_bytes=SHARD)
    stats = run(tmp_path / "out", planned, progress=lambda _: pytest.fail("it parsed again"))
    assert outputs(tmp_path / "out") == outputs(whole)
    assert stats.acts == sum(stats.by_type.values()) > 5


def test_a_changed_option_throws_the_unfinished_run_away_and_says_so(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with open_progress(out, Fingerprint("inputs", "config", "code")) as begun:
        (begun.folder / "acts-00000.jsonl.zst").write_bytes(b"old")
    done = subprocess.run(command(source, out), check=True, capture_output=True, text=True)
    assert "an unfinished run is thrown away: changed inputs, config, code" in done.stderr.replace("\n", " ")
    again = subprocess.run([*command(source, out)[:-1], "2"], check=True, capture_output=True, text=True)
    assert "is made again: changed config" in again.stderr.replace("\n", " ")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_full_disk_is_said_and_keeps_what_is_whole(source: Path, whole: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    largest = max(path.stat().st_size for path in shard_paths(whole)[1:])
    assert shard_paths(whole)[0].stat().st_size < largest  # so that the first shard fits and a later one does not

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest - 1, largest - 1))

    failed = subprocess.run(command(source, out), capture_output=True, text=True, preexec_fn=limit)
    assert failed.returncode == 2
    assert "free some space and run the same command again" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert not out.exists()
    left = sorted(path.name for path in (tmp_path / ".tmp-out").iterdir())
    assert left[0] == "acts-00000.jsonl.zst"
    assert sum(name.startswith("acts-") for name in left) == sum(name.startswith("part-") for name in left)
    subprocess.run(command(source, out), check=True, capture_output=True)
    assert outputs(out) == outputs(whole)


def test_two_runs_on_one_folder(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    planned = plan([source], out, shard_bytes=SHARD)
    with open_progress(out, planned.fingerprint), pytest.raises(UserError, match="another run is writing this folder"):
        run(out, planned)
    assert run(out, planned).acts
    assert (out / "stage.json").exists()


def test_reading_from_a_position_gives_the_rest(source: Path) -> None:
    everything = list(read_from([source], Position()))
    for number in (0, 1, 5, len(everything) - 1):
        after, _ = everything[number]
        assert list(read_from([source], after)) == everything[number + 1 :]


def test_rejects_and_counts_survive_a_resume(tmp_path: Path) -> None:
    plan_of = Fingerprint("i", "c", "k")
    stats = Stats(files=1, files_rejected=1, rejects=1, celex_disagreements=[Disagreement("f", "r", "m")])
    stats.by_type["x"] += 3
    for number in range(2):
        with open_progress(tmp_path / "out", plan_of) as progress:
            assert len(progress.rejects) == progress.shards == number
            writer = progress.next_shard()
            writer.write([b"{}"])
            progress.add([Reject("a", "", f"{number}")], stats, Position(number, 1))
            progress.commit(writer)
            progress.next_shard().write([b"{}"])  # left behind by a kill
    with open_progress(tmp_path / "out", plan_of) as progress:
        assert [reject.reason for reject in progress.rejects] == ["0", "1"]
        assert (progress.shards, progress.position, progress.total.files) == (2, Position(1, 1), 2)
        assert progress.total.by_type == {"x": 6}
        assert len(progress.total.celex_disagreements) == 2
        assert not (progress.folder / "acts-00002.jsonl.zst").exists()
