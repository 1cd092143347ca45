"""Runs the PyPI package tulit over FORMEX files; started by benchmarks/formex.py with the Python that has tulit.

Reads paths from standard input and writes one JSON line a file: its path, seconds, and all text that tulit returns.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Iterator
from typing import Any

PARTS = (
    "preface", "preamble", "formula", "citations", "recitals_intro", "recitals", "preamble_final", "chapters",
    "articles", "conclusions", "annexes",
)  # fmt: skip
NOT_TEXT = {"eId", "type"}


def strings(value: Any) -> Iterator[str]:
    """Every text in a nested result, identifiers left out."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, below in value.items():
            if key not in NOT_TEXT:
                yield from strings(below)
    elif isinstance(value, list | tuple):
        for below in value:
            yield from strings(below)


def main() -> None:
    """One line out for each line in."""
    from tulit.parser.xml.formex import Formex4Parser

    logging.disable(logging.CRITICAL)
    for line in sys.stdin:
        path = line.rstrip("\n")
        parser = Formex4Parser()
        started = time.process_time()
        try:
            parser.parse(path)
            text = "\n".join(strings([getattr(parser, part, None) for part in PARTS]))
        except Exception:
            text = ""
        json.dump({"file": path, "seconds": time.process_time() - started, "text": text}, sys.stdout)
        print(flush=True)


if __name__ == "__main__":
    main()
