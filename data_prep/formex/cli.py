"""`lexatron data formex` makes acts of FORMEX files; `lexatron data show` prints one.

lexatron data formex LEG_EN_FMX.zip data/raw/ -o data/acts --workers 4
lexatron data show data/acts 32016R0679 --lang en --unit art_5
"""

from __future__ import annotations

from pathlib import Path

import click
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from data_prep.engine import engine_options, open_engine
from data_prep.formex import celex as cx
from data_prep.formex.acts import Act, Reject, from_json
from data_prep.formex.parser import parse_paths
from data_prep.formex.progress import Progress as Unfinished
from data_prep.formex.rendering import render_act, render_unit
from data_prep.formex.stage import plan, run
from data_prep.formex.stats import Stats
from data_prep.formex.store import SHARD_BYTES, read_lines
from lexatron.console import console, next_step, summary_table, write_json
from lexatron.errors import UserError

_PATH = click.Path(path_type=Path)


@click.command()
@click.argument("inputs", nargs=-1, required=True, type=_PATH)
@click.option("-o", "--out", required=True, type=_PATH, help="Folder for the acts.")
@engine_options
@click.option("--metadata", type=_PATH, help="The dump's LEG_MTD_....zip: CELEX numbers of its works.")
@click.option(
    "--shard-mb", type=click.IntRange(1), default=SHARD_BYTES >> 20, show_default=True, help="MiB of JSON a shard."
)
@click.option("--json", "json_file", type=_PATH, help="Also write the summary to this file.")
def formex(
    inputs: tuple[Path, ...],
    out: Path,
    workers: int,
    engine: str,
    address: str | None,
    metadata: Path | None,
    shard_mb: int,
    json_file: Path | None,
) -> None:
    """FORMEX files, folders and zips to acts: acts-*.jsonl.zst, rejects.jsonl, stats.json, plots.png."""
    planned = plan(list(inputs), out, metadata=metadata, shard_bytes=shard_mb << 20)
    if planned.marker is not None:
        if planned.changes is None:
            _say(f"{out} is up to date: {planned.marker.counts['acts']:,} acts. Nothing to do.")
            write_json(json_file, planned.marker.counts)
            return
        _say(f"{out} is made again: changed {', '.join(planned.changes)}.")
    with open_engine(engine, workers, address) as opened, _megabytes() as bar:
        task = bar.add_task("FORMEX", total=planned.survey.xml_bytes)
        stats = run(
            out,
            planned,
            engine=opened,
            started=lambda so_far: _say_resumed(so_far, out),
            progress=lambda so_far: bar.update(task, completed=so_far.bytes_read),
        )
    _summary(stats, out)
    write_json(json_file, stats.as_dict())


def _say(text: str) -> None:
    console.print(text, soft_wrap=True, highlight=False)


def _say_resumed(so_far: Unfinished, out: Path) -> None:
    """What a run finds of an earlier one that did not finish."""
    if so_far.changes:
        _say(f"{out}: an unfinished run is thrown away: changed {', '.join(so_far.changes)}.")
    elif so_far.shards:
        _say(f"{out}: goes on after {so_far.total.acts:,} acts in {so_far.shards:,} shards of an unfinished run.")


def _megabytes() -> Progress:
    """A progress bar over bytes of XML, with MB/s and ETA; it hides itself when the output is not a terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


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
        _say(f"{stats.rejects:,} rejects with their reasons: {out / 'rejects.jsonl'}")
    if stats.celex_disagreements:
        differing, checked = len(stats.celex_disagreements), stats.celex_checked
        _say(f"{differing:,} of {checked:,} CELEX numbers by rule differ from the metadata: {out / 'stats.json'}")
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
