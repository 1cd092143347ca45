"""TBL to rows of cells: spans resolved, each cell's text repeated along its span, notes kept beside the table."""

from __future__ import annotations

from dataclasses import dataclass, field

from data_prep.formex.sink import Sink
from data_prep.formex.walker import Element, Handler, Walker, block

MAX_COLUMNS = 256  # beyond it a COL or COLSPAN is taken for an error: real tables have a few dozen at most


@dataclass
class Grid:
    """Rows under construction, with the cells that reach down from rows above (`column -> (rows left, text)`)."""

    rows: list[list[str]] = field(default_factory=list)
    reaching: dict[int, tuple[int, str]] = field(default_factory=dict)

    def add_row(self, cells: list[tuple[int | None, int, int, str]]) -> None:
        """Append a row of cells, each `(column or None, columns, rows, text)`, columns counted from 0."""
        row: dict[int, str] = {column: text for column, (_, text) in self.reaching.items()}
        self.reaching = {c: (left - 1, text) for c, (left, text) in self.reaching.items() if left > 1}
        free = 0
        for column, columns, rows, text in cells:
            while column is None and free in row:
                free += 1
            first = free if column is None else column
            for covered in range(first, min(first + columns, MAX_COLUMNS)):
                row[covered] = text
                if rows > 1:
                    self.reaching[covered] = (rows - 1, text)
            free = first + columns
        width = max(row, default=-1) + 1
        self.rows.append([row.get(column, "") for column in range(width)])

    def rectangle(self) -> list[list[str]]:
        """All rows, filled up to the widest."""
        width = max(map(len, self.rows), default=0)
        return [row + [""] * (width - len(row)) for row in self.rows]


def table(walker: Walker, element: Element, sink: Sink) -> None:
    """A TBL becomes a unit of kind `table`."""
    inner = walker.open(sink, "table", f"tbl_{sink.ordinal('tbl')}")
    grid = Grid()
    walker.stray(element.text, inner)
    for child in element:
        if child.tag == "CORPUS":
            _corpus(walker, child, inner, grid)
        elif child.tag == "TITLE" and inner.unit.heading is None:
            inner.unit.heading = walker.line(child, inner) or None
        else:
            walker.dispatch(child, inner)
        walker.stray(child.tail, inner)
    inner.close()
    inner.unit.rows = grid.rectangle()


def _corpus(walker: Walker, element: Element, sink: Sink, grid: Grid) -> None:
    """CORPUS or BLK: rows, blocks of rows, and the headings of blocks."""
    walker.stray(element.text, sink)
    for child in element:
        tag = child.tag
        if tag == "ROW":
            _row(walker, child, sink, grid)
        elif tag == "BLK":
            _corpus(walker, child, sink, grid)
        elif tag in ("TI.BLK", "STI.BLK"):
            first = _number(child, "COL.START", 1)
            last = max(first, _number(child, "COL.END", first))
            grid.add_row([(first - 1, last - first + 1, 1, walker.flat(child, sink))])
        else:
            walker.dispatch(child, sink)
        walker.stray(child.tail, sink)


def _row(walker: Walker, element: Element, sink: Sink, grid: Grid) -> None:
    cells: list[tuple[int | None, int, int, str]] = []
    walker.stray(element.text, sink)
    for child in element:
        if child.tag == "CELL":
            text = walker.flat(child, sink)
            get = child.get
            column = _number(child, "COL", 0)
            columns = _number(child, "COLSPAN", 1) if get("COLSPAN") else 1
            rows = _number(child, "ROWSPAN", 1) if get("ROWSPAN") else 1
            cells.append((column - 1 if column else None, columns, rows, text))
        else:
            walker.dispatch(child, sink)
        walker.stray(child.tail, sink)
    grid.add_row(cells)


def _number(element: Element, name: str, default: int) -> int:
    value = element.get(name)
    return (
        int(value) if value and value.isascii() and value.isdigit() and 0 < int(value[:9]) <= MAX_COLUMNS else default
    )


HANDLERS: dict[object, Handler] = {
    "TBL": table,
    "GR.TBL": block,
    "TXT.COL": block,
    "TXT.ROW": block,
}
