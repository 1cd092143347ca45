"""The manifest: what it refuses, and what `verify` finds in a corpus that was copied badly or changed."""

from __future__ import annotations

import dataclasses
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import orjson
import pytest

from data_prep.corpus.verify import verify_corpus
from data_prep.formex.acts import Act
from data_prep.manifest import Manifest, describe_shard
from data_prep.provenance import provenance_path, read_provenance, write_provenance
from data_prep.tokenizer import Tokenizer
from data_prep.tokenizer_folder import write_tokenizer_folder
from data_prep.tokenizer_train import train_sentencepiece
from lexatron.errors import UserError
from tests.data_prep.corpus.conftest import Build

Edit = Callable[[dict], object]


@pytest.fixture(scope="module")
def whole(make_acts: Callable[..., list[Act]], build: Build, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound corpus, not to be changed."""
    folder = tmp_path_factory.mktemp("corpora") / "corpus"
    build(make_acts(), folder)
    return folder


@pytest.fixture
def corpus(whole: Path, tmp_path: Path) -> Path:
    """A copy of a sound corpus, to damage."""
    shutil.copytree(whole, tmp_path / "corpus")
    return tmp_path / "corpus"


def refresh(folder: Path, split: str, language: str) -> None:
    """State in the manifest what a changed dataset holds now, as a forger would."""
    manifest = Manifest.load(folder)
    dataset = manifest.splits[split][language]
    (old,) = dataset.shards
    new = dataclasses.replace(dataset, shards=(describe_shard(folder, old.prefix, old.documents, old.tokens),))
    splits = {**manifest.splits, split: {**manifest.splits[split], language: new}}
    dataclasses.replace(manifest, splits=splits).save()


def test_it_reads_back_what_was_written(whole: Path) -> None:
    manifest = Manifest.load(whole)
    assert manifest == Manifest.load(whole / "manifest.json")
    raw = json.loads((whole / "manifest.json").read_text())
    assert list(raw) == ["version", "tokenizer", "splits", "works", "dropped", "fingerprint"]
    assert raw["fingerprint"] == manifest.fingerprint
    assert raw["tokenizer"]["path"] == "tokenizer"
    assert list(raw["splits"]["train"]) == ["en", "fr", "de"]
    assert sum(entry["weight"] for entry in raw["splits"]["train"].values()) == pytest.approx(1)
    assert manifest.prefixes("train", "en") == [whole / "en_train_00000"]
    verify_corpus(manifest)


def test_saving_again_changes_no_byte(corpus: Path) -> None:
    before = (corpus / "manifest.json").read_bytes()
    Manifest.load(corpus).save()
    assert (corpus / "manifest.json").read_bytes() == before


EDITS: list[tuple[str, Edit, str]] = [
    ("no version", lambda raw: raw.pop("version"), "not a manifest"),
    ("another version", lambda raw: raw.update(version=1), "version 1"),
    ("no tokenizer", lambda raw: raw.pop("tokenizer"), "not a manifest"),
    ("a strange field", lambda raw: raw["tokenizer"].update(colour="red"), "not a manifest"),
    ("tokens as text", lambda raw: raw["splits"]["train"]["en"].update(tokens="12"), "not a manifest"),
    ("tokens as truth", lambda raw: raw["splits"]["train"]["en"].update(tokens=True), "not a manifest"),
    ("a sum that is none", lambda raw: raw["splits"]["train"]["en"].update(documents=1), "not a manifest"),
    ("another kind", lambda raw: raw["splits"]["train"]["en"].update(kind="poem"), "not a manifest"),
    ("a shard's field", lambda raw: raw["splits"]["train"]["en"]["shards"][0].update(tokens=True), "not a manifest"),
    ("no shards", lambda raw: raw["splits"]["train"]["en"].update(shards=[]), "not a manifest"),
    ("works as text", lambda raw: raw["works"].update(train="many"), "not a manifest"),
    ("splits as a list", lambda raw: raw.update(splits=[]), "not a manifest"),
    ("another weight", lambda raw: raw["splits"]["train"]["en"].update(weight=0.9), "changed after it was written"),
    ("a missing split", lambda raw: raw["splits"].pop("test"), "changed after it was written"),
]


@pytest.mark.parametrize(("edit", "message"), [pytest.param(e, m, id=name) for name, e, m in EDITS])
def test_a_changed_manifest_is_refused(corpus: Path, edit: Edit, message: str) -> None:
    raw = json.loads((corpus / "manifest.json").read_text())
    edit(raw)
    (corpus / "manifest.json").write_text(json.dumps(raw))
    with pytest.raises(UserError, match=message):
        Manifest.load(corpus)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '"manifest"'])
def test_what_is_no_manifest_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "manifest.json").write_text(text)
    with pytest.raises(UserError, match="not a manifest"):
        Manifest.load(tmp_path)


def test_a_missing_manifest_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"manifest\.json: no such manifest"):
        Manifest.load(tmp_path)


@pytest.mark.parametrize("name", ["en_train_00000.bin", "fr_validation_00000.idx", "de_test_00000.provenance.jsonl"])
def test_a_missing_file_is_named(corpus: Path, name: str) -> None:
    (corpus / name).unlink()
    with pytest.raises(UserError, match=f"{name}: no such file"):
        Manifest.load(corpus)


def test_a_missing_tokenizer_is_named(corpus: Path) -> None:
    shutil.rmtree(corpus / "tokenizer")
    with pytest.raises(UserError, match="tokenizer: no tokenizer"):
        Manifest.load(corpus)


def test_another_tokenizer_is_refused(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    write_tokenizer_folder(train_sentencepiece(["Another text, of another act. " * 9], 375), tmp_path / "other")
    with pytest.raises(UserError, match=r"another tokenizer \(512 tokens.*than this one \(375 tokens"):
        Manifest.load(corpus).check_tokenizer(Tokenizer.load(tmp_path / "other"))


def test_another_end_of_document_is_refused(whole: Path) -> None:
    manifest = Manifest.load(whole)
    other = dataclasses.replace(manifest.tokenizer, eos_id=manifest.tokenizer.eos_id + 1)
    with pytest.raises(UserError, match="end of document"):
        manifest.check_tokenizer(other)


@pytest.mark.parametrize("name", ["en_train_00000.bin", "fr_validation_00000.idx", "de_test_00000.provenance.jsonl"])
def test_verify_finds_a_flipped_bit(corpus: Path, name: str) -> None:
    data = bytearray((corpus / name).read_bytes())
    data[len(data) // 2] ^= 1
    (corpus / name).write_bytes(data)
    with pytest.raises(UserError, match=f"{name}: its SHA-256"):
        verify_corpus(Manifest.load(corpus))


def test_verify_finds_a_leak(corpus: Path) -> None:
    splits = json.loads((corpus / "splits.json").read_text())
    works = splits["works"]
    in_train = next(work for work, side in works.items() if side == "train")
    in_test = next(work for work, side in works.items() if side == "test")
    works[in_train], works[in_test] = "test", "train"
    (corpus / "splits.json").write_text(json.dumps(splits))
    with pytest.raises(UserError, match="would leak"):
        verify_corpus(Manifest.load(corpus))


def test_verify_finds_works_that_are_not_counted(corpus: Path) -> None:
    splits = json.loads((corpus / "splits.json").read_text())
    splits["works"]["32099R0001"] = "train"
    (corpus / "splits.json").write_text(json.dumps(splits))
    with pytest.raises(UserError, match="train works of the manifest"):
        verify_corpus(Manifest.load(corpus))


def test_verify_finds_provenance_of_other_documents(corpus: Path) -> None:
    prefix = corpus / "en_train_00000"
    records = read_provenance(prefix)
    write_provenance(prefix, [dataclasses.replace(records[0], length=records[0].length + 1), *records[1:]])
    refresh(corpus, "train", "en")
    with pytest.raises(UserError, match="not the documents of its shard"):
        verify_corpus(Manifest.load(corpus))


def test_verify_finds_a_dataset_of_another_size(corpus: Path) -> None:
    for suffix in ("bin", "idx", "provenance.jsonl"):
        shutil.copy(corpus / f"en_validation_00000.{suffix}", corpus / f"en_train_00000.{suffix}")
    refresh(corpus, "train", "en")
    with pytest.raises(UserError, match="where the manifest states"):
        verify_corpus(Manifest.load(corpus))


@pytest.mark.parametrize("line", [b"{", b"[]", orjson.dumps({"document": 0})])
def test_damaged_provenance_is_named(corpus: Path, line: bytes) -> None:
    provenance_path(corpus / "en_train_00000").write_bytes(line)
    with pytest.raises(UserError, match="damaged provenance"):
        read_provenance(corpus / "en_train_00000")
