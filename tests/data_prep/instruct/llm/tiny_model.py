"""A Llama of two layers that a real server serves: at first it writes noise, after some seconds what it was shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from transformers import AutoTokenizer, GenerationConfig, LlamaConfig, LlamaForCausalLM

from data_prep.instruct.llm.client import Messages
from data_prep.llama3 import BOS, EOT, PAD
from data_prep.tokenizer_folder import write_tokenizer_folder
from data_prep.tokenizer_train import train_sentencepiece

STEPS = 500  # at most; about 100 are needed
LEARNED = 0.2  # nats of the least certain token of all replies: a probability of 82 %, so the greedy choice is right
LEARNING_RATE, WARM_UP = 5e-3, 30
_IGNORED = -100

Example = tuple[Messages, str]


def save_models(examples: Sequence[Example], noise: Path, taught: Path, vocabulary: int) -> float:
    """Save the model before and after it has learned the replies by heart; the last loss of the worst reply."""
    torch.manual_seed(1)
    texts = [text for messages, reply in examples for text in (*(m["content"] for m in messages), reply)]
    for folder in (noise, taught):
        folder.mkdir()
        write_tokenizer_folder(train_sentencepiece(texts, vocabulary), folder)
    tokenizer = AutoTokenizer.from_pretrained(noise)
    ids = {token: tokenizer.convert_tokens_to_ids(token) for token in (BOS, EOT, PAD)}
    model = LlamaForCausalLM(
        LlamaConfig(
            vocab_size=len(tokenizer), hidden_size=96, intermediate_size=192, num_hidden_layers=2,
            num_attention_heads=4, max_position_embeddings=2048, tie_word_embeddings=False,
            bos_token_id=ids[BOS], eos_token_id=ids[EOT], pad_token_id=ids[PAD],
        )
    )  # fmt: skip
    model.generation_config = GenerationConfig(
        bos_token_id=ids[BOS], eos_token_id=ids[EOT], pad_token_id=ids[PAD], max_new_tokens=400
    )
    model.save_pretrained(noise)
    worst = _teach(model, _batch(tokenizer, examples))
    model.save_pretrained(taught)
    return worst


def _batch(tokenizer: object, examples: Sequence[Example]) -> Mapping[str, torch.Tensor]:
    """Prompts with their replies, and as labels the tokens of the replies alone."""
    conversations = [[*messages, {"role": "assistant", "content": reply}] for messages, reply in examples]
    encoded = tokenizer.apply_chat_template(  # type: ignore[attr-defined]
        conversations, return_dict=True, return_assistant_tokens_mask=True, padding=True, return_tensors="pt"
    )
    labels = torch.where(encoded["assistant_masks"].bool(), encoded["input_ids"], _IGNORED)
    return {"input_ids": encoded["input_ids"], "attention_mask": encoded["attention_mask"], "labels": labels}


def _teach(model: LlamaForCausalLM, batch: Mapping[str, torch.Tensor]) -> float:
    """Train until every token of the replies is learned; the loss of the one that is least."""
    optimizer = torch.optim.AdamW(model.parameters(), lr=LEARNING_RATE, weight_decay=0.0)
    labels = batch["labels"][:, 1:]
    replies = labels != _IGNORED
    worst = float("inf")
    for step in range(STEPS):
        hidden = model.model(input_ids=batch["input_ids"], attention_mask=batch["attention_mask"]).last_hidden_state
        losses = torch.nn.functional.cross_entropy(
            model.lm_head(hidden[:, :-1][replies]), labels[replies], reduction="none"
        )
        worst = losses.max().item()
        if worst < LEARNED:
            break
        for group in optimizer.param_groups:
            group["lr"] = LEARNING_RATE * min(1.0, (step + 1) / WARM_UP)
        optimizer.zero_grad()
        losses.mean().backward()
        optimizer.step()
    return worst
