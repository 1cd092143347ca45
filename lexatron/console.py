"""What the user sees: one console for tables and progress on standard error, and `--json FILE`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from lexatron.atomic import write_text

console = Console(stderr=True)


def progress_bar(unit: str = "") -> Progress:
    """A progress bar with count, elapsed time and ETA; it hides itself when the output is not a terminal."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn(unit),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )


def summary_table(title: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Print a table; every column but the first is aligned to the right."""
    table = Table(title=title, title_justify="left")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right")
    for row in rows:
        table.add_row(*[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row])
    console.print(table)


def next_step(command: str) -> None:
    """Say what to run next."""
    console.print(f"Next: [bold]{command}[/bold]", highlight=False, soft_wrap=True)


def write_json(path: str | Path | None, value: Any) -> None:
    """Write `value` for `--json FILE`; nothing where no file was asked for."""
    if path is not None:
        write_text(path, json.dumps(value, indent=2, ensure_ascii=False, default=str) + "\n")
