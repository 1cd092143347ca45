"""Control tokens that stand in a text as strings: found, and made plain text for whatever tokenizer comes later.

A content that holds `<|eot_id|>` ends a turn for a tokenizer that takes the string for its control token: whoever wrote
the content then speaks for the system or the assistant. `neutralise` puts a space after the first character
(`< |eot_id|>`), after which the string is no tokenizer's token, and a reader still sees what was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

CONTROL_TOKENS = (
    *("<s>", "</s>", "<bos>", "<eos>", "<pad>", "<unk>", "<mask>", "<sep>", "<cls>"),
    *("<BOS_TOKEN>", "<EOS_TOKEN>", "<start_of_turn>", "<end_of_turn>", "<end_of_utterance>"),
    *("[INST]", "[/INST]", "<<SYS>>", "<</SYS>>", "[SYSTEM_PROMPT]", "[/SYSTEM_PROMPT]", "[TOOL_CALLS]"),
    *("[AVAILABLE_TOOLS]", "[/AVAILABLE_TOOLS]", "[TOOL_RESULTS]", "[/TOOL_RESULTS]", "[TOOL_CONTENT]", "[ARGS]"),
    *("[IMG]", "[IMG_BREAK]", "[IMG_END]", "[THINK]", "[/THINK]", "[PREFIX]", "[MIDDLE]", "[SUFFIX]"),
    *("[CLS]", "[SEP]", "[PAD]", "[UNK]", "[MASK]", "[BOS]", "[EOS]", "[gMASK]"),
    *("<fim_prefix>", "<fim_middle>", "<fim_suffix>", "<fim_pad>", "<file_sep>", "<repo_name>"),
)
"""Control tokens that have no common form; those between `<|` and `|>` are known by it."""

_BARS = (r"<\|[\w.:/-]{1,64}\|>", r"<｜[^\s<>｜]{1,64}｜>")  # Llama 3, ChatML, GPT, Phi, Cohere; DeepSeek
_NUMBERED = (r"<extra_id_\d{1,4}>", r"<unused\d{1,4}>", r"<reserved_special_token_\d{1,4}>")  # T5 and NeMo, Gemma


def find(text: str, tokens: Iterable[str] = ()) -> list[str]:
    """The control-token strings in a text, in order of place, as often as they stand there.

    Args:
        tokens: those of a tokenizer, beside the well-known ones.
    """
    return _pattern(frozenset(tokens)).findall(text)


def neutralise(text: str, tokens: Iterable[str] = ()) -> str:
    """The text with a space after the first character of every control-token string; `find` finds none in it.

    Args:
        tokens: those of a tokenizer, beside the well-known ones; what has no two visible characters is left alone.
    """
    pattern = _pattern(frozenset(tokens))
    while pattern.search(text) is not None:  # splitting one token may leave another that overlapped it
        text = pattern.sub(_split, text)
    return text


def _split(found: re.Match[str]) -> str:
    token = found[0]
    first = len(token) - len(token.lstrip()) + 1
    return f"{token[:first]} {token[first:]}"


@lru_cache(maxsize=16)
def _pattern(tokens: frozenset[str]) -> re.Pattern[str]:
    listed = {token for token in tokens if len("".join(token.split())) > 1} | set(CONTROL_TOKENS)
    longest_first = sorted(listed, key=lambda token: (-len(token), token))
    return re.compile("|".join([*map(re.escape, longest_first), *_BARS, *_NUMBERED]))
