"""The stage: counts, shards, markers, workers, kill -9 and the two commands."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import orjson
import pytest
from click.testing import CliRunner

from data_prep.engine import THIS_PROCESS, Engine, open_engine
from data_prep.formex import read_acts
from data_prep.formex.acts import Act, Unit
from data_prep.formex.cli import formex, show
from data_prep.formex.reader import Position, Publication
from data_prep.formex.source import Entry
from data_prep.formex.stage import plan, run
from data_prep.formex.store import read_rejects, shard_paths, write_acts
from data_prep.formex.workers import results
from lexatron.errors import UserError


def outputs(folder: Path) -> dict[str, bytes]:
    """Every output but the marker, which holds the seconds."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.name != "stage.json"}


def make_acts(paths: list[Path], out: Path, *, engine: Engine = THIS_PROCESS, **options: Any) -> dict[str, Any]:
    return run(out, plan(paths, out, **options), engine=engine).as_dict()


@pytest.fixture(scope="module")
def sample(formex_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some real publications and some trouble."""
    folder = tmp_path_factory.mktemp("formex") / "in"
    for name in ("eIDAS20", "lex-corpus-eu-eurlex/32001r0044", "lex-corpus-eu-eurlex/31962r0141", "tulit"):
        shutil.copytree(formex_dir / name, folder / name)
    (folder / "broken.xml").write_bytes(b"<ACT><P>")
    (folder / "empty.xml").write_bytes(b"")
    (folder / "note.txt").write_bytes(b"no")
    return folder


@pytest.fixture(scope="module")
def made(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("acts") / "acts"
    make_acts([sample], out)
    return out


def test_counts_add_up(made: Path) -> None:
    stats = orjson.loads((made / "stats.json").read_bytes())
    assert stats["files"] == stats["files_used"] + stats["files_skipped"] + stats["files_rejected"]
    acts = list(read_acts(made))
    assert stats["acts"] == len(acts) == sum(stats["by_language"].values()) == sum(stats["by_type"].values())
    assert {reject.file for reject in read_rejects(made)} == {"broken.xml", "empty.xml"}
    assert stats["rejects"] == stats["files_rejected"] == 2
    assert stats["skipped"]["not XML"] >= 1
    for table in ("by_year", "by_length", "by_sector"):
        assert sum(stats[table].values()) == len(acts)
    assert (made / "plots.png").read_bytes().startswith(b"\x89PNG")


def test_workers_do_not_change_a_byte(sample: Path, made: Path, tmp_path: Path) -> None:
    with open_engine("local", 2) as engine:
        make_acts([sample], tmp_path / "two", engine=engine)
    assert outputs(tmp_path / "two") == outputs(made)


@pytest.mark.slow
def test_ray_does_not_change_a_byte(sample: Path, made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Given a relative path, which must mean the same to a worker."""
    pytest.importorskip("ray", reason="Ray is not installed: pip install 'lexatron[ray]'")
    monkeypatch.chdir(sample.parent)
    with open_engine("ray", 2) as engine:
        make_acts([Path(sample.name)], tmp_path / "ray", engine=engine)
    assert outputs(tmp_path / "ray") == outputs(made)


def test_a_machine_that_does_not_see_the_input_rejects_nothing(tmp_path: Path) -> None:
    """It would reject every file, and the acts would depend on who got them."""
    gone = tmp_path / "gone"
    entry = Entry("a.xml", gone / "a.xml", None, 9)
    found = [(Position(), Publication(entry))]
    with pytest.raises(UserError, match=r"is not there on the machine .* share"):
        list(results(found, THIS_PROCESS, [gone]))


def test_shards_hold_the_same_acts(sample: Path, made: Path, tmp_path: Path) -> None:
    make_acts([sample], tmp_path / "small", shard_bytes=100_000)
    assert len(shard_paths(tmp_path / "small")) > 2
    assert list(read_acts(tmp_path / "small")) == list(read_acts(made))


def test_a_marker_says_what_changed(sample: Path, made: Path, tmp_path: Path) -> None:
    assert plan([sample], made).changes is None
    assert plan([sample], made, shard_bytes=1).changes == ["config"]
    copy = tmp_path / "in"
    shutil.copytree(sample, copy)
    (copy / "empty.xml").write_bytes(b"<ACT/>")
    assert plan([copy], made).changes == ["inputs"]


def test_a_folder_of_something_else_is_left_alone(sample: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(UserError, match="not made by this command"):
        plan([sample], tmp_path)


def test_input_without_acts_leaves_nothing_behind(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    with pytest.raises(UserError, match="no files"):
        plan([folder], tmp_path / "out")
    (folder / "a.xml").write_bytes(b"<html/>")
    with pytest.raises(UserError, match="no FORMEX act among 1 files"):
        make_acts([folder], tmp_path / "out")
    assert [path.name for path in tmp_path.iterdir()] == ["in"]


def test_commands(sample: Path, tmp_path: Path) -> None:
    out, summary = tmp_path / "acts", tmp_path / "summary.json"
    runner = CliRunner()
    first = runner.invoke(formex, [str(sample), "-o", str(out), "--json", str(summary)], catch_exceptions=False)
    assert first.exit_code == 0
    counts = json.loads(summary.read_text())
    again = runner.invoke(formex, [str(sample), "-o", str(out), "--json", str(summary)], catch_exceptions=False)
    assert again.exit_code == 0
    assert json.loads(summary.read_text()) == counts

    shown = runner.invoke(show, [str(out), "32022L2555", "--lang", "en", "--unit", "art_1"], catch_exceptions=False)
    assert shown.stdout.startswith("# Directive (EU) 2022/2555 [CELEX 32022L2555] > CHAPTER I")
    file = next(sample.rglob("CL1962R0141FR*1.xml"))
    direct = runner.invoke(show, [str(file)], catch_exceptions=False)
    assert "[CELEX 01962R0141-20040501]" in direct.stdout.splitlines()[0]
    with pytest.raises(UserError, match="no act 32099R0001"):
        runner.invoke(show, [str(out), "32099R0001"], catch_exceptions=False)
    with pytest.raises(UserError, match="not well-formed"):
        runner.invoke(show, [str(sample / "broken.xml")], catch_exceptions=False)


def test_write_and_read_acts(tmp_path: Path) -> None:
    acts = [Act(None, None, "en", "other", f"T{n}", [Unit("text", "txt_1", text="x" * n)]) for n in range(5)]
    assert write_acts(tmp_path, acts, shard_bytes=150) > 1
    assert list(read_acts(tmp_path)) == acts


def test_a_damaged_shard_is_named(tmp_path: Path) -> None:
    write_acts(tmp_path, [Act(None, None, "en", "other", "T", [Unit("text", "t", text="x")])])
    shard = shard_paths(tmp_path)[0]
    shard.write_bytes(b"not zstd at all")
    with pytest.raises(UserError, match=shard.name):
        list(read_acts(tmp_path))
    with pytest.raises(UserError, match="no acts here"):
        list(read_acts(tmp_path / "nowhere"))


def test_data_preparation_imports_no_training_stack() -> None:
    heavy = "('torch', 'nemo', 'transformers', 'megatron')"
    code = f"import sys, data_prep.formex.cli; print([m for m in {heavy} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
