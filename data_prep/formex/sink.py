"""Where the text of a unit collects while an act is walked through."""

from __future__ import annotations

from data_prep.formex.acts import Unit


def join_key(path: str, part: str) -> str:
    """A key below `path`."""
    return f"{path}.{part}" if path else part


class Sink:
    """Collects the text of one unit while the walker is inside it.

    Text before the unit's first child becomes the unit's own text, one line a block; text after it becomes
    a child of kind `text`. Footnotes are kept aside and hung where the block that marks them ends up. Lines reach
    their unit when the sink is closed or a child is opened: adding them one by one would take quadratic time.
    """

    __slots__ = (
        "depth", "flat", "held", "holder", "lines", "notes", "ordinals", "pieces", "short", "split", "structured",
        "unit",
    )  # fmt: skip

    def __init__(self, unit: Unit, depth: int = 0, *, flat: Unit | None = None, structured: bool = False):
        self.unit, self.depth, self.structured = unit, depth, structured
        self.flat = flat  # the unit of the act that this becomes a line or a cell of; units inside have no keys
        self.pieces: list[str] = []
        self.lines: list[str] = []  # finished, not yet in `holder`
        self.holder = unit
        self.notes: list[Unit] = []
        self.ordinals: dict[str, int] | None = None
        self.short: str | None = None  # path that children prefer: points leave out their subparagraph
        self.split = False  # each ALINEA is a subparagraph of its own
        self.held = 0  # so many pieces open a line that the next block continues

    def end_block(self) -> None:
        """Close the open line, if any."""
        pieces = self.pieces
        if not pieces or (self.held and not "".join(pieces[self.held :]).strip()):
            return
        self.held = 0
        text = " ".join((pieces[0] if len(pieces) == 1 else "".join(pieces)).split())
        pieces.clear()
        if text:
            self.write(text)

    @property
    def has_text(self) -> bool:
        """Whether the unit has text of its own."""
        return bool(self.unit.text) or (bool(self.lines) and self.holder is self.unit)

    def write(self, line: str) -> None:
        """Add one block of finished text, with the footnotes that it marks."""
        if self.structured:
            self._hold_after_children()
        self.lines.append(line)
        if self.notes:
            self.holder.children.extend(self.notes)
            self.notes.clear()

    def flush(self) -> None:
        """Hand the finished lines to the unit that holds them."""
        lines, holder = self.lines, self.holder
        if lines:
            text = lines[0] if len(lines) == 1 else "\n".join(lines)
            holder.text = f"{holder.text}\n{text}" if holder.text else text
            lines.clear()

    def close(self) -> None:
        """End the unit."""
        if self.pieces:
            self.end_block()
        if self.lines:
            self.flush()

    def _hold_after_children(self) -> None:
        """Let a child of kind `text` at the end of the unit hold the next line."""
        children = self.unit.children
        if not children or children[-1].kind != "text":
            self.flush()
            key = "" if self.flat else join_key(self.unit.key, f"txt_{self.ordinal('txt')}")
            children.append(Unit("text", key, quoted=self.unit.quoted))
        if self.holder is not children[-1]:
            self.flush()
            self.holder = children[-1]

    def ordinal(self, name: str) -> int:
        """How often `name` has been asked for in this unit, this time included."""
        if self.ordinals is None:
            self.ordinals = {name: 1}
            return 1
        number = self.ordinals.get(name, 0) + 1
        self.ordinals[name] = number
        return number
