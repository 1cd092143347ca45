"""What the model is given: packed conversations are NeMo's unpacked ones, token by token and loss by loss."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from click.testing import CliRunner

from data_prep.packs.cli import pack
from lexatron.errors import UserError
from plugins.sft_data import PackedChatDataModule
from plugins.sft_data.context_parallel import packed_data_step
from tests.data_prep.chat.templates import LLAMA_3_3, LLAMA_3_3_MARKED
from tests.plugins.sft_data.conftest import CHATS, Write

SEQ_LENGTH = 256
Example = tuple[list[int], list[int], list[int]]
"""Tokens, labels and loss mask."""


def module(dataset: Path, tokenizer: Any, **options: Any) -> PackedChatDataModule:
    made = PackedChatDataModule(dataset, SEQ_LENGTH, tokenizer, **{"global_batch_size": 4, **options})
    made.prepare_data()
    return made


def packed(data: PackedChatDataModule, **options: Any) -> Any:
    """The training packs, or with `is_test` the validation packs, as the data loader sees them."""
    path = data.validation_path_packed if options.get("is_test") else data.train_path_packed
    return data._create_dataset(path, data.pack_metadata, **options)


def unpacked(dataset: Path, tokenizer: Any) -> Any:
    """NeMo's chat dataset over the same file, as `ResumableChatDataModule` makes it."""
    from nemo.collections.llm.gpt.data.core import create_sft_dataset

    return create_sft_dataset(
        dataset / "training.jsonl",
        tokenizer=tokenizer,
        seq_length=SEQ_LENGTH,
        chat=True,
        use_hf_tokenizer_chat_template=True,
        index_mapping_dir=str(dataset / "index"),
    )


def in_pack(batch: dict[str, Any]) -> Iterator[slice]:
    """Where the conversations of a pack are; the padding at its end is none."""
    bounds = [bound for bound in batch["cu_seqlens"][0].tolist() if bound >= 0]
    for start, end in pairwise(bounds):
        if batch["loss_mask"][0, start:end].any():
            yield slice(start, end)


def examples(batch: dict[str, Any], where: slice) -> Example:
    tokens, labels, mask = (batch[key][0, where].tolist() for key in ("tokens", "labels", "loss_mask"))
    return tokens, labels, mask


def alone(dataset: Any, number: int) -> tuple[dict[str, Any], slice]:
    """One conversation as a batch, and where it is in it: NeMo pads to a multiple of 16."""
    item = dataset[number]
    return dataset.collate_fn([item]), slice(0, min(SEQ_LENGTH, len(item["input_ids"]) - 1))


def test_packs_give_the_model_what_unpacked_conversations_do(tokenizer: Any, write: Write) -> None:
    dataset = write([*CHATS, ("Why?", "because " * 100)])
    packs, single = packed(module(dataset, tokenizer)), unpacked(dataset, tokenizer)
    found = []
    for number in range(len(packs)):
        batch = packs.collate_fn([packs[number]])
        assert batch["tokens"].shape == (1, SEQ_LENGTH)
        for where in in_pack(batch):
            found.append(examples(batch, where))
            assert batch["position_ids"][0, where].tolist() == list(range(where.stop - where.start))
    expected = [examples(*alone(single, number)) for number in range(len(single))]
    assert len(expected) == 61
    assert sorted(found) == sorted(expected)
    assert len(packs) < 61 / 2


def by_command(dataset: Path, tokenizer: Any, *options: str) -> Path:
    """The folder that `lexatron data pack` writes."""
    folder = dataset.parent / "packed"
    words = [str(dataset), "-o", str(folder), "--tokenizer", tokenizer.tokenizer.name_or_path, *options]
    made = CliRunner().invoke(pack, [*words, "--seq-length", str(SEQ_LENGTH)], catch_exceptions=False)
    assert made.exit_code == 0, made.output
    return folder


