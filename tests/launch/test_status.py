"""What `lexatron status` says of launches on this machine, from the records that they leave."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from launch.follow import follow
from launch.reach import Here
from launch.records import Launch, Launched, attempts_file, done_file, record, write_launch
from launch.requeue import GIVE_UP
from launch.show import COLUMNS, duration, overview, stage_lines, stage_table, summary
from launch.status import TAIL_BYTES, Progress, StageStatus, is_active, launches, progress_of, status_of
from lexatron.atomic import write_text
from lexatron.cli import main
from lexatron.errors import UserError
from lexatron.run_files import METRICS

SUBMITTED = 1_000_000.0


@pytest.fixture(scope="module")
def alive() -> Iterator[int]:
    """A process that looks like a launch which is still there."""
    with subprocess.Popen([sys.executable, "-c", "input()", "lexatron"], stdin=subprocess.PIPE) as process:
        yield process.pid
        process.kill()


@pytest.fixture(scope="module")
def dead() -> int:
    """A process that was there."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def stage(name: str, *after: str, run_dir: str | None = None, skipped: bool = False) -> Launched:
    return Launched(name, "train", ["train", "r"], list(after), run_dir, f"print of {name}", skipped=skipped)


def launched(folder: Path, process: int | None, *stages: Launched, submitted: float = SUBMITTED) -> Launch:
    launch = Launch(folder.name, ["train"], "/", "local", None, "/", submitted, list(stages), process)
    write_launch(folder, launch)
    return launch


def event(folder: Path, name: str, what: str, at: float, **values: object) -> None:
    """As `record` writes it, at another time."""
    file = attempts_file(folder, name)
    file.parent.mkdir(parents=True, exist_ok=True)
    with open(file, "a", encoding="utf-8") as out:
        out.write(json.dumps({"event": what, "at": SUBMITTED + at, **values}) + "\n")


def succeeded(folder: Path, name: str, text: str | None = None) -> None:
    write_text(done_file(folder, name), f"print of {name}" if text is None else text)


def state(folder: Path, launch: Launch, name: str = "cpt") -> tuple[str, str]:
    [found] = [found for found in status_of(folder, launch, Here()) if found.name == name]
    return found.state, found.reason


def test_a_stage_waits_then_runs_while_its_launch_is_there(tmp_path: Path, alive: int) -> None:
    launch = launched(tmp_path, alive, stage("cpt"))
    assert state(tmp_path, launch) == ("waiting", "")
    record(tmp_path, "cpt", "started")
    assert state(tmp_path, launch) == ("running", "")
    assert is_active(launch, Here())


def test_without_its_launch_it_was_killed_or_cancelled(tmp_path: Path, dead: int) -> None:
    launch = launched(tmp_path, dead, stage("cpt"), stage("sft", "cpt"))
    record(tmp_path, "cpt", "started")
    assert state(tmp_path, launch) == ("failed (killed)", "its process is gone")
    assert state(tmp_path, launch, "sft") == ("cancelled", "its launch is gone")
    assert not is_active(launch, Here())


def test_a_process_that_is_none_of_ours_is_not_the_launch(tmp_path: Path) -> None:
    with subprocess.Popen(["sleep", "60"]) as other:
        launch = launched(tmp_path, other.pid, stage("cpt"))
        assert state(tmp_path, launch) == ("cancelled", "its launch is gone")
        other.kill()


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (1, "failed (1)"),
        (2, "failed (2)"),
        (75, "preempted"),
        (79, "stopped"),
        (GIVE_UP, "gave up"),
        (137, "failed (137)"),
    ],
)
def test_how_it_ended(tmp_path: Path, alive: int, code: int, expected: str) -> None:
    launch = launched(tmp_path, alive, stage("cpt"))
    record(tmp_path, "cpt", "started")
    record(tmp_path, "cpt", "ended", code=code, reason="so it was")
    assert state(tmp_path, launch) == (expected, "so it was")


def test_done_is_what_has_succeeded_with_this_fingerprint(tmp_path: Path, dead: int) -> None:
    launch = launched(tmp_path, dead, stage("cpt"))
    record(tmp_path, "cpt", "started")
    record(tmp_path, "cpt", "ended", code=0, reason="")
    succeeded(tmp_path, "cpt", "print of another")
    assert state(tmp_path, launch) != ("done", "")
    succeeded(tmp_path, "cpt")
    assert state(tmp_path, launch) == ("done", "")


def test_a_success_without_its_mark_is_no_failure_with_code_0(tmp_path: Path, dead: int) -> None:
    """Killed between the record and the mark."""
    launch = launched(tmp_path, dead, stage("cpt"))
    record(tmp_path, "cpt", "ended", code=0, reason="")
    assert state(tmp_path, launch)[0] == "failed (no record of success)"


