from __future__ import annotations

from pathlib import Path

import pytest
import torch

from recipes.tables import PAGES

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.mark.parametrize("name", PAGES)
def test_docs_say_what_the_code_says(name: str) -> None:
    if name == "cpu.md" and torch.cuda.is_available():
        pytest.skip("the page lists what is replaced where no GPU is")
    assert (DOCS / name).read_text("utf-8") == PAGES[name](), "run: python -m recipes.tables"
