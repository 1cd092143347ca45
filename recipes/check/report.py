"""The list of findings as people read it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from lexatron.console import console
from recipes.check.finding import Finding, Status

STYLES: dict[Status, str] = {"pass": "green", "warn": "yellow", "fail": "bold red"}


def show(name: str, findings: Sequence[Finding]) -> None:
    """Print one line a finding, its remedy below it, and how many there are of each."""
    table = Table(title=f"Checks of {name}", title_justify="left", box=None, pad_edge=False, show_header=False)
    for finding in findings:
        remedy = f"\n[bold]-> {escape(finding.remedy)}[/bold]" if finding.remedy else ""
        status = f"[{STYLES[finding.status]}]{finding.status}[/]"
        table.add_row(status, finding.name, escape(finding.detail) + remedy)
    console.print(table, highlight=False)
    console.print(summary(findings), highlight=False)


def summary(findings: Sequence[Finding]) -> str:
    """`20 pass, 2 warn, 1 fail`."""
    counts = Counter(finding.status for finding in findings)
    return ", ".join(f"{counts[status]} {status}" for status in STYLES)
