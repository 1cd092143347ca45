"""`manifest.json` of an instruction set: its files, the tokenizer and template that it is meant for, limits by task."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from data_prep.chat import ChatTokenizer
from data_prep.curation.build import Built
from data_prep.curation.config import Config
from data_prep.curation.write import FILES
from data_prep.limits import DEFAULT, MANIFEST, Limits, suggest_limits
from data_prep.tokenizer import Tokenizer
from lexatron.atomic import write_text
from lexatron.errors import UserError
from lexatron.stage import digest

VERSION = 1
KIND = "instructions"

_SAMPLE = 1000  # conversations on which the template's own tokens are counted
_LEAST = 100  # records of a domain that has limits of its own


def write_manifest(built: Built, config: Config, tokenizer: str | None, out: Path) -> dict[str, Any]:
    """Write `manifest.json`; its content."""
    chat = _chat(tokenizer, config.template)
    tasks = _tasks(built, config, chat, tokenizer, out)
    content = {
        "version": VERSION,
        "kind": KIND,
        "name": config.name,
        "files": [file.to_json() for file in built.files],
        "tokenizer": {"name": config.tokenizer, "fingerprints": chat.fingerprints()} if chat else None,
        "template": config.template,
        "tasks": {name: limits.model_dump() for name, limits in tasks.items()},
    }
    content["fingerprint"] = digest(content)
    write_text(out / MANIFEST, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
    return content


def _chat(tokenizer: str | None, template: str | None) -> ChatTokenizer | None:
    """The tokenizer with its template; None where one of them is missing and the configuration asks for none."""
    if tokenizer is None:
        return None
    try:
        return ChatTokenizer.load(tokenizer, template)
    except UserError:
        if template is not None:
            raise
        return None  # a tokenizer of a base model, which has no template


def _tasks(
    built: Built, config: Config, chat: ChatTokenizer | None, tokenizer: str | None, out: Path
) -> dict[str, Limits]:
    """Limits of every task: those of the configuration, and measured ones for the whole set and for each domain."""
    if chat is None or not (built.side >= 0).any():
        return dict(config.tasks)
    rows = built.table.rows[built.side >= 0]
    around_prompt, around_answer = _around(chat, Tokenizer.load(str(tokenizer)), out)
    prompts = rows["prompt_tokens"].astype(np.int64) + around_prompt
    answers = rows["answer_tokens"].astype(np.int64) + around_answer
    length = config.steps.length
    room = 2 * ((length.max_tokens if length and length.max_tokens else int((prompts + answers).max())) + around_prompt)
    measured = {DEFAULT: suggest_limits(prompts, answers, room)}
    for code, domain in enumerate(built.table.names["domain"]):
        of_domain: npt.NDArray[np.bool_] = rows["domain"] == code
        if of_domain.sum() >= _LEAST:
            measured[domain] = suggest_limits(prompts[of_domain], answers[of_domain], room)
    return measured | config.tasks


def _around(chat: ChatTokenizer, tokenizer: Tokenizer, out: Path) -> tuple[int, int]:
    """Tokens that the template puts around a prompt and behind an answer: the most that a sample of chats has."""
    with open(out / f"{FILES['train']}.jsonl", "rb") as lines:
        chats = [orjson.loads(line)["messages"] for line in islice(lines, _SAMPLE)]
    plain_prompts = tokenizer.encode_batch(["\n".join(m["content"] for m in messages[:-1]) for messages in chats])
    plain_answers = tokenizer.encode_batch([messages[-1]["content"] for messages in chats])
    around_prompt = around_answer = 0
    for messages, encoded, asked, answered in zip(
        chats, chat.encode_batch(chats), plain_prompts, plain_answers, strict=True
    ):
        prompt = len(chat.encode_prompt(messages[:-1]))
        around_prompt = max(around_prompt, prompt - len(asked))
        around_answer = max(around_answer, len(encoded.input_ids) - prompt - len(answered))
    return around_prompt, around_answer


def file_rows(content: Mapping[str, Any]) -> list[list[Any]]:
    """Rows of the table of files: form, side, files, records."""
    rows: dict[tuple[str, str], list[int]] = {}
    for file in content["files"]:
        counted = rows.setdefault((file["form"], file["side"]), [0, 0])
        counted[0] += 1
        counted[1] += file["records"]
    return [[form, side, files, records] for (form, side), (files, records) in rows.items()]