def test_skipped_and_cancelled(tmp_path: Path, alive: int) -> None:
    launch = launched(tmp_path, alive, stage("corpus", skipped=True), stage("cpt"), stage("sft", "cpt"))
    record(tmp_path, "cpt", "ended", code=1, reason="boom")
    record(tmp_path, "sft", "cancelled", reason="cpt failed")
    found = status_of(tmp_path, launch, Here())
    assert [(one.state, one.reason) for one in found] == [
        ("skipped", "done before"),
        ("failed (1)", "boom"),
        ("cancelled", "cpt failed"),
    ]


def test_attempts_of_earlier_launches_do_not_count(tmp_path: Path, alive: int) -> None:
    launch = launched(tmp_path, alive, stage("cpt"))
    event(tmp_path, "cpt", "started", -100)
    event(tmp_path, "cpt", "ended", -50, code=1, reason="of old")
    assert state(tmp_path, launch) == ("waiting", "")
    event(tmp_path, "cpt", "started", 10)
    [found] = status_of(tmp_path, launch, Here())
    assert (found.state, found.attempts) == ("running", 1)


def test_seconds_are_those_of_all_attempts_that_ended(tmp_path: Path, dead: int) -> None:
    launch = launched(tmp_path, dead, stage("cpt"))
    for what, at in (("started", 10), ("ended", 40), ("started", 50), ("started", 100), ("ended", 107)):
        event(tmp_path, "cpt", what, at, code=1)
    [found] = status_of(tmp_path, launch, Here())
    assert (found.attempts, found.seconds) == (3, 37)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00"), (59.4, "0:59"), (59.6, "1:00"), (3599.6, "1:00:00"), (8045, "2:14:05")]
)
def test_durations(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def metrics(run_dir: Path, steps: int, *, first: int = 1, tail: str = "") -> None:
    lines = [
        json.dumps({"step": step, "loss": 1 + 1 / step, "seconds": 2.0, "tokens_per_second": 1000.0 + step})
        for step in range(first, steps + 1)
    ]
    write_text(run_dir / METRICS, "\n".join(lines) + "\n" + tail)


def test_progress_of_a_short_run(tmp_path: Path) -> None:
    assert progress_of(tmp_path, Here()) is None
    metrics(tmp_path, 1)
    assert progress_of(tmp_path, Here()) == Progress(1, None, 2.0, "1,001 tokens/s", None)
    write_text(tmp_path / "run.json", '{"max_steps": 11}')
    assert progress_of(tmp_path, Here()) == Progress(1, 11, 2.0, "1,001 tokens/s", 20.0)


@pytest.mark.parametrize("pad", range(0, 90, 7))
def test_progress_from_a_tail_that_begins_anywhere_in_a_line(tmp_path: Path, pad: int) -> None:
    """The padding moves the beginning of the tail through a whole line."""
    metrics(tmp_path, 2000, tail=json.dumps({"step": 2000, "val_loss": 1.5, "pad": "x" * pad}) + "\n")
    write_text(tmp_path / "run.json", '{"max_steps": 4000}')
    assert (tmp_path / METRICS).stat().st_size > TAIL_BYTES
    assert progress_of(tmp_path, Here()) == Progress(2000, 4000, 1 + 1 / 2000, "2,990 tokens/s", 4000.0)


def test_progress_passes_over_a_line_that_is_being_written(tmp_path: Path) -> None:
    metrics(tmp_path, 3, tail='{"step": 4, "lo')
    found = progress_of(tmp_path, Here())
    assert found is not None
    assert found.step == 3


def test_progress_without_a_line_of_training_is_none(tmp_path: Path) -> None:
    write_text(tmp_path / METRICS, '{"step": 1, "val_loss": 2.0}\n')
    assert progress_of(tmp_path, Here()) is None
    write_text(tmp_path / METRICS, '{"step": 1, "lo')
    assert progress_of(tmp_path, Here()) is None


def fail(error: UserError) -> None:
    pytest.fail(str(error))


def status(name: str, state: str, reason: str = "", progress: Progress | None = None) -> StageStatus:
    return StageStatus(name, state, "4711", 2, 65.0, reason, progress)


HALF = Progress(50, 100, 2.5, "1,000 tokens/s", 60.0)


def test_plain_lines_have_a_field_for_each_column(tmp_path: Path) -> None:
    launch = launched(tmp_path / "x", None)
    stages = [
        status("cpt", "running", progress=HALF),
        status("sft", "failed (1)", "CUDA error: out of memory\nCompile with\tTORCH_USE_CUDA_DSA"),
        replace(status("report", "waiting"), job=None, attempts=0),
    ]
    lines = stage_lines(launch, stages)
    assert [len(line.split("\t")) for line in lines] == [len(COLUMNS) + 1] * 3
    assert not any("\n" in line for line in lines)
    assert lines[0].split("\t") == [
        "x",
        "cpt",
        "running",
        "50/100",
        "2.5000",
        "1,000 tokens/s",
        "1:00",
        "1:05",
        "2",
        "4711",
    ]
    assert lines[1].split("\t")[2] == "failed (1): CUDA error: out of memory Compile with TORCH_USE_CUDA_DSA"
    assert lines[2].split("\t")[2:] == ["waiting", "-", "-", "-", "-", "-", "0", "-"]


@pytest.mark.parametrize("reason", ["[rank0]: NCCL timeout", "no such file [/lustre/x]", "[bold]", "a]b[/"])
def test_reasons_are_no_markup(tmp_path: Path, reason: str) -> None:
    screen = Console(file=StringIO(), width=200)
    screen.print(stage_table(launched(tmp_path, None), [status("cpt", "failed (1)", reason)]))
    assert isinstance(screen.file, StringIO)
    assert f"failed (1): {reason}" in screen.file.getvalue()


@pytest.mark.parametrize(
    ("states", "words"),
    [
        (["done", "running", "waiting"], "b running"),
        (["done", "failed (1)", "cancelled"], "b failed (1)"),
        (["done", "pending", "pending"], "b pending"),
        (["failed (1)", "pending", "done"], "a failed (1)"),
        (["failed (1)", "requeued", "done"], "b requeued"),
        (["done", "skipped", "done"], "done"),
        (["done", "waiting", "waiting"], "waiting"),
        (["gave up", "cancelled", "cancelled"], "a gave up"),
    ],
)
def test_what_a_launch_is_at(states: list[str], words: str) -> None:
    assert summary([status(name, state) for name, state in zip("abc", states, strict=True)]) == words


def test_overview_is_one_row_a_launch_the_newest_first(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    assert launches(runs, fail) == []
    for number, name in enumerate(("old", "new")):
        launched(runs / name, None, stage("cpt"), submitted=SUBMITTED + number)
    (runs / "not a launch").mkdir()
    found = [(folder, launch, [status("cpt", "running", progress=HALF)]) for folder, launch in launches(runs, fail)]
    assert [row[:4] for row in overview(found)] == [
        ("new", "local", "cpt running, step 50/100", "0/1"),
        ("old", "local", "cpt running, step 50/100", "0/1"),
    ]


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as ended:
        main(["status", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_folder_without_runs_has_nothing_to_show(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--json", "found.json") == 0
    assert capsys.readouterr().out == ""
    assert json.loads(Path("found.json").read_text()) == []


def test_a_name_that_does_not_exist(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("x") == 2
    assert capsys.readouterr().err == "lexatron: no launch named x (nothing was launched under runs)\n"
    launched(Path("runs/y").absolute(), None, stage("cpt"))
    assert run("x") == 2
    assert capsys.readouterr().err == "lexatron: no launch named x (one of: y)\n"


def test_status_by_name_and_by_folder(here: Path, capsys: pytest.CaptureFixture[str], dead: int) -> None:
    folder = Path("runs/y").absolute()
    launch = launched(folder, dead, stage("cpt", run_dir=str(here / "out")))
    record(folder, "cpt", "started")
    succeeded(folder, "cpt")
    metrics(here / "out", 3)
    assert run("y", "--json", "found.json") == 0
    by_name = capsys.readouterr().out
    assert by_name.startswith("y\tcpt\tdone\t3/?\t")
    assert json.loads(Path("found.json").read_text())["stages"] == [
        asdict(one) for one in status_of(folder, launch, Here())
    ]
    assert run(str(folder)) == 0
    assert capsys.readouterr().out == by_name
    assert run() == 0
    assert capsys.readouterr().out.startswith("y\tlocal\tdone\t1/1\t")


def test_a_damaged_launch_does_not_hide_the_others(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    launched(Path("runs/good").absolute(), None, stage("cpt"))
    write_text(Path("runs/bad/launch/launch.json"), "{")
    assert run() == 0
    said = capsys.readouterr()
    assert said.out.startswith("good\tlocal\t")
    assert "damaged" in said.err


def test_following_what_has_ended_ends(here: Path, capsys: pytest.CaptureFixture[str], dead: int) -> None:
    folder = Path("runs/y").absolute()
    launched(folder, dead, stage("cpt"), stage("sft", "cpt"))
    record(folder, "cpt", "ended", code=1, reason="[/x] is full")
    assert follow(folder, every_s=0.01) == 1
    said = capsys.readouterr().err
    assert "y: cpt failed (1). [/x] is full" in said
    assert "lexatron logs" in said
    for name in ("cpt", "sft"):
        succeeded(folder, name)
    assert follow(folder, every_s=0.01) == 0


def test_records_are_where_the_jobs_keep_them(tmp_path: Path) -> None:
    """On Slurm jobs may run in another folder than the one that the command was given in."""
    launch = replace(launched(tmp_path / "runs/x", None, stage("cpt")), executor="slurm", remote=f"{tmp_path}/far/x")
    record(tmp_path / "far/x", "cpt", "ended", code=79, reason="nan")
    assert state(Path("runs/x"), launch) == ("stopped", "nan")


def test_no_process_is_looked_for_where_none_was_noted(tmp_path: Path) -> None:
    assert not is_active(launched(tmp_path, None, stage("cpt")), Here())
    assert not is_active(launched(tmp_path, os.getpid(), stage("cpt")), Here()), "this very process is no other launch"
