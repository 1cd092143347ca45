"""The data room runs where neither torch nor NeMo is installed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import data_prep

HEAVY = ("torch", "nemo", "nemo_run", "transformers", "megatron", "lightning")

PROGRAM = """
import importlib, sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in sys.argv[1].split(","):
            raise SystemExit(f"{name} is not for the data room")
sys.meta_path.insert(0, Refuse())
for module in sys.argv[2].split(","):
    importlib.import_module(module)
"""


def modules() -> list[str]:
    root = Path(data_prep.__file__).parent
    paths = (path.relative_to(root.parent).with_suffix("") for path in root.rglob("*.py"))
    return sorted(".".join(path.parts).removesuffix(".__init__") for path in paths)


def test_every_module_imports_without_torch_or_nemo() -> None:
    """Not even an import that is caught and forgotten: asking for one of these packages is the failure."""
    assert "data_prep.corpus" in modules()
    finished = subprocess.run(
        [sys.executable, "-c", PROGRAM, ",".join(HEAVY), ",".join(modules())],
        capture_output=True,
        text=True,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
