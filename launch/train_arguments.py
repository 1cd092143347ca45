"""The arguments of `lexatron train`, read in the same way on a laptop and in a job."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recipes.hardware import Gpu
from recipes.registry import expected_gpu, find

STAGE = "train"
"""The name of the only stage of `lexatron train`."""


@dataclass(frozen=True)
class TrainArguments:
    """What `lexatron train` was given.

    Attributes:
        recipe: name of the recipe.
        settings: key=value, `--no-wandb` and `--no-tensorboard` among them as such.
        fresh: delete the run folder where it holds another configuration.
        no_check: do not run the pre-flight list.
    """

    recipe: str
    settings: tuple[str, ...]
    fresh: bool = False
    no_check: bool = False

    @classmethod
    def parse(cls, arguments: Sequence[str]) -> TrainArguments:
        """Those of a command line that begins with `train`."""
        from launch.train_cli import train

        with train.make_context("train", list(arguments[1:])) as context:
            return cls.of(context.params)

    @classmethod
    def of(cls, values: dict[str, Any]) -> TrainArguments:
        """Those of the command's parameters."""
        loggers = tuple(f"{name}=False" for name in ("wandb", "tensorboard") if values[f"no_{name}"])
        settings = (*values["arguments"], *loggers)
        return cls(values["recipe"], settings, fresh=values["fresh"], no_check=values["no_check"])

    def build(self, *amounts: str) -> tuple[Any, Gpu | None]:
        """The built recipe, and the GPU that its layout is for; NeMo has to be imported before.

        Args:
            amounts: further settings, such as those that stand in for data that is not there.

        Raises:
            UserError: it cannot be built.
        """
        from recipes.overrides import build

        function = find(self.recipe).load()
        return build(function, [*self.settings, *amounts]), expected_gpu(function, self.settings)

    def command(self) -> tuple[str, ...]:
        """The arguments of `lexatron` that say the same."""
        flags = (("--fresh",) if self.fresh else ()) + (("--no-check",) if self.no_check else ())
        return ("train", self.recipe, *self.settings, *flags)

    def run_dir(self) -> Path:
        """The run folder, without building anything."""
        for setting in self.settings:
            if setting.startswith("run_dir="):
                return Path(setting.removeprefix("run_dir="))
        return find(self.recipe).run_dir


def run_dir_of(arguments: Sequence[str]) -> Path:
    """The run folder of `train` arguments."""
    return TrainArguments.parse(arguments).run_dir()
