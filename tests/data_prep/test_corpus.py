"""Acts to datasets: every token accounted for, no leakage, the same bytes after any number of `kill -9`."""

from __future__ import annotations

import json
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_prep.admission import DUPLICATE, NO_TEXT, OTHER_LANGUAGE
from data_prep.card import corpus_stats
from data_prep.corpus import Corpus, CorpusConfig, build_corpus
from data_prep.formex.acts import Act
from data_prep.formex.rendering import render_act
from data_prep.formex.store import write_acts
from data_prep.indexed import IndexedReader
from data_prep.manifest import Manifest
from data_prep.provenance import act_of_token, read_provenance
from data_prep.split import SPLITS, Shares, read_splits
from data_prep.tokenizer import Tokenizer
from lexatron.errors import UserError
from lexatron.stage import MARKER

MakeActs = Callable[..., list[Act]]

CONFIG = CorpusConfig({"en": 35.0, "fr": 25.0, "de": 20.0}, Shares(60, 20, 20), seed=1)


def build(acts: list[Act], tokenizer: Tokenizer, folder: Path, config: CorpusConfig = CONFIG) -> Corpus:
    folder.mkdir()
    return build_corpus(acts, render_act, tokenizer, config, folder)


def test_every_act_is_one_document_of_its_text_and_an_end(
    make_acts: MakeActs, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    acts = make_acts()
    manifest = build(acts, tokenizer, tmp_path / "c").manifest
    texts = {(act.work, act.language): render_act(act) for act in acts}
    for split in SPLITS:
        for language, dataset in manifest.splits[split].items():
            reader = IndexedReader(manifest.prefix(split, language))
            assert (reader.num_documents, reader.num_tokens) == (dataset.documents, dataset.tokens)
            for record in read_provenance(manifest.prefix(split, language)):
                *ids, end = reader.document(record.document).tolist()
                assert end == tokenizer.eos_id
                assert tokenizer.decode(ids) == texts.pop((record.work, record.language))
    assert not texts


def test_megatron_reads_what_was_written(make_acts: MakeActs, tokenizer: Tokenizer, tmp_path: Path) -> None:
    megatron = pytest.importorskip("megatron.core.datasets.indexed_dataset")
    manifest = build(make_acts(), tokenizer, tmp_path / "c").manifest
    for split in SPLITS:
        for language, dataset in manifest.splits[split].items():
            theirs = megatron.IndexedDataset(str(manifest.prefix(split, language)))
            ours = IndexedReader(manifest.prefix(split, language))
            assert len(theirs.document_indices) - 1 == dataset.documents
            assert [theirs[i].tolist() for i in range(len(theirs))] == [ours[i].tolist() for i in range(len(ours))]


def test_any_token_leads_back_to_its_act(make_acts: MakeActs, tokenizer: Tokenizer, tmp_path: Path) -> None:
    manifest = build(make_acts(), tokenizer, tmp_path / "c").manifest
    prefix = manifest.prefix("train", "fr")
    reader, records = IndexedReader(prefix), read_provenance(prefix)
    for token in range(0, reader.num_tokens, 7):
        record = act_of_token(records, token)
        whole = tokenizer.decode(reader.document(record.document).tolist())
        assert f"{record.work}." in whole
        assert reader.document(record.document)[token - record.offset] == reader.tokens[token]
    with pytest.raises(IndexError):
        act_of_token(records, reader.num_tokens)


def test_no_work_stands_on_two_sides(make_acts: MakeActs, tokenizer: Tokenizer, tmp_path: Path) -> None:
    acts = make_acts()
    for act in acts[::4]:
        act.celex = f"0{act.celex}-20200101"  # a version of the same work
    manifest = build(acts, tokenizer, tmp_path / "c").manifest
    works = {
        split: {
            r.work for language in manifest.splits[split] for r in read_provenance(manifest.prefix(split, language))
        }
        for split in SPLITS
    }
    assert works["train"] | works["validation"] | works["test"] == {act.work for act in acts}
    assert not works["train"] & works["validation"]
    assert not (works["train"] | works["validation"]) & works["test"]
    assert {work: split for split in SPLITS for work in works[split]} == read_splits(tmp_path / "c" / "splits.json")


def test_what_is_dropped_is_counted_and_listed(make_acts: MakeActs, tokenizer: Tokenizer, tmp_path: Path) -> None:
    acts, italian, empty = make_acts(), make_acts(works=1, languages="en")[0], make_acts(works=1, languages="en")[0]
    italian.language, empty.units = "it", []
    corpus = build([*acts, italian, acts[0], empty], tokenizer, tmp_path / "c")
    assert corpus.manifest.dropped == {OTHER_LANGUAGE: 1, NO_TEXT: 1, DUPLICATE: 1}
    listed = [json.loads(line) for line in (tmp_path / "c" / "dropped.jsonl").read_text().splitlines()]
    assert [entry["reason"] for entry in listed] == [OTHER_LANGUAGE, DUPLICATE, NO_TEXT]
    assert listed[0] == {
        "reason": OTHER_LANGUAGE,
        "work": italian.work,
        "celex": italian.celex,
        "language": "it",
        "sources": italian.sources,
    }
    stats = corpus_stats(corpus.manifest, corpus.counts)
    assert (stats["acts"], stats["kept"], stats["dropped"]) == (len(acts) + 3, len(acts), 3)
    assert stats["kept"] == sum(entry["documents"] for entry in stats["languages"].values())
    assert stats["tokens"] == sum(corpus.manifest.tokens(split) for split in SPLITS)


def test_the_same_text_in_another_language_is_kept(make_acts: MakeActs, tokenizer: Tokenizer, tmp_path: Path) -> None:
    acts = make_acts(languages="en")
    twins = make_acts(languages="en")
    for act in twins:
        act.language = "fr"
    assert build([*acts, *twins], tokenizer, tmp_path / "c").counts.kept == len(acts) * 2


def test_weights_are_over_the_languages_that_a_split_has(
    make_acts: MakeActs, tokenizer: Tokenizer, tmp_path: Path
) -> None:
    manifest = build(make_acts(languages="en de"), tokenizer, tmp_path / "c").manifest
    assert manifest.weights("train") == pytest.approx({"en": 35 / 55, "de": 20 / 55})
    epochs = manifest.epochs("train")
    drawn = {language: epochs[language] * manifest.splits["train"][language].tokens for language in epochs}
    assert sum(drawn.values()) == pytest.approx(manifest.tokens("train"))
    assert drawn["en"] / drawn["de"] == pytest.approx(35 / 20)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(3, 30), st.integers(0, 99), st.sampled_from(["en", "en fr", "en fr de"]))
