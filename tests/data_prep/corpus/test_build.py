"""Acts to datasets: every token accounted for, no leakage, and the same bytes whatever the number of workers."""

from __future__ import annotations

import json
import random
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from data_prep.choose.versions import COPY
from data_prep.corpus.config import CorpusConfig
from data_prep.corpus.decide import EXACT, NEAR
from data_prep.corpus.stats import corpus_stats
from data_prep.formex.acts import Act
from data_prep.formex.rendering import render_act
from data_prep.general import General
from data_prep.indexed import IndexedReader
from data_prep.manifest import Manifest
from data_prep.provenance import Provenance, act_of_token, read_provenance
from data_prep.split import SPLITS, Shares, read_splits
from data_prep.tokenizer import Tokenizer
from lexatron.errors import UserError
from tests.data_prep.corpus.conftest import CONFIG, EVERYTHING, Build

MakeActs = Callable[..., list[Act]]


def records(manifest: Manifest, split: str, name: str) -> list[tuple[Path, Provenance]]:
    return [(prefix, record) for prefix in manifest.prefixes(split, name) for record in read_provenance(prefix)]


def everything(manifest: Manifest) -> list[tuple[str, Path, Provenance]]:
    return [
        (split, prefix, record)
        for split in SPLITS
        for name in manifest.splits[split]
        for prefix, record in records(manifest, split, name)
    ]


def listed(folder: Path, name: str) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / name).read_text().splitlines()]


