"""Where the work of a stage runs: this machine's processes or Ray, in order, bounded, and again where a worker died."""

from data_prep.engine.engine import Engine, open_engine
from data_prep.engine.local import THIS_PROCESS
from data_prep.engine.options import engine_options
from data_prep.engine.phases import Phases, Progress, shown_progress
from data_prep.engine.work import Work, clear_work, discard_work, open_work

__all__ = [
    "THIS_PROCESS",
    "Engine",
    "Phases",
    "Progress",
    "Work",
    "clear_work",
    "discard_work",
    "engine_options",
    "open_engine",
    "open_work",
    "shown_progress",
]
