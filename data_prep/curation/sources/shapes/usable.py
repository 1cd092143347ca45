"""Rows that no text-to-text model learns from, whatever their shape."""

from __future__ import annotations

from data_prep.curation.sources.row import NoRecord, Row

_MEDIA = ("image", "images", "video", "videos", "audio", "audios")


def check_usable(row: Row) -> None:
    """Make sure that a row is all text and that its answer is one to learn from.

    Raises:
        NoRecord: it has images, sounds or videos, or its answer is marked as a bad one, as in sets for KTO.
    """
    if any(row.get(key) for key in _MEDIA):
        raise NoRecord("it is about images, sounds or videos")
    if row.get("label") is False:
        raise NoRecord("its answer is marked as a bad one")
