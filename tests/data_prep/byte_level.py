"""A few sentences of law, and byte-level BPE tokenizers trained on the spot, as a Hugging Face folder."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import tokenizers
from tokenizers import Regex, decoders, models, normalizers, pre_tokenizers, trainers

from data_prep.llama3 import SPECIAL_TOKENS

LAW = [
    "Article 1\nSubject-matter\n1. This Regulation lays down rules relating to the protection of natural persons.",
    "Article 4\nFor the purposes of this Regulation:\n(a) ‘personal data’ means any information;\n(b) ‘processing’.",
    "Artikel 5\nDie Mitgliedstaaten erlassen die erforderlichen Vorschriften spätestens am 25. Mai 2018.",
    "Article 17\nLa personne concernée a le droit d’obtenir l’effacement, dans les meilleurs délais.",
    "Artículo 83\nLas multas administrativas serán efectivas, proporcionadas y disuasorias: 20 000 000 EUR.",
    "Artigo 99\nO presente regulamento entra em vigor no vigésimo dia seguinte ao da sua publicação.",
]

LLAMA_3 = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)


def write_byte_level(
    folder: Path,
    texts: Iterable[str],
    vocab_size: int = 2000,
    *,
    pattern: str = LLAMA_3,
    behavior: Any = "isolated",
    ignore_merges: bool = True,
    normalizer: normalizers.Normalizer | None = None,
    special_tokens: Sequence[str] = SPECIAL_TOKENS,
    plain_tokens: Sequence[str] = (),
    config: Mapping[str, Any] | None = None,
) -> Path:
    """Train a tokenizer that splits text by a regular expression; the folder."""
    made = tokenizers.Tokenizer(models.BPE(ignore_merges=ignore_merges))
    bytes_ = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False)
    made.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Split(Regex(pattern), behavior), bytes_])
    made.decoder = decoders.ByteLevel()
    if normalizer is not None:
        made.normalizer = normalizer
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    made.train_from_iterator(
        texts, trainers.BpeTrainer(vocab_size=vocab_size, initial_alphabet=alphabet, show_progress=False)
    )
    made.add_special_tokens(list(special_tokens))
    made.add_tokens(list(plain_tokens))
    folder.mkdir(parents=True, exist_ok=True)
    made.save(str(folder / "tokenizer.json"))
    if config is not None:
        (folder / "tokenizer_config.json").write_text(json.dumps(config), "utf-8")
    return folder
