"""The YAML file of `lexatron data instruct`: sources, steps, thresholds; what it leaves out has a default."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Self

from pydantic import Field, field_validator, model_validator

from data_prep.curation.balance import Balance
from data_prep.curation.classify import Classify
from data_prep.curation.options import Options
from data_prep.curation.scoring.options import Scoring
from data_prep.curation.sources.options import Source
from data_prep.curation.steps import Steps
from data_prep.limits import Limits
from lexatron.yaml_file import checked, read_mapping

PAGE = "docs/instruct.md"

_LISTS = ("word_files", "regex_files")  # relative to the folder of the YAML file, as sources are


class Duplicates(Options):
    """Records that say what another one says; the better one is kept."""

    exact: bool = True
    """Drop records whose turns are the same but for space and case."""
    near: float | None = Field(default=0.8, gt=0, le=1)
    """True Jaccard similarity of character 3-grams from which a record is dropped; null keeps them all."""
    high: float = Field(default=0.95, gt=0, le=1)
    """Similarity from which a near-duplicate is reported as a high one."""


class Split(Options):
    """Sides, by prompt: records with the same prompt, and those of one OASST tree, stay on one side."""

    train: float = Field(default=90.0, gt=0)
    validation: float = Field(default=5.0, ge=0)
    test: float = Field(default=5.0, ge=0)
    seed: int = 1234


class Output(Options):
    """Files beside `training.jsonl`, `validation.jsonl` and `test.jsonl`."""

    finetuning: bool = True
    """`finetuning/` with `input` and `output`, for NeMo's FineTuningDataModule; conversations of one exchange only."""
    shards: bool = True
    """`plain/` with `instruction`, `response` and `metadata`."""
    preference: bool = True
    """`preference/` with `prompt`, `chosen` and `rejected`, for DPO, where a source has preferences."""
    megatron: bool = False
    """`cpt/`: the text as `.bin/.idx` with a manifest for continued pre-training; needs a tokenizer."""
    preferred_answers: bool = True
    """Preferred answers of preference sets are trained on like any other."""
    language_sample: int = Field(default=500, ge=0)
    """Kept records, drawn at random, whose language is detected once more over all languages, for the card."""


class Config(Options):
    """What decides an instruction set beside the files it is made of."""

    name: str = "instructions"
    """Stands in the card."""
    sources: tuple[Source, ...] = Field(min_length=1)
    """What is read, in this order; of two equally good duplicates the first is kept."""
    tokenizer: str | None = None
    """Folder or file, relative to the YAML file's folder, or hub name; lengths in tokens need it."""
    template: str | None = None
    """The set's chat template: null for the tokenizer's own, llama3, chatml, instruct, plain, or a Jinja file."""
    classify: Classify = Classify()
    """Domain and difficulty where neither source nor row says."""
    steps: Steps = Steps()
    """What is repaired, masked and dropped, record by record."""
    duplicates: Duplicates = Duplicates()
    scoring: Scoring = Scoring()
    """Quality from 1 to 10, by a model or by heuristics."""
    balance: Balance = Balance()
    """Shares by domain, language and difficulty."""
    split: Split = Split()
    output: Output = Output()
    tasks: dict[str, Limits] = Field(default_factory=dict)
    """Input limits and output caps by task; what is not given is measured: `default`, and one task a domain."""

    @field_validator("sources")
    @classmethod
    def _named_once(cls, sources: tuple[Source, ...]) -> tuple[Source, ...]:
        names = [source.name for source in sources]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two sources are named {twice[0]}")
        return sources

    @model_validator(mode="after")
    def _tokenizer_where_needed(self) -> Self:
        length = self.steps.length
        if self.tokenizer is None and length and (length.min_tokens or length.max_tokens):
            raise ValueError(
                "steps.length counts tokens and there is no tokenizer: name one, or set steps.length.min_tokens and "
                "max_tokens to null and give min_characters and max_characters"
            )
        if self.tokenizer is None and self.output.megatron:
            raise ValueError("output.megatron needs a tokenizer")
        return self

    def decisive(self) -> dict[str, Any]:
        """All options but the places of files, whose contents are fingerprinted, and how a server is asked."""
        raw = self.model_dump(mode="json", exclude={"tokenizer"})
        for source in raw["sources"]:
            source.pop("path")
        if raw["steps"]["blocklist"]:
            del raw["steps"]["blocklist"]["word_files"], raw["steps"]["blocklist"]["regex_files"]
        if endpoint := raw["scoring"]["endpoint"]:
            for how in ("concurrency", "per_minute", "timeout_s", "retries", "failures", "unfit"):
                del endpoint[how]
        return raw


def load_config(path: Path) -> Config:
    """Read a configuration.

    Raises:
        UserError: it is missing, not YAML, or a key is unknown, missing or of another type.
    """
    missing = "copy one of configs/instruct/, or write samples: lexatron data sample-instructions -o DIR"
    config = checked(Config, read_mapping(path, "a configuration", missing, PAGE), path, PAGE)
    blocklist = config.steps.blocklist
    if blocklist is None or not blocklist.files:
        return config
    places = {name: tuple(path.parent / file for file in getattr(blocklist, name)) for name in _LISTS}
    steps = config.steps.model_copy(update={"blocklist": blocklist.model_copy(update=places)})
    return config.model_copy(update={"steps": steps})
