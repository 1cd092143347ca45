"""Checks of the software: Python, packages at the pinned versions, CUDA, Transformer Engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from recipes.check.context import Context
from recipes.check.finding import ELSEWHERE, Finding, failed, passed, warned

PYTHONS = ((3, 11), (3, 12))
"""`requires-python` of lexatron; NeMo 2.7's dependencies have no wheels for later ones."""

EXTRAS = ("", "train")
"""What a training needs of lexatron's requirements; Transformer Engine, of `gpu`, has a check of its own."""

TRANSFORMER_ENGINE = "transformer-engine"
CONTAINER = "use NVIDIA's NeMo container 25.11, or pip install 'lexatron[gpu]'"

OLDEST = {"fp8": "1.0", "fp8_current": "2.2", "fp8_blockwise": "2.3", "mxfp8": "2.1", "nvfp4": "2.9"}
"""Precision -> Transformer Engine. FP8 and MXFP8: the versions in `get_fp8_recipe` of megatron/core/fp8_utils.py.
NVFP4: Megatron's fp4_utils.py asks for 2.7, and 2.9 is that of NeMo's first container with NVFP4 (25.11)."""


@dataclass(frozen=True)
class Mismatch:
    """A requirement that this machine does not meet; `installed` is None where the package is missing."""

    requirement: Requirement
    installed: str | None

    def __str__(self) -> str:
        return f"{self.requirement.name} {self.installed or 'is missing'} ({self.requirement.specifier or 'any'})"


def python(context: Context) -> list[Finding]:
    """Python is one of those that the stack has wheels for."""
    mine = ".".join(map(str, context.machine.python))
    if context.machine.python[:2] in PYTHONS:
        return passed("Python", mine)
    known = " or ".join(f"{major}.{minor}" for major, minor in PYTHONS)
    return failed("Python", f"{mine}, and NeMo 2.7 runs on {known}", f"make the environment with Python {known}")


def packages(context: Context) -> list[Finding]:
    """Every package that a training needs is there, at the version that the tests passed with."""
    requirements = context.machine.requirements
    if requirements is None:
        return warned("packages", "lexatron is not installed, so its pins are not known", "pip install -e '.[train]'")
    needed = list(needed_requirements(requirements))
    found = list(mismatches(needed, context.machine.versions))
    if not found:
        return passed("packages", f"{len(needed)} as pinned")
    detail = f"not as pinned: {', '.join(map(str, found))}"
    if any(mismatch.installed is None for mismatch in found):
        return failed("packages", detail, "pip install 'lexatron[train]'")
    return warned("packages", detail, "the tests ran with the pinned ones; NVIDIA's container has its own: keep those")


def needed_requirements(requirements: Sequence[str]) -> Iterator[Requirement]:
    """Those of `EXTRAS` that hold on this platform, each package once."""
    seen = set()
    for requirement in map(Requirement, requirements):
        marker = requirement.marker
        wanted = marker is None or any(marker.evaluate({"extra": extra}) for extra in EXTRAS)
        if wanted and str(requirement) not in seen:
            seen.add(str(requirement))
            yield requirement


def mismatches(requirements: Sequence[Requirement], versions: Mapping[str, str]) -> Iterator[Mismatch]:
    """Requirements that the installed versions do not meet; a local build (`2.13.0+cpu`) counts as its version."""
    for requirement in requirements:
        installed = versions.get(canonicalize_name(requirement.name))
        if installed is None or not requirement.specifier.contains(installed, prereleases=True):
            yield Mismatch(requirement, installed)


def cuda(context: Context) -> list[Finding]:
    """PyTorch is built for CUDA where the run needs it."""
    if context.on_cpu:
        return passed("CUDA", "not needed by this layout")
    if context.elsewhere:
        return warned("CUDA", "not checked here", ELSEWHERE)
    if context.machine.cuda is None:
        return failed("CUDA", "this PyTorch is a build for CPUs", CONTAINER)
    return passed("CUDA", f"PyTorch is built for {context.machine.cuda}")


def transformer_engine(context: Context) -> list[Finding]:
    """Transformer Engine is there, and new enough for the precision: without it FP8 is ignored in silence."""
    name, precision = "Transformer Engine", precision_of(context)
    if context.on_cpu:
        return passed(name, "not needed by this layout")
    if context.elsewhere:
        wanted = f" {OLDEST[precision]} or later" if precision in OLDEST else ""
        return warned(name, f"not checked here; this run needs it{wanted}", ELSEWHERE)
    version = context.machine.versions.get(TRANSFORMER_ENGINE)
    if version is None:
        ignored = f", and {precision} would be ignored" if precision in OLDEST else ""
        return failed(name, f"is missing: no checkpoint has the names of the layers without it{ignored}", CONTAINER)
    if precision in OLDEST and Version(version).release < Version(OLDEST[precision]).release:
        return failed(name, f"{version}, and {precision} needs {OLDEST[precision]} or later", CONTAINER)
    return passed(name, version)


_FP8_RECIPES = {"tensorwise": "fp8_current", "blockwise": "fp8_blockwise", "mxfp8": "mxfp8"}


def precision_of(context: Context) -> str:
    """The name in `recipes.precision` for what the recipe's plugin says, overrides included."""
    plugin = context.recipe.trainer.plugins
    if getattr(plugin, "fp4", None):
        return "nvfp4"
    if getattr(plugin, "fp8", None):
        return _FP8_RECIPES.get(str(plugin.fp8_recipe), "fp8")
    return "bf16" if "bf16" in str(plugin.precision) else "fp32"
