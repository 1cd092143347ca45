"""What serving reads against what was trained on: tokens, prompts, the first token, the date, the end of an answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from data_prep.chat.encoded import Encoded, Ids
from data_prep.lengths.dataset import Conversation
from data_prep.lengths.measure import prompt_length
from data_prep.parity.check import Check
from data_prep.parity.difference import around, first_difference
from data_prep.parity.served import Reader, Sample, end_of_answer
from data_prep.parity.sides import Json


def same_tokens(training: Reader, reader: Reader, sample: Sample) -> Check:
    """Whole conversations have the same tokens in both."""
    name = f"tokens in {reader.name}"
    pairs = zip(sample.conversations, sample.encoded, reader.encode(sample.conversations), strict=True)
    differing: list[Json] = []
    count = refused = 0
    for conversation, mine, theirs in pairs:
        if mine is None or theirs is None:
            refused += (mine is None) != (theirs is None)
        elif (at := first_difference(mine.input_ids, theirs.input_ids)) is not None:
            count += 1
            if not differing:
                differing.append(_shown(conversation, at, mine.input_ids, training, theirs.input_ids, reader))
    if not count and not refused:
        return Check(name, "ok", f"the same for {len(sample.conversations):,} conversations")
    by_one = f"; {refused:,} are refused by one of the two" if refused else ""
    detail = f"{count:,} of {len(sample.conversations):,} conversations have other tokens{by_one}"
    return Check(name, "breach", detail, {"differing": count, "refused": refused, "first": differing})


def same_prompt(training: Reader, reader: Reader, sample: Sample) -> Check:
    """The prompt that serving sends is how the training text begins, up to where the assistant's words do."""
    name = f"prompt of {reader.name}"
    answered = sample.answered()
    diverging: list[Json] = []
    count = refused = 0
    prompts = reader.prompts(answered.conversations)
    for conversation, text, prompt in zip(answered.conversations, answered.encoded, prompts, strict=True):
        if text is None or prompt is None:
            refused += 1
        elif (at := _diverges_at(text, prompt)) is not None:
            count += 1
            if not diverging:
                diverging.append(_shown(conversation, at, text.input_ids, training, prompt, reader))
    if not answered.conversations:
        return Check(name, "not known", "no conversation has an answer")
    if not count and not refused:
        return Check(name, "ok", f"how the training text begins, for {len(answered.conversations):,} conversations")
    said = f"; {refused:,} are refused by a template" if refused else ""
    detail = f"not how the training text begins, for {count:,} of {len(answered.conversations):,} conversations{said}"
    return Check(name, "breach", detail, {"diverging": count, "refused": refused, "first": diverging})


def _diverges_at(text: Encoded, prompt: Ids) -> int | None:
    """The first token that differs, or the end of the prompt where the answer does not begin there."""
    at = first_difference(text.input_ids[: len(prompt)], prompt)
    begins = prompt_length(text)
    return min(begins, len(prompt)) if at is None and begins != len(prompt) else at


def _shown(conversation: Conversation, at: int, mine: Ids, training: Reader, theirs: Ids, reader: Reader) -> Json:
    places = around(at, mine.tolist(), training.chat, theirs.tolist(), reader.chat)
    return {"id": conversation.id, "index": at, "tokens": [place.to_json() for place in places]}


def no_date(readers: Sequence[Reader]) -> Check:
    """No template writes today's date, which is another one in training than in serving."""
    dated = [reader.name for reader in readers if reader.chat.template.uses_date]
    if dated:
        return Check("date", "breach", f"the template of {', '.join(dated)} writes today's date: it changes by the day")
    return Check("date", "ok", "no template writes today's date")


def one_bos(readers: Sequence[Reader], sample: Sample) -> Check:
    """A conversation begins with one bos token, whoever puts it there."""
    name = "one bos token"
    doubled = [reader.name for reader in readers if any(_begins_twice(reader, sample.conversations))]
    if doubled:
        return Check(name, "breach", f"conversations begin with two of them in {', '.join(doubled)}")
    both = [reader.name for reader in readers if reader.adds_bos and _writes_bos(reader, sample.conversations)]
    if both:
        detail = f"in {', '.join(both)} both the tokenizer and the template put one in front"
        return Check(name, "warning", f"{detail}: encode what the template wrote with add_special_tokens=False")
    return Check(name, "ok", "the tokenizer or the template puts one in front, or neither does")


def _begins_twice(reader: Reader, sample: Sequence[Conversation]) -> Iterator[bool]:
    bos = reader.chat.bos_id
    for encoded in reader.encode(sample[:1]):
        if encoded is not None and bos is not None:
            yield encoded.input_ids[:2].tolist() == [bos, bos]


def _writes_bos(reader: Reader, sample: Sequence[Conversation]) -> bool:
    found = reader.encode(sample[:1])
    return any(encoded is not None and encoded.input_ids[:1].tolist() == [reader.chat.bos_id] for encoded in found)


def stops(training: Reader, model: dict[str, Json], name: str, sample: Sample) -> Check:
    """Serving stops at the token that ends an answer in training.

    Args:
        model: the files of an exported model, by name.
        name: of the exported model.
    """
    said = model.get("generation_config.json", {}).get("eos_token_id")
    listed: list[Any] = said if isinstance(said, list) else [] if said is None else [said]
    label = f"stop tokens of {name}"
    ends = Counter(end_of_answer(encoded) for encoded in sample.encoded if encoded is not None)
    ends.pop(None, None)
    shown = {"stop": listed, "ends": {str(token): number for token, number in ends.items()}}
    if not listed:
        return Check(label, "not known", "generation_config.json names no eos_token_id", shown)
    if not ends:
        return Check(label, "not known", "no conversation has an answer", shown)
    missing = [token for token in ends if token is not None and token not in listed]
    if missing:
        text = training.chat.decode_token(missing[0])
        detail = f"{text} ({missing[0]}) ends answers in training and is not among {', '.join(map(str, listed))}"
        return Check(label, "breach", detail, shown)
    return Check(label, "ok", f"answers end in training as serving stops: {', '.join(map(str, ends))}", shown)
