"""The sidecar of a shard, `PREFIX.provenance.jsonl`: line n says which text document n is and where it lies."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import orjson

from lexatron.atomic import atomic_file
from lexatron.errors import UserError


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where one document of a shard comes from.

    Attributes:
        document: its number in the shard, from 0.
        work: the key by which it was split.
        celex: the act's own number, or None where its files do not tell.
        dataset: the language of an act, ISO 639-1; the name of a source of general text.
        offset: its first token in the shard.
        length: its tokens, the one that ends it included.
        source: the file that it was read from, and for general text the place in it.
    """

    document: int
    work: str
    celex: str | None
    dataset: str
    offset: int
    length: int
    source: str


def provenance_path(prefix: str | Path) -> Path:
    """`PREFIX.provenance.jsonl`."""
    return Path(f"{prefix}.provenance.jsonl")


def write_provenance(prefix: str | Path, records: Iterable[Provenance]) -> None:
    """Write the sidecar, one line a document."""
    with atomic_file(provenance_path(prefix)) as temporary, open(temporary, "wb") as file:
        for record in records:
            file.write(orjson.dumps(asdict(record)) + b"\n")


def read_provenance(prefix: str | Path) -> list[Provenance]:
    """Every record, in the order of the documents.

    Raises:
        UserError: the sidecar is missing or damaged.
    """
    path = provenance_path(prefix)
    try:
        return [Provenance(**orjson.loads(line)) for line in path.read_bytes().splitlines()]
    except FileNotFoundError:
        raise UserError("no such file", where=path, remedy="copy the corpus again") from None
    except (ValueError, TypeError) as error:
        raise UserError(f"damaged provenance ({error})", where=path, remedy="copy the corpus again") from error


def act_of_token(records: Sequence[Provenance], token: int) -> Provenance:
    """The document that holds the token at this offset of the shard.

    Args:
        records: of one shard, in order.
        token: at least 0.

    Raises:
        IndexError: there is no such token.
    """
    record = records[bisect_right(records, token, key=lambda record: record.offset) - 1]
    if not record.offset <= token < record.offset + record.length:
        raise IndexError(f"no token {token}")
    return record
