"""Checks of lengths: sequences against the data's, packing, output, and how often every source is read."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from data_prep.indexed import IndexedReader
from data_prep.manifest import Manifest
from data_prep.packing import first_fit_decreasing
from recipes.check.context import Context
from recipes.check.conversations import Conversations
from recipes.check.finding import Finding, failed, passed, percent, warned

Ints = npt.NDArray[np.int64]

CUT_DOCUMENTS = 0.5
"""Share of documents longer than a sequence from which on the usual document is read in pieces. Nothing is lost by
that but context: Megatron lays documents end to end."""

FILLED = 0.9
"""Share of the positions that should hold text: below it, a tenth of the work is padding."""

MANY_EPOCHS = 4.0
"""Repeated tokens are as good as new ones up to here, and worth less after it: Muennighoff et al., arXiv 2305.16264."""

TOKENS_PER_STEP = 4096 * 128
"""The target: the batch that the recipes are made for."""
FEW, MANY = 1 / 8, 8.0
"""Of the target: a smaller batch leaves gradients noisy and devices idle; the largest is the 4 M tokens with which
Llama 3 405B began (arXiv 2407.21783, section 3.4.1), for far more data than a body of law has."""


def sequence_length(context: Context) -> list[Finding]:
    """The usual text fits into a sequence: the 95th and 99th percentile of the data's lengths."""
    limit = int(context.recipe.data.seq_length)
    if isinstance(context.manifest, Manifest):
        return _documents(document_lengths(context.manifest), limit)
    if isinstance(context.chats, dict):
        return _conversations(context.chats["train"], limit)
    return []


def document_lengths(manifest: Manifest) -> Ints:
    """Tokens of every training document, shape [num_documents]."""
    readers = [
        IndexedReader(prefix) for name in manifest.splits["train"] for prefix in manifest.prefixes("train", name)
    ]
    return np.concatenate([np.diff(reader.document_offsets) for reader in readers] or [np.empty(0, np.int64)])


def _documents(lengths: Ints, limit: int) -> list[Finding]:
    if not lengths.size:
        return []
    share = float((lengths > limit).mean())
    detail = f"documents: {_percentiles(lengths)}; {percent(share)} are longer than {limit:,} and read in pieces"
    if share > CUT_DOCUMENTS:
        return warned("sequence length", detail, "raise seq_length if the memory allows (lexatron plan)")
    return passed("sequence length", detail)


def _conversations(sample: Conversations, limit: int) -> list[Finding]:
    lengths = np.asarray(sample.lengths)
    share = float((lengths > limit).mean())
    detail = f"conversations: {_percentiles(lengths)}; {percent(share)} are longer than {limit:,} and lose their end"
    remedy = f"raise seq_length to {_round_up(int(lengths.max()))}, or leave the long ones out"
    if np.percentile(lengths, 95) > limit:
        return failed("sequence length", detail, remedy)
    if np.percentile(lengths, 99) > limit:
        return warned("sequence length", detail, remedy)
    return passed("sequence length", detail)


def _percentiles(lengths: Ints) -> str:
    low, high = np.percentile(lengths, [95, 99])
    return f"95 % have at most {low:,.0f} tokens, 99 % at most {high:,.0f}"


def _round_up(length: int, multiple: int = 64) -> int:
    return -(-length // multiple) * multiple


def packing(context: Context) -> list[Finding]:
    """Few positions hold padding."""
    if isinstance(context.manifest, Manifest):
        return passed("packing", "documents lie end to end: no padding")
    if not isinstance(context.chats, dict):
        return []
    data = context.recipe.data
    lengths = np.minimum(context.chats["train"].lengths, data.seq_length)
    if context.packed:
        filled, remedy = first_fit_decreasing(lengths, data.seq_length).efficiency, "change seq_length"
    else:
        filled, remedy = unpacked_efficiency(lengths, context.micro_batch_size), "pack: packed=True"
    detail = f"{'packed' if context.packed else 'not packed'}, {percent(filled, 0)} of the positions hold text"
    return warned("packing", detail, remedy) if filled < FILLED else passed("packing", detail)


def unpacked_efficiency(lengths: Ints, micro_batch_size: int, multiple: int = 16) -> float:
    """Share of text where each micro batch is padded to its longest, rounded up to 16 as NeMo's collator does.

    Args:
        lengths: tokens of the examples, shape [num_examples].
    """
    batches = [lengths[start : start + micro_batch_size] for start in range(0, len(lengths), micro_batch_size)]
    positions = sum(len(batch) * _round_up(int(batch.max()), multiple) for batch in batches)
    return float(lengths.sum() / positions)


def tokens_per_step(context: Context) -> list[Finding]:
    """The batch is near the one that the recipes are made for."""
    data = context.recipe.data
    tokens = int(data.global_batch_size * data.seq_length)
    detail = f"{data.global_batch_size:,} x {data.seq_length:,} = {tokens:,}, target {TOKENS_PER_STEP:,}"
    if context.narrow:
        return passed("tokens per step", f"{detail} for a model of 1 B parameters and more")
    if not FEW <= tokens / TOKENS_PER_STEP <= MANY:
        return warned("tokens per step", detail, "set global_batch_size nearer to it, and the learning rate with it")
    return passed("tokens per step", detail)


def epochs(context: Context) -> list[Finding]:
    """No source is read more often than repeating helps."""
    read = dict(_epochs(context))
    if not read:
        return []
    detail = ", ".join(f"{name} {times:.3g}" for name, times in read.items())
    if max(read.values()) > MANY_EPOCHS:
        remedy = "repeated tokens are worth less after 4 epochs (arXiv 2305.16264): fewer steps, or more data"
        return warned("epochs", detail, remedy)
    return passed("epochs", detail)


def _epochs(context: Context) -> Iterator[tuple[str, float]]:
    """Source -> how often the run reads it."""
    data, steps = context.recipe.data, int(context.recipe.trainer.max_steps)
    drawn = steps * data.global_batch_size
    if isinstance(context.manifest, Manifest):
        for name, dataset in context.manifest.splits["train"].items():
            yield name, drawn * data.seq_length * dataset.weight / dataset.tokens
    elif isinstance(context.chats, dict):
        sample = context.chats["train"]
        lengths = np.minimum(sample.lengths, data.seq_length)
        packs = first_fit_decreasing(lengths, data.seq_length).num_packs
        samples = sample.count * packs / len(lengths) if context.packed else sample.count
        yield "conversations", drawn / samples


def output(context: Context) -> list[Finding]:
    """Room for an answer behind the longest prompt, and what evaluation has to allow."""
    if not isinstance(context.chats, dict):
        return []
    limit = int(context.recipe.data.seq_length)
    prompt = max(max(sample.prompts) for sample in context.chats.values())
    answers = [length for sample in context.chats.values() for length in sample.answers]
    longest = max(answers)
    detail = f"the longest prompt has {prompt:,} tokens of {limit:,}, the longest answer {longest:,}"
    if prompt + 1 >= limit:
        return failed("output", f"{detail}: no room for an answer", "raise seq_length, or shorten the prompts")
    if prompt + longest > limit:
        return warned("output", detail, f"raise seq_length to {_round_up(prompt + longest)}")
    return passed("output", f"{detail}: evaluate with --max-new-tokens {_round_up(longest, 16)} or more")
