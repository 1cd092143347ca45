"""How a place in an act is printed in each language, as data: `Article 5(1)(b)`, `artigo 5.º, n.º 1, alínea b)`.

The forms are those of EUR-Lex. Where EUR-Lex prints two different places alike, the form that keeps them apart is
taken: a point that stands directly in an article is `Article 4, point (1)`, not `Article 4(1)`, and an unnumbered
paragraph is an `Unterabsatz` in German.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

LATIN = ("bis", "ter", "quater", "quinquies", "sexies", "septies", "octies", "nonies", "decies")  # 8 bis is 8a


@dataclass(frozen=True)
class Forms:
    """One language's forms; `{n}` is a number, `{o}` an ordinal, `{p}` a point.

    Attributes:
        article, recital, annex, appendix: with which a reference starts.
        paragraph: numbered. `subparagraph`: of a numbered paragraph. `unnumbered`: paragraph of an article.
        letter, digit: a point; `after_paragraph` where one follows a paragraph directly, `roman` and `nested` below
            another point.
        indent: of a dashed list.
        ordinals: first to tenth.
        inserted: how `8a` is printed: as it is, `8 bis`, or `8-A`.
        link: what stands between a place and its act; the second where the place has several parts.
        first: the number of the first article.
    """

    article: str
    recital: str
    annex: str
    appendix: str
    paragraph: str
    subparagraph: str
    unnumbered: str
    letter: str
    digit: str
    after_paragraph: str | None
    roman: str
    nested: str
    indent: str
    ordinals: tuple[str, ...]
    inserted: Literal["8a", "8 bis", "8-A"]
    link: tuple[str, str]
    first: str = "1"


FORMS: dict[str, Forms] = {
    "en": Forms(
        article="Article {n}",
        recital="Recital {n}",
        annex="Annex",
        appendix="Appendix",
        paragraph="({n})",
        subparagraph=", {o} subparagraph",
        unnumbered=", {o} paragraph",
        letter=", point ({p})",
        digit=", point ({p})",
        after_paragraph="({p})",
        roman="({p})",
        nested="({p})",
        indent=", {o} indent",
        ordinals=(
            "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
        ),
        inserted="8a",
        link=(", ", ", "),
    ),
    "fr": Forms(
        article="article {n}",
        recital="considérant {n}",
        annex="annexe",
        appendix="appendice",
        paragraph=", paragraphe {n}",
        subparagraph=", {o} alinéa",
        unnumbered=", {o} alinéa",
        letter=", point {p})",
        digit=", point {p})",
        after_paragraph=None,
        roman=" {p})",
        nested=" {p})",
        indent=", {o} tiret",
        ordinals=(
            "premier", "deuxième", "troisième", "quatrième", "cinquième",
            "sixième", "septième", "huitième", "neuvième", "dixième",
        ),
        inserted="8 bis",
        link=(" ", ", "),
        first="1er",
    ),
    "de": Forms(
        article="Artikel {n}",
        recital="Erwägungsgrund {n}",
        annex="Anhang",
        appendix="Anlage",
        paragraph=" Absatz {n}",
        subparagraph=" Unterabsatz {i}",
        unnumbered=" Unterabsatz {i}",
        letter=" Buchstabe {p}",
        digit=" Nummer {p}",
        after_paragraph=None,
        roman=" Ziffer {p}",
        nested=" Buchstabe {p}",
        indent=" {o} Gedankenstrich",
        ordinals=(
            "erster", "zweiter", "dritter", "vierter", "fünfter", "sechster", "siebter", "achter", "neunter", "zehnter",
        ),
        inserted="8a",
        link=(" ", " "),
    ),
    "es": Forms(
        article="artículo {n}",
        recital="considerando {n}",
        annex="anexo",
        appendix="apéndice",
        paragraph=", apartado {n}",
        subparagraph=", párrafo {o}",
        unnumbered=", párrafo {o}",
        letter=", letra {p})",
        digit=", punto {p}",
        after_paragraph=None,
        roman=", inciso {p})",
        nested=", letra {p})",
        indent=", guion {o}",
        ordinals=(
            "primero", "segundo", "tercero", "cuarto", "quinto", "sexto", "séptimo", "octavo", "noveno", "décimo",
        ),
        inserted="8 bis",
        link=(" ", ", "),
    ),
    "pt": Forms(
        article="artigo {n}",
        recital="considerando {n}",
        annex="anexo",
        appendix="apêndice",
        paragraph=", n.º {n}",
        subparagraph=", {o} parágrafo",
        unnumbered=", {o} parágrafo",
        letter=", alínea {p})",
        digit=", ponto {p}",
        after_paragraph=None,
        roman=", subalínea {p})",
        nested=", alínea {p})",
        indent=", {o} travessão",
        ordinals=(
            "primeiro", "segundo", "terceiro", "quarto", "quinto", "sexto", "sétimo", "oitavo", "nono", "décimo",
        ),
        inserted="8-A",
        link=(" ", ", "),
    ),
}  # fmt: skip
