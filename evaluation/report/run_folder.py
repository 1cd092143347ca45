"""Reads a run folder: whatever its stages have left there, and the names of what is not there."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from lexatron.errors import UserError

Json = dict[str, Any]

REMEDY = "run the stage that writes it again"
TRAININGS = {"cpt": "continued pre-training", "sft": "supervised fine-tuning"}


@dataclass(frozen=True)
class Curve:
    """What a training logged.

    Attributes:
        loss: (step, loss) of every logged training step. `validation`: (step, loss) of every validation.
        tokens_per_second: median over the steps that logged it, or None.
    """

    loss: list[tuple[int, float]] = field(default_factory=list)
    validation: list[tuple[int, float]] = field(default_factory=list)
    tokens_per_second: float | None = None


@dataclass(frozen=True)
class Stage:
    """What one stage of the run cost."""

    name: str
    seconds: float
    note: str = ""


@dataclass(frozen=True)
class RunFolder:
    """The content of a run folder; a part that is not there is None or empty and named in `missing`."""

    name: str
    run: Json | None
    acts: Json | None
    manifest: Json | None
    corpus: Json | None
    training: dict[str, Curve]
    evaluation: Json | None
    answers: dict[str, list[Json]]
    stages: list[Stage]
    missing: list[str]


def read_run(folder: str | Path) -> RunFolder:
    """Read every part of a run that is there.

    Raises:
        UserError: there is no such folder, it holds no part of a run, or a part is damaged.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise UserError("no such run folder", where=folder, remedy="run `lexatron demo`, or name another folder")
    missing: list[str] = []

    def part(relative: str, means: str, key: str = "", depth: int = 0) -> Any:
        path = folder / relative
        if path.is_file():
            return _decode_object(path, key, depth)
        missing.append(f"{means} ({relative})")
        return None

    found = RunFolder(
        name=folder.resolve().name,
        run=part("run.json", "recipe, parameters and versions"),
        acts=part("acts/stats.json", "counts of the acts read"),
        manifest=part("corpus/manifest.json", "the corpus manifest", "splits", depth=3),
        corpus=part("corpus/stats.json", "counts of the corpus"),
        training=_trainings(folder, missing),
        evaluation=part("eval/eval.json", "the evaluation", "models", depth=2),
        answers={p.stem.removeprefix("answers-"): _lines(p) for p in sorted(folder.glob("eval/answers-*.jsonl"))},
        stages=_stages(folder / "stages.json", missing),
        missing=missing,
    )
    if not found.answers:
        missing.append("answers to show (eval/answers-*.jsonl)")
    if not (found.evaluation or found.training or found.manifest or found.acts):
        raise UserError("no part of a run stands here", where=folder, remedy="name a folder such as runs/demo")
    return found


def _decode(path: Path, text: bytes, line: int | None = None) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        place = path if line is None else f"{path}:{line}"
        raise UserError(f"not JSON ({error})", where=place, remedy=REMEDY) from error


def _decode_object(path: Path, key: str, depth: int) -> Json:
    """The object of a file, which holds objects under `key` down to `depth` levels."""
    value = _decode(path, path.read_bytes())
    if not isinstance(value, dict) or not _is_nested(value.get(key, {}), depth):
        raise UserError("not the content that a stage writes here", where=path, remedy=REMEDY)
    return value


def _is_nested(value: Any, depth: int) -> bool:
    return depth == 0 or (isinstance(value, dict) and all(_is_nested(item, depth - 1) for item in value.values()))


def _lines(path: Path) -> list[Json]:
    return [_decode(path, line, number) for number, line in enumerate(path.read_bytes().splitlines(), start=1)]


def _trainings(folder: Path, missing: list[str]) -> dict[str, Curve]:
    curves = {}
    for name, means in TRAININGS.items():
        path = folder / name / "metrics.jsonl"
        if path.is_file():
            curves[name] = read_curve(path)
        else:
            missing.append(f"losses of {means} ({name}/metrics.jsonl)")
    return curves


def read_curve(path: Path) -> Curve:
    """The curve of a `metrics.jsonl`; a step logged twice, after a resume, counts as it was logged last.

    Raises:
        UserError: a line is not a JSON object with a step.
    """
    loss: dict[int, float] = {}
    validation: dict[int, float] = {}
    speeds: list[float] = []
    for number, row in enumerate(_lines(path), start=1):
        try:
            step = int(row["step"])
            if row.get("loss") is not None:
                loss[step] = float(row["loss"])
            if row.get("val_loss") is not None:
                validation[step] = float(row["val_loss"])
            if row.get("tokens_per_second"):
                speeds.append(float(row["tokens_per_second"]))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise UserError(
                f"not a training record ({error!r})", where=f"{path}:{number}", remedy="run the training again"
            ) from error
    return Curve(sorted(loss.items()), sorted(validation.items()), median(speeds) if speeds else None)


def _stages(path: Path, missing: list[str]) -> list[Stage]:
    if not path.is_file():
        missing.append(f"what the stages cost ({path.name})")
        return []
    try:
        raw = _decode(path, path.read_bytes())
        return [Stage(str(s["name"]), float(s["seconds"]), str(s.get("note") or "")) for s in raw]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UserError(f"not a list of stages ({error!r})", where=path, remedy=REMEDY) from error
