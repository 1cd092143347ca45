"""Real acts, all six steps, killed once on the way: `lexatron demo --size tiny --formex ...`."""

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

from data_prep.formex import read_acts
from data_prep.manifest import Manifest
from lexatron.run_files import read_metrics
from tests.plugins.jobs import ForkServer, Job, Training

SEED = 220  # keeps a short act from training, not the GDPR: perplexity reads whole acts, 700,000 tokens of that one
SOURCES = [
    "gdpr-xml/original",
    "gdpr-xml/consolidated",
    "eIDAS20",
    "eur-lex-loader/32011L0083",
    "eur-lex-loader/32019L0790",
    "lex-corpus-eu-eurlex/31962r0141",
    "lex-corpus-eu-eurlex/32004r0773",
    "lex-corpus-eu-eurlex/32007r1393",
    "lex-corpus-eu-eurlex/32008l0048",
    "lex-corpus-eu-eurlex/32014r0650",
]
PATIENCE = 600
ENVIRONMENT = os.environ | {"OMP_NUM_THREADS": "1"}  # as many as a fork has: other sums have other bits


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "lexatron.cli", *map(str, arguments)]


def lexatron(*arguments: object) -> str:
    outcome = subprocess.run(
        command(*arguments), capture_output=True, text=True, check=False, timeout=PATIENCE, env=ENVIRONMENT
    )
    assert outcome.returncode == 0, f"{arguments}\n{outcome.stdout[-4000:]}{outcome.stderr[-4000:]}"
    return outcome.stdout


def training_lines(run_dir: Path) -> list[tuple[int, float]]:
    return [(line["step"], line["loss"]) for line in read_metrics(run_dir / "metrics.jsonl") if "loss" in line]


