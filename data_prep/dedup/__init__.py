"""Near-duplicates (MinHash LSH, verified) and contamination (n-gram overlap): numpy in, numpy out, no files."""

from data_prep.dedup.contamination import Grams, build, overlap
from data_prep.dedup.lsh import CHARACTERS_LSH, LSH, Lsh
from data_prep.dedup.near import Match, near_duplicates
from data_prep.dedup.shingles import CHARACTERS, WORDS, Shingling, shingles
from data_prep.dedup.signatures import ALGORITHM, signatures
from data_prep.dedup.verify import jaccard

__all__ = [
    "ALGORITHM",
    "CHARACTERS",
    "CHARACTERS_LSH",
    "LSH",
    "WORDS",
    "Grams",
    "Lsh",
    "Match",
    "Shingling",
    "build",
    "jaccard",
    "near_duplicates",
    "overlap",
    "shingles",
    "signatures",
]
