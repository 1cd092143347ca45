"""Quality from 1 to 10 by a rubric, from a model behind any OpenAI-compatible endpoint."""

from data_prep.curation.scoring.options import Scoring
from data_prep.curation.scoring.run import estimate, score_records
from data_prep.curation.scoring.scored import Scored, Totals

__all__ = ["Scored", "Scoring", "Totals", "estimate", "score_records"]
