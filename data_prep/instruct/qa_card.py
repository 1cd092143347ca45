"""`DATA_CARD.md` of cited questions and answers: what they are, from what, how, their checks, and their limits."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from data_prep.corpus.card import table
from data_prep.instruct.checks import RUN
from data_prep.instruct.choice import VALIDATION_EVERY
from data_prep.instruct.qa_plots import PLOTS
from data_prep.instruct.qa_stats import kinds_by_language, lacking, rows_of
from data_prep.instruct.report import MIN_CITING
from data_prep.instruct.stage import Settings
from lexatron import __version__
from lexatron.atomic import write_text
from lexatron.stage import Fingerprint

CARD = "DATA_CARD.md"


def write_card(
    folder: Path, stats: Mapping[str, Any], settings: Settings, split: str, fingerprint: Fingerprint
) -> None:
    """Write `DATA_CARD.md`; `split` says where the sides of the works come from."""
    sections = [
        _summary(stats, settings),
        _sources(stats),
        _making(stats, settings, split),
        _contents(stats),
        _checks(stats),
        _lengths(stats),
        *([_model(stats["model"])] if "model" in stats else []),
        _limits(),
        _reproduce(settings, fingerprint),
    ]
    write_text(folder / CARD, "\n\n".join(sections) + "\n")


def _summary(stats: Mapping[str, Any], settings: Settings) -> str:
    pairs = stats["questions"]
    if settings.pairs:
        what = (
            f"Questions and cited answers for supervised fine-tuning: {pairs['training']:,} for training, "
            f"{pairs['validation']:,} for validation, {pairs['test_seen'] + pairs['test_unseen']:,} for testing."
        )
    else:
        what = f"A test set of {pairs['test_seen'] + pairs['test_unseen']:,} questions with cited answers."
    return f"# Data card\n\n{what}\n\n![]({PLOTS})"


def _sources(stats: Mapping[str, Any]) -> str:
    acts = stats["acts"]
    rows = [["read", acts["read"]], *([f"asked about: {side} works", n] for side, n in acts["used"].items())]
    rows += [[f"not asked about: {why}", number] for why, number in acts["dropped"].items()]
    return "\n\n".join(
        [
            "## Sources",
            "Acts in FORMEX, the Publications Office's XML, read by `lexatron data formex`. Texts of EUR-Lex may be "
            "reused under Commission Decision 2011/833/EU if the source is acknowledged; whoever publishes these "
            "pairs, or a model made of them, checks the notice that came with the files. Only the Official Journal's "
            "own editions are authentic. Acts name natural persons; nothing was pseudonymised.",
            table(["acts", "number"], rows),
            "Asked about are regulations, directives, decisions and recommendations, of each work and language the "
            "latest version that is there; corrigenda and judgments are not.",
        ]
    )


def _making(stats: Mapping[str, Any], settings: Settings, split: str) -> str:
    facts = stats["facts"]
    rows = [["facts that were asked about or could be", facts["asked_about"]]]
    rows += [["left out: another fact has the same question", facts["ambiguous"]]]
    rows += [[f"left out: {why}", number] for why, number in facts["left_out"].items()]
    parts = [
        "## How they were made",
        "By rules, from the units of the acts and their keys: a fact is one thing that an act says in one place; "
        "wordings in the act's language make a question of it; the answer gives the citation, then the text.",
        table(["", "facts"], rows),
        f"Works are on one side of a split, with all their languages and versions: {split}. Languages share the pairs "
        f"{_weights(settings)}; within a language the kinds share equally as far as they have facts, and within a "
        "kind no act is asked about twice before every other has been asked about once, as far as that goes.",
    ]
    if settings.pairs:
        parts.append(
            f"One chosen pair of {VALIDATION_EVERY} is for validation. The test set asks in wordings that training "
            "and validation never use, about facts of training (seen) and about test works (unseen)."
        )
    return "\n\n".join(parts)


def _weights(settings: Settings) -> str:
    if len(set(settings.languages.values())) == 1:
        return "equally"
    return "by " + ", ".join(f"{language}={weight:g}" for language, weight in settings.languages.items())


def _contents(stats: Mapping[str, Any]) -> str:
    parts = [part.replace("_", " ") for part in stats["by_language_and_kind"]]
    kinds = kinds_by_language(stats)
    languages = sorted({language for row in kinds.values() for language in row})
    text = "\n\n".join(
        [
            "## Contents",
            table(["", *parts], rows_of(stats)),
            table(
                ["kind", *languages], [[kind, *(row.get(name, 0) for name in languages)] for kind, row in kinds.items()]
            ),
        ]
    )
    if lack := lacking(stats):
        text += f"\n\n**Under its share: {'; '.join(lack)}.** What a language lacks was given to the others."
    return text


def _checks(stats: Mapping[str, Any]) -> str:
    return "\n\n".join(
        [
            "## Checks",
            "Made on the written files, which were read again and held against the acts. But for the last two, which "
            "are figures, a check that fails ends the command, and nothing is written. Further citations and "
            "the sentence around a quoted text are words that no unit has.",
            table(["check", "figure"], check_rows(stats)),
        ]
    )


def check_rows(stats: Mapping[str, Any]) -> list[list[Any]]:
    """Rows of the table of checks."""
    found = stats["checks"]
    return [
        [f"answers that cite (at least {MIN_CITING:.0%})", _percent(found["citing"])],
        ["citations that name a unit that the act has (100%)", _percent(found["citations_resolved"])],
        *([f"failures: {check}", number] for check, number in found["failed"].items()),
        [
            f"words after the first citation, in runs of {RUN} and more that the cited units have",
            _percent(found["answer_words_in_cited_units"]),
        ],
        [
            f"quotations in answers ({found['quotations']:,}) that stand in the cited units",
            _percent(found["quotations_found"]),
        ],
    ]


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share:.2%}"


def _lengths(stats: Mapping[str, Any]) -> str:
    unit, found = stats["lengths_in"], stats["checks"]
    rows = [[kind, each["pairs"], each["question"], each["answer"]] for kind, each in found["lengths"].items()]
    long = found["long_kinds"]
    rows.append(["all long, without passage", long["pairs"], long["question"], long["answer"]])
    text = f"## Lengths\n\nOn average, in {unit}; a question with passage includes it.\n\n" + table(
        ["kind", "pairs", "question", "answer"], rows
    )
    return text + "".join(f"\n\n**{warning}.**" for warning in stats["warnings"])


def _model(model: Mapping[str, Any]) -> str:
    rows = [["passages shown", model["passages"]], ["pairs accepted", model["accepted"]]]
    rows += [[f"rejected: {why}", number] for why, number in model["rejected"].items()]
    return "\n\n".join(
        [
            "## Written by a language model",
            f"Pairs of the kind `llm` were written by {model['name']} about passages of training works, and kept only "
            "where their citation is that of the passage and their quotations stand in it; the others are in "
            "`llm-rejects.jsonl`. The terms of that model apply to what it wrote.",
            table(["", "number"], rows),
        ]
    )


def _limits() -> str:
    return (
        "## Limits\n\n"
        "Rules find what is worded as law usually is, and miss the rest; the kinds say what was asked, not what "
        "matters. A quoted provision may depend on others that the answer does not name. Law changes: an answer is "
        "that of the version asked about. Translations are parallel, so the languages are not independent samples. "
        "These pairs teach where law says something and in which words; they are no legal advice."
    )


def _reproduce(settings: Settings, fingerprint: Fingerprint) -> str:
    options = "\n".join(f"{name}: {value}" for name, value in vars(settings).items())
    prints = "\n".join(f"{name}: {value}" for name, value in vars(fingerprint).items())
    return (
        f"## To make it again\n\nLexatron {__version__}; the same acts and options give the same bytes.\n\n"
        f"```\n{options}\n{prints}\n```"
    )