def test_counts_add_up_whatever_the_acts(
    make_acts: MakeActs, tokenizer: Tokenizer, tmp_path: Path, works: int, seed: int, languages: str
) -> None:
    shutil.rmtree(tmp_path / "c", ignore_errors=True)
    acts = make_acts(works=works, languages=languages, words=2, seed=seed)
    random.Random(seed).shuffle(acts)
    acts += acts[:seed]
    corpus = build(acts, tokenizer, tmp_path / "c", CorpusConfig(CONFIG.languages, CONFIG.shares, seed))
    documents = sum(d.documents for split in SPLITS for d in corpus.manifest.splits[split].values())
    assert corpus.counts.read == len(acts) == documents + sum(corpus.manifest.dropped.values())
    assert sum(corpus.manifest.works.values()) == works


def test_nothing_left_is_the_users_error(make_acts: MakeActs, tokenizer: Tokenizer, tmp_path: Path) -> None:
    config = CorpusConfig({"pt": 1.0}, Shares(), 1)
    with pytest.raises(UserError, match="none of 36 acts is left"):
        build(make_acts(), tokenizer, tmp_path / "c", config)
    with pytest.raises(UserError, match="there are no acts"):
        build([], tokenizer, tmp_path / "d", config)
    with pytest.raises(UserError, match="too small to split"):
        build(make_acts(works=2), tokenizer, tmp_path / "e")


# The command, as a process of its own


