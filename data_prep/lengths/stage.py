"""Measures a dataset and writes what was asked for: figures, plots, a page, and the dataset without its outliers."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from data_prep.curation.record import Side
from data_prep.lengths.dataset import dataset_files
from data_prep.lengths.measure import Chat, Measured, measure
from data_prep.lengths.outliers import Counts, Policy, write_without_outliers
from data_prep.lengths.page import page
from data_prep.lengths.plots import plot
from data_prep.lengths.result import Json, result, training_lengths
from data_prep.lengths.statistics import outlier_length, suggested_length
from data_prep.limits import MANIFEST
from data_prep.tokenizer_encoders import Encoder
from lexatron.atomic import write_bytes, write_text
from lexatron.console import progress_bar
from lexatron.errors import UserError

RESULT = "lengths.json"
PAGE = "lengths.html"

_KEPT_OF_MANIFEST = ("tokenizer", "template", "tasks")
"""What a manifest says that holds without the outliers, too; its counts and hashes do not."""


@dataclass(frozen=True)
class Lengths:
    """What to measure.

    Attributes:
        dataset: its folder.
        by: fields to group by.
        cut: lengths at which the loss is counted.
        policy: what becomes of conversations above the 99th percentile of all.
    """

    dataset: Path
    by: tuple[str, ...]
    cut: tuple[int, ...]
    policy: Policy

    def measured(self, chat: Chat, contents: Encoder) -> Measured:
        """The lengths of every conversation.

        Raises:
            UserError: no dataset, a line of it is not a conversation, or there are none.
        """
        with progress_bar("conversations") as bar:
            task = bar.add_task("Tokenising", total=None)
            found = measure(
                dataset_files(self.dataset), chat, self.by, contents, lambda number: bar.advance(task, number)
            )
        if not found.total.size:
            raise UserError("no conversations in the dataset", where=self.dataset, remedy="make it again")
        return found

    def write(self, chat: Chat, contents: Encoder, folder: Path) -> Json:
        """Measure, and write everything into an empty folder; the content of `lengths.json`."""
        measured = self.measured(chat, contents)
        found = result(measured, self.cut, self.policy, self._rewrite(measured, chat, folder))
        plots = _plots(measured)
        for name, image in plots.items():
            write_bytes(folder / f"lengths-{name}.png", image)
        write_text(folder / PAGE, page(str(self.dataset), found, plots))
        write_text(folder / RESULT, json.dumps(found, indent=2, ensure_ascii=False) + "\n")
        return found

    def _rewrite(self, measured: Measured, chat: Chat, folder: Path) -> Mapping[Side, Counts]:
        if self.policy == "report":
            return {}
        files = dataset_files(self.dataset)
        lengths = {side: measured.total[measured.side(side)] for side in files}
        _write_manifest(self.dataset / MANIFEST, folder / MANIFEST)
        return write_without_outliers(files, lengths, outlier_length(measured.total), self.policy, chat, folder)


def _write_manifest(source: Path, target: Path) -> None:
    """Write what a dataset's manifest says of its tokenizer and limits, where it has one."""
    if not source.is_file():
        return
    try:
        manifest = json.loads(source.read_bytes())
        kept = {name: manifest[name] for name in _KEPT_OF_MANIFEST if name in manifest}
    except (ValueError, TypeError) as error:
        raise UserError("not a JSON object", where=source, remedy="make the dataset again") from error
    write_text(target, json.dumps(kept, indent=2, ensure_ascii=False) + "\n")


def _plots(measured: Measured) -> dict[str, bytes]:
    marks = {"suggested": suggested_length(training_lengths(measured)), "p99": outlier_length(measured.total)}
    of_parts = ("part", "role")  # whose lengths are not those of conversations
    return {name: plot(name, groups, {} if name in of_parts else marks) for name, groups in measured.groups.items()}


def parse_cut(values: Sequence[Any]) -> tuple[int, ...]:
    """Lengths of `--cut`, rising.

    Raises:
        UserError: one is not a whole number of at least 1.
    """
    try:
        found = sorted({int(value) for value in values})
    except ValueError as error:
        raise UserError(f"--cut: {error}", remedy="write it like 512,1024,2048") from error
    if not found or found[0] < 1:
        raise UserError("--cut: a length is at least 1", remedy="write it like 512,1024,2048")
    return tuple(found)
