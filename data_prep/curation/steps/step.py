"""What a step is: options of the YAML file, and a check that keeps, changes or drops one record."""

from __future__ import annotations

from abc import ABC, abstractmethod

from data_prep.curation.options import Options
from data_prep.curation.record import Record


class Step(Options, ABC):
    """A step of the pipeline; its fields are its options, with their defaults.

    A step looks at one record and at nothing else, so that records can be worked on in any number of processes.
    """

    @abstractmethod
    def check(self, record: Record) -> str | None:
        """None to keep the record, or the reason why it is dropped, in a few words that many records share.

        A step may change the record's contents; it then adds to `record.changed`.
        """
