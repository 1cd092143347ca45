"""The configuration that reads an invented set with `lexatron data instruct`."""

from __future__ import annotations

from data_prep.sample.instructions.request import Request
from data_prep.sample.instructions.sources import BLOCKED_WORDS, SOURCES, TEST, SampleSource

CONFIGURATION = "instruct.yaml"
_HEAD = """\
# An invented set: lexatron data sample-instructions. What was planted stands in truth.json.
name: samples
tokenizer: null
sources:
"""
_REST = """\
steps:
  urls: {{policy: mask}}
  blocklist: {{words: [{words}]}}
  language: {{keep: [{languages}]}}
  length: {{min_tokens: null, max_tokens: null, min_answer_characters: 10, max_characters: 20000}}
"""


def configuration(request: Request) -> str:
    """The YAML text; paths are relative to its own folder."""
    sources = "".join(map(_source, (*SOURCES, TEST)))
    languages = ", ".join(code for code, share in request.languages.items() if share)
    return _HEAD + sources + _REST.format(words=", ".join(BLOCKED_WORDS), languages=languages)


def _source(source: SampleSource) -> str:
    lines = [f"  - name: {source.name}", f"    path: {source.path}", f"    teacher: {source.teacher}"]
    if source is TEST:
        lines.append("    side: test")
    return "\n".join(lines) + "\n"
