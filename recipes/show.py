"""A built recipe as YAML, for reading, comparing and NeMo-Run's `--yaml`."""

from __future__ import annotations

import nemo_run as run
from nemo_run.core.serialization.yaml import YamlSerializer


def as_yaml(recipe: run.Partial) -> str:
    """The whole configuration, deterministic."""
    return str(YamlSerializer().serialize(recipe))
