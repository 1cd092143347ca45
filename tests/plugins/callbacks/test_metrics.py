"""The metrics file: what may stand in it, and what a resumed run finds there."""

from __future__ import annotations

import json
import math
from pathlib import Path

from lexatron.run_files import Ending, read_ending, read_metrics
from plugins.callbacks import MetricsLog
from plugins.callbacks.ending import forget_ending, write_ending
from plugins.callbacks.metrics import lines_until


def test_lines_are_strict_json_without_what_is_not_finite(tmp_path: Path) -> None:
    log = MetricsLog(str(tmp_path / "metrics.jsonl"))
    log.append(1, {"loss": math.nan, "lr": 0.5, "event": "x"})
    log.append(2, {"loss": 1.0, "grad_norm": math.inf})
    assert log.path.read_text() == '{"step": 1, "lr": 0.5, "event": "x"}\n{"step": 2, "loss": 1.0}\n'


def test_lines_behind_the_checkpoint_and_a_torn_one_are_dropped(tmp_path: Path) -> None:
    path = tmp_path / "metrics.jsonl"
    assert lines_until(path, 5) == []
    whole = [json.dumps({"step": step}) for step in (0, 1, 2, 2, 3)]
    path.write_text("\n".join(whole) + '\n{"step": 1, "los')
    assert lines_until(path, 2) == whole[:4]
    assert len(read_metrics(path)) == 5


def test_an_ending_is_left_and_forgotten(tmp_path: Path) -> None:
    assert read_ending(tmp_path) is None
    write_ending(tmp_path, Ending(75, 3, "why"))
    assert read_ending(tmp_path) == Ending(75, 3, "why")
    forget_ending(tmp_path)
    forget_ending(tmp_path)
    assert read_ending(tmp_path) is None
