"""A whole comparison: every metric where it belongs, resumed after a kill, made anew after a change."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from evaluation.compare import CompareConfig, compare
from lexatron.errors import UserError

CONFIG = CompareConfig(max_new_tokens=80, lm_eval=12, batch_size=16)
METRICS = ("citation_accuracy", "article_accuracy", "rouge_l", "exact_match")


@pytest.fixture(scope="module")
def models(model_dir: Path, trained_dir: Path) -> dict[str, Path]:
    return {"initial": model_dir, "sft": trained_dir}


@pytest.fixture(scope="module")
def finished(
    models: dict[str, Path], testset: Path, corpus_dir: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    out = tmp_path_factory.mktemp("eval")
    compare(models, testset, out, corpus_dir, CONFIG)
    return out


def read(folder: Path) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((folder / "eval.json").read_text("utf-8"))
    return content


def test_the_model_that_knows_the_seen_acts_cites_them(finished: Path) -> None:
    models = read(finished)["models"]
    assert models["sft"]["citation_accuracy"]["seen"] == 1.0
    assert models["sft"]["article_accuracy"]["seen.fr"] == 1.0
    assert models["sft"]["citation_accuracy"]["unseen"] < 0.5
    assert models["initial"]["citation_accuracy"]["overall"] == 0.0


def test_every_metric_has_every_group(finished: Path) -> None:
    for result in read(finished)["models"].values():
        for metric in METRICS:
            assert {"overall", "seen", "unseen", "en", "fr", "de", "seen.en", "unseen.de"} <= set(result[metric])
            assert set(result["intervals"][metric]) == set(result[metric])
        assert set(result["perplexity"]) == {"overall", "en", "fr"}
        assert result["lm_eval"]["documents"] == 12
        assert result["speed"]["tokens_per_second"] > 0
        assert sum(result["finish"].values()) == 36


def test_counts_add_up(finished: Path) -> None:
    counts = read(finished)["counts"]
    assert counts["questions"] == counts["seen"] + counts["unseen"] == sum(counts["by_language"].values()) == 36
    assert counts["heldout"]["documents"] == 6
    assert counts["known_celex"] == 12 + 9


def test_answers_can_be_read_and_give_the_figures(finished: Path, questions: list[dict[str, Any]]) -> None:
    rows = [json.loads(line) for line in (finished / "answers-sft.jsonl").read_text("utf-8").splitlines()]
    assert [row["id"] for row in rows] == [question["id"] for question in questions]
    accuracy = read(finished)["models"]["sft"]["citation_accuracy"]["overall"]
    assert sum(row["scores"]["citation"] for row in rows) / len(rows) == pytest.approx(accuracy)


def snapshot(out: Path) -> dict[str, str]:
    """Every output but what depends on the clock."""
    files = {path.relative_to(out).as_posix(): path.read_text("utf-8") for path in out.rglob("*") if path.is_file()}
    for name in list(files):
        if name.endswith(("eval.json", "result.json", "stage.json")):
            files[name] = json.dumps(without_clock(json.loads(files[name])), sort_keys=True)
    return files


def without_clock(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_clock(item) for key, item in value.items() if key not in ("speed", "seconds")}
    return value


def test_a_second_run_does_nothing(
    finished: Path, models: dict[str, Path], testset: Path, corpus_dir: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    times = {path: path.stat().st_mtime_ns for path in finished.glob("models/*/*")}
    before = read(finished)
    compare(models, testset, finished, corpus_dir, CONFIG)
    assert {path: path.stat().st_mtime_ns for path in finished.glob("models/*/*")} == times
    assert read(finished) == before
    assert capfd.readouterr().err.count("nothing to do") == 2


def test_a_changed_option_is_named_and_evaluated_anew(
    finished: Path, models: dict[str, Path], testset: Path, tmp_path: Path, corpus_dir: Path,
    capfd: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    out = shutil.copytree(finished, tmp_path / "eval")
    config = CompareConfig(max_new_tokens=5, lm_eval=0, batch_size=16, limit=6)
    report = compare({"initial": models["initial"]}, testset, out, None, config)
    assert "inputs and config changed" in " ".join(capfd.readouterr().err.split())
    assert report["counts"]["questions"] == 6
    result = report["models"]["initial"]
    assert (result["perplexity"], result["lm_eval"]) == (None, None)
    assert "hallucinated" not in result


def test_killed_at_any_moment_and_run_again_gives_the_same(
    finished: Path, models: dict[str, Path], testset: Path, corpus_dir: Path, tmp_path: Path
) -> None:
    out = tmp_path / "eval"
    arguments = [f"--model={name}={folder}" for name, folder in models.items()]
    arguments += [f"--testset={testset}", f"--corpus={corpus_dir}", f"-o{out}", "--max-new-tokens=80"]
    arguments += ["--lm-eval-limit=12", "--batch-size=16"]
    command = [sys.executable, "-m", "lexatron.cli", "eval", "compare", *arguments]
    for appears in ("answers-initial.jsonl", "models/initial/stage.json", "models/sft/choices.jsonl"):
        process = subprocess.Popen(command, stderr=subprocess.DEVNULL, env=os.environ | {"OMP_NUM_THREADS": "1"})
        while not (out / appears).exists():
            assert process.poll() is None, "ended before it could be killed"
            time.sleep(0.002)
        process.send_signal(signal.SIGKILL)
        process.wait()
    compare(models, testset, out, corpus_dir, CONFIG)
    assert snapshot(out) == snapshot(finished)


def test_a_model_that_is_not_one_is_named_before_any_work(
    models: dict[str, Path], testset: Path, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=r"config\.json is missing"):
        compare(models | {"cpt": tmp_path}, testset, tmp_path / "eval", None, CONFIG)
    assert not (tmp_path / "eval").exists()


def test_damaged_weights_are_named(models: dict[str, Path], testset: Path, tmp_path: Path) -> None:
    broken = shutil.copytree(models["initial"], tmp_path / "broken")
    (broken / "model.safetensors").write_bytes(b"not weights")
    with pytest.raises(UserError, match="the model cannot be opened"):
        compare({"broken": broken}, testset, tmp_path / "eval", None, CONFIG)
    assert not (tmp_path / "eval" / "eval.json").exists()


def test_a_model_without_a_chat_template_is_named(models: dict[str, Path], testset: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(models["initial"], tmp_path / "plain")
    (folder / "chat_template.jinja").unlink()
    with pytest.raises(UserError, match="no chat template"):
        compare({"plain": folder}, testset, tmp_path / "eval", None, CONFIG)
