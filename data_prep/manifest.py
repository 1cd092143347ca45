"""`manifest.json`: the one file by which a recipe reads a corpus.

Its paths are relative to the folder it stands in, so that the folder can be copied anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, Protocol, TypeVar, get_args

from data_prep.blend import epochs
from data_prep.indexed import bin_path, idx_path
from data_prep.provenance import provenance_path
from data_prep.split import SPLITS
from lexatron.atomic import write_text
from lexatron.errors import UserError
from lexatron.stage import digest, file_digest

MANIFEST = "manifest.json"
VERSION = 2

Kind = Literal["law", "general"]

_TYPES: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float)}
_REMEDY = "copy the corpus again, or build it again: lexatron data corpus"
_Record = TypeVar("_Record", "TokenizerRecord", "Shard")


class HasFingerprint(Protocol):
    """What `check_tokenizer` asks of a tokenizer; `data_prep.tokenizer.Tokenizer` has it."""

    fingerprint: str
    vocab_size: int
    eos_id: int


@dataclass(frozen=True)
class TokenizerRecord:
    """The tokenizer that made the tokens; `path` is relative to the manifest's folder unless it is absolute."""

    path: str
    fingerprint: str
    vocab_size: int
    eos_id: int


@dataclass(frozen=True)
class Shard:
    """One `.bin/.idx` pair with its provenance.

    Attributes:
        prefix: of the `.bin`, `.idx` and `.provenance.jsonl`, relative to the manifest's folder.
        documents: each ends with the tokenizer's end-of-document token.
        tokens: in all, these included.
    """

    prefix: str
    documents: int
    tokens: int
    bin_sha256: str
    idx_sha256: str
    provenance_sha256: str


@dataclass(frozen=True)
class Dataset:
    """One entry of one split's blend: the acts of a language, or a source of general text.

    Attributes:
        kind: `law`, named by its language, or `general`, named by the user.
        weight: share of the split's blend; over the entries of a split they add up to 1.
        shards: in order; the blend draws from them in proportion to their tokens.
    """

    kind: Kind
    weight: float
    shards: tuple[Shard, ...]

    @property
    def documents(self) -> int:
        """Documents of all shards."""
        return sum(shard.documents for shard in self.shards)

    @property
    def tokens(self) -> int:
        """Tokens of all shards."""
        return sum(shard.tokens for shard in self.shards)

    def to_json(self) -> dict[str, Any]:
        """The entry with its sums, which readers of the file alone would have to add up."""
        sums = {"documents": self.documents, "tokens": self.tokens}
        return {"kind": self.kind, "weight": self.weight, **sums, "shards": [asdict(shard) for shard in self.shards]}


@dataclass(frozen=True)
class Manifest:
    """A corpus.

    Attributes:
        tokenizer: what made the tokens.
        splits: train, validation, test -> name -> dataset; an entry without documents in a split is not there.
        works: split -> number of works (general text has none).
        dropped: reason -> number of documents.
        folder: where the manifest stands; not part of the file.
    """

    tokenizer: TokenizerRecord
    splits: dict[str, dict[str, Dataset]]
    works: dict[str, int]
    dropped: dict[str, int]
    folder: Path = field(default=Path(), compare=False)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the content, the hashes of all shards included."""
        return digest(self._content())

    @property
    def tokenizer_path(self) -> Path:
        """The tokenizer's folder."""
        return self.folder / self.tokenizer.path

    def prefixes(self, split: str, name: str) -> list[Path]:
        """Paths of a dataset's shards without their suffixes."""
        return [self.folder / shard.prefix for shard in self.splits[split][name].shards]

    def languages(self, split: str) -> list[str]:
        """Names of the datasets of law of a split."""
        return [name for name, dataset in self.splits[split].items() if dataset.kind == "law"]

    def tokens(self, split: str) -> int:
        """Tokens of a split in all its datasets."""
        return sum(dataset.tokens for dataset in self.splits[split].values())

    def weights(self, split: str) -> dict[str, float]:
        """Name -> share of the blend; they add up to 1."""
        return {name: dataset.weight for name, dataset in self.splits[split].items()}

    def epochs(self, split: str) -> dict[str, float]:
        """Name -> how often it is read while the blend draws as many tokens as the split has."""
        tokens = {name: dataset.tokens for name, dataset in self.splits[split].items()}
        return epochs(self.weights(split), tokens)

    def blend(self, split: str) -> list[tuple[float, Path]]:
        """Weight and prefix of every shard with tokens: a dataset's weight, shared out by the shards' tokens."""
        return [
            (dataset.weight * shard.tokens / dataset.tokens, self.folder / shard.prefix)
            for dataset in self.splits[split].values()
            for shard in dataset.shards
            if shard.tokens
        ]

    def check_tokenizer(self, tokenizer: HasFingerprint) -> None:
        """Make sure that a tokenizer is the one that made the tokens.

        Raises:
            UserError: it is another one.
        """
        mine, other = self.tokenizer, tokenizer
        if other.fingerprint != mine.fingerprint or other.eos_id != mine.eos_id:
            raise UserError(
                f"the corpus was made with another tokenizer ({mine.vocab_size:,} tokens, end of document "
                f"{mine.eos_id}) than this one ({other.vocab_size:,} tokens, end of document {other.eos_id})",
                where=self.folder / MANIFEST,
                remedy=f"use {self.tokenizer_path}, or build the corpus again with the other one",
            )

    def save(self) -> None:
        """Write `manifest.json` into the manifest's folder."""
        content = {**self._content(), "fingerprint": self.fingerprint}
        write_text(self.folder / MANIFEST, json.dumps(content, indent=2, ensure_ascii=False) + "\n")

    def _content(self) -> dict[str, Any]:
        splits = {
            split: {name: dataset.to_json() for name, dataset in datasets.items()}
            for split, datasets in self.splits.items()
        }
        return {
            "version": VERSION,
            "tokenizer": asdict(self.tokenizer),
            "splits": splits,
            "works": self.works,
            "dropped": self.dropped,
        }

    @classmethod
    def load(cls, path: str | Path) -> Manifest:
        """Read a manifest.

        Args:
            path: the file, or the folder that holds it.

        Raises:
            UserError: it is missing, damaged or of another version, or a file that it names is not there.
        """
        path = Path(path)
        file = path / MANIFEST if path.is_dir() else path
        manifest = _parse(file)
        for shard in manifest.files():
            if not shard.is_file():
                raise UserError("no such file, but the manifest names it", where=shard, remedy=_REMEDY)
        if not manifest.tokenizer_path.exists():
            raise UserError("no tokenizer, but the manifest names it", where=manifest.tokenizer_path, remedy=_REMEDY)
        return manifest

    def files(self) -> dict[Path, str]:
        """Every file of every shard, with its SHA-256."""
        shards = (shard for datasets in self.splits.values() for data in datasets.values() for shard in data.shards)
        return {path: sha256 for shard in shards for path, sha256 in _files(self.folder / shard.prefix, shard).items()}


