"""The parts of a tokenizer, compared by what is noted of them: vocabulary, special tokens, template, bos, eos, pad."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from data_prep.lengths.dataset import Conversation
from data_prep.parity.check import Check
from data_prep.parity.served import Reader

COMPONENTS = {
    "vocabulary": "vocabulary and merges",
    "special_tokens": "special tokens",
    "template": "chat template",
    "bos": "bos token",
    "eos": "eos token",
    "pad": "pad token",
}
"""Component of `ChatTokenizer.fingerprints` -> its name for the user."""

_ROLES = ("bos_token", "eos_token", "pad_token", "unk_token")
_SHOWN = 3
_NOT_NOTED = "pad"
"""What `ChatTokenizer.fingerprints` has no component for: it is among the special tokens there."""


def compare_components(
    training: Reader, noted: Mapping[str, Mapping[str, str]], readers: Sequence[Reader], sample: Sequence[Conversation]
) -> list[Check]:
    """One check a component, over all sides.

    Args:
        noted: side -> component -> fingerprint, as noted when the side was made.
        readers: exported models, whose parts can be looked at beyond their fingerprints.
        sample: conversations on which templates of different text are compared.
    """
    return [_compare(component, training, noted, readers, sample) for component in COMPONENTS]


def _compare(
    component: str,
    training: Reader,
    noted: Mapping[str, Mapping[str, str]],
    readers: Sequence[Reader],
    sample: Sequence[Conversation],
) -> Check:
    name, mine = COMPONENTS[component], training.components[component]
    said = {side: parts[component] for side, parts in noted.items() if component in parts}
    differing = [f"{side} was made with another one" for side, theirs in said.items() if theirs != mine]
    for reader in readers:
        if reader.components[component] != mine and (what := _difference(component, training, reader, sample)):
            differing.append(f"{reader.name}: {what}")
    values = {training.name: mine, **said} | {reader.name: reader.components[component] for reader in readers}
    shown = {"fingerprints": values}
    if differing:
        return Check(name, "breach", "; ".join(differing), shown)
    silent = [side for side in noted if side not in said and component != _NOT_NOTED]
    if silent:
        return Check(name, "not known", f"{', '.join(silent)} does not say", shown)
    if not said and not readers:
        return Check(name, "not known", "no other side says what it is made with: give --serving or packs", shown)
    return Check(name, "ok", f"the same in {len(values)} places", shown)


def _difference(component: str, training: Reader, reader: Reader, sample: Sequence[Conversation]) -> str:
    """What differs where fingerprints do; empty where it makes no difference."""
    if component == "template":
        return _template(training, reader, sample)
    if component == "special_tokens":
        return _special_tokens(training, reader)
    if component == "vocabulary":
        return f"another one, of {reader.chat.vocab_size:,} tokens where training has {training.chat.vocab_size:,}"
    return f"{reader.components[component]}, in training {training.components[component]}"


def _template(training: Reader, reader: Reader, sample: Sequence[Conversation]) -> str:
    """Templates of another text may write the same, as one does that marks answers for the mask."""
    differing = sum(training.text_of(each) != reader.text_of(each) for each in sample)
    if not sample:
        return "another one"
    return f"writes another text for {differing:,} of {len(sample):,} conversations" if differing else ""


def _special_tokens(training: Reader, reader: Reader) -> str:
    mine, theirs = training.chat.special_tokens, reader.chat.special_tokens
    changed = sorted(token for token in mine.keys() | theirs.keys() if mine.get(token) != theirs.get(token))
    if changed:
        more = f" and {len(changed) - _SHOWN:,} more" if len(changed) > _SHOWN else ""
        named = ", ".join(f"{token} ({theirs.get(token)}, not {mine.get(token)})" for token in changed[:_SHOWN])
        return f"other ids: {named}{more}"
    roles = [training.chat.template.variables.get(role) for role in _ROLES]
    other = [reader.chat.template.variables.get(role) for role in _ROLES]
    renamed = [
        f"{role} is {there}, in training {here}"
        for role, here, there in zip(_ROLES, roles, other, strict=True)
        if here != there
    ]
    return "; ".join(renamed)
