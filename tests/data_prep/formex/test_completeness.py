"""No text is lost: an independent count of the words in the XML against the rendered act, by category.

The counter shares no code with the parser: it walks the raw tree with expat and knows only which elements
are metadata, which run inside a line, and which make a category.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from data_prep.formex.acts import Act
from data_prep.formex.parser import parse_publication
from data_prep.formex.reader import Publication, read_publications
from data_prep.formex.render import render_act

METADATA = {"BIB.INSTANCE", "BIB.JUDGMENT", "BIB.ORDER", "FAM.COMP", "INFO.CONSLEG", "INFO.PROD", "TOC", "CURR.TITLE"}
WITHIN_A_LINE = {
    "HT", "FT", "DATE", "QUOT.START", "QUOT.END", "NOTE", "REF.DOC.OJ", "REF.DOC", "LINK", "LV", "IND", "OVERLINE",
    "FMT.VALUE", "REF.DOC.ECR", "REF.NP.ECR", "NO.CASE", "NAME.CASE", "NO.ECLI", "IE",
}  # fmt: skip
CATEGORIES = {
    "NOTE": "footnote", "TBL": "table", "CONSID": "recital", "QUOT.S": "quoted", "ARTICLE": "article",
    "ANNEX": "annex", "CONS.ANNEX": "annex", "CORRECTION": "corrigendum",
}  # fmt: skip
WORD = re.compile(r"[^\W_]+")
MARK = re.compile(r"\[\^[^\]]*\]:?|\[(?:image|formula)\]")


def source_text(element: ET.Element, category: str, into: dict[str, list[str]]) -> None:
    """Collect an element's text by category, with spaces at the edges of blocks."""
    tag = element.tag
    if not isinstance(tag, str) or tag in METADATA or element.get("NOTE.REF"):
        return  # a reference to a note that repeats the note's text
    category = CATEGORIES.get(tag, category)
    pieces = into.setdefault(category, [])
    edge = "" if tag in WITHIN_A_LINE and tag != "NOTE" else " "
    pieces.append(edge)
    number = tag == "FT" and element.get("TYPE") in ("NUMBER", "CN")
    pieces.append("" if number else element.text or "")  # print groups the digits: counted apart
    for child in element:
        source_text(child, category, into)
        into[category].append(child.tail or "")
    pieces.append(edge)


def words(text: str) -> Counter[str]:
    return Counter(WORD.findall(text.casefold()))


def source_words(publication: Publication) -> dict[str, Counter[str]]:
    collected: dict[str, list[str]] = {}
    for entry in publication.entries:
        if entry is not publication.manifest_entry:
            parser = ET.XMLParser(target=ET.TreeBuilder(insert_pis=True))
            parser.feed(entry.read())
            source_text(parser.close(), "other", collected)
    return {category: words("".join(pieces)) for category, pieces in collected.items()}


def publications(formex_dir: Path) -> Iterator[Publication]:
    return (found for found in read_publications([formex_dir]) if isinstance(found, Publication))


def parsed(publication: Publication) -> Act:
    outcome = parse_publication(publication)
    assert len(outcome.acts) == 1, outcome.rejects
    return outcome.acts[0]


def without_repeats(act: Act) -> str:
    return MARK.sub("", render_act(act))


@pytest.fixture(scope="module")
def recall(formex_dir: Path) -> dict[tuple[str, str], tuple[int, int]]:
    """(file, category) -> words found in the rendered act, words in the source."""
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for publication in publications(formex_dir):
        rendered = words(without_repeats(parsed(publication)))
        for category, counted in source_words(publication).items():
            kept = sum(min(number, rendered[word]) for word, number in counted.items())
            found[publication.main.name, category] = (kept, counted.total())
    return found


@pytest.mark.parametrize(
    "category", ["article", "recital", "table", "footnote", "annex", "quoted", "corrigendum", "other"]
)
def test_words_are_kept(recall: dict[tuple[str, str], tuple[int, int]], category: str) -> None:
    counts = [found for (_, name), found in recall.items() if name == category]
    assert sum(kept for kept, _ in counts) >= 0.995 * sum(total for _, total in counts)
    worst = {file: found for (file, name), found in recall.items() if name == category and found[0] < 0.99 * found[1]}
    assert not worst


@pytest.fixture(scope="module")
def acts(formex_dir: Path) -> list[tuple[Publication, Act]]:
    return [(publication, parsed(publication)) for publication in publications(formex_dir)]


def test_every_quotation_mark_comes_back(acts: list[tuple[Publication, Act]]) -> None:
    for publication, act in acts:
        expected: Counter[str] = Counter()
        for entry in publication.entries:
            if entry is publication.manifest_entry:
                continue
            content = re.sub(rb"<(FAM\.COMP|TOC|BIB\.INSTANCE)\b.*?</\1>", b"", entry.read(), flags=re.DOTALL)
            codes = re.findall(rb"<QUOT\.(?:START|END)\b[^>]*?CODE=\"([0-9A-F]+)\"", content)
            expected.update(chr(int(code, 16)) for code in codes)
        rendered = Counter(render_act(act))
        lost = {mark: number - rendered[mark] for mark, number in expected.items() if rendered[mark] < number}
        assert not lost, publication.main.name


def test_words_do_not_run_together(acts: list[tuple[Publication, Act]]) -> None:
    """A rendered word that the source does not have is glued, cut or a grouped number: under 1 in 1,000."""
    foreign = total = 0
    for publication, act in acts:
        if act.language in {"en", "fr", "de", "es", "pt"}:
            known = set().union(*source_words(publication).values())
            rendered = Counter(word for word in words(without_repeats(act)).elements() if word.isalpha())
            foreign += sum(number for word, number in rendered.items() if word not in known)
            total += rendered.total()
    assert foreign < total / 1000