def test_a_template_without_marks_packs_what_nemo_makes_of_a_marked_copy(
    tokenizer: Any, write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dataset = write([*CHATS, ("Why?", "because " * 100), ("One?", "First.", "Two?", " Second.\n")])
    (tmp_path / "metas.jinja").write_text(LLAMA_3_3)
    folder = by_command(dataset, tokenizer, "--template", str(tmp_path / "metas.jinja"))
    monkeypatch.setattr(tokenizer.tokenizer, "chat_template", LLAMA_3_3)
    packs = packed(module(folder, tokenizer))
    batches = [packs.collate_fn([packs[number]]) for number in range(len(packs))]
    found = [examples(batch, where) for batch in batches for where in in_pack(batch)]
    monkeypatch.setattr(tokenizer.tokenizer, "chat_template", LLAMA_3_3_MARKED)
    single = unpacked(dataset, tokenizer)
    assert sorted(found) == sorted(examples(*alone(single, number)) for number in range(len(single)))


def test_an_epoch_sees_every_pack_once_in_an_order_of_the_seed(tokenizer: Any, write: Write) -> None:
    dataset = write(CHATS)
    data = module(dataset, tokenizer)
    count = data.packed.training.packs
    order = packed(data, max_num_samples=3 * count).samples_mapping.tolist()
    epochs = [order[start : start + count] for start in range(0, 3 * count, count)]
    assert all(sorted(epoch) == list(range(count)) for epoch in epochs)
    assert epochs[0] != epochs[1]
    assert packed(data, max_num_samples=count + 1).samples_mapping.tolist() == order[: count + 1]
    assert packed(module(dataset, tokenizer, seed=7), max_num_samples=count).samples_mapping.tolist() != epochs[0]


def test_a_validation_has_at_least_one_batch(tokenizer: Any, write: Write) -> None:
    data = module(write(CHATS, CHATS[:9]), tokenizer, global_batch_size=16)
    count = data.packed.validation.packs
    dataset = packed(data, is_test=True)
    assert count < len(dataset) == 16
    in_loss = [int(dataset.collate_fn([dataset[number]])["loss_mask"].sum()) for number in range(16)]
    assert sum(in_loss) == data.packed.validation.answer_tokens
    assert all(in_loss[:count])
    assert not any(in_loss[count:])


def test_real_tokens_of_a_pack(tokenizer: Any, write: Write) -> None:
    data = module(write(CHATS), tokenizer)
    packs = packed(data)
    tokens = [sum(packs.collate_fn([packs[number]])["token_count"]) for number in range(len(packs))]
    assert data.tokens_per_sample == pytest.approx(sum(tokens) / len(tokens))
    assert data.tokens_per_sample < SEQ_LENGTH


def test_context_parallelism_that_the_packs_are_not_made_for(tokenizer: Any, write: Write) -> None:
    dataset = write(CHATS)
    for size, given in ((2, 1), (4, 2)):
        data = module(dataset, tokenizer, context_parallel_size=given)
        data.trainer = SimpleNamespace(strategy=SimpleNamespace(context_parallel_size=size), max_steps=1)
        with pytest.raises(UserError, match=f"set data.context_parallel_size={size} too"):
            data.setup("fit")


def test_context_parallelism_cuts_conversations(tokenizer: Any, write: Write) -> None:
    data = module(write(CHATS), tokenizer, context_parallel_size=2)
    model = SimpleNamespace(config=SimpleNamespace(data_step_fn=None))
    data.trainer = SimpleNamespace(
        strategy=SimpleNamespace(context_parallel_size=2), max_steps=1, lightning_module=model
    )
    data.setup("fit")
    assert model.config.data_step_fn is packed_data_step
    packs = packed(data)
    for number in range(len(packs)):
        bounds = packs.collate_fn([packs[number]])["cu_seqlens"][0]
        assert not (bounds[bounds >= 0] % 4).any()


@pytest.fixture(scope="module")
def model(tokenizer: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Megatron's GPT with two layers and random weights, in one process."""
    from megatron.core import parallel_state
    from megatron.core.tensor_parallel.random import model_parallel_cuda_manual_seed
    from nemo.collections.llm.gpt.model.llama import Llama3Config

    store = tmp_path_factory.mktemp("gloo") / "store"
    torch.distributed.init_process_group("gloo", init_method=f"file://{store}", rank=0, world_size=1)
    parallel_state.initialize_model_parallel()
    model_parallel_cuda_manual_seed(1)
    config = Llama3Config(
        num_layers=2,
        hidden_size=64,
        num_attention_heads=4,
        num_query_groups=2,
        ffn_hidden_size=128,
        seq_length=SEQ_LENGTH,
    )
    yield config.configure_model(tokenizer)
    parallel_state.destroy_model_parallel()
    torch.distributed.destroy_process_group()


@pytest.mark.parametrize("made_by", ["training", "lexatron data pack"])
def test_packed_loss_is_unpacked_loss_example_by_example(
    model: Any, tokenizer: Any, write: Write, made_by: str
) -> None:
    """FP32: losses to 2e-5 of about 7, gradients to 1e-4 of their norm; only the order of sums differs."""
    from nemo.collections.llm.gpt.model.base import gpt_data_step, gpt_forward_step

    dataset = write([*CHATS[:20], ("Why?", "because " * 100)])
    folder = dataset if made_by == "training" else by_command(dataset, tokenizer)
    packs, single = packed(module(folder, tokenizer)), unpacked(dataset, tokenizer)

    def forward(batch: dict[str, Any]) -> torch.Tensor:
        batch = {key: value for key, value in batch.items() if isinstance(value, torch.Tensor)}
        return gpt_forward_step(model, gpt_data_step(iter([batch])))[0] * batch["loss_mask"][0]

    def run(batches: list[tuple[dict[str, Any], list[slice]]]) -> tuple[dict[tuple[int, ...], float], torch.Tensor]:
        model.zero_grad()
        losses = {}
        for batch, places in batches:
            by_token = forward(batch)
            by_token.sum().backward()
            losses |= {tuple(batch["tokens"][0, where].tolist()): float(by_token[where].sum()) for where in places}
        return losses, torch.cat([p.grad.flatten() for p in model.parameters()])

    batches = [packs.collate_fn([packs[number]]) for number in range(len(packs))]
    losses, gradient = run([(batch, list(in_pack(batch))) for batch in batches])
    ones = [alone(single, number) for number in range(len(single))]
    expected, expected_gradient = run([(batch, [where]) for batch, where in ones])
    assert len(losses) == 21
    assert losses.keys() == expected.keys()
    for tokens, loss in losses.items():
        assert loss == pytest.approx(expected[tokens], rel=2e-5)
    assert (gradient - expected_gradient).norm() / expected_gradient.norm() < 1e-4
