"""Where the files of a model's origin are found: with the checkpoint, with its run, or with an adapter's base."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from plugins import origin


def imported(folder: Path) -> Path:
    """What an import leaves, as far as the origin goes."""
    kept = folder / "context" / origin.FOLDER
    kept.mkdir(parents=True)
    (kept / "config.json").write_text("{}", "utf-8")
    (kept / "LICENSE").write_text("the licence", "utf-8")
    return folder


def checkpoint(run_dir: Path) -> Path:
    folder = run_dir / "checkpoints" / "step=9-last"
    (folder / "weights").mkdir(parents=True)
    return folder


def test_it_goes_along_from_run_to_run_and_outlives_its_source(tmp_path: Path) -> None:
    base = imported(tmp_path / "nemo")
    first, second = checkpoint(tmp_path / "cpt"), checkpoint(tmp_path / "sft")
    origin.carry(base, tmp_path / "cpt")
    shutil.rmtree(base)
    origin.carry(first, tmp_path / "sft")
    shutil.rmtree(tmp_path / "cpt")
    found = origin.find(second)
    assert found == tmp_path / "sft" / origin.FOLDER
    assert (found / "LICENSE").read_text("utf-8") == "the licence"


def test_what_a_run_has_is_not_replaced_when_it_resumes(tmp_path: Path) -> None:
    base = imported(tmp_path / "nemo")
    origin.carry(base, tmp_path / "cpt")
    (base / "context" / origin.FOLDER / "config.json").write_text('{"changed": true}', "utf-8")
    origin.carry(base, tmp_path / "cpt")
    assert (tmp_path / "cpt" / origin.FOLDER / "config.json").read_text("utf-8") == "{}"


def test_an_adapter_has_its_bases(tmp_path: Path) -> None:
    base, adapter = imported(tmp_path / "nemo"), checkpoint(tmp_path / "lora")
    assert origin.find(adapter) is None
    note = adapter / "weights" / "adapter_metadata.json"
    note.write_text(json.dumps({"model_ckpt_path": str(base)}), "utf-8")
    assert origin.find(adapter) == base / "context" / origin.FOLDER


def test_nothing_is_carried_where_nothing_is_kept(tmp_path: Path) -> None:
    origin.carry(checkpoint(tmp_path / "scratch"), tmp_path / "sft")
    assert not (tmp_path / "sft").exists()
