"""The files of an invented set: each a shape that public sets have, and what it has room for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SampleSource:
    """One source.

    Attributes:
        name: in the configuration. path: file, or folder of Parquet files.
        share: of every hundred records.
        id_key: of the row's own id, with dots for objects in objects; None where the shape has no room for one.
        exchanges: most exchanges of a conversation.
        system: whether it has system messages. language: whether its rows name their language.
        rejected: whether its rows have a rejected answer.
        domain: of all its records; None for all domains.
        teacher: who is said to have written it.
    """

    name: str
    path: str
    share: int
    id_key: str | None = None
    exchanges: int = 1
    system: bool = False
    language: bool = False
    rejected: bool = False
    domain: str | None = None
    teacher: str = "people"


SOURCES = (
    SampleSource("alpaca", "alpaca.json", 12, teacher="davinci"),
    SampleSource("sharegpt", "sharegpt.jsonl", 14, "id", exchanges=4, system=True, teacher="chatbot"),
    SampleSource("messages", "messages.jsonl.zst", 14, "id", exchanges=4, system=True, teacher="chatbot"),
    SampleSource("oasst_trees", "oasst_trees.jsonl.gz", 7, "message_tree_id", exchanges=3, language=True),
    SampleSource("oasst_flat", "oasst_flat.jsonl", 7, "message_tree_id", exchanges=3, language=True),
    SampleSource("dolly", "dolly.jsonl", 8),
    SampleSource("hh", "hh.jsonl.gz", 8, exchanges=3, rejected=True),
    SampleSource("metamath", "metamath.json", 6, domain="mathematics", teacher="solver"),
    SampleSource("prompt_response", "prompt_response.csv", 6),
    SampleSource("preference", "preference.jsonl", 6, "prompt_id", rejected=True, teacher="chatbot"),
    SampleSource("parquet", "parquet", 6, "prompt_id", exchanges=4, teacher="chatbot"),
    SampleSource("own", "own.jsonl", 6, "id", language=True),
)
TEST = SampleSource("test_set", "test_set.jsonl", 0, "id", exchanges=4)
BLOCKED_WORDS = ("grelvox", "snarqual", "blitherpox", "thrumdingle")


def source_pattern() -> list[int]:
    """Positions in SOURCES for a hundred records in a row, those of a source far apart."""
    places = [((k + 0.5) / source.share, number) for number, source in enumerate(SOURCES) for k in range(source.share)]
    return [number for _, number in sorted(places)]
