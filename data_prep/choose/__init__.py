"""Which acts become training text. Every document that does not has one reason, which is counted and listed.

**One document at a time**, in this order, with the defaults of `Filters`:

| reason | a document is dropped when |
|---|---|
| language not wanted | its language is none of en, fr, de, es, pt |
| corrigendum | it is a corrigendum: a list of wrong and right wordings, half of which is not the law |
| type not wanted | types were asked for and its own is not among them |
| year not wanted | years were asked for and its year of adoption is not among them, or unknown |
| family unknown | neither a CELEX number nor a place in the Official Journal tells which work it belongs to |
| too short | its text has under 300 characters |
| mostly tables | over 95 % of its characters stand in tables |
| boilerplate | tables are no more than half of it, and prose is under 100 characters or 15 % of the rest |
| text is not in the stated language | most of its prose, in the body rather than in annexes, is in another language |
| low quality | its quality is under 0.1 |

Prose is the text of recitals, articles and annexes and their parts; title, citations, formulae, signatures, footnotes
and headings are formalities.

Quality is `(prose_share x block + table_share / 2) x words x (1 - repeated_line_share)`, from 0 to 1; `block` is the
mean length of a block of prose over 60 characters, at most 1; `words` is 0 up to 30 % letters and 1 from 70 %.

**All documents together**, in this order:

1. *Families.* A document's family is the CELEX number of its work, the same for all languages, consolidated texts,
   corrigenda and annexes. One without a number joins the work that others give for its place in the Official Journal
   (`unify_families`). Where two works begin on that page, or where nobody knows the act of a corrigendum or an annex,
   it is dropped: "family unknown".
2. *Versions*, per work and language (`choose_versions`): `latest` uses the latest consolidated text, else the act as
   adopted; `original` the act as adopted, else the earliest consolidated text; `both` uses these two. Of several
   copies of one version the best is used. Most consolidated texts have no recitals; `both` keeps the original's.
3. *Exact duplicates* within a language (`drop_exact_duplicates`); near-duplicates follow in `data_prep.dedup`. The
   best of them, by `rank_of`, is kept: quality in tenths, then length, then the newest.
4. *Profile fast* (`fast_profile`): whole works in all their languages, regulations and directives before other acts,
   the newest first, until a quarter of the characters is reached.

Nothing depends on the order of the documents. Only `language` needs more than the standard library (py3langid).
"""

from __future__ import annotations

from data_prep.choose.candidates import Candidate, drop_exact_duplicates, rank_of, text_hash
from data_prep.choose.families import family_of, unify_families
from data_prep.choose.filters import DOC_TYPES, FAMILY_UNKNOWN, REASONS, Filters, reason_before_text, reason_to_drop
from data_prep.choose.measure import Signals, signals
from data_prep.choose.profile import FAST_SHARE, fast_profile
from data_prep.choose.versions import Versions, choose_versions

__all__ = [
    "DOC_TYPES", "FAMILY_UNKNOWN", "FAST_SHARE", "REASONS", "Candidate", "Filters", "Signals", "Versions",
    "choose_versions", "drop_exact_duplicates", "family_of", "fast_profile", "rank_of", "reason_before_text",
    "reason_to_drop", "signals", "text_hash", "unify_families",
]  # fmt: skip
