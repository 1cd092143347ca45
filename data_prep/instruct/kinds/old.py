"""The kinds of questions: each a generator from an act to its facts, working on units and keys in five languages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from data_prep.formex.acts import Act, Unit
from data_prep.instruct.facts import Fact, Source
from data_prep.instruct.passages import clean, sentences, shorten, unit_text
from data_prep.instruct.places import article_titled, place_of

_DEFINITIONS = re.compile(
    r"definitions?|.+\band definitions|définitions?|.+\bet définitions|begriffsbestimmung(?:en)?|definition(?:en)?"
    r"|.+\bund (?:begriffsbestimmungen|definitionen)|definici(?:ón|ones)|.+\by definiciones"
    r"|definiç(?:ão|ões)|.+\be definições",
    re.IGNORECASE,
)
_SCOPE = re.compile(
    r"\bscope\b|champs? d['’]application|(?:anwendungs|geltungs)bereich|ámbito (?:de aplicación|material)"
    r"|âmbito (?:de aplicação|material)|^ámbito|^âmbito",
    re.IGNORECASE,
)
_SUBJECT_MATTER = re.compile(
    r"^(?:subject[ -]?matter|object\b|objet\b|gegenstand|objeto\b|objecto\b|purpose|aim\b)", re.IGNORECASE
)
_QUOTED_TERM = re.compile(
    r"(?:‘(?P<a>.+?)’(?!\w)|“(?P<b>.+?)”|«\s?(?P<c>.+?)\s?»|„(?P<d>.+?)[“”]|\"(?P<e>.+?)\"|'(?P<f>.+?)'(?!\w))"
)
_BARE_TERM = re.compile(r"(?P<term>[^\W\d][^:;.,]{1,60}):\s+\S")
# words that command; French, German and Portuguese law mostly commands in the present tense of such verbs
_DUTY = {
    "en": re.compile(r"\b(?:shall|must)\b"),
    "fr": re.compile(
        r"\b(?:doi(?:t|vent)|(?:est|sont) tenue?s? (?:de|d['’])|veillent?|garanti(?:t|ssent)|assurent?|notifient?"
        r"|communiquent?|transmet(?:tent)?|informent?|fourni(?:t|ssent)|établi(?:t|ssent)|pren(?:d|nent)(?! fin)"
        r"|tien(?:t|nent)|met(?:tent)? en œuvre|désignent?|coopèrent?|présentent?|publient?|conservent?|déclarent?)\b"
    ),
    "de": re.compile(
        r"\b(?:muss|müssen)\b|\b(?:hat|haben)\b.*\b(?:zu \w+en|\w+zu\w+en)\b|\b(?:ist|sind)\b.*\bverpflichtet\b"
        r"|\bd(?:arf|ürfen)\b.*\bnicht\b|\b(?:stellt|stellen)\b.*\bsicher\b|\btr(?:ägt|agen)\b.*\bSorge\b"
        r"|\b(?:sorgt|sorgen|meldet|melden|unterrichtet|unterrichten|übermittelt|übermitteln|gewährleistet|gewährleisten"
        r"|trifft|treffen|erstellt|erstellen|führt|führen|benennt|benennen|veröffentlicht|veröffentlichen|teilt|teilen)\b"
    ),
    "es": re.compile(r"\b(?:deben?|\w{2,}(?:ará|erá|irá)n?)\b"),
    "pt": re.compile(
        r"\b(?:dev(?:e|em|erá|erão)|asseguram?|garantem?|velam?|notificam?|comunicam?|transmitem?|informam?|fornecem?"
        r"|estabelecem?|tomam?|conservam?|aplicam? medidas|designam?|cooperam?|apresentam?|publicam?|declaram?)\b"
    ),
}
# entry into force, addressees, rights and what applies when
_NO_DUTY = re.compile(
    r"enters? into force|entre en vigueur|tritt\b.*\bin Kraft|entrará en vigor|entra em vigor|binding in its entirety"
    r"|obligatoire dans tous|in allen ihren Teilen verbindlich|obligatorio en todos|obrigatório em todos"
    r"|shall (?:not )?apply\b|shall have the right|se aplicarán?\b|tendrán? derecho"
    r"|addressed to|destinataires?\b|gerichtet\b|destinatarios?\b|destinatári[oa]s?\b",
    re.IGNORECASE,
)
_PROVISIONS = frozenset({"article", "paragraph", "subparagraph"})
TERM_LENGTH = 80
HEADING_LENGTH = 140
QUOTE_LENGTH = 140
SHORTEST_TEXT = 25  # characters below which a passage says too little to be asked about


def definitions(act: Act, source: Source) -> Iterator[Fact]:
    """What a term means: the points of the articles headed Definitions that begin with a term."""
    for article in filter(_defines, act.articles()):
        for unit, term, text in _defined_terms(article):
            yield Fact(source, "definition", "definition", unit.key, text, {"term": term})


def _defined_terms(unit: Unit) -> Iterator[tuple[Unit, str, str]]:
    """Points that define a term, each with the term and its words; what stands below such a point belongs to it."""
    for child in unit.children:
        if child.kind in ("footnote", "table", "quoted"):
            continue
        text = unit_text(child)
        term = _term(text) if child.kind == "point" else None
        if term is None:
            yield from _defined_terms(child)
        elif len(text) > len(term) + SHORTEST_TEXT // 2:
            yield child, term, text


def _defines(article: Unit) -> bool:
    return _DEFINITIONS.fullmatch(clean(article.heading or "")) is not None


def _term(text: str) -> str | None:
    match = _QUOTED_TERM.match(text) or _BARE_TERM.match(text)
    term = next((group.strip() for group in match.groups() if group), None) if match else None
    return term if term and len(term) <= TERM_LENGTH else None


def obligations(act: Act, source: Source) -> Iterator[Fact]:
    """What must be done: the provisions whose own sentences command; each article's first one by its heading."""
    unique = _unique_headings(act)
    for article in act.articles():
        if _defines(article) or _is_scope(article):
            continue
        asked = False
        for unit in _provisions(article):
            text = _duty(unit, source.language)
            if text is None:
                continue
            by_heading = not asked and article.key in unique
            place = article_titled(unique[article.key], source) if by_heading else place_of(unit.key, source)
            asked = True
            yield Fact(source, "obligation", "obligation", unit.key, text, place)


