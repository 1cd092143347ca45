"""Acts to the clean reading text that models are trained on: Markdown headings and tables, one block a line.

The same act always gives the same text; `docs/formex.md` describes it.
"""

from __future__ import annotations

from data_prep.formex.acts import Act, Unit
from lexatron.errors import UserError

_LEVELS = {
    "annex": "## ", "part": "## ", "title_division": "## ", "chapter": "## ", "section": "### ",
    "division": "### ", "article": "### ",
}  # fmt: skip
_RUNS_ON = frozenset({"subparagraph", "point", "text", "paragraph", "quoted"})


def render(act: Act, key: str | None = None) -> str:
    """A whole act, or one of its units below its heading path: `render_act` and `render_unit` under one name.

    Raises:
        UserError: the act has no unit with that key.
    """
    return render_act(act) if key is None else render_unit(act, key)


def render_act(act: Act) -> str:
    """The whole act: its title and CELEX number on the first line, then every unit in reading order."""
    known = f" [CELEX {act.celex}]" if act.celex else ""
    lines = [f"# {act.title or act.label or act.doc_type}{known}"]
    for unit in act.units:
        if unit.kind == "title":
            _footnotes(unit, lines)
        else:
            _render(unit, lines)
    return "\n".join(lines) + "\n"


def render_unit(act: Act, key: str) -> str:
    """One unit below its heading path: the act, then every division, article and point that it stands in.

    Raises:
        UserError: the act has no unit with that key.
    """
    path = _path(act.units, key)
    if path is None:
        known = ", ".join([unit.key for unit in act.units if unit.key][:8])
        raise UserError(f"no unit {key} in {act.celex or act.title}", remedy=f"keys begin like {known}")
    name = act.label or act.title or act.doc_type
    known = f"{name} [CELEX {act.celex}]" if act.celex else name
    steps = [known, *(title for unit in path[:-1] if (title := _title(unit)))]
    return "\n".join(["# " + " > ".join(steps), *render_units(path[-1:])]) + "\n"


def render_units(units: list[Unit]) -> list[str]:
    """The lines of some units, without the act's title."""
    lines: list[str] = []
    for unit in units:
        _render(unit, lines)
    return lines


def _path(units: list[Unit], key: str) -> list[Unit] | None:
    for unit in units:
        if unit.key == key:
            return [unit]
        below = _path(unit.children, key)
        if below is not None:
            return [unit, *below]
    return None


def _title(unit: Unit) -> str:
    """Number and heading on one line: `Article 5 – Principles`, `1.2. Scope`."""
    if unit.number and unit.heading:
        dash = " – " if unit.number[-1].isalnum() else " "
        return f"{unit.number}{dash}{unit.heading}"
    return unit.number or unit.heading or ""


def _render(unit: Unit, lines: list[str], lead: str = "") -> None:
    """Append a unit's lines; `lead` is the number of its parent, which has no text to print it with."""
    if unit.kind == "footnote":
        lines.append(f"[^{unit.number}]: " + unit.text.replace("\n", " "))
        return
    level = _LEVELS.get(unit.kind)
    text = unit.text
    if level is not None or unit.kind == "table":
        _heading(unit, level or "**", lines)
    elif unit.number or unit.heading:
        lead = f"{lead} {_title(unit)}" if lead else _title(unit)
    if lead and text:
        text, lead = f"{lead} {text}", ""
    if text:
        lines.append(text)
    if unit.rows:
        _table(unit.rows, lines)
    for child in unit.children:
        if lead and child.kind not in _RUNS_ON:
            lines.append(lead)
            lead = ""
        _render(child, lines, lead)
        lead = ""
    if lead:
        lines.append(lead)


def _heading(unit: Unit, level: str, lines: list[str]) -> None:
    title = _title(unit)
    if not title:
        return
    _blank(lines)
    lines.append(f"**{title}**" if level == "**" else level + title)


def _blank(lines: list[str]) -> None:
    """One empty line, not two."""
    if lines and lines[-1]:
        lines.append("")


def _footnotes(unit: Unit, lines: list[str]) -> None:
    for child in unit.children:
        _render(child, lines)


def _table(rows: list[list[str]], lines: list[str]) -> None:
    """A Markdown table; the first row is its header."""
    _blank(lines)
    for position, row in enumerate(rows):
        line = "| " + " | ".join(row) + " |"
        if "\n" in line:
            line = line.replace("\n", " ")
        if line.count("|") != len(row) + 1:
            line = "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |"
        lines.append(line)
        if position == 0:
            lines.append("|" + " --- |" * len(row))
    lines.append("")
