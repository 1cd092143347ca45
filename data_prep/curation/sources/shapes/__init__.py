"""The shapes of rows, by their keys: the first of this list that fits a row is the one that it is read in.

| shape | keys |
| --- | --- |
| own | instruction, response, metadata: what this package writes |
| preference | chosen, rejected, and perhaps prompt, question or system; or names like these |
| tree | role, text, replies, or a prompt with them in it (OpenAssistant) |
| flat_tree | message_id, parent_id, role, text (OpenAssistant) |
| conversation | a list in messages, conversations, conversation, dialog or data |
| alpaca | instruction, output, and perhaps input, system, history |
| instruction | instruction, response or answer, and perhaps context (Dolly) |
| prompt | prompt, response or completion or output or answer |
| question | question, answer or answers or response, and perhaps context, system_prompt |
| problem | problem, solution or generated_solution or answer |
| input_output | input, output |
| query | query, response (MetaMath) |
"""

from __future__ import annotations

from data_prep.curation.sources.options import ShapeName
from data_prep.curation.sources.row import NoShape, Row
from data_prep.curation.sources.shapes.conversations import CONVERSATION
from data_prep.curation.sources.shapes.flat_trees import FLAT_TREE
from data_prep.curation.sources.shapes.pairs import OWN, PAIRS, QUERY
from data_prep.curation.sources.shapes.preferences import PREFERENCE
from data_prep.curation.sources.shapes.shape import Shape
from data_prep.curation.sources.shapes.trees import TREE

SHAPES = {shape.name: shape for shape in (OWN, PREFERENCE, TREE, FLAT_TREE, CONVERSATION, *PAIRS, QUERY)}


def shape_of(row: Row, name: ShapeName = "auto") -> Shape:
    """The shape that a row is to be read in.

    Args:
        name: auto, or the only shape that is allowed.

    Raises:
        NoShape: the row has not the keys of the shape, or of any.
    """
    if name != "auto":
        if not SHAPES[name].fits(row):
            raise NoShape(f"the row has not the keys of the shape {name}")
        return SHAPES[name]
    for shape in SHAPES.values():
        if shape.fits(row):
            return shape
    raise NoShape("the row is of no known shape")
