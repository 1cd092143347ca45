"""A tiny Llama with a tokenizer of its own, a test set and a corpus, all made on the spot."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

CHAT_TEMPLATE = (
    "{{ bos_token }}{% for m in messages %}<|start_header_id|>{{ m['role'] }}<|end_header_id|>\n\n"
    "{{ m['content'] }}<|eot_id|>{% endfor %}"
    "{% if add_generation_prompt %}<|start_header_id|>assistant<|end_header_id|>\n\n{% endif %}"
)
SPECIAL = {
    "bos_token": "<|begin_of_text|>",
    "eos_token": "<|end_of_text|>",
    "pad_token": "<|finetune_right_pad_id|>",
    "additional_special_tokens": ["<|start_header_id|>", "<|end_header_id|>", "<|eot_id|>"],
}
LABELS = {"en": "Regulation (EU)", "fr": "règlement (UE)", "de": "Verordnung (EU)"}


def question(language: str, number: int, seen: bool) -> dict[str, Any]:
    """A line of the test set: the article `number` of an invented act."""
    year, act = 2031 + number % 3, 100 + number + 500 * (not seen)
    label, celex, article = f"{LABELS[language]} {year}/{act}", f"3{year}R{act:04d}", str(number % 9 + 1)
    prefix = "Artikel" if language == "de" else "Article"
    return {
        "id": f"{language}-{'seen' if seen else 'unseen'}-{number}",
        "language": language,
        "kind": ("definition", "scope")[number % 2],
        "seen": seen,
        "messages": [
            {"role": "user", "content": f"{label}: {prefix} {article}?"},
            {"role": "assistant", "content": f"{prefix} {article}, {label} (CELEX: {celex}): lait, Milch, milk."},
        ],
        "citations": [{"celex": celex, "article": article, "unit": f"art_{article}"}],
    }


@pytest.fixture(scope="session")
def questions() -> list[dict[str, Any]]:
    """Thirty-six questions: three languages, six seen and six unseen acts each."""
    return [question(lang, n, seen) for seen in (True, False) for lang in LABELS for n in range(6)]


@pytest.fixture(scope="session")
def testset(questions: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("qa") / "test.jsonl"
    path.write_text("".join(json.dumps(q, ensure_ascii=False) + "\n" for q in questions), "utf-8")
    return path


@pytest.fixture(scope="session")
def tokenizer(questions: list[dict[str, Any]]) -> Any:
    """Byte-level BPE with 400 entries and Llama 3's special tokens."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    core = Tokenizer(models.BPE())
    core.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    core.decoder = decoders.ByteLevel()
    special = [*(v for v in SPECIAL.values() if isinstance(v, str)), *SPECIAL["additional_special_tokens"]]
    trainer = trainers.BpeTrainer(
        vocab_size=400,
        special_tokens=special,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    core.train_from_iterator([m["content"] for q in questions for m in q["messages"]], trainer)
    return PreTrainedTokenizerFast(tokenizer_object=core, chat_template=CHAT_TEMPLATE, **SPECIAL)


def save_model(folder: Path, tokenizer: Any, seed: int) -> Path:
    """A random Llama of two layers, 64 wide, context 192, with its tokenizer."""
    import torch
    from transformers import LlamaConfig, LlamaForCausalLM

    torch.manual_seed(seed)
    config = LlamaConfig(
        vocab_size=len(tokenizer), hidden_size=64, intermediate_size=128, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=192, bos_token_id=tokenizer.bos_token_id,
        eos_token_id=tokenizer.eos_token_id, pad_token_id=tokenizer.pad_token_id, initializer_range=0.3,
    )  # fmt: skip
    LlamaForCausalLM(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def model_dir(tokenizer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_model(tmp_path_factory.mktemp("models") / "initial", tokenizer, seed=0)


@pytest.fixture(scope="session")
def trained_dir(model_dir: Path, questions: list[dict[str, Any]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same model after it has learnt the test set's seen answers by heart: a model that does cite."""
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    torch.manual_seed(0)
    tokenizer, model = AutoTokenizer.from_pretrained(model_dir), AutoModelForCausalLM.from_pretrained(model_dir)
    rows = [tokenizer.apply_chat_template(q["messages"], tokenize=True) for q in questions if q["seen"]]
    width = max(map(len, rows))
    ids = torch.tensor([row + [tokenizer.pad_token_id] * (width - len(row)) for row in rows])
    labels = ids.masked_fill(ids == tokenizer.pad_token_id, -100)
    optimizer = torch.optim.AdamW(model.parameters(), lr=3e-3)
    model.train()
    for _ in range(150):
        optimizer.zero_grad()
        model(input_ids=ids, labels=labels).loss.backward()
        optimizer.step()
    folder = tmp_path_factory.mktemp("models") / "sft"
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.fixture(scope="session")
def corpus_dir(model_dir: Path, tokenizer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A corpus of two languages whose test split holds three documents each, made with the models' tokenizer."""
    from data_prep.indexed import indexed_writer, token_dtype
    from data_prep.manifest import Dataset, Manifest, TokenizerRecord, describe_shard
    from data_prep.provenance import Provenance, write_provenance
    from data_prep.tokenizer import Tokenizer

    folder = tmp_path_factory.mktemp("corpus")
    tokenizer.save_pretrained(folder / "tokenizer")
    core = Tokenizer.load(folder / "tokenizer")
    splits: dict[str, dict[str, Any]] = {"train": {}, "validation": {}, "test": {}}
    for split in splits:
        for language in ("en", "fr"):
            prefix = f"{language}_{split}"
            texts = [f"{language} {split} act number {n}: the competent authority. " * (n + 4) for n in range(3)]
            rows = [[*map(int, ids), core.eos_id] for ids in core.encode_batch(texts)]
            offset, records = 0, []
            with indexed_writer(folder / prefix, token_dtype(core.vocab_size)) as writer:
                for n, row in enumerate(rows):
                    writer.add_document(row)
                    celex = f"32040R{n:03d}{len(split) % 10}"
                    records.append(Provenance(n, celex, celex, language, offset, len(row), f"{celex}.xml"))
                    offset += len(row)
            write_provenance(folder / prefix, records)
            splits[split][language] = Dataset("law", 0.5, (describe_shard(folder, prefix, len(rows), offset),))
    record = TokenizerRecord("tokenizer", core.fingerprint, core.vocab_size, core.eos_id)
    Manifest(record, splits, dict.fromkeys(splits, 3), {}, folder).save()
    return folder
