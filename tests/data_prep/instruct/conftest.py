"""Sample acts in all five languages for the stage of cited questions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from data_prep.formex.store import read_acts
from data_prep.split import Shares, Split, split_works, write_splits
from lexatron.cli import lexatron

SHARES = Shares(70, 10, 20)


def run(*arguments: object) -> None:
    """A command of ours, in this process; its error as it is."""
    outcome = CliRunner().invoke(lexatron, [str(argument) for argument in arguments])
    if outcome.exception is not None:
        raise outcome.exception


@dataclass(frozen=True)
class Sample:
    """A folder of acts, the file that splits their works, and the sides that it gives them."""

    acts: Path
    splits: Path
    works: dict[str, Split]


@pytest.fixture(scope="session")
def sample_acts(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """Thirty sample works in five languages."""
    folder = tmp_path_factory.mktemp("qa_acts")
    run("data", "sample", "-o", folder / "sample", "--acts", 30, "--seed", 5)
    run("data", "formex", folder / "sample", "-o", folder / "acts")
    works = split_works({act.work for act in read_acts(folder / "acts")}, SHARES, 1)
    write_splits(folder / "splits.json", works, SHARES, 1)
    return Sample(folder / "acts", folder / "splits.json", works)
