"""Batch scripts and requests to Docker, as they would be submitted, against files that a person reads."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from contextlib import chdir
from pathlib import Path

import pytest
import yaml

from launch.cluster import load
from launch.in_docker import request
from launch.on_slurm import scripts
from launch.order import Order
from launch.pipelines import PIPELINES, build
from launch.stage import Stage, sized
from lexatron.atomic import write_text
from lexatron.errors import UserError

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).with_name("golden")
FINGERPRINT = "0123456789abcdef" * 4

PYXIS = """
executor: slurm
account: legal
partition: gpu
qos: high
container_image: /lustre/images/lexatron.sqsh
container_mounts: ["/lustre:/lustre"]
workdir: /lustre/me/lexatron
secrets_file: /lustre/me/secrets.env
environment: {NCCL_SOCKET_IFNAME: ib0, NCCL_DEBUG_FILE: "/lustre/me/nccl %h $HOME"}
mpi: pmix
exclusive: true
grace_seconds: 600
"""
BARE = """
executor: slurm
account: legal
partition: gpu
python: /lustre/me/venv/bin/python
workdir: /lustre/me/lexatron
secrets_file: /lustre/me/secrets.env
setup: [module load cuda/12.9, 'source "/lustre/me/env of jobs.sh"']
gpu_request: gres
cpus_per_task: 8
mem: 480G
max_requeues: 3
time: "2-00:00:00"
constraint: nvlink
additional_parameters: {reservation: law, comment: two words}
srun_args: [--cpu-bind=none]
"""

TRAININGS = {
    "70b_cpt_h100x64_pyxis": (PYXIS, "llama33_70b_cpt", ("layout=h100x64",)),
    "70b_cpt_h100x64_bare": (BARE, "llama33_70b_cpt", ("layout=h100x64", "checkpoint=models/Llama 3.3 70B")),
    "70b_cpt_b200x4_nvfp4_pyxis": (PYXIS, "llama33_70b_cpt", ("layout=b200x4", "precision=nvfp4")),
    "70b_cpt_b200x4_fp8_bare": (BARE, "llama33_70b_cpt", ("layout=b200x4", "precision=fp8")),
    "70b_cpt_b200x8_nvfp4_bare": (BARE, "llama33_70b_cpt", ("layout=b200x8", "precision=nvfp4")),
    "70b_cpt_b200x8_fp8_pyxis": (PYXIS, "llama33_70b_cpt", ("layout=b200x8", "precision=fp8")),
    "70b_qlora_shipped_pyxis": (PYXIS, "llama33_70b_qlora", ()),
    "70b_qlora_h100x1_bare": (BARE, "llama33_70b_qlora", ("layout=h100x1",)),
    "8b_cpt_h100x8_pyxis": (PYXIS, "llama31_8b_cpt", ("layout=h100x8",)),
    "8b_lora_h100x1_bare": (BARE, "llama31_8b_lora", ("layout=h100x1",)),
}
"""Golden file -> cluster file, recipe, settings."""
WORLD = {
    "70b_cpt_h100x64_pyxis": (8, 8),
    "70b_cpt_h100x64_bare": (8, 8),
    "70b_cpt_b200x4_nvfp4_pyxis": (1, 4),
    "70b_cpt_b200x4_fp8_bare": (1, 4),
    "70b_cpt_b200x8_nvfp4_bare": (1, 8),
    "70b_cpt_b200x8_fp8_pyxis": (1, 8),
    "70b_qlora_shipped_pyxis": (1, 1),
    "70b_qlora_h100x1_bare": (1, 1),
    "8b_cpt_h100x8_pyxis": (1, 8),
    "8b_lora_h100x1_bare": (1, 1),
}
"""Golden file -> nodes, and GPUs of each, which are a process each."""
PIPELINE = ("formex=/lustre/law/formex.zip", "hf=/lustre/models/Llama-3.3-70B-Instruct", "cpt.layout=h100x64")
DOCKER = ("8b_cpt_h100x8", "8b_lora_h100x1")


def training(recipe: str, settings: tuple[str, ...]) -> Stage:
    arguments = ("train", recipe, *settings, "run_dir=runs/law")
    return sized(Stage("train", "train", arguments, outputs=("runs/law/checkpoints",), run_dir="runs/law"))


def order(folder: str, stages: list[Stage], executor: str, cluster: Path) -> Order:
    return Order(Path(folder), tuple(stages), executor, load(cluster, executor), cluster, ())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Stage, str]]:
    """Golden file (of a pipeline, with the stage behind a slash) -> the stage, and the script or request of it."""
    folder = tmp_path_factory.mktemp("golden")
    found: dict[str, tuple[Stage, str]] = {}
    with chdir(folder):
        for name, (cluster, recipe, settings) in TRAININGS.items():
            Path("cluster.yaml").write_text(cluster, "utf-8")
            stage = training(recipe, settings)
            given = order("runs/law", [stage], "slurm", Path("cluster.yaml"))
            found[name] = stage, scripts(given, [stage], {"train": FINGERPRINT})["train"]
        stages = [sized(stage) for stage in build(PIPELINES["eurlex_70b"], "runs/eurlex_70b", PIPELINE)]
        given = order("runs/eurlex_70b", stages, "slurm", ROOT / "clusters/example-slurm.yaml")
        texts = scripts(given, stages, dict.fromkeys((stage.name for stage in stages), FINGERPRINT))
        found |= {f"eurlex_70b/{stage.name}": (stage, texts[stage.name]) for stage in stages}
        for name in DOCKER:
            stage = found[next(key for key in TRAININGS if key.startswith(name))][0]
            given = order("runs/law", [stage], "docker", ROOT / "clusters/example-docker.yaml")
            found[f"docker_{name}"] = stage, request(given, stage, FINGERPRINT)
    paths = {str(folder): "/submit", sys.executable: "/submit/python", str(ROOT): "/repository"}
    return {name: (stage, normal(text, paths)) for name, (stage, text) in found.items()}


def normal(text: str, paths: dict[str, str]) -> str:
    """What differs from one run or machine to the next, by a fixed name."""
    for path, name in paths.items():
        text = text.replace(path, name)
    text = re.sub(r"(law|eurlex_70b)([_-])\d{16,}", r"\1\2EXPERIMENT", text).replace(FINGERPRINT, "FINGERPRINT")
    text = re.sub(r"(?m)^id: train-\w+$", "id: train-ID", text)
    return re.sub(rf"user: '?{os.getuid()}:{os.getgid()}'?", "user: UID:GID", text)


def compare(file: Path, text: str) -> None:
    if os.environ.get("LEXATRON_GOLDEN") == "write":
        write_text(file, text)
    assert text == file.read_text("utf-8"), f"{file.name} changed: read the diff, then LEXATRON_GOLDEN=write"


@pytest.mark.parametrize("name", TRAININGS)
def test_batch_script_of_a_training(made: dict[str, tuple[Stage, str]], name: str) -> None:
    """A change shows in a diff that a person reads. `LEXATRON_GOLDEN=write pytest` writes them anew."""
    compare(GOLDEN / f"{name}.sh", made[name][1])


def test_batch_scripts_of_a_pipeline(made: dict[str, tuple[Stage, str]]) -> None:
    stages = {name.partition("/")[2]: both for name, both in made.items() if "/" in name}
    parts = [f"# ---- {name} (after: {', '.join(stage.after)})\n{text}\n" for name, (stage, text) in stages.items()]
    compare(GOLDEN / "eurlex_70b.sh", "\n".join(parts))


@pytest.mark.parametrize("name", DOCKER)
def test_request_to_docker(made: dict[str, tuple[Stage, str]], name: str) -> None:
    text = made[f"docker_{name}"][1]
    assert yaml.safe_load(text)["containers"][0]["command"][:3] == ["python", "-m", "launch.job"]
    compare(GOLDEN / f"docker_{name}.yaml", text)


def test_no_golden_file_is_left_over(made: dict[str, tuple[Stage, str]]) -> None:
    expected = {f"{name}.sh" for name in (*TRAININGS, "eurlex_70b")} | {f"docker_{name}.yaml" for name in DOCKER}
    assert {file.name for file in GOLDEN.iterdir()} == expected


def test_what_bash_reads_are_the_arguments_of_the_stage(made: dict[str, tuple[Stage, str]]) -> None:
    for name, (stage, text) in made.items():
        if name.startswith("docker"):
            continue
        subprocess.run(["bash", "-n"], input=text, text=True, check=True)
        [line] = [line for line in text.splitlines() if line.startswith("srun ")]
        words = shlex.split(line)
        given = words[words.index("--") + 1 :]
        workers = ["--workers", "64"] if name.split("/")[-1] in ("formex", "corpus", "qa") else []  # the job's CPUs
        assert given == [*stage.arguments, *workers], name
        assert ("--ranks" in words) == (stage.kind == "train"), name


@pytest.mark.parametrize("name", WORLD)
def test_a_process_for_every_gpu(made: dict[str, tuple[Stage, str]], name: str) -> None:
    nodes, gpus = WORLD[name]
    options = {line.removeprefix("#SBATCH --") for line in made[name][1].splitlines() if line.startswith("#SBATCH")}
    asked = f"gpus-per-node={gpus}" if name.endswith("pyxis") else f"gres=gpu:{gpus}"
    assert {f"nodes={nodes}", f"ntasks-per-node={gpus}", asked} <= options


@pytest.mark.parametrize("name", PIPELINES)
def test_every_training_of_every_pipeline_builds(name: str, tmp_path: Path) -> None:
    """Their settings are those of their recipes: one that is unknown, or a value that does not fit, fails here."""
    inputs = ("models=base=DIR",) if name.endswith("_eval") else ("hf=/models/base",)
    with chdir(tmp_path):
        stages = [sized(stage) for stage in build(PIPELINES[name], f"runs/{name}", inputs)]
    trainings = [stage for stage in stages if stage.kind == "train"]
    assert len(trainings) == (0 if name.endswith("_eval") else 1 if name.endswith("_sft") else 2)
    for stage in trainings:
        assert stage.run_dir is not None
        assert Path(stage.run_dir).parts[-2:] == (name, stage.name)
        assert stage.environment["HF_HUB_OFFLINE"] == "1"
        assert stage.gpus == (0 if "_lumi" in name else stage.tasks), "Lumi is trained on a CPU unless told otherwise"


def test_a_wrong_setting_is_refused_before_anything_is_submitted() -> None:
    stages = build(PIPELINES["eurlex_8b"], "runs/x", ("hf=/models/base", "cpt.layot=h100x8"))
    with pytest.raises(UserError, match="did you mean layout"):
        [sized(stage) for stage in stages]