def _duty(unit: Unit, language: str) -> str | None:
    """The provision from its first commanding sentence on, or None."""
    found = sentences(unit_text(unit))
    for number, sentence in enumerate(found):
        commands = _DUTY[language].search(sentence) and not _NO_DUTY.search(sentence)
        if commands and len(sentence) >= SHORTEST_TEXT:
            return " ".join(found[number:])
    return None


def scope(act: Act, source: Source) -> Iterator[Fact]:
    """What the act applies to: its article on the scope, else the one on the subject matter."""
    articles = [article for article in act.articles() if article.heading]
    chosen = next(filter(_is_scope, articles), None) or next(filter(_is_subject_matter, articles), None)
    for unit in list(_provisions(chosen))[:1] if chosen else []:
        yield Fact(source, "scope", "scope", unit.key, unit_text(unit))


def _is_scope(article: Unit) -> bool:
    return _SCOPE.search(article.heading or "") is not None


def _is_subject_matter(article: Unit) -> bool:
    return _SUBJECT_MATTER.search(article.heading or "") is not None


def which_act(_act: Act, source: Source) -> Iterator[Fact]:
    """Which act a CELEX number is of, and which CELEX number an act has, by label and by subject."""
    forms = {"which_act_by_celex": {"celex": source.work}, "which_act_by_label": {}}
    if source.subject:
        forms["which_act_by_subject"] = {"subject": source.subject}
    for form, slots in forms.items():
        yield Fact(source, "which_act", form, None, source.subject, slots)


def which_article(act: Act, source: Source) -> Iterator[Fact]:
    """Which article has a heading, and which one begins with some words."""
    unique = _unique_headings(act)
    for article in act.articles():
        heading = clean(article.heading or "")
        if article.key in unique:
            slots = {"heading": heading}
            yield Fact(source, "which_article", "which_article_by_heading", article.key, heading, slots)
        for unit in [] if _defines(article) else list(_provisions(article))[:1]:
            quote = shorten(sentences(unit_text(unit))[0], QUOTE_LENGTH)
            yield Fact(source, "which_article", "which_article_by_quote", article.key, heading, {"quote": quote})


def _provisions(article: Unit) -> Iterator[Unit]:
    """The article, its paragraphs or its subparagraphs: the smallest of them that hold text, in order."""
    below = [unit for unit in article.children if unit.kind in _PROVISIONS]
    for unit in below:
        yield from _provisions(unit)
    if not below and len(unit_text(article)) >= SHORTEST_TEXT:
        yield article


def _unique_headings(act: Act) -> dict[str, str]:
    """Article key -> heading, where it is short and no other article of the act bears it."""
    headings = {article.key: clean(article.heading or "") for article in act.articles()}
    counts = Counter(heading.casefold() for heading in headings.values())
    return {
        key: heading
        for key, heading in headings.items()
        if 0 < len(heading) <= HEADING_LENGTH and counts[heading.casefold()] == 1
    }
