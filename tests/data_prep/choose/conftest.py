"""Real and sample acts, read once, with their texts."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from data_prep.cli import data
from data_prep.formex import parse_paths, render
from data_prep.formex.acts import Act
from tests.data_prep.choose.documents import Document


def documents_of(folder: Path) -> list[Document]:
    return [(act, render(act)) for act in parse_paths([folder]) if isinstance(act, Act)]


@pytest.fixture(scope="session")
def real_documents(formex_dir: Path) -> list[Document]:
    """Every act of the real FORMEX files, and its text."""
    return documents_of(formex_dir)


@pytest.fixture(scope="session")
def sample_documents(tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    """Twenty acts of our own in five languages, and their texts."""
    folder = tmp_path_factory.mktemp("choose") / "sample"
    finished = CliRunner().invoke(data, ["sample", "-o", str(folder), "--acts", "20"])
    assert finished.exit_code == 0, finished.output
    return documents_of(folder)
