"""Instruction sets in every shape and kind of file, as records.

`plan_parts` finds the files of a source, local or of the Hugging Face hub, and cuts them into parts that workers can
take; `read_part` streams the records of a part, with a `Reject` in the place of each row that gives none.
"""

from data_prep.curation.sources.options import Source
from data_prep.curation.sources.part import SourcePart
from data_prep.curation.sources.planning import plan_parts
from data_prep.curation.sources.reading import read_part

__all__ = ["Source", "SourcePart", "plan_parts", "read_part"]
