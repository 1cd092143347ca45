"""docs/check.md says what the code does: every check has its row, every limit its figure."""

from __future__ import annotations

import re
from pathlib import Path

from recipes.check import environment, hardware, lengths, training
from recipes.check.finding import percent
from recipes.check.run import CHECKS

PAGE = (Path(__file__).parents[3] / "docs" / "check.md").read_text("utf-8")
ROWS = dict(re.findall(r"^\| ([^|]+?) \| (.+)$", PAGE, re.MULTILINE))
NAMES = {
    "gpus": "GPUs",
    "cuda": "CUDA",
    "wandb": "W&B",
    "warm_up": "warm-up",
    "transformer_engine": "Transformer Engine",
}


def test_every_check_has_a_row() -> None:
    for check in CHECKS:
        name = NAMES.get(check.__name__, check.__name__.replace("_", " "))
        assert name in ROWS or name.capitalize() in ROWS, name


def test_every_limit_is_stated() -> None:
    stated = {
        "memory": [f"{hardware.TIGHT:.0%}".replace("%", " %")],
        "packing": [percent(lengths.FILLED, 0)],
        "epochs": [f"{lengths.MANY_EPOCHS:g} times"],
        "tokens per step": [f"{lengths.TOKENS_PER_STEP:,}"],
        "learning rate": ["1e-4", "3e-4"],
        "warm-up": [percent(training.WARMUP[0]), percent(training.WARMUP[1], 0)],
        "replay": [percent(training.REPLAY[0], 0), percent(training.REPLAY[1], 0)],
        "Transformer Engine": [environment.OLDEST[name] for name in ("fp8_current", "fp8_blockwise", "mxfp8", "nvfp4")],
    }
    assert (training.HIGH_LR, training.PRETRAINING_LR) == (1e-4, 3e-4)
    assert (lengths.FEW, lengths.MANY) == (1 / 8, 8)
    for name, figures in stated.items():
        for figure in figures:
            assert figure in ROWS[name], (name, figure)
