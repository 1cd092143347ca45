"""Configurations with every default written out."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from data_prep.curation.annotated import header, to_yaml
from data_prep.curation.cli import instruct
from data_prep.curation.config import load_config

SHIPPED = sorted((Path(__file__).parents[3] / "configs" / "instruct").glob("*.yaml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_configurations_are_whole_and_up_to_date(path: Path) -> None:
    """Else: python -m data_prep.curation.annotated configs/instruct/*.yaml."""
    text = path.read_text("utf-8")
    assert header(text)
    assert text == header(text) + to_yaml(load_config(path))


def test_there_is_one_for_each_of_the_three_systems() -> None:
    assert {path.stem for path in SHIPPED} == {"english_curation", "from_scratch", "finetuning"}


def test_what_is_printed_is_the_same_configuration(tmp_path: Path) -> None:
    path = tmp_path / "short.yaml"
    path.write_text(
        "sources: [{name: a, path: a.jsonl}]\nsteps: {length: false, pii: {phones: drop}}\nsplit: {train: 80}\n"
    )
    printed = CliRunner().invoke(instruct, [str(path), "--print-config"], catch_exceptions=False).output
    (tmp_path / "long.yaml").write_text(printed)
    assert load_config(tmp_path / "long.yaml") == load_config(path)
    assert "# " in printed
