"""Trees of replies with a row for each message, the rows of a tree one after the other."""

from __future__ import annotations

from collections.abc import Iterator

from data_prep.curation.sources.row import NoRecord, Row
from data_prep.curation.sources.shapes.shape import Shape
from data_prep.curation.sources.shapes.talk import Talk
from data_prep.curation.sources.shapes.trees import MAX_MESSAGES, Node, node, ways
from data_prep.general.kinds import MAX_TEXT_BYTES

_KEYS = ("message_id", "parent_id", "role", "text", "rank", "lang", "model_name", "deleted", "review_result")


def fits(row: Row) -> bool:
    """Whether a row is a message of a tree."""
    return row.get("message_id") is not None and "parent_id" in row and "role" in row and "text" in row


def _alone(row: Row) -> Iterator[Talk]:
    raise NoRecord("a message of a tree stands outside it")


FLAT_TREE = Shape("flat_tree", fits, _alone)


class Grove:
    """Gathers the messages of one tree after the other."""

    def __init__(self) -> None:
        self._tree: str | None = None
        self._rows: list[tuple[int, Row]] = []
        self._size = 0

    def starts_another(self, row: Row) -> bool:
        """Whether a row is of another tree than the one that is being gathered."""
        if not self._rows:
            return False
        return _tree_of(row) != self._tree if _tree_of(row) else not row.get("parent_id")

    def add(self, number: int, row: Row) -> None:
        """Take one more row of the tree."""
        if not self._rows:
            self._tree, self._size = _tree_of(row), 0
        self._size += len(row["text"]) if isinstance(row["text"], str) else 0
        if not self._too_large():
            self._rows.append((number, {key: row[key] for key in _KEYS if key in row}))

    def _too_large(self) -> bool:
        return len(self._rows) > MAX_MESSAGES or self._size > MAX_TEXT_BYTES

    def harvest(self) -> Iterator[tuple[int, Talk | NoRecord]]:
        """The conversations of the tree, and what is wrong with its rows, each with a row's number; it is then gone."""
        rows, tree, too_large = self._rows, self._tree, self._too_large()
        self._rows, self._size = [], 0
        if too_large:
            yield rows[0][0], NoRecord(f"a tree of more than {MAX_MESSAGES:,} messages or {MAX_TEXT_BYTES >> 20} MB")
            return
        nodes: dict[str, tuple[Node, str | None]] = {}
        gone: set[str] = set()
        for number, row in rows:
            try:
                _plant(row, number, nodes, gone)
            except NoRecord as error:
                yield number, error
        yield from _grown(nodes, gone, tree)


def _tree_of(row: Row) -> str | None:
    tree = row.get("message_tree_id")
    return tree if isinstance(tree, str) else None


def _plant(row: Row, number: int, nodes: dict[str, tuple[Node, str | None]], gone: set[str]) -> None:
    key, parent = row["message_id"], row.get("parent_id") or None
    if not isinstance(key, str) or not isinstance(parent, str | None):
        raise NoRecord("the ids of a message are not texts")
    if key in nodes:
        raise NoRecord("two messages of a tree with the same id")
    found = node(row, number)
    if found is None:
        gone.add(key)
    else:
        nodes[key] = found, parent


def _grown(
    nodes: dict[str, tuple[Node, str | None]], gone: set[str], tree: str | None
) -> Iterator[tuple[int, Talk | NoRecord]]:
    roots = []
    for found, parent in nodes.values():
        if parent is None:
            roots.append(found)
        elif parent in nodes:
            nodes[parent][0].replies.append(found)
        elif parent not in gone:
            yield found.number, NoRecord("the message that it replies to is not among the rows before and behind it")
    for root in roots:
        try:
            yield from ways(root, tree)
        except NoRecord as error:
            yield root.number, error
