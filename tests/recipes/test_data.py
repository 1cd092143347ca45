"""What Megatron draws from a corpus, every dataset as often as its weight says; and how many packs chats make."""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from data_prep.manifest import Manifest
from data_prep.split import SPLITS
from lexatron.errors import UserError
from tests.training_data import lexatron


@pytest.fixture(scope="module")
def corpus(tiny_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus of the tiny acts with general text, in small shards."""
    folder = tmp_path_factory.mktemp("blend")
    wiki = folder / "wiki.jsonl"
    texts = (f"Page {n} of the encyclopaedia says {n * 7919} things about rivers. " * 12 for n in range(300))
    wiki.write_text("".join(json.dumps({"text": text}) + "\n" for text in texts))
    lexatron(
        *("data", "corpus", tiny_data / "acts", "-o", folder / "corpus", "--tokenizer", tiny_data / "tokenizer"),
        *("--shares", "80,10,10", "--general", f"{wiki}=20", "--keep-near-duplicates"),
    )
    return folder / "corpus"


@pytest.fixture
def one_process(tmp_path: Path) -> Iterator[None]:
    """Megatron's blend asks for its rank."""
    import torch

    torch.distributed.init_process_group("gloo", init_method=f"file://{tmp_path / 'store'}", rank=0, world_size=1)
    yield
    torch.distributed.destroy_process_group()


@pytest.mark.usefixtures("one_process")
def test_the_blend_draws_every_dataset_by_its_weight(corpus: Path) -> None:
    from megatron.core.datasets.blended_megatron_dataset_builder import BlendedMegatronDatasetBuilder
    from megatron.core.datasets.gpt_dataset import GPTDataset, GPTDatasetConfig
    from megatron.core.datasets.utils import get_blend_from_list

    from recipes.data import blend, load_tokenizer

    manifest = Manifest.load(corpus)
    paths = blend(manifest)
    config = GPTDatasetConfig(
        random_seed=1,
        sequence_length=64,
        blend_per_split=[get_blend_from_list(paths[split]) for split in SPLITS],
        split=None,
        path_to_cache=str(corpus.parent / "cache"),
        tokenizer=load_tokenizer(manifest.tokenizer_path),
        reset_position_ids=False,
        reset_attention_mask=False,
        eod_mask_loss=False,
    )
    samples = 2_000
    train, *_ = BlendedMegatronDatasetBuilder(GPTDataset, (samples, 20, 20), lambda: True, config).build()
    drawn = Counter(_dataset_of(train, number) for number in range(samples))
    assert set(drawn) == set(manifest.weights("train")) == {"en", "fr", "wiki"}
    assert sum(drawn.values()) == samples
    for name, weight in manifest.weights("train").items():
        assert drawn[name] / samples == pytest.approx(weight, abs=0.005)


def _dataset_of(blended: Any, number: int) -> str:
    """The name of the dataset that sample `number` comes from, by the file that it is read from."""
    source = blended.datasets[blended.dataset_index[number]]
    return Path(source.dataset.path_prefix).name.split("_train_")[0]


def test_packs_are_counted_and_made_only_once(tiny_data: Path, tmp_path: Path) -> None:
    from recipes.data import count_questions, packed_chat_data, packed_count, packed_set

    chosen = {"tokenizer": str(tiny_data / "corpus" / "tokenizer"), "seq_length": 512}
    # A copy of its own: other tests of this session pack the shared folder too.
    shutil.copytree(tiny_data / "qa", tmp_path / "qa", ignore=shutil.ignore_patterns("packed"))
    dataset = str(tmp_path / "qa")
    count = packed_count(dataset, **chosen)
    side = packed_set(dataset, **chosen).training
    assert side.conversations == count_questions(dataset)
    assert count == side.packs < side.conversations / 2
    assert side.tokens_per_pack == pytest.approx(side.efficiency * 512)
    data = packed_chat_data(dataset, **chosen, global_batch_size=16, seed=1)
    data.prepare_data()
    assert data.packed == packed_set(dataset, **chosen)
    assert len(list((tmp_path / "qa" / "packed").glob("*/stage.json"))) == 1
    assert data.micro_batch_size == 1


def test_packs_of_the_data_room_are_counted_as_they_are(tiny_data: Path, tmp_path: Path) -> None:
    from data_prep.packs.cli import pack
    from recipes.data import packed_count, packed_set

    tokenizer, packed = str(tiny_data / "corpus" / "tokenizer"), tmp_path / "packed"
    words = [str(tiny_data / "qa"), "-o", str(packed), "--tokenizer", tokenizer, "--seq-length", "512"]
    assert CliRunner().invoke(pack, [*words, "--template", "plain"], catch_exceptions=False).exit_code == 0
    chosen = {"tokenizer": tokenizer, "seq_length": 512}
    side = packed_set(str(packed), **chosen, chat_template="plain").training
    assert packed_count(str(packed), **chosen, chat_template="plain") == side.packs > 0
    with pytest.raises(UserError, match="packed for another training: another template"):
        packed_count(str(packed), **chosen)


def test_a_template_that_marks_the_answers_can_be_given(tiny_data: Path, tmp_path: Path) -> None:
    """Meta's own tokenizers have one that does not."""
    from recipes.data import chat_tokenizer

    folder = tmp_path / "metas"
    shutil.copytree(tiny_data / "corpus" / "tokenizer", folder)
    config = json.loads((folder / "tokenizer_config.json").read_text())
    unmarked = "{% for message in messages %}{{ message['content'] }}{% endfor %}"
    (folder / "tokenizer_config.json").write_text(json.dumps(config | {"chat_template": unmarked}))
    with pytest.raises(UserError, match="does not mark the assistant's words"):
        chat_tokenizer(str(folder))
    assert chat_tokenizer(str(folder), packed=True).tokenizer.chat_template == unmarked
    assert "generation" in chat_tokenizer(str(folder), "llama3").tokenizer.chat_template
    own = tmp_path / "own.jinja"
    own.write_text("{% generation %}{{ messages[0]['content'] }}{% endgeneration %}")
    assert chat_tokenizer(str(folder), str(own)).tokenizer.chat_template == own.read_text()
    with pytest.raises(UserError, match="no such chat template"):
        chat_tokenizer(str(folder), "lama3")


def test_a_corpus_with_general_text_is_watched_for_forgetting(corpus: Path, tiny_data: Path) -> None:
    from recipes.registry import find

    def guards(folder: Path, **given: Any) -> list[Any]:
        recipe = find("lumi_demo_cpt").load()(corpus=str(folder), max_steps=2, **given)
        return [c for c in recipe.trainer.callbacks if c.__fn_or_cls__.__name__ == "ForgettingGuard"]

    assert [guard.prefixes.source for guard in guards(corpus, forgetting_action="keep_best")] == [str(corpus)]
    assert guards(tiny_data / "corpus") == []
