"""What the user decides about a corpus; every field is part of the stage's fingerprint."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal, get_args

from data_prep.choose import FAST_SHARE, Filters, Versions
from data_prep.dedup import ALGORITHM
from data_prep.general import General
from data_prep.split import Shares

Profile = Literal["full", "fast"]
PROFILES: tuple[Profile, ...] = get_args(Profile)


@dataclass(frozen=True)
class CorpusConfig:
    """What decides a corpus beside its inputs.

    Attributes:
        languages: language -> share of the blend's law; the shares need not add up to anything.
        required: those of them that must have documents, because the user named them.
        filters: which acts are kept, one by one.
        versions: which versions of a work are kept, in each language.
        profile: `fast` keeps the newest regulations and directives, up to `fast_share` of the characters.
        near_duplicates: true Jaccard similarity of word 5-grams from which a text is dropped; None keeps them all.
        shares, seed: of the split by work.
        general: text beside the law.
        evaluation: JSONL files of evaluation sets, whose overlap with the training text is measured.
        shard_characters: text after which a `.bin` ends.
    """

    languages: dict[str, float]
    filters: Filters
    required: tuple[str, ...] = ()
    versions: Versions = Versions.LATEST
    profile: Profile = "full"
    fast_share: float = FAST_SHARE
    near_duplicates: float | None = 0.8
    shares: Shares = field(default_factory=Shares)
    seed: int = 1234
    general: tuple[General, ...] = ()
    evaluation: tuple[str, ...] = ()
    shard_characters: int = 64 << 20

    def options(self) -> dict[str, Any]:
        """Everything but the names of files, whose contents are fingerprinted as inputs."""
        options = asdict(self)
        del options["required"]
        options["general"] = [(source.name, source.percent) for source in self.general]
        options["evaluation"] = len(self.evaluation)
        options["signatures"] = ALGORITHM
        return options