def describe_shard(folder: Path, prefix: str, documents: int, tokens: int) -> Shard:
    """The record of a shard that is on disk."""
    paths = (bin_path(folder / prefix), idx_path(folder / prefix), provenance_path(folder / prefix))
    return Shard(prefix, documents, tokens, *map(file_digest, paths))


def _files(prefix: Path, shard: Shard) -> dict[Path, str]:
    return {
        bin_path(prefix): shard.bin_sha256,
        idx_path(prefix): shard.idx_sha256,
        provenance_path(prefix): shard.provenance_sha256,
    }


def _parse(file: Path) -> Manifest:
    try:
        raw = json.loads(file.read_text("utf-8"))
        if raw["version"] != VERSION:
            raise UserError(f"version {raw['version']}, not {VERSION}", where=file, remedy="build the corpus again")
        manifest = Manifest(
            tokenizer=_record(TokenizerRecord, raw["tokenizer"]),
            splits={
                split: {name: _dataset(dataset) for name, dataset in datasets.items()}
                for split, datasets in raw["splits"].items()
            },
            works=_counts(raw["works"]),
            dropped=_counts(raw["dropped"]),
            folder=file.parent,
        )
        stated = raw["fingerprint"]
    except FileNotFoundError:
        raise UserError("no such manifest", where=file, remedy="give the folder that holds manifest.json") from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UserError(f"not a manifest ({error!r})", where=file, remedy=_REMEDY) from error
    if stated != manifest.fingerprint or list(manifest.splits) != list(SPLITS):
        raise UserError("changed after it was written: its fingerprint differs", where=file, remedy=_REMEDY)
    return manifest


def _dataset(raw: Mapping[str, Any]) -> Dataset:
    if raw["kind"] not in get_args(Kind) or not isinstance(raw["weight"], float | int) or not raw["shards"]:
        raise TypeError(f"no dataset: {raw['kind']!r}, weight {raw['weight']!r}")
    dataset = Dataset(raw["kind"], raw["weight"], tuple(_shards(raw["shards"])))
    if (raw["documents"], raw["tokens"]) != (dataset.documents, dataset.tokens):
        raise ValueError(f"{raw['documents']} documents and {raw['tokens']} tokens are not those of its shards")
    return dataset


def _shards(raw: Iterable[Mapping[str, Any]]) -> Iterable[Shard]:
    return (_record(Shard, shard) for shard in raw)


def _record(kind: type[_Record], raw: Mapping[str, Any]) -> _Record:
    """A record whose fields have the types that its class states."""
    record = kind(**raw)
    for part in fields(kind):
        value = getattr(record, part.name)
        if not isinstance(value, _TYPES[str(part.type)]) or isinstance(value, bool):
            raise TypeError(f"{part.name} is {value!r}")
    return record


def _counts(raw: Mapping[str, Any]) -> dict[str, int]:
    if not all(isinstance(count, int) for count in raw.values()):
        raise TypeError(f"{dict(raw)} does not count")
    return dict(raw)
