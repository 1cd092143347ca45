"""Every side cuts at the same place: lengths of sequences, prompts and answers, and the end that is cut."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from data_prep.limits import Limits
from data_prep.parity.check import Check
from data_prep.parity.sides import Json, Side


def same_length(seq_length: int | None, sides: Sequence[Side]) -> Check:
    """Packs have the length that training has, and serving reads at least that much.

    Args:
        seq_length: of training, where the user said it; else the first packs' is taken.
    """
    name = "sequence length"
    packed = {str(side.path): side.seq_length for side in sides if side.kind == "packed"}
    trained = seq_length or next((length for length in packed.values() if length), None)
    contexts = {str(side.path): side.context for side in sides if side.kind == "serving"}
    shown: Json = {"training": trained, "packed": packed, "serving": contexts}
    if trained is None:
        return Check(name, "not known", "training does not say: give --seq-length or packs", shown)
    wrong = [f"{path} is packed to {length:,}" for path, length in packed.items() if length and length != trained]
    wrong += [f"{path} reads {length:,} at most" for path, length in contexts.items() if length and length < trained]
    if wrong:
        return Check(name, "breach", f"{trained:,} in training; {'; '.join(wrong)}", shown)
    if silent := [path for path, length in (packed | contexts).items() if not length]:
        return Check(name, "not known", f"{trained:,} in training; {', '.join(silent)} does not say", shown)
    if not packed and not contexts:
        return Check(name, "not known", f"{trained:,} in training; nothing to compare with: give --serving", shown)
    return Check(name, "ok", f"{trained:,} in training", shown)


def same_truncation(training: Json, tokenizer: Json, sides: Sequence[Side], files: dict[str, Json]) -> Check:
    """Serving cuts the same end as training, and its tokenizer does not cut by itself.

    Args:
        training: `tokenizer_config.json` of training. tokenizer: its `tokenizer.json`.
        files: path of an exported model -> its `tokenizer.json`.
    """
    name = "truncation"
    mine = training.get("truncation_side", "right")
    wrong: list[str] = []
    values: dict[str, Any] = {"training": {"side": mine, "max_length": _cuts_at(tokenizer)}}
    for side in sides:
        if side.kind != "serving":
            continue
        theirs = side.model.get("tokenizer_config.json", {}).get("truncation_side", "right")
        length = _cuts_at(files.get(str(side.path), {}))
        values[str(side.path)] = {"side": theirs, "max_length": length}
        if theirs != mine:
            wrong.append(f"{side.path} cuts on the {theirs}, training on the {mine}")
        if length != _cuts_at(tokenizer):
            wrong.append(
                f"the tokenizer.json of {side.path} cuts at {length}, that of training at {_cuts_at(tokenizer)}"
            )
    if wrong:
        return Check(name, "breach", "; ".join(wrong), values)
    if len(values) == 1:
        return Check(name, "not known", "no exported model to compare with: give --serving", values)
    return Check(name, "ok", f"on the {mine} everywhere, and at the same length", values)


def _cuts_at(tokenizer: Json) -> int | None:
    """The length at which a `tokenizer.json` cuts by itself; None where it does not."""
    truncation = tokenizer.get("truncation")
    return truncation.get("max_length") if isinstance(truncation, dict) else None


def same_limits(sides: Sequence[Side]) -> Check:
    """Manifests that limit one task agree on it, and serving has room for prompt and answer."""
    name = "limits of tasks"
    stated = {str(side.path): side.limits for side in sides if side.limits}
    shown = {path: {task: limits.model_dump() for task, limits in tasks.items()} for path, tasks in stated.items()}
    if not stated:
        return Check(name, "not known", "no manifest.json says them")
    wrong = [*_disagreeing(stated), *_too_long(stated, sides)]
    if wrong:
        return Check(name, "breach", "; ".join(dict.fromkeys(wrong)), shown)
    said = {task: _said(limits) for tasks in stated.values() for task, limits in tasks.items()}
    return Check(name, "ok", ", ".join(f"{task} {limits}" for task, limits in said.items()), shown)


def _disagreeing(stated: Mapping[str, Mapping[str, Limits]]) -> Iterator[str]:
    """Tasks of which two manifests say different limits."""
    first: dict[str, tuple[str, Limits]] = {}
    for path, tasks in stated.items():
        for task, limits in tasks.items():
            where, known = first.setdefault(task, (path, limits))
            if limits != known:
                yield f"{task}: {path} says {_said(limits)}, {where} {_said(known)}"


def _too_long(stated: Mapping[str, Mapping[str, Limits]], sides: Sequence[Side]) -> Iterator[str]:
    """Limits that together are more than an exported model reads."""
    contexts = {str(side.path): side.context for side in sides if side.kind == "serving" and side.context}
    for tasks in stated.values():
        for task, limits in tasks.items():
            for path, context in contexts.items():
                if context is not None and limits.max_input_tokens + limits.max_output_tokens > context:
                    yield f"{task}: {_said(limits)} tokens are more than the {context:,} of {path}"


def _said(limits: Limits) -> str:
    return f"{limits.max_input_tokens:,} + {limits.max_output_tokens:,}"
