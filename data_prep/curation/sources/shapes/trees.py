"""Trees of replies, as OpenAssistant exports them: every way from the first message to a last answer is a conversation.

Answers to the same message are ranked; a user's replies are not, so each goes on. A message without an answer ends
nothing: the conversation ends before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from data_prep.curation.record import Message, Role
from data_prep.curation.sources.row import NoRecord, Row
from data_prep.curation.sources.shapes.shape import Shape
from data_prep.curation.sources.shapes.talk import Talk, arranged, role, said

MAX_MESSAGES = 10_000
"""A tree with more is rejected; those of OpenAssistant have some dozens."""


@dataclass(slots=True)
class Node:
    """A message of a tree, with the number of the row that it stands in."""

    id: str
    role: Role
    text: str
    rank: float
    language: str | None
    teacher: str | None
    number: int = 0
    replies: list[Node] = field(default_factory=list)


def node(row: Any, number: int = 0) -> Node | None:
    """The message of a row or of an object in a tree; None for one that was deleted or did not pass its review.

    Raises:
        NoRecord: it is none.
    """
    if not isinstance(row, dict):
        raise NoRecord("a message of the tree is not an object")
    if row.get("deleted") or row.get("review_result") is False:
        return None
    rank, language = row.get("rank"), row.get("lang")
    return Node(
        id=str(row.get("message_id") or ""),
        role=role(row.get("role")),
        text=said(row.get("text"), "message of the tree"),
        rank=float(rank) if isinstance(rank, int | float) else float("inf"),
        language=language if isinstance(language, str) else None,
        teacher=row.get("model_name") if isinstance(row.get("model_name"), str) else None,
        number=number,
    )


def ways(root: Node, tree: str | None) -> Iterator[tuple[int, Talk]]:
    """The conversations of a tree, each with the row of its last answer.

    Raises:
        NoRecord: there is none.
    """
    found = False
    waiting: list[tuple[Node, tuple[Node, ...], bool]] = [(root, (), True)]
    while waiting:
        last, before, best = waiting.pop()
        path = (*before, last)
        following = _following(last)
        if not following and last.role == "assistant":
            found = True
            yield last.number, _talk(path, tree, best=best)
        ranked = last.role == "user"
        waiting += [
            (reply, path, best and not (ranked and place)) for place, reply in reversed(list(enumerate(following)))
        ]
    if not found:
        raise NoRecord("a tree without an answer")


def _following(last: Node) -> list[Node]:
    """The replies that lead to an answer, the best-ranked answer first."""
    if last.role == "user":
        return sorted((reply for reply in last.replies if reply.role == "assistant"), key=lambda reply: reply.rank)
    return [reply for reply in last.replies if reply.role == "user" and _following(reply)]


def _talk(path: tuple[Node, ...], tree: str | None, *, best: bool) -> Talk:
    messages: list[Message] = [{"role": step.role, "content": step.text} for step in path]
    talk = arranged(messages)
    last = path[-1]
    facts = {"id": last.id or None, "group": tree or path[0].id or None, "language": last.language}
    talk.facts, talk.best = {**facts, "teacher": last.teacher}, best
    return talk


def _fits(row: Row) -> bool:
    prompt = _prompt(row)
    return isinstance(prompt, dict) and "role" in prompt and isinstance(prompt.get("replies"), list)


def _prompt(row: Row) -> Any:
    """The first message of a tree: under a name beside what is known of the tree, or the row itself."""
    return row.get("prompt", row)


def _read(row: Row) -> Iterator[Talk]:
    root = _root(_prompt(row))
    tree = row.get("message_tree_id")
    for _, talk in ways(root, tree if isinstance(tree, str) else None):
        yield talk


def _root(prompt: Any) -> Node:
    """The tree with its replies, in the order in which they stand."""
    root = node(prompt)
    if root is None:
        raise NoRecord("a tree whose first message was deleted")
    waiting, number = [(root, prompt)], 0
    while waiting:
        parent, raw = waiting.pop()
        replies = raw.get("replies") or []
        if not isinstance(replies, list):
            raise NoRecord("the replies of a message are not a list")
        for reply in replies:
            if (child := node(reply)) is not None:
                parent.replies.append(child)
                waiting.append((child, reply))
        number += len(replies)
        if number > MAX_MESSAGES:
            raise NoRecord(f"a tree of more than {MAX_MESSAGES:,} messages")
    return root


TREE = Shape("tree", _fits, _read)
