"""`lexatron data formex` makes acts of FORMEX files; `lexatron data show` prints one.

lexatron data formex LEG_EN_FMX.zip data/raw/ -o data/acts --workers 4
lexatron data show data/acts 32016R0679 --lang en --unit art_5
"""

from __future__ import annotations

from pathlib import Path

import click

from data_prep.formex import celex as cx
from data_prep.formex.acts import Act, Reject, from_json
from data_prep.formex.parser import parse_paths
from data_prep.formex.render import render_act, render_unit
from data_prep.formex.stage import Stats, plan, run
from data_prep.formex.store import read_lines
from lexatron.console import console, next_step, progress_bar, summary_table, write_json
from lexatron.errors import UserError

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("inputs", nargs=-1, required=True, type=_PATH)
@click.option("-o", "--out", required=True, type=_PATH, help="Folder for the acts.")
@click.option("--workers", type=click.IntRange(1, 256), default=1, show_default=True, help="Processes.")
@click.option("--json", "json_file", type=_PATH, help="Also write the summary to this file.")
def formex(inputs: tuple[Path, ...], out: Path, workers: int, json_file: Path | None) -> None:
    """FORMEX files, folders and zips to acts: acts-*.jsonl.zst, rejects.jsonl, stats.json."""
    paths = list(inputs)
    planned = plan(paths, out)
    if planned.marker is not None:
        if planned.changes is None:
            console.print(
                f"{out} is up to date: {planned.marker.counts['acts']:,} acts. Nothing to do.", soft_wrap=True
            )
            write_json(json_file, planned.marker.counts)
            return
        console.print(f"{out} is made again: changed {', '.join(planned.changes)}.", soft_wrap=True)
    with progress_bar("acts") as bar:
        task = bar.add_task("FORMEX", total=None)
        stats = run(
            paths, out, planned, workers=workers, progress=lambda so_far: bar.update(task, completed=so_far.acts)
        )
    _summary(stats, out)
    write_json(json_file, stats.as_dict())


def _summary(stats: Stats, out: Path) -> None:
    rows: list[tuple[str, int | str]] = [
        ("files", stats.files),
        ("  in acts", stats.files_used),
        ("  not acts, skipped", stats.files_skipped),
        ("  rejected", stats.files_rejected),
        ("named but missing", stats.files_missing),
        ("acts", stats.acts),
        *((f"  {name}", count) for name, count in sorted(stats.by_type.items())),
        ("acts without CELEX", stats.without_celex),
        ("characters", stats.characters),
        ("languages", ", ".join(f"{name} {count:,}" for name, count in sorted(stats.by_language.items()))),
    ]
    summary_table(f"Acts in {out}", ("", "count"), rows)
    if stats.rejects:
        console.print(f"{stats.rejects:,} rejects with their reasons: {out / 'rejects.jsonl'}", soft_wrap=True)
    next_step(f"lexatron data corpus {out} -o data/corpus")


@click.command()
@click.argument("source", type=_PATH)
@click.argument("celex", required=False)
@click.option("--lang", help="Language, ISO 639-1.")
@click.option("--unit", help="Citation key: art_5, art_5.par_1.pt_b, rec_26, anx_I.")
def show(source: Path, celex: str | None, lang: str | None, unit: str | None) -> None:
    """The readable text of an act or one of its units, from a folder of acts or from FORMEX directly."""
    act = _find(source, cx.normalise(celex) or celex if celex else None, lang)
    click.echo(render_unit(act, unit) if unit else render_act(act), nl=False)


def _find(source: Path, celex: str | None, language: str | None) -> Act:
    """The first act of `source` that matches."""
    if not source.exists():
        raise UserError("no such file or folder", where=source, remedy="give a folder of acts or a FORMEX file")
    if source.is_dir() and any(source.glob("acts-*.jsonl.zst")):
        wanted = celex.encode() if celex else b""
        for line in read_lines(source):
            if wanted in line and _matches(act := from_json(line), celex, language):
                return act
    else:
        rejects = []
        for found in parse_paths([source]):
            if isinstance(found, Reject):
                rejects.append(found)
            elif _matches(found, celex, language):
                return found
        if rejects and not celex and not language:
            place = f"{rejects[0].place}: " if rejects[0].place else ""
            raise UserError(f"{place}{rejects[0].reason}", where=rejects[0].file, remedy="give another file")
    wish = " ".join(part for part in (celex, language) if part)
    raise UserError(f"no act {wish}".rstrip(), where=source, remedy="check the CELEX number and the language")


def _matches(act: Act, celex: str | None, language: str | None) -> bool:
    return (celex is None or act.celex == celex) and (language is None or act.language == language.lower())