def content(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_every_act_is_one_document_of_its_text_and_an_end(
    make_acts: MakeActs, tokenizer: Tokenizer, build: Build, tmp_path: Path
) -> None:
    acts = make_acts()
    manifest = build(acts, tmp_path / "c").manifest
    texts = {(act.work, act.language): render_act(act) for act in acts}
    for _, prefix, record in everything(manifest):
        *ids, end = IndexedReader(prefix).document(record.document).tolist()
        assert end == tokenizer.eos_id
        assert tokenizer.decode(ids) == texts.pop((record.work, record.dataset))
        assert record.source == f"{record.work}.{record.dataset}.xml"
    assert not texts


def test_megatron_reads_what_was_written(make_acts: MakeActs, build: Build, tmp_path: Path) -> None:
    megatron = pytest.importorskip("megatron.core.datasets.indexed_dataset")
    manifest = build(make_acts(), tmp_path / "c").manifest
    for prefix in {prefix for _, prefix, _ in everything(manifest)}:
        theirs, ours = megatron.IndexedDataset(str(prefix)), IndexedReader(prefix)
        assert len(theirs.document_indices) - 1 == ours.num_documents
        assert [theirs[i].tolist() for i in range(len(theirs))] == [ours[i].tolist() for i in range(len(ours))]


def test_any_token_leads_back_to_its_act(
    make_acts: MakeActs, tokenizer: Tokenizer, build: Build, tmp_path: Path
) -> None:
    manifest = build(make_acts(), tmp_path / "c").manifest
    prefix = manifest.prefixes("train", "fr")[0]
    reader, found = IndexedReader(prefix), read_provenance(prefix)
    for token in range(0, reader.num_tokens, 7):
        record = act_of_token(found, token)
        whole = tokenizer.decode(reader.document(record.document).tolist())
        assert f"{record.work}." in whole
        assert reader.document(record.document)[token - record.offset] == reader.tokens[token]
    with pytest.raises(IndexError):
        act_of_token(found, reader.num_tokens)


def test_no_language_version_or_corrigendum_of_a_test_act_is_trained_on(
    make_acts: MakeActs, build: Build, tmp_path: Path
) -> None:
    acts = make_acts(works=24)
    later = make_acts(works=24, seed=1)
    for act in later:
        act.celex, act.version_date = f"0{(act.celex or '')[1:]}-20200101", "2020-01-01"
    errata = make_acts(works=24, seed=2)
    for act in errata:
        act.celex, act.doc_type = f"{act.celex}R(01)", "corrigendum"
    manifest = build([*acts, *later, *errata], tmp_path / "c").manifest
    side_of: dict[str, set[str]] = {}
    for split, _, record in everything(manifest):
        side_of.setdefault(record.work, set()).add(split)
    assert len(side_of) == 24
    assert all(len(found) == 1 for found in side_of.values())
    assert {work: found.pop() for work, found in side_of.items()} == read_splits(tmp_path / "c" / "splits.json")
    assert len(everything(manifest)) == len(acts) * 3


def test_shards_hold_the_texts_in_the_order_of_the_input(make_acts: MakeActs, build: Build, tmp_path: Path) -> None:
    whole = build(make_acts(works=40), tmp_path / "one").manifest
    cut = build(make_acts(works=40), tmp_path / "many", replace(CONFIG, shard_characters=1_000)).manifest
    assert len(cut.splits["train"]["en"].shards) > 3
    for split in SPLITS:
        for name in whole.splits[split]:
            assert cut.splits[split][name].tokens == whole.splits[split][name].tokens
            ours = [record.work for _, record in records(cut, split, name)]
            assert ours == [record.work for _, record in records(whole, split, name)]
    blend = cut.blend("train")
    assert sum(weight for weight, _ in blend) == pytest.approx(1)
    english = cut.splits["train"]["en"]
    assert [weight for weight, prefix in blend if "en_" in prefix.name] == pytest.approx(
        [english.weight * shard.tokens / english.tokens for shard in english.shards]
    )


def test_workers_and_shards_of_the_input_change_no_byte(make_acts: MakeActs, build: Build, tmp_path: Path) -> None:
    acts = make_acts(works=40)
    for name, workers, shard_bytes in (("one", 1, 10_000), ("three", 3, 10_000), ("whole", 1, 1 << 30)):
        (tmp_path / name).mkdir()
        build(acts, tmp_path / name / "c", workers=workers, shard_bytes=shard_bytes)
    assert content(tmp_path / "three" / "c") == content(tmp_path / "one" / "c")
    assert content(tmp_path / "whole" / "c") == content(tmp_path / "one" / "c")


def test_duplicates_are_dropped_within_a_language_and_listed(make_acts: MakeActs, build: Build, tmp_path: Path) -> None:
    acts = make_acts(words=200)
    twin = make_acts(words=200)[0]  # acts[0] under another number, which stands in its text
    twin.celex = twin.base_celex = "32019R9999"
    again = make_acts(words=200)[3]  # acts[3] once more
    same_words = make_acts(words=200, languages="en")[0]  # acts[0], but said to be French
    same_words.language, same_words.celex, same_words.base_celex = "fr", "32018R0001", "32018R0001"
    corpus = build([*acts, twin, again, same_words], tmp_path / "c")
    assert corpus.manifest.dropped == {COPY: 1, NEAR: 1}
    assert corpus.kept == len(acts) + 1
    (near,) = [line for line in listed(tmp_path / "c", "dropped.jsonl") if line["reason"] == NEAR]
    assert {near["celex"], near["kept"]["celex"]} == {"32019R9999", acts[0].celex}  # type: ignore[index]
    assert 0.9 < near["jaccard"] < 1  # type: ignore[operator]
    (cluster,) = listed(tmp_path / "c", "clusters.jsonl")
    assert [member["celex"] for member in cluster["dropped"]] == [near["celex"]]  # type: ignore[attr-defined]
    everything_kept = build([*acts, twin], tmp_path / "d", replace(CONFIG, near_duplicates=None))
    assert everything_kept.manifest.dropped == {}


def test_what_is_dropped_is_counted_and_listed(make_acts: MakeActs, build: Build, tmp_path: Path) -> None:
    acts, italian = make_acts(), make_acts(works=1, languages="en")[0]
    italian.language = "it"
    corpus = build([*acts, italian], tmp_path / "c")
    assert sum(corpus.manifest.dropped.values()) == 1
    (line,) = listed(tmp_path / "c", "dropped.jsonl")
    assert (line["celex"], line["dataset"], line["source"]) == (italian.celex, "it", italian.sources[0])
    stats = corpus_stats(corpus)
    assert (stats["documents"], stats["kept"], stats["dropped"]) == (len(acts) + 1, len(acts), 1)
    assert stats["kept"] == sum(entry["documents"] for entry in stats["datasets"].values())
    assert stats["tokens"] == sum(corpus.manifest.tokens(split) for split in SPLITS)


def test_general_text_is_a_part_of_the_blend(
    make_acts: MakeActs, tokenizer: Tokenizer, build: Build, tmp_path: Path
) -> None:
    texts = [
        f"Article of an encyclopaedia, number {n}: " + "rivers flow to the sea and back. " * n for n in range(1, 41)
    ]
    (tmp_path / "wiki.jsonl").write_text("".join(json.dumps({"text": text}) + "\n" for text in [*texts, texts[0]]))
    source = General("wiki", (str(tmp_path / "wiki.jsonl"),), 10.0)
    manifest = build(make_acts(), tmp_path / "c", replace(CONFIG, general=(source,), near_duplicates=None)).manifest
    assert manifest.weights("train") == pytest.approx(
        {"en": 0.9 * 35 / 80, "fr": 0.9 * 25 / 80, "de": 0.9 * 20 / 80, "wiki": 0.1}
    )
    assert manifest.languages("train") == ["en", "fr", "de"]
    assert {manifest.splits[split]["wiki"].kind for split in SPLITS} == {"general"}
    found = [
        tokenizer.decode(IndexedReader(prefix).document(record.document)[:-1].tolist())
        for split in SPLITS
        for prefix, record in records(manifest, split, "wiki")
    ]
    assert sorted(text.strip() for text in found) == sorted(text.strip() for text in texts)
    assert manifest.dropped == {EXACT: 1}
    assert sum(manifest.works.values()) == 12


def test_training_text_that_holds_the_test_set_is_found(make_acts: MakeActs, build: Build, tmp_path: Path) -> None:
    acts = make_acts(words=300)
    known = {"id": "a", "question": acts[0].units[0].text, "options": ["none of them"]}
    strange = {"id": "b", "question": "Which of the planets has rings made of ice and dust that can be seen from here?"}
    (tmp_path / "exam.jsonl").write_text(json.dumps(known) + "\n" + json.dumps(strange) + "\n")
    config = replace(CONFIG, evaluation=(str(tmp_path / "exam.jsonl"),), shares=Shares(100, 0, 0))
    corpus = build(acts, tmp_path / "c", config)
    assert corpus.contamination["exam.jsonl"]["texts"] == 2
    assert corpus.contamination["exam.jsonl"]["contained"] == 1
    (line,) = listed(tmp_path / "c", "contamination.jsonl")
    assert (line["group"], line["line"]) == ("exam.jsonl", 1)
    assert line["share"] > 0.9  # type: ignore[operator]


def test_a_test_act_that_stands_inside_a_training_act_is_found(
    make_acts: MakeActs, build: Build, tmp_path: Path
) -> None:
    acts = make_acts(words=300, languages="en")
    whole = build(acts, tmp_path / "c")
    assert whole.contamination["en"]["contained"] == 0
    sides = read_splits(tmp_path / "c" / "splits.json")
    test_act = next(act for act in acts if sides[act.work] == "test")
    train_act = next(act for act in acts if sides[act.work] == "train")
    train_act.units[0].text += " " + test_act.units[0].text + " " + " ".join(f"word{n}" for n in range(400))
    leaking = build(acts, tmp_path / "d")
    assert leaking.contamination["en"]["contained"] == 1
    assert listed(tmp_path / "d", "contamination.jsonl")[0]["celex"] == test_act.celex


def test_weights_are_over_the_languages_that_a_split_has(make_acts: MakeActs, build: Build, tmp_path: Path) -> None:
    manifest = build(make_acts(languages="en de"), tmp_path / "c").manifest
    assert manifest.weights("train") == pytest.approx({"en": 35 / 55, "de": 20 / 55})
    epochs = manifest.epochs("train")
    drawn = {language: epochs[language] * manifest.splits["train"][language].tokens for language in epochs}
    assert sum(drawn.values()) == pytest.approx(manifest.tokens("train"))
    assert drawn["en"] / drawn["de"] == pytest.approx(35 / 20)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(3, 30), st.integers(0, 99), st.sampled_from(["en", "en fr", "en fr de"]))