@pytest.fixture(scope="module")
def demo(formex_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The run folder of a demo over real acts that was killed -9 in its pre-training and started again."""
    folder = tmp_path_factory.mktemp("demo")
    for source in SOURCES:
        shutil.copytree(formex_dir / source, folder / "law" / source)
    run_dir = folder / "run"
    arguments = ("demo", "--size", "tiny", "--formex", folder / "law", "--seed", SEED, "--run-dir", run_dir)
    arguments = (*arguments, "--no-loggers")
    with open(folder / "killed.log", "wb") as log:
        first = subprocess.Popen(
            command(*arguments), stdout=log, stderr=subprocess.STDOUT, start_new_session=True, env=ENVIRONMENT
        )
    deadline = time.monotonic() + PATIENCE
    metrics = run_dir / "cpt" / "metrics.jsonl"
    while not metrics.exists() or len(training_lines(run_dir / "cpt")) < 7:
        assert first.poll() is None, (folder / "killed.log").read_text()[-4000:]
        assert time.monotonic() < deadline
        time.sleep(0.02)
    _kill_family(first.pid)
    first.wait()
    lexatron(*arguments, "--json", folder / "outcome.json")
    return run_dir


def _kill_family(root: int) -> None:
    """kill -9 a process and all that it started, in whatever session they are."""
    listing = subprocess.run(["ps", "-eo", "pid,ppid"], capture_output=True, text=True, check=True).stdout
    pairs = [tuple(map(int, line.split())) for line in listing.splitlines()[1:]]
    family = {root}
    while new := {pid for pid, parent in pairs if parent in family} - family:
        family |= new
    for pid in family:
        os.kill(pid, signal.SIGKILL)


def load(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


@pytest.mark.slow
def test_acts_have_their_celex_and_their_articles(demo: Path) -> None:
    acts = list(read_acts(demo / "acts"))
    gdpr = {act.language: act for act in acts if act.celex == "32016R0679"}
    assert {"en", "fr", "de", "es", "pt"} <= gdpr.keys()
    for act in gdpr.values():
        assert len(act.articles()) == 99
        assert sum(unit.kind == "recital" for unit in act.walk()) == 173
    consolidated = {act.celex: act for act in acts if act.language == "en" and (act.celex or "").startswith("0")}
    assert "02016R0679-20160504" in consolidated
    assert consolidated["02011L0083-20220528"].base_celex == "32011L0083"
    assert {act.celex for act in acts} >= {"32022L2555", "32024R2977", "32019L0790"}


@pytest.mark.slow
def test_megatron_reads_the_dataset(demo: Path) -> None:
    from megatron.core.datasets.indexed_dataset import IndexedDataset

    manifest = Manifest.load(demo / "corpus")
    for split, datasets in manifest.splits.items():
        for language, entry in datasets.items():
            found = [IndexedDataset(str(prefix), mmap=True) for prefix in manifest.prefixes(split, language)]
            assert sum(len(dataset.document_indices) - 1 for dataset in found) == entry.documents
            assert sum(int(dataset.sequence_lengths.sum()) for dataset in found) == entry.tokens
            assert all(dataset[i][-1] == manifest.tokenizer.eos_id for dataset in found for i in range(len(dataset)))


@pytest.mark.slow
def test_loss_falls(demo: Path) -> None:
    for stage in ("cpt", "sft"):
        losses = [loss for _, loss in training_lines(demo / stage)]
        assert len(losses) == 12
        assert losses[-1] < losses[0] - 0.3


@pytest.mark.slow
def test_the_killed_run_is_the_uninterrupted_one(demo: Path, server: ForkServer, tmp_path: Path) -> None:
    made = load(demo / "cpt" / "run.json")
    assert made["max_steps"] == 12
    shape = {"num_layers": 2, "hidden_size": 256, "seq_length": 256}
    whole = Training(server, "lumi_demo_cpt", tmp_path / "cpt", corpus=demo / "corpus", max_steps=12, **shape)
    whole.finish()
    assert training_lines(tmp_path / "cpt") == training_lines(demo / "cpt")


@pytest.mark.slow
def test_logits_are_equal_and_the_models_are_whole(demo: Path) -> None:
    exported = load(demo / "export.json")
    assert [Path(row["folder"]).name for row in exported] == ["initial", "cpt", "sft"]
    assert all(float(row["max_logit_difference"]) < 1e-4 for row in exported)
    for name in ("initial", "cpt", "sft"):
        assert (demo / "models" / name / "model.safetensors").is_file()


@pytest.mark.slow
def test_the_report_is_complete(demo: Path) -> None:
    report = load(demo / "report.json")
    for name in ("initial", "cpt", "sft"):
        model = report["models"][name]
        for metric in ("perplexity", "citation_accuracy", "article_accuracy", "rouge_l", "exact_match"):
            assert model[metric]["overall"] is not None, (name, metric)
            assert model[metric]["by_language"], (name, metric)
    perplexity = {name: report["models"][name]["perplexity"]["overall"] for name in report["models"]}
    assert perplexity["cpt"] < perplexity["initial"] / 2
    html = (demo / "report.html").read_text("utf-8")
    assert "http://" not in html.replace("http://www.w3.org", "")
    assert "<svg" in html or "data:image/png" in html
    assert (demo / "report.md").stat().st_size > 1000


@pytest.mark.slow
def test_a_second_run_does_nothing_again(demo: Path, server: ForkServer, tmp_path: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in demo.rglob("*.bin")}
    weights = (demo / "models" / "sft" / "model.safetensors").stat().st_mtime_ns
    metrics = (demo / "sft" / "metrics.jsonl").stat().st_mtime_ns
    again = ["train", "lumi_demo_sft", *_sft_arguments(demo)]
    Job(server, "tests.plugins.training:lexatron", tmp_path / "log", arguments=again).succeed()
    assert (demo / "sft" / "metrics.jsonl").stat().st_mtime_ns == metrics
    assert {path: path.stat().st_mtime_ns for path in demo.rglob("*.bin")} == before
    assert (demo / "models" / "sft" / "model.safetensors").stat().st_mtime_ns == weights


def _sft_arguments(demo: Path) -> list[str]:
    return [
        *(f"dataset={demo / 'qa'}", f"tokenizer={demo / 'corpus' / 'tokenizer'}", f"checkpoint={demo / 'cpt'}"),
        *(f"run_dir={demo / 'sft'}", "max_steps=12", "global_batch_size=16", "num_layers=2", "hidden_size=256"),
        *("seq_length=256", "--no-wandb", "--no-tensorboard"),
    ]
