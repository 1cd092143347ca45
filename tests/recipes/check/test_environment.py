"""Software: what is pinned, what is installed, and what a precision needs of Transformer Engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from recipes.check import environment
from recipes.check.finding import Finding
from recipes.check.machine import Machine, _wandb_login
from recipes.precision import PRECISIONS
from tests.recipes.check.conftest import H100, Make


def only(findings: list[Finding]) -> Finding:
    [finding] = findings
    return finding


def test_python(cpt: Make) -> None:
    made = cpt()
    assert only(environment.python(made)).status == "pass"
    for version in ((3, 10, 14), (3, 13, 0)):
        finding = only(environment.python(replace(made, machine=replace(made.machine, python=version))))
        assert finding.status == "fail"
        assert "3.11 or 3.12" in finding.remedy


def test_packages_of_this_environment_are_looked_up_by_lexatrons_own_pins(this: Machine) -> None:
    assert this.requirements is not None
    needed = {requirement.name for requirement in environment.needed_requirements(this.requirements)}
    assert {"numpy", "megatron-core", "nemo-toolkit", "torch"} <= needed
    assert not {"pytest", "lm-eval", "ray", "transformer-engine"} & needed


def test_another_version_is_a_warning_and_a_missing_package_a_failure(cpt: Make) -> None:
    made = cpt()
    other = {**made.machine.versions, "megatron-core": "0.16.0"}
    finding = only(environment.packages(replace(made, machine=replace(made.machine, versions=other))))
    assert finding.status == "warn"
    assert "megatron-core 0.16.0 (==0.15.3)" in finding.detail

    without = {name: version for name, version in made.machine.versions.items() if name != "nemo-toolkit"}
    finding = only(environment.packages(replace(made, machine=replace(made.machine, versions=without))))
    assert finding.status == "fail"
    assert "nemo-toolkit is missing" in finding.detail

    unknown = only(environment.packages(replace(made, machine=replace(made.machine, requirements=None))))
    assert unknown.status == "warn"


@pytest.mark.parametrize(
    ("requirement", "installed", "fits"),
    [
        ("torch==2.13.0", "2.13.0+cpu", True),
        ("numpy<2,>=1.26", "2.0.0", False),
        ("nemo_run<0.12,>=0.7", "0.11.1", True),
        ("torch==2.13.0", None, False),
    ],
)
def test_versions(requirement: str, installed: str | None, fits: bool) -> None:
    versions = {"torch": installed, "numpy": installed, "nemo-run": installed}
    known = {name: version for name, version in versions.items() if version}
    assert (list(environment.mismatches([Requirement(requirement)], known)) == []) == fits


def test_cuda(large: Make, cpt: Make, with_gpus: Callable[..., Machine]) -> None:
    assert only(environment.cuda(cpt())).status == "pass"
    made = large()
    assert only(environment.cuda(replace(made, machine=with_gpus(cuda=None)))).status == "fail"
    assert only(environment.cuda(replace(made, machine=with_gpus(H100)))).status == "pass"
    assert only(environment.cuda(replace(made, elsewhere=True))).status == "warn"


@pytest.mark.parametrize(
    ("precision", "version", "status"),
    [
        ("bf16", None, "fail"),
        ("bf16", "2.9.0", "pass"),
        ("fp8", None, "fail"),
        ("fp8_current", "2.1.0", "fail"),
        ("fp8_current", "2.2.0+abc", "pass"),
        ("mxfp8", "2.0.0", "fail"),
        ("nvfp4", "2.8.0", "fail"),
        ("nvfp4", "2.9.0", "pass"),
    ],
)
def test_transformer_engine(
    precision: str, version: str | None, status: str, large: Make, with_gpus: Callable[..., Machine]
) -> None:
    made = large()
    made.recipe.trainer.plugins = PRECISIONS[precision].make(32)
    found = only(environment.transformer_engine(replace(made, machine=with_gpus(H100, engine=version))))
    assert found.status == status
    if version is None and precision == "fp8":
        assert "ignored" in found.detail


@pytest.mark.parametrize("name", PRECISIONS)
def test_a_built_precision_is_recognised(name: str, large: Make) -> None:
    made = large()
    made.recipe.trainer.plugins = PRECISIONS[name].make(32)
    assert environment.precision_of(made) == name


def test_the_login_of_wandb(tmp_path: Path) -> None:
    file = tmp_path / "netrc"
    assert not _wandb_login({"NETRC": str(file)})
    file.write_text("machine api.wandb.ai login user password made-up-for-this-test\n")
    assert _wandb_login({"NETRC": str(file)})
    assert not _wandb_login({"NETRC": str(file), "WANDB_BASE_URL": "https://wandb.example.org"})
    assert _wandb_login({"WANDB_API_KEY": "made-up-for-this-test"})