@pytest.fixture(scope="module")
def acts_folder(make_acts: MakeActs, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A few hundred acts on disk."""
    folder = tmp_path_factory.mktemp("acts")
    write_acts(folder, make_acts(works=120, words=2_000))
    return folder


def command(acts: Path, out: Path, tokenizer: Path, *options: str) -> list[str]:
    program = [sys.executable, "-m", "lexatron.cli", "data", "corpus", str(acts), "-o", str(out)]
    return [*program, "--tokenizer", str(tokenizer), *options]


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True, check=False)


def content(folder: Path) -> dict[str, bytes]:
    """Every file of a corpus; of the marker, all but the seconds."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    marker = json.loads(files[MARKER])
    del marker["seconds"]
    return {**files, MARKER: json.dumps(marker).encode()}


def test_killed_at_any_moment_and_run_again_gives_the_same_bytes(
    acts_folder: Path, tokenizer_folder: Path, tmp_path: Path
) -> None:
    started = time.monotonic()
    finished = run(*command(acts_folder, tmp_path / "reference", tokenizer_folder))
    whole = time.monotonic() - started
    assert finished.returncode == 0, finished.stderr
    random_, out, killed = random.Random(6), tmp_path / "killed" / "corpus", 0
    for _ in range(6):
        process = subprocess.Popen(command(acts_folder, out, tokenizer_folder), stderr=subprocess.DEVNULL)
        time.sleep(random_.uniform(0.1, 1.0) * whole)
        process.send_signal(signal.SIGKILL)
        if process.wait() == -signal.SIGKILL and list(out.parent.glob(".tmp-*")):
            killed += 1  # in the middle of its work
        if out.exists():  # it was faster than the signal
            assert content(out) == content(tmp_path / "reference")
            shutil.rmtree(out)
    assert killed, "no run was killed in the middle of its work"
    assert run(*command(acts_folder, out, tokenizer_folder)).returncode == 0
    assert content(out) == content(tmp_path / "reference")
    assert [entry.name for entry in out.parent.iterdir()] == ["corpus"]


def test_an_older_corpus_survives_a_killed_change(acts_folder: Path, tokenizer_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "corpus"
    assert run(*command(acts_folder, out, tokenizer_folder)).returncode == 0
    before = content(out)
    process = subprocess.Popen(command(acts_folder, out, tokenizer_folder, "--seed", "9"), stderr=subprocess.PIPE)
    while not list(tmp_path.glob(".tmp-*")) and process.poll() is None:
        time.sleep(0.005)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert content(out) == before
    assert run(sys.executable, "-m", "lexatron.cli", "data", "verify", out).returncode == 0


def test_a_second_run_does_nothing_and_a_changed_one_says_what_changed(
    acts_folder: Path, tokenizer_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "corpus"
    first = run(*command(acts_folder, out, tokenizer_folder, "--json", str(tmp_path / "stats.json")))
    assert first.returncode == 0, first.stderr
    assert json.loads((tmp_path / "stats.json").read_text()) == json.loads((out / "stats.json").read_text())
    written = (out / "manifest.json").stat().st_mtime_ns
    again = run(*command(acts_folder, out, tokenizer_folder))
    assert "nothing changed" in again.stderr
    assert (out / "manifest.json").stat().st_mtime_ns == written
    changed = run(*command(acts_folder, out, tokenizer_folder, "--seed", "9"))
    assert "changed since the last run: config" in changed.stderr
    assert json.loads((out / "splits.json").read_text())["seed"] == 9


def test_a_corpus_can_be_moved(acts_folder: Path, tokenizer_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "corpus"
    assert run(*command(acts_folder, out, tokenizer_folder)).returncode == 0
    assert not any(str(tmp_path).encode() in data for data in content(out).values())
    shutil.move(out, tmp_path / "elsewhere")
    manifest = Manifest.load(tmp_path / "elsewhere")
    manifest.check_tokenizer(Tokenizer.load(manifest.tokenizer_path))
    assert run(sys.executable, "-m", "lexatron.cli", "data", "verify", tmp_path / "elsewhere").returncode == 0


def test_a_folder_of_other_things_is_never_replaced(acts_folder: Path, tokenizer_folder: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    failed = run(*command(acts_folder, tmp_path, tokenizer_folder))
    assert failed.returncode == 2
    assert "not empty" in failed.stderr
    assert (tmp_path / "thesis.txt").read_text() == "mine"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--languages", "english"), "is not a language"),
        (("--languages", "en=0"), "is not a language"),
        (("--languages", "en=1,en=2"), "twice"),
        (("--languages", "pt=1"), "none of 360 acts is left"),
        (("--shares", "90,10"), "is not three numbers"),
        (("--tokenizer", "nowhere"), "no such tokenizer"),
    ],
)
def test_what_cannot_be_is_one_sentence_and_nothing_written(
    acts_folder: Path, tokenizer_folder: Path, tmp_path: Path, options: tuple[str, str], message: str
) -> None:
    failed = run(*command(acts_folder, tmp_path / "corpus", tokenizer_folder, *options))
    assert failed.returncode == 2
    assert message in failed.stderr
    assert "Traceback" not in failed.stderr
    assert len(failed.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())