def test_counts_add_up_whatever_the_acts(
    make_acts: MakeActs, build: Build, tmp_path: Path, works: int, seed: int, languages: str
) -> None:
    shutil.rmtree(tmp_path, ignore_errors=True)
    tmp_path.mkdir()
    acts = make_acts(works=works, languages=languages, words=40, seed=seed)
    random.Random(seed).shuffle(acts)
    acts += acts[:seed]
    corpus = build(acts, tmp_path / "c", replace(CONFIG, seed=seed, near_duplicates=None))
    documents = sum(d.documents for split in SPLITS for d in corpus.manifest.splits[split].values())
    assert corpus.read == len(acts) == documents + sum(corpus.manifest.dropped.values())
    assert sum(corpus.manifest.works.values()) == works


def test_nothing_left_is_the_users_error(make_acts: MakeActs, build: Build, tmp_path: Path) -> None:
    portuguese = CorpusConfig({"pt": 1.0}, replace(EVERYTHING, languages=("pt",)))
    with pytest.raises(UserError, match="none of 36 documents is left"):
        build(make_acts(), tmp_path / "c", portuguese)
    with pytest.raises(UserError, match="there are no acts"):
        build([], tmp_path / "d", portuguese)
    with pytest.raises(UserError, match="too small to split"):
        build(make_acts(works=2), tmp_path / "e")


def test_a_cluster_names_the_text_that_stays(make_acts: MakeActs, build: Build, tmp_path: Path) -> None:
    """The texts of a general source: two twins, and a longer one that both are near-duplicates of."""
    base = " ".join(f"word{n} of a long page" for n in range(300))
    pages = [base, base, f"{base} and one line more", *(f"page {n} " * 40 + f"{n * n}" for n in range(20))]
    (tmp_path / "wiki.jsonl").write_text("".join(json.dumps({"text": page}) + "\n" for page in pages))
    source = General("wiki", (str(tmp_path / "wiki.jsonl"),), 10.0)
    corpus = build(make_acts(), tmp_path / "c", replace(CONFIG, general=(source,)))
    assert corpus.manifest.dropped[EXACT] == 1
    (cluster,) = (c for c in listed(tmp_path / "c", "clusters.jsonl") if c["kept"]["source"].endswith("+2"))  # type: ignore[index]
    assert sorted(member["source"][-2:] for member in cluster["dropped"]) == ["+0", "+1"]  # type: ignore[attr-defined]
