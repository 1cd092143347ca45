"""Conversations in packs of one length that NeMo's fine-tuning reads: none attends to another, none is cut in two."""

from data_prep.packs.about import PackOptions, differences, read_about
from data_prep.packs.conversation import Conversation
from data_prep.packs.packs import PackedSide, fill_packs, nemo_metadata
from data_prep.packs.reading import read_conversations
from data_prep.packs.writing import fingerprint_of, write_packs

__all__ = [
    "Conversation",
    "PackOptions",
    "PackedSide",
    "differences",
    "fill_packs",
    "fingerprint_of",
    "nemo_metadata",
    "read_about",
    "read_conversations",
    "write_packs",
]
