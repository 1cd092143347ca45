"""The cluster file: every mistake is one sentence that names the file, the key and what to do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from launch.cluster import DockerHost, SlurmCluster, load
from lexatron.cli import main
from lexatron.errors import UserError

EXAMPLES = Path(__file__).resolve().parents[2] / "clusters"
SLURM = "executor: slurm\naccount: legal\n"
DOCKER = "executor: docker\n"

MISTAKES = {
    "unknown key": (SLURM + "partiton: gpu\n", "unknown key partiton", "did you mean partition?"),
    "unlike any key": (SLURM + "zzz: 1\n", "unknown key zzz", "known keys: account, additional_parameters"),
    "key of a tunnel": (
        SLURM + "tunnel: {host: h, user: u, job_dir: /j, idenity: k}\n",
        "unknown key tunnel.idenity",
        "did you mean identity?",
    ),
    "key of a kind": (SLURM + "jobs: {data: {partiton: cpu}}\n", "jobs.data.partiton", "did you mean partition?"),
    "no such kind": (SLURM + "jobs: {dta: {partition: cpu}}\n", "unknown key jobs.dta", "did you mean data?"),
    "key of Slurm for Docker": (DOCKER + "acount: x\n", "unknown key acount", "known keys: container_image"),
    "no account": ("executor: slurm\n", "account is missing", "add account: ..."),
    "no host": (SLURM + "tunnel: {user: u, job_dir: /j}\n", "tunnel.host is missing", "add tunnel.host: ..."),
    "another executor": (DOCKER, "not a file for --executor slurm (executor: docker)", "write executor: slurm"),
    "no executor": ("account: legal\n", "not a file for --executor slurm (executor: None)", "write executor: slurm"),
    "a word for a number": (SLURM + "nodes: many\n", "nodes: Input should be a valid integer", "docs/launch.md"),
    "a number too small": (SLURM + "nodes: 0\n", "nodes: Input should be greater than", "docs/launch.md"),
    "a word for a list": (SLURM + "setup: module load\n", "setup: Input should be a valid list", "docs/launch.md"),
    "a list for words": (SLURM + "account: [a]\n", "account: Input should be a valid string", "docs/launch.md"),
    "another word": (SLURM + "gpu_request: gpus\n", "gpu_request: Input should be 'gpus-per-node'", "docs/launch.md"),
    "truth for words": (SLURM + "environment: {NCCL_DEBUG: on}\n", "environment.NCCL_DEBUG:", "docs/launch.md"),
    "unquoted hours": (SLURM + "time: 24:00:00\n", "time: not a time as Slurm writes it", "in quotes"),
    "unquoted minutes": (SLURM + "time: 30:00\n", "time: not a time as Slurm writes it", "in quotes"),
    "hours of a kind": (SLURM + "jobs: {data: {time: 1:00:00}}\n", "jobs.data.time: not a time", "in quotes"),
    "a secret": (SLURM + "environment: {HF_TOKEN: x}\n", "environment: HF_TOKEN looks like a secret", "secrets_file"),
    "a key": (SLURM + "environment: {WANDB_API_KEY: x}\n", "WANDB_API_KEY looks like a secret", "secrets_file"),
    "small letters": (SLURM + "environment: {http_proxy: x}\n", "http_proxy is not a name in capitals", "HTTP_PROXY"),
    "a secret for Docker": (DOCKER + "environment: {my_password: x}\n", "my_password looks like a secret", "secrets"),
    "a home elsewhere": (
        SLURM + "secrets_file: ~/s.env\ntunnel: {host: h, user: u, job_dir: /j}\n",
        "over SSH secrets_file has to be an absolute path",
        "docs/launch.md",
    ),
    "not a mapping": ("- executor\n- slurm\n", "a cluster file is a mapping of keys", "docs/launch.md"),
    "empty": ("", "a cluster file is a mapping of keys", "docs/launch.md"),
    "not YAML": (SLURM + "nodes: [1\nmem: 0\n", "not YAML", "docs/launch.md"),
    "a tab": (SLURM + "jobs:\n\tdata: {}\n", "not YAML", "docs/launch.md"),
}
"""Content, what is wrong, and the remedy."""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "cluster.yaml"


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_one_sentence(file: Path, name: str) -> None:
    content, what, remedy = MISTAKES[name]
    file.write_text(content, "utf-8")
    executor = "docker" if content.startswith(DOCKER) and "another" not in name else "slurm"
    with pytest.raises(UserError) as caught:
        load(file, executor)
    sentence = str(caught.value)
    assert "\n" not in sentence
    assert sentence.startswith(str(file))
    assert what in sentence
    assert remedy in sentence[sentence.index(what) :]


@pytest.mark.parametrize(("name", "line"), [("not YAML", 4), ("a tab", 4)])
def test_what_is_not_yaml_is_named_with_its_line(file: Path, name: str, line: int) -> None:
    file.write_text(MISTAKES[name][0], "utf-8")
    with pytest.raises(UserError, match=rf"^{re.escape(str(file))}:{line}: not YAML"):
        load(file, "slurm")


def test_text_of_another_encoding_is_not_yaml(file: Path) -> None:
    file.write_bytes(b"executor: slurm\naccount: l\xe9gal\n")
    with pytest.raises(UserError, match="not YAML"):
        load(file, "slurm")


@pytest.mark.parametrize("executor", ["slurm", "docker"])
def test_a_file_that_is_not_there_names_an_example_that_is(file: Path, executor: str) -> None:
    with pytest.raises(UserError, match="no such cluster file") as caught:
        load(file, executor)
    example = re.search(r"clusters/(\S+\.yaml)", str(caught.value))
    assert example is not None
    assert (EXAMPLES / example[1]).is_file()


@pytest.mark.parametrize("file", sorted(EXAMPLES.glob("*.yaml")), ids=lambda file: file.name)
def test_examples_load(file: Path) -> None:
    executor = file.stem.removeprefix("example-")
    assert isinstance(load(file, executor), {"slurm": SlurmCluster, "docker": DockerHost}[executor])


def test_what_the_slurm_example_says_in_comments_loads_too(tmp_path: Path) -> None:
    text = (EXAMPLES / "example-slurm.yaml").read_text("utf-8")
    commented = re.sub(r"(?m)^# (?=(python|mpi|tunnel|  \w+):)", "", text)
    (tmp_path / "all.yaml").write_text(commented, "utf-8")
    place = load(tmp_path / "all.yaml", "slurm")
    assert isinstance(place, SlurmCluster)
    assert place.mpi == "pmix"
    assert place.tunnel is not None
    assert (place.tunnel.port, place.tunnel.identity) == (22, "~/.ssh/id_ed25519")


@pytest.mark.parametrize("value", ["30:00", "1:00:00", "24:00:00", "2-00:00:00"])
def test_times_of_slurm(file: Path, value: str) -> None:
    file.write_text(f'{SLURM}time: "{value}"\n', "utf-8")
    place = load(file, "slurm")
    assert isinstance(place, SlurmCluster)
    assert place.time == value


def test_numbers_may_stand_for_words(file: Path) -> None:
    file.write_text(SLURM.replace("legal", "4711") + "mem: 0\nenvironment: {NCCL_NVLS_ENABLE: 1}\n", "utf-8")
    place = load(file, "slurm")
    assert isinstance(place, SlurmCluster)
    assert (place.account, place.mem, place.environment) == ("4711", "0", {"NCCL_NVLS_ENABLE": "1"})


def fails(folder: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    """What a command that must end with 2 says, having written nothing."""
    before = sorted(folder.rglob("*"))
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert sorted(folder.rglob("*")) == before
    said = capsys.readouterr()
    assert said.out == ""
    [line] = said.err.splitlines()
    return line


PIPELINE = ["pipeline", "eurlex_8b_eval", "models=base=DIR", "--executor"]


@pytest.mark.parametrize("flags", [[], ["--dryrun"], ["--detach"]], ids=["run", "dryrun", "detach"])
@pytest.mark.parametrize("name", ["unknown key", "no account", "not YAML", "unquoted hours", "a secret"])
def test_the_command_ends_with_2_and_writes_nothing(
    file: Path, name: str, flags: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(MISTAKES[name][0], "utf-8")
    monkeypatch.chdir(file.parent)
    line = fails(file.parent, [*PIPELINE, "slurm", "--cluster", "cluster.yaml", *flags], capsys)
    assert line.startswith("lexatron: cluster.yaml")
    assert MISTAKES[name][1] in line


def test_what_executor_and_cluster_file_must_agree_on(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file.write_text(DOCKER, "utf-8")
    monkeypatch.chdir(file.parent)
    assert "add --cluster FILE; clusters/example-slurm.yaml" in fails(file.parent, [*PIPELINE, "slurm"], capsys)
    assert "add --executor slurm" in fails(file.parent, [*PIPELINE, "local", "--cluster", "cluster.yaml"], capsys)
    wrong = [*PIPELINE, "slurm", "--cluster", "cluster.yaml"]
    assert "not a file for --executor slurm" in fails(file.parent, wrong, capsys)
    assert "'slrm' is not one of" in fails(file.parent, [*PIPELINE, "slrm"], capsys)
