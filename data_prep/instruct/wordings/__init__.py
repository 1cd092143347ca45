"""How questions and answers are worded: one module a language, the same forms in each."""

from __future__ import annotations

from data_prep.instruct.wordings import de, en, es, fr, pt
from data_prep.instruct.wordings.form import Form, Frames

WORDINGS: dict[str, dict[str, Form]] = {"en": en.FORMS, "fr": fr.FORMS, "de": de.FORMS, "es": es.FORMS, "pt": pt.FORMS}
FRAMES: dict[str, Frames] = {"en": en.FRAMES, "fr": fr.FRAMES, "de": de.FRAMES, "es": es.FRAMES, "pt": pt.FRAMES}

__all__ = ["FRAMES", "WORDINGS", "Form", "Frames"]
