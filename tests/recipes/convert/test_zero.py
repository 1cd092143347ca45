"""Real ZeRO-2 and ZeRO-3 checkpoints of two processes, consolidated and imported."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from lexatron.errors import UserError
from recipes.convert import export_hf, import_zero, zero
from tests.plugins.jobs import free_port

JOB = Path(__file__).with_name("deepspeed_job.py")


@pytest.fixture(scope="module")
def trained(small_llama: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `zero2` and `zero3`, and the weights that the engine had in memory beside them."""
    if find_spec("deepspeed") is None:
        (pytest.fail if os.environ.get("CI") else pytest.skip)(
            "DeepSpeed is missing: pip install 'lexatron[deepspeed]'"
        )
    folder = tmp_path_factory.mktemp("deepspeed")
    launcher = ["-m", "torch.distributed.run", "--nproc-per-node", "2", "--master-port", str(free_port())]
    command = [sys.executable, *launcher, str(JOB), str(small_llama), str(folder)]
    environment = os.environ | {"OMP_NUM_THREADS": "1", "DS_ACCELERATOR": "cpu"}
    outcome = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=240)
    assert outcome.returncode == 0, outcome.stderr[-3000:]
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("stage", [2, 3])
def test_consolidated_weights_are_those_that_training_had(
    stage: int, trained: Path, small_llama: Path, tmp_path: Path
) -> None:
    zero.consolidate(trained / f"zero{stage}", small_llama, tmp_path)
    expected, found = load_file(trained / f"zero{stage}.safetensors"), load_file(tmp_path / "model.safetensors")
    before = load_file(small_llama / "model.safetensors")
    assert expected.keys() == found.keys()
    for name, weight in expected.items():
        assert torch.equal(found[name], weight), name
        assert not torch.equal(found[name], before[name]), name


@pytest.mark.slow
def test_import_of_one_step_and_back(trained: Path, small_llama: Path, tmp_path: Path) -> None:
    step = trained / "zero3" / (trained / "zero3" / "latest").read_text().strip()
    import_zero(step, small_llama, tmp_path / "nemo")
    export_hf(tmp_path / "nemo", tmp_path / "back")
    expected, found = load_file(trained / "zero3.safetensors"), load_file(tmp_path / "back" / "model.safetensors")
    assert all(torch.equal(found[name], weight) for name, weight in expected.items())
    assert (tmp_path / "back" / "config.json").read_bytes() == (small_llama / "config.json").read_bytes()


@pytest.mark.slow
def test_bad_checkpoints_are_refused(trained: Path, small_llama: Path, llama33: Path, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="has the shape"):
        zero.consolidate(trained / "zero2", llama33, tmp_path)
    shutil.copytree(trained / "zero2", tmp_path / "damaged")
    next((tmp_path / "damaged").glob("*/*rank_1*_optim_states.pt")).unlink()
    with pytest.raises(UserError, match="DeepSpeed cannot put this checkpoint together"):
        zero.consolidate(tmp_path / "damaged", small_llama, tmp_path)
    truncated = next((tmp_path / "damaged").glob("*/*_optim_states.pt"))
    truncated.write_bytes(truncated.read_bytes()[:1000])
    with pytest.raises(UserError, match="DeepSpeed cannot put this checkpoint together"):
        zero.consolidate(tmp_path / "damaged", small_llama, tmp_path)


def test_the_script_in_a_checkpoint_is_never_run(small_llama: Path, tmp_path: Path) -> None:
    step = tmp_path / "zero" / "global_step1"
    step.mkdir(parents=True)
    (step / "rank_0_optim_states.pt").touch()
    (tmp_path / "zero" / "latest").write_text("global_step1")
    (tmp_path / "zero" / "zero_to_fp32.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')")
    with pytest.raises(UserError):
        zero.consolidate(tmp_path / "zero", small_llama, tmp_path)
    assert not (tmp_path / "ran").exists()


def test_folders_are_told_apart(tmp_path: Path) -> None:
    assert not zero.is_zero(tmp_path)
    with pytest.raises(UserError, match="no DeepSpeed ZeRO checkpoint here"):
        zero.locate(tmp_path)
    (tmp_path / "latest").write_text("global_step1")
    with pytest.raises(UserError, match="holds no ZeRO states"):
        zero.locate(tmp_path)
    step = tmp_path / "global_step1"
    step.mkdir()
    (step / "zero_pp_rank_0_mp_rank_00_optim_states.pt").touch()
    assert zero.is_zero(tmp_path)
    assert zero.is_zero(step)
    assert zero.locate(tmp_path) == (tmp_path, None)
    assert zero.locate(step) == (tmp_path, "global_step1")
