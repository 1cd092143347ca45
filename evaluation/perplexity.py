"""How surprised is a model by acts it never saw? Perplexity of held-out documents.

Each document stands for itself: its first token is predicted from the end-of-text token, which is what
precedes a document in training (documents are joined by it, no BOS). A document longer than the context
is cut into windows that follow one another; every token is predicted exactly once, from what precedes it
in its window (and, for a window's first token, from the single token before it). Perplexity is
exp(mean negative log-likelihood), the mean being over tokens, so that long documents weigh more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from evaluation.models import LoadedModel

Tokens = npt.NDArray[np.int64]
LONGEST_WINDOW = 4096  # tokens; keeps a window's logits (window x vocabulary, FP32) at 2 GB for 128 k entries
LOGITS_BUDGET = 16 * 2**20  # logits of one batch


@dataclass(frozen=True)
class Likelihood:
    """Summed negative log-likelihood in nats, and the number of tokens it sums over."""

    nll: float = 0.0
    tokens: int = 0

    def __add__(self, other: Likelihood) -> Likelihood:
        return Likelihood(self.nll + other.nll, self.tokens + other.tokens)

    @property
    def perplexity(self) -> float:
        """exp(nats per token)."""
        return math.exp(self.nll / self.tokens)


def windows(document: Sequence[int] | Tokens, eos_id: int, length: int) -> list[Tokens]:
    """Cut a document so that each of its tokens is predicted once.

    Returns:
        Arrays of 2 to length + 1 tokens; in each, every token but the first is a prediction's target.
    """
    whole = np.concatenate([[eos_id], np.asarray(document, dtype=np.int64)]).astype(np.int64)
    return [whole[start : start + length + 1] for start in range(0, len(whole) - 1, length)]


def likelihood(
    loaded: LoadedModel,
    documents: Iterable[Sequence[int] | Tokens],
    eos_id: int,
    advance: Callable[[int], None] = lambda tokens: None,
) -> Likelihood:
    """Likelihood of documents, in batches of windows of similar length; the order of documents is irrelevant."""
    length = min(loaded.context, LONGEST_WINDOW)
    cut = sorted((w for document in documents for w in windows(document, eos_id, length)), key=len, reverse=True)
    total, start = Likelihood(), 0
    while start < len(cut):
        rows = max(1, LOGITS_BUDGET // (len(cut[start]) * int(loaded.model.config.vocab_size)))
        batch = _batch_likelihood(loaded, cut[start : start + rows])
        total, start = total + batch, start + rows
        advance(batch.tokens)
    return total


def _batch_likelihood(loaded: LoadedModel, rows: list[Tokens]) -> Likelihood:
    import torch

    width = len(rows[0])
    ids = torch.full((len(rows), width), loaded.pad_id)
    targets = torch.full((len(rows), width), -100)
    for number, row in enumerate(rows):
        ids[number, : len(row)] = targets[number, : len(row)] = torch.from_numpy(row)
    ids, targets = ids.to(loaded.model.device), targets.to(loaded.model.device)
    with torch.inference_mode():
        # Padding stands to the right of what it pads, so that causal attention needs no mask.
        logits_BSV = loaded.model(input_ids=ids[:, :-1], use_cache=False).logits
        nll = torch.nn.functional.cross_entropy(
            logits_BSV.float().flatten(0, 1), targets[:, 1:].flatten(), ignore_index=-100, reduction="none"
        )
    return Likelihood(float(nll.double().sum()), sum(len(row) - 1 for row in rows))


def perplexities(
    loaded: LoadedModel,
    documents: Mapping[str, Sequence[Tokens]],
    eos_id: int,
    advance: Callable[[int], None] = lambda tokens: None,
) -> dict[str, float]:
    """Perplexity `overall` (over the tokens of all languages) and of each language that has documents."""
    by_language = {
        language: likelihood(loaded, texts, eos_id, advance) for language, texts in documents.items() if len(texts)
    }
    if not by_language:
        return {}
    overall = sum(by_language.values(), start=Likelihood())
    return {"overall": overall.perplexity} | {language: part.perplexity for language, part in by_language.items()}
