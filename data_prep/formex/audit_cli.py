"""`lexatron data audit`: what was lost between FORMEX and the rendered text, by category and by file.

lexatron data audit data/acts --worst 10 --json audit.json
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from data_prep.formex.audit_rendered import Comparison, Kept
from data_prep.formex.audit_run import Report, audit_folder, shortfalls
from data_prep.formex.audit_source import CATEGORIES
from lexatron.console import console, progress_bar, summary_table, write_json
from lexatron.stage import read_marker

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("acts", type=_PATH)
@click.option("--input", "inputs", multiple=True, type=_PATH, help="Where the sources are now, if they have moved.")
@click.option("--worst", type=click.IntRange(0), default=10, show_default=True, help="Files to name.")
@click.option("--json", "json_file", type=_PATH, help="Also write the audit of every file to this file.")
def audit(acts: Path, inputs: tuple[Path, ...], worst: int, json_file: Path | None) -> int:
    """What was lost, per file and category, by code that shares nothing with the parser.

    Ends with 1 where an act falls below 99.5 % of the words or 99 % of the 3-grams of a category, loses a
    quotation mark or glues more than one word in a thousand.
    """
    report = Report()
    marker = read_marker(acts)
    with progress_bar("acts") as bar:
        task = bar.add_task("audit", total=marker.counts["acts"] if marker else None)
        for item in audit_folder(acts, inputs):
            report.add(item)
            bar.advance(task)
    _print_categories(report)
    failing = _print_files(report, worst)
    write_json(json_file, _as_json(report))
    return 1 if failing or report.unread else 0


def _print_categories(report: Report) -> None:
    found = report.total
    names = [name for name in (*CATEGORIES, "all") if name in found.categories]
    rows = [
        (name, category.words.total, _percent(category.words), _percent(category.trigrams), " ".join(category.lost))
        for name in names
        if (category := found.categories[name])
    ]
    summary_table(
        f"Audit of {len(report.acts):,} acts", ("category", "words", "words kept", "3-grams kept", "lost, e.g."), rows
    )
    summary_table("Marks, glued words, repetitions", ("", "value"), _other_rows(report))


def _other_rows(report: Report) -> list[tuple[str, str]]:
    found = report.total
    per_thousand = 1000 / max(1, found.rendered)
    rows = [
        ("quotation marks kept", f"{_percent(found.marks)} of {found.marks.total:,}"),
        ("glued words per 1,000", f"{found.glued * per_thousand:.3f}"),
        ("other words that the source has not, per 1,000", f"{found.foreign * per_thousand:.3f}"),
        ("text twice, per 1,000 words", f"{found.twice * per_thousand:.3f}"),
    ]
    if report.with_oracle:
        rows += [
            (f"3-grams of the publisher's XHTML in ours ({report.with_oracle} acts)", _percent(report.oracle.theirs)),
            ("3-grams of ours in the publisher's XHTML", _percent(report.oracle.ours)),
        ]
    return rows


def _percent(kept: Kept) -> str:
    """A share that says 100 % only where nothing is missing."""
    return "100 %" if kept.kept == kept.total else f"{min(100 * kept.share, 99.999):.3f} %"


def _print_files(report: Report, worst: int) -> int:
    """Name the files that fall short, the worst first; how many there are."""
    failing = [(item, short) for item in report.acts if (short := shortfalls(item.found))]
    failing.sort(key=lambda pair: pair[0].found.categories["all"].words.share)
    for item, short in failing[:worst]:
        console.print(f"{item.file} ({item.celex or 'no CELEX'}): {'; '.join(short)}", highlight=False, soft_wrap=True)
    for reject in report.unread[:worst]:
        console.print(f"{reject.file}: not audited: {reject.reason}", highlight=False, soft_wrap=True)
    if len(failing) > worst:
        console.print(f"... and {len(failing) - worst:,} more; --json FILE has them all", highlight=False)
    return len(failing)


def _as_json(report: Report) -> dict[str, Any]:
    return {
        "acts": len(report.acts),
        "total": _comparison(report.total),
        "xhtml": {"acts": report.with_oracle, "theirs": report.oracle.theirs.share, "ours": report.oracle.ours.share},
        "unread": [asdict(reject) for reject in report.unread],
        "files": [
            {"file": item.file, "celex": item.celex, "language": item.language, **_comparison(item.found)}
            for item in report.acts
        ],
    }


def _comparison(found: Comparison) -> dict[str, Any]:
    return {
        "categories": {
            name: {
                "words": category.words.total,
                "words_kept": category.words.share,
                "trigrams_kept": category.trigrams.share,
                "lost": category.lost,
            }
            for name, category in found.categories.items()
        },
        "quotation_marks": found.marks.total,
        "quotation_marks_kept": found.marks.share,
        "rendered_words": found.rendered,
        "glued": found.glued,
        "foreign": found.foreign,
        "twice": found.twice,
    }
