"""`manifest.json`: the one file by which a recipe reads a corpus.

Its paths are relative to the folder it stands in, so that the folder can be copied anywhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Protocol, TypeVar

from data_prep.blend import epochs
from data_prep.indexed import bin_path, idx_path
from data_prep.provenance import provenance_path
from data_prep.split import SPLITS
from lexatron.atomic import write_text
from lexatron.errors import UserError
from lexatron.stage import digest, file_digest

MANIFEST = "manifest.json"
VERSION = 1

_TYPES: dict[str, tuple[type, ...]] = {"str": (str,), "int": (int,), "float": (int, float)}
_REMEDY = "copy the corpus again, or build it again: lexatron data corpus"
_Record = TypeVar("_Record", "TokenizerRecord", "Dataset")


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
class Dataset:
    """One language of one split.

    Attributes:
        prefix: of the `.bin`, `.idx` and `.provenance.jsonl`, relative to the manifest's folder.
        documents: acts; each ends with the tokenizer's end-of-sequence token.
        tokens: in all, these included.
        weight: share of the split's blend; over the languages of a split they add up to 1.
    """

    prefix: str
    documents: int
    tokens: int
    weight: float
    bin_sha256: str
    idx_sha256: str
    provenance_sha256: str


@dataclass(frozen=True)
class Manifest:
    """A corpus.

    Attributes:
        tokenizer: what made the tokens.
        splits: train, validation, test -> language -> dataset; a language without documents in a split is not there.
        works: split -> number of works.
        dropped: reason -> number of acts.
        folder: where the manifest stands; not part of the file.
    """

    tokenizer: TokenizerRecord
    splits: dict[str, dict[str, Dataset]]
    works: dict[str, int]
    dropped: dict[str, int]
    folder: Path = field(default=Path(), compare=False)

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the content, the hashes of all datasets included."""
        return digest(self._content())

    @property
    def tokenizer_path(self) -> Path:
        """The tokenizer's folder."""
        return self.folder / self.tokenizer.path

    def prefix(self, split: str, language: str) -> Path:
        """Path of a dataset without its suffixes."""
        return self.folder / self.splits[split][language].prefix

    def tokens(self, split: str) -> int:
        """Tokens of a split in all its languages."""
        return sum(dataset.tokens for dataset in self.splits[split].values())

    def weights(self, split: str) -> dict[str, float]:
        """Language -> share of the blend; they add up to 1."""
        return {language: dataset.weight for language, dataset in self.splits[split].items()}

    def epochs(self, split: str) -> dict[str, float]:
        """Language -> how often it is read while the blend draws as many tokens as the split has."""
        tokens = {language: dataset.tokens for language, dataset in self.splits[split].items()}
        return epochs(self.weights(split), tokens)

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
        content = asdict(self)
        del content["folder"]
        return {"version": VERSION, **content}

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
        for dataset in manifest.files():
            if not dataset.is_file():
                raise UserError("no such file, but the manifest names it", where=dataset, remedy=_REMEDY)
        if not manifest.tokenizer_path.exists():
            raise UserError("no tokenizer, but the manifest names it", where=manifest.tokenizer_path, remedy=_REMEDY)
        return manifest

    def files(self) -> dict[Path, str]:
        """Every file of every dataset, with its SHA-256."""
        return {
            path: sha256
            for split, languages in self.splits.items()
            for language, dataset in languages.items()
            for path, sha256 in _files(self.prefix(split, language), dataset).items()
        }


def describe_dataset(folder: Path, prefix: str, documents: int, tokens: int, weight: float) -> Dataset:
    """The record of a dataset that is on disk."""
    paths = (bin_path(folder / prefix), idx_path(folder / prefix), provenance_path(folder / prefix))
    return Dataset(prefix, documents, tokens, weight, *map(file_digest, paths))


def _files(prefix: Path, dataset: Dataset) -> dict[Path, str]:
    return {
        bin_path(prefix): dataset.bin_sha256,
        idx_path(prefix): dataset.idx_sha256,
        provenance_path(prefix): dataset.provenance_sha256,
    }


def _parse(file: Path) -> Manifest:
    try:
        raw = json.loads(file.read_text("utf-8"))
        if raw["version"] != VERSION:
            raise UserError(f"version {raw['version']}, not {VERSION}", where=file, remedy="build the corpus again")
        manifest = Manifest(
            tokenizer=_record(TokenizerRecord, raw["tokenizer"]),
            splits={
                split: {language: _record(Dataset, dataset) for language, dataset in languages.items()}
                for split, languages in raw["splits"].items()
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
