"""What `lexatron data qa` and `lexatron data testset` have in common: options, progress, the end of a stage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import orjson

from data_prep.blend import parse_languages
from data_prep.formex.acts import LANGUAGES
from data_prep.instruct.index import SPLIT_SEED
from data_prep.instruct.kinds import KIND_NAMES
from data_prep.instruct.qa_card import check_rows, write_card
from data_prep.instruct.qa_plots import write_plots
from data_prep.instruct.qa_stats import lacking, rows_of
from data_prep.instruct.stage import Settings
from data_prep.split import Shares, read_splits
from lexatron.atomic import write_bytes
from lexatron.console import console, summary_table
from lexatron.errors import UserError
from lexatron.stage import Fingerprint

CODE = (
    "data_prep.instruct",
    "data_prep.formex.acts",
    "data_prep.formex.celex",
    "data_prep.formex.in_force",
    "data_prep.formex.store",
    "data_prep.split",
    "data_prep.tokenizer",
)
STATS = "stats.json"

TITLES = {
    "index": "Reading which acts there are",
    "plan": "Choosing acts",
    "facts": "Finding what to ask",
    "join": "Joining languages",
    "ambiguous": "Looking for questions with two answers",
    "rank": "Ranking questions",
    "choice": "Choosing questions",
    "llm": "Waiting for the language model",
    "write": "Writing pairs",
    "check": "Checking pairs against the acts",
}


def parse_kinds(text: str | None) -> tuple[str, ...]:
    """Kinds of questions, in the order of the registry; all of them without a text.

    Raises:
        UserError: an unknown kind, or none.
    """
    wanted = {part.strip() for part in text.split(",") if part.strip()} if text is not None else set(KIND_NAMES)
    if not wanted or not wanted <= set(KIND_NAMES):
        unknown = ", ".join(sorted(wanted - set(KIND_NAMES))) or "none"
        raise UserError(f"no such kind of question: {unknown}", remedy=f"choose from {','.join(KIND_NAMES)}")
    return tuple(kind for kind in KIND_NAMES if kind in wanted)


def parse_shares(text: str | None) -> dict[str, float]:
    """Language -> share, of `en=35,fr=25`; equal shares of all five languages without a text.

    Raises:
        UserError: it does not parse, or names a language without wordings.
    """
    shares = parse_languages(text) if text is not None else dict.fromkeys(LANGUAGES, 1.0)
    _check_languages(shares)
    return shares


def parse_names(text: str | None) -> dict[str, float]:
    """Language -> equal share, of `en,fr`; of all five languages without a text.

    Raises:
        UserError: a language without wordings.
    """
    names = [part.strip() for part in text.split(",")] if text is not None else LANGUAGES
    _check_languages(names)
    return dict.fromkeys(names, 1.0)


def _check_languages(names: Iterable[str]) -> None:
    if unknown := sorted(set(names) - set(LANGUAGES)):
        raise UserError(f"nothing can be asked in {', '.join(unknown)}", remedy=f"choose from {','.join(LANGUAGES)}")


def split_files(splits: Path | None) -> list[Path]:
    """The file of the split, if there is one, for the fingerprint.

    Raises:
        UserError: it is missing or damaged.
    """
    if splits is None:
        return []
    read_splits(splits)
    return [splits]


def side_source(splits: Path | None) -> str:
    """Where the sides of the works come from, for the card."""
    if splits is not None:
        return f"as `{splits.name}` of a corpus says"
    shares = Shares()
    return (
        f"as `lexatron data corpus` splits by default (seed {SPLIT_SEED}, "
        f"shares {shares.train:g}/{shares.validation:g}/{shares.test:g})"
    )


def finish(folder: Path, stats: dict[str, Any], settings: Settings, split: str, fingerprint: Fingerprint) -> None:
    """Write `stats.json`, the plots and the card."""
    write_bytes(folder / STATS, orjson.dumps(stats, option=orjson.OPT_INDENT_2) + b"\n")
    write_plots(stats, folder)
    write_card(folder, stats, settings, split, fingerprint)


def show(folder: Path, stats: Mapping[str, Any], notes: Sequence[Sequence[Any]] = ()) -> None:
    """Print what was written, what it comes from, how it was checked, and what is lacking."""
    parts = [part.replace("_", " ") for part in stats["by_language_and_kind"]]
    summary_table(f"Cited questions in {folder}", ["", *parts], rows_of(stats))
    acts = stats["acts"]
    dropped = [[f"  not used: {why}", number] for why, number in acts["dropped"].items()]
    left_out = [["facts left out: same question as another", stats["facts"]["ambiguous"]]]
    left_out += [[f"facts left out: {why}", number] for why, number in stats["facts"]["left_out"].items()]
    summary_table("What they come from", ["", "count"], [["acts read", acts["read"]], *dropped, *left_out, *notes])
    summary_table("Checks", ["", "figure"], check_rows(stats))
    for warning in [*lacking(stats), *stats["warnings"]]:
        console.print(f"[bold yellow]{warning}[/]", highlight=False, soft_wrap=True)
