"""The proof that a fast encoder gives the ids of the reference: on a built-in probe, and on any texts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from data_prep.tokenizer_encoders import Encoder

_BATCH_CHARACTERS = 4_000_000

_LAW = (
    "Article 12(3)\nThe operator shall, within 72 hours and at the latest by 31.12.2027, inform the authority’s "
    "single contact point; it doesn't apply to micro-enterprises (see Annex IV, point 2.1(a)–(d)).",
    "Article 7, paragraphe 1, point c)\nL’exploitant qui n’a pas notifié l’incident s’expose à une amende pouvant "
    "atteindre 20 000 000 EUR ou, dans le cas d’une entreprise, 4 % du chiffre d’affaires ; où cela est nécessaire.",
    "Artikel 3 Absatz 2 Unterabsatz 1\nDie Größe der Fläche, für die eine Prämie gewährt wird, muß gemäß § 5 "
    "überprüft werden. „Straßenbaumaßnahmen“ und ‚ÜBERGANGSVORSCHRIFTEN‘ bleiben unberührt.",
    "Artículo 9, apartado 4\n¿Quién responde? Los Estados miembros velarán por que la inspección técnica se efectúe "
    "cada año; el pingüino «Señor Núñez» pagará 1.234,56 € en un plazo de 30 días.",
    "Artigo 21.º, n.º 6, alínea b)\nA Comissão não pode adotar atos delegados após o termo do período de exceção; "
    "às autoridades cabe a verificação das condições — incluindo a dos pães e das maçãs.",
)
_ODD = (
    "",
    " ",
    "\n",
    "  two  spaces   three\t\ttabs \t mixed \n \n\n\n   indented\n\ttrailing   ",
    "carriage\rreturn\r\nand both\r\n\r\n  \r\n",
    "no-break\u00a0space\u202fnarrow\u2009thin\u3000ideographic\u200bzero\u00adsoft\ufeffmark\u2028line\u2029paragraph\x85",
    "1 12 123 1234 12345 1234567890 3.14159 1,000,000.00 ½ ² ³ Ⅷ ٣٤٥ १२३ 𝟙𝟚 0x1F 1e-9",
    "O'Toole O'SULLIVAN D'ARTAGNAN rock'n'roll 'Member 'texte 'SHALL 'RESULT l'velours 'LLANO 'Dans 'd'",
    "I'm you're WE'VE he'll SHE'D it's can't IT'S l'a L'A d'ici 'tis ''quoted'' 's 'S ſ'ſ 'll",
    "🇪🇺 👩‍👩‍👧‍👦 👍🏽 ❤️ ☃ 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 ﬁ ﷽ e\u0301\u0302\u0323 \u0301alone \U0010ffff \ue000",
    "Ελληνικά Български Čeština Gaeilge Magyar Malti Żółć Ðþ",
    "中华人民共和国法律 日本語の文章 한국어 עברית العربية हिन्दी ไทย",
    "§§ 1–3; (a)(b)(c) ... !!! ??? --- === ___ *** ### @user #tag https://example.org/a?b=c&d=%20 <a href='x'>y</a>\\",
    "camelCase PascalCase SCREAMING_SNAKE snake_case kebab-case ABCdef abcDEF a1b2c3 A.B.C. İstanbul ıI ǅ ŉ",
    "| a | b |\n| --- | --- |\n| 1 | 2 |\n\n# Title [CELEX 32016R0679]\n\n[^1]: OJ L 119, 4.5.2016, p. 1.\n",
    "<unk> <s> </s> <pad> <0x41> <|eot_id|> <|begin_of_text|><|end_of_text|> [INST] <|im_start|>user ▁under▁ Ġbyte",
    "\x00\x01\x1f\x7f\x80\x9f control",
    "a" * 300,
    "ab" * 150 + "aab" * 60,
    "0" * 100,
    " " * 100 + "x" + "\n" * 70 + "y" + "\t" * 40,
    "-" * 120 + "…" * 50,
    "Donaudampfschifffahrtsgesellschaftskapitänswitwenrentenauszahlungsstelle" * 3,
)


@dataclass(frozen=True)
class Proof:
    """Two encoders compared: how much text, how many ids, and whether these are the same in every document."""

    documents: int
    characters: int
    tokens: int
    identical: bool


def probe_texts(special_tokens: Iterable[str]) -> list[str]:
    """Some thousand characters that tell encoders apart: five languages composed and decomposed, odd signs and spaces.

    Args:
        special_tokens: put among words, where they must be plain text.
    """
    composed = [unicodedata.normalize("NFC", text) for text in _LAW]
    decomposed = [unicodedata.normalize("NFD", text) for text in _LAW]
    cased = [change(text) for text in _LAW for change in (str.upper, str.lower)]
    lines = ["\r\n".join(_LAW), "\n\n".join(_LAW), " ".join(_ODD), "\n".join(_ODD)]
    specials = [f"Article 1 {token}shall {token}{token}\n{token}" for token in special_tokens]
    return [*composed, *decomposed, *cased, *lines, *_ODD, *specials]


def compare(reference: Encoder, encoder: Encoder, texts: Iterable[str]) -> Proof:
    """Encode texts with both, some megabytes at a time, up to the first batch in which they differ."""
    documents = characters = tokens = 0
    for batch in batches(texts):
        expected, found = reference.encode_batch(batch), encoder.encode_batch(batch)
        documents += len(batch)
        characters += sum(map(len, batch))
        tokens += sum(map(len, expected))
        if not all(map(np.array_equal, expected, found)):
            return Proof(documents, characters, tokens, identical=False)
    return Proof(documents, characters, tokens, identical=True)


def batches(texts: Iterable[str]) -> Iterable[Sequence[str]]:
    """Lists of texts with about as much text as one call of an encoder should get."""
    batch: list[str] = []
    size = 0
    for text in texts:
        batch.append(text)
        size += len(text)
        if size >= _BATCH_CHARACTERS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
