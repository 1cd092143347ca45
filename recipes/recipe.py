"""The decorator of every recipe: a function of settings and a layout becomes a NeMo-Run factory with a flat signature.

    @recipe(llm.pretrain, Pretraining, LAYOUTS["llama31_8b", "full"], layout="h100x8")
    def llama31_8b_cpt(settings, layout):
        ...

is called `llama31_8b_cpt(seq_length=8192, layout="h100x1")`, and NeMo's own command finds it:
`nemo llm pretrain --factory llama31_8b_cpt`.
"""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any, Protocol, cast

import nemo_run as run

from recipes import hardware
from recipes.layouts import Layout, find
from recipes.settings import Settings


class Factory(Protocol):
    """A recipe as users see it."""

    __name__: str
    table: Mapping[str, Layout]
    """The layouts that it is shipped with, by name."""

    def __call__(self, **settings: Any) -> run.Partial:
        """Build the recipe; `settings` are those of its dataclass."""

    def with_layout(self, layout: Layout, **settings: Any) -> run.Partial:
        """Build it for a layout that need not be in the table."""


def recipe(
    target: Any, kind: type[Settings], table: Mapping[str, Layout], **defaults: Any
) -> Callable[[Callable[[Any, Layout], run.Partial]], Factory]:
    """Make a factory of a function.

    Args:
        target: `llm.pretrain` or `llm.finetune`, whose partial the function returns.
        kind: the dataclass of its settings.
        table: the layouts that it is shipped with.
        defaults: settings whose default differs in this recipe; `run_dir` is `runs/NAME` unless given.
    """

    def decorate(function: Callable[[Any, Layout], run.Partial]) -> Factory:
        own = {"run_dir": f"runs/{function.__name__}", **defaults}

        def with_layout(layout: Layout, **given: Any) -> run.Partial:
            return function(kind(**{**own, **given, "layout": layout.name}), layout)

        def factory(**given: Any) -> run.Partial:
            settings = kind(**{**own, **given})
            gpus = hardware.auto(settings.layout)
            if gpus is not None:
                from recipes.plan.search import auto

                return with_layout(auto(cast(Factory, factory), given, *gpus), **given)
            return function(settings, find(settings.layout, table))

        parameters = [
            inspect.Parameter(
                f.name, inspect.Parameter.KEYWORD_ONLY, default=own.get(f.name, f.default), annotation=f.type
            )
            for f in fields(kind)
        ]
        factory.__name__ = factory.__qualname__ = function.__name__
        factory.__module__, factory.__doc__ = function.__module__, function.__doc__
        factory.__annotations__ = {p.name: p.annotation for p in parameters} | {"return": run.Partial}
        for name, value in {
            "__signature__": inspect.Signature(parameters, return_annotation=run.Partial),
            "table": table,
            "with_layout": with_layout,
        }.items():
            setattr(factory, name, value)
        made: Factory = run.cli.factory(target=target)(factory)
        return made

    return decorate
