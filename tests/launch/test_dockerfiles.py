"""The images are not built here: what they name exists, agrees with the package, and passes hadolint."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
FILES = {name: ROOT / "docker" / name for name in ("Dockerfile", "Dockerfile.cpu")}
NVIDIA = ("torch", "nemo", "megatron", "transformer", "lightning", "nvidia", "triton")


def instructions(name: str) -> list[tuple[str, str]]:
    """Instructions and their arguments; comments dropped, continued lines joined as Docker joins them."""
    lines = [line for line in FILES[name].read_text("utf-8").splitlines() if not line.startswith("#")]
    joined = "\n".join(lines).replace("\\\n", "")
    pairs = [line.split(maxsplit=1) for line in joined.splitlines() if line.strip()]
    return [(word, rest.strip()) for word, rest in pairs]


def copied(name: str) -> list[str]:
    return [source for word, rest in instructions(name) if word == "COPY" for source in rest.split()[:-1]]


def installed(name: str) -> list[list[str]]:
    """The words of every `pip install` of the image's own Python."""
    commands = [command for word, rest in instructions(name) if word == "RUN" for command in rest.split("&&")]
    return [shlex.split(command) for command in commands if "python -m pip install" in command]


def project() -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return found


def pins() -> dict[str, str]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pairs = [line.split("==") for line in lines if "==" in line and not line.startswith("#")]
    return {canonicalize_name(package): version for package, version in pairs}


def let_through() -> set[str]:
    """What .dockerignore leaves of the repository: it names what stays, after leaving out everything."""
    lines = [line for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert lines[0] == "*"
    return {line.removeprefix("!") for line in lines if line.startswith("!")}


def closure(name: str, extras: frozenset[str] = frozenset()) -> set[str]:
    """The names of all packages that a package installed here asks for, itself included."""
    seen: set[tuple[str, frozenset[str]]] = set()
    todo = [(name, extras)]
    while todo:
        package, wanted = todo.pop()
        if (canonicalize_name(package), wanted) in seen:
            continue
        seen.add((canonicalize_name(package), wanted))
        try:
            found = [Requirement(text) for text in requires(package) or []]
        except PackageNotFoundError:
            continue
        todo += [
            (r.name, frozenset(r.extras))
            for r in found
            if r.marker is None or any(r.marker.evaluate({"extra": extra}) for extra in ("", *wanted))
        ]
    return {package for package, _ in seen}


@pytest.mark.parametrize("name", FILES)
def test_hadolint_finds_nothing(name: str) -> None:
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, "--no-color", FILES[name]], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_hadolint_would_find_something(tmp_path: Path) -> None:
    bad = tmp_path / "Dockerfile"
    bad.write_text("FROM python\nRUN pip install numpy\n", "utf-8")
    hadolint = Path(sys.executable).with_name("hadolint")
    done = subprocess.run([hadolint, "--no-color", bad], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert {"DL3006", "DL3013"} <= set(re.findall(r"DL\d+", done.stdout))


@pytest.mark.parametrize("name", FILES)
def test_what_is_copied_exists_and_is_let_through(name: str) -> None:
    for source in copied(name):
        assert (ROOT / source).exists()
        assert source == "." or source in let_through()
    assert "." in copied(name)


def test_every_package_gets_into_the_images() -> None:
    packages = set(project()["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"])
    files = {"constraints.txt", "pyproject.toml", project()["project"]["readme"]}
    assert let_through() == packages | files
    assert all((ROOT / name).exists() for name in let_through())


def test_the_base_images_are_those_that_the_package_is_for() -> None:
    bases = {name: dict(instructions(name))["FROM"] for name in FILES}
    assert bases == {"Dockerfile": "nvcr.io/nvidia/nemo:25.11", "Dockerfile.cpu": "python:3.11-slim-bookworm"}
    assert "NeMo 25.11 container" in (ROOT / "pyproject.toml").read_text("utf-8")
    python = SpecifierSet(project()["project"]["requires-python"])
    assert "3.11" in python  # the CPU image's
    assert "3.12" in python  # NVIDIA's


def test_nothing_of_nvidias_is_installed_over_the_container() -> None:
    for words in installed("Dockerfile"):
        assert "--no-deps" in words
        assert not [word for word in words[words.index("install") :] if word.lower().startswith(NVIDIA)]


def test_the_gpu_image_adds_what_nemo_does_not_ask_for() -> None:
    """The base package's requirements, less all that NeMo with its LLM and Run extras asks for, and what they need."""
    with_nemo = closure("nemo-toolkit", frozenset({"llm", "run"}))
    base = {canonicalize_name(Requirement(text).name) for text in project()["project"]["dependencies"]}
    missing = set().union(*(closure(package) for package in base - with_nemo)) - with_nemo
    constrained = next(words for words in installed("Dockerfile") if "--constraint" in words)
    named = constrained[constrained.index("constraints.txt") + 1 :]
    assert {canonicalize_name(word) for word in named} == missing


def test_the_pins_of_the_images_are_those_of_the_package() -> None:
    """Both images take versions from constraints.txt, which lies within what pyproject.toml allows."""
    extras = project()["project"]["optional-dependencies"]
    wanted = [*project()["project"]["dependencies"], *extras["train"], *extras["eval"]]
    for requirement in map(Requirement, wanted):
        assert requirement.specifier.contains(pins()[canonicalize_name(requirement.name)]), requirement
    first, again = installed("Dockerfile.cpu")
    assert first[first.index("--constraint") + 1] == "constraints.txt"
    assert first[-1] == ".[train,eval]"
    assert "--no-deps" in again


def test_the_cpu_image_takes_pytorch_without_cuda() -> None:
    assert ("ARG", "TORCH_INDEX_URL=https://download.pytorch.org/whl/cpu") in instructions("Dockerfile.cpu")
    first, _ = installed("Dockerfile.cpu")
    assert first[first.index("--extra-index-url") + 1] == "${TORCH_INDEX_URL}"


@pytest.mark.parametrize("name", FILES)
def test_the_command_is_tried_while_the_image_is_built(name: str) -> None:
    assert any("lexatron --help" in rest for word, rest in instructions(name) if word == "RUN")
    assert instructions(name)[-1][0] in ("WORKDIR", "CMD")
    assert ("WORKDIR", "/work") in instructions(name)
