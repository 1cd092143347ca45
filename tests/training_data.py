"""Data for training tests, made by the commands that a user would type."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def lexatron(*arguments: object) -> None:
    """Run a command of ours; its output is shown where it fails."""
    command = [sys.executable, "-m", "lexatron.cli", *map(str, arguments)]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, f"{' '.join(command)}\n{outcome.stdout}{outcome.stderr}"


def make_tiny_data(folder: Path) -> None:
    """`corpus` and `qa` of a dozen sample acts in two languages, vocabulary 1024."""
    acts, corpus = folder / "acts", folder / "corpus"
    lexatron("data", "sample", "-o", folder / "formex", "--acts", 12, "--seed", 7, "--languages", "en,fr")
    lexatron("data", "formex", folder / "formex", "-o", acts)
    lexatron("data", "tokenizer", acts, "-o", folder / "tokenizer", "--vocab-size", 1024)
    lexatron("data", "corpus", acts, "-o", corpus, "--tokenizer", folder / "tokenizer", "--shares", "80,10,10")
    lexatron(
        *("data", "qa", acts, "-o", folder / "qa", "--splits", corpus / "splits.json"),
        *("--pairs", 300, "--test-per-language", 4),
        *("--kinds", "definition,obligation,scope,which_act,which_article", "--style", "short"),
    )
