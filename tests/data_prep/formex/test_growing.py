"""Large files: read in pieces they give the same act as read whole, in bounded memory and linear time."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from data_prep.formex import growing, parser
from data_prep.formex.acts import Act, to_json
from data_prep.formex.growing import GrowingTree
from data_prep.formex.parser import parse_paths, parse_publication
from data_prep.formex.reader import Publication, read_publications
from data_prep.formex.xml import Malformed

ARTICLE = (
    '<ARTICLE IDENTIFIER="001"><TI.ART>Article 1</TI.ART><PARAG IDENTIFIER="001.001"><NO.PARAG>1.</NO.PARAG>'
    "<ALINEA><P>{0}</P><LIST TYPE='alpha'><ITEM><NP><NO.P>(a)</NO.P><TXT>{0}</TXT></NP></ITEM></LIST></ALINEA></PARAG>"
    "</ARTICLE>"
)


@pytest.mark.parametrize("piece", [700, 1 << 18])
def test_every_real_act_is_the_same_in_pieces(formex_dir: Path, monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    publications = [found for found in read_publications([formex_dir]) if isinstance(found, Publication)]
    publications = [found for found in publications if piece > 1000 or found.main.size < 100_000]
    whole = [[to_json(act) for act in parse_publication(found).acts] for found in publications]
    monkeypatch.setattr(parser, "LARGE_BYTES", 0)
    monkeypatch.setattr(parser, "SMALL_BYTES", 0)
    monkeypatch.setattr(growing, "_PIECE", piece)
    grown = [[to_json(act) for act in parse_publication(found).acts] for found in publications]
    assert grown == whole


def test_a_tree_is_read_only_as_far_as_it_is_asked_for(make: Any) -> None:
    data = make.act(ARTICLE.format("word " * 200) * 2000)
    streams: list[io.BytesIO] = []

    def opened() -> io.BytesIO:
        streams.append(io.BytesIO(data))
        return streams[-1]

    tree = GrowingTree(opened)
    tree.load(tree.root)
    assert streams[-1].tell() < len(data) / 4
    tree.close()


@pytest.mark.parametrize("broken", [b"<ACT><P>", b"<ACT></P></ACT>", b"<!DOCTYPE ACT []><ACT/>", b"", b"no"])
def test_a_broken_file_is_refused_before_anything_is_made_of_it(broken: bytes) -> None:
    with pytest.raises(Malformed):
        GrowingTree(lambda: io.BytesIO(broken))


def test_a_large_annex_that_is_broken_leaves_its_act(
    tmp_path: Path, make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parser, "LARGE_BYTES", 0)
    monkeypatch.setattr(parser, "SMALL_BYTES", 0)
    (tmp_path / "a.xml").write_bytes(make.act(ARTICLE.format("x")))
    (tmp_path / "b.xml").write_bytes(make.annex("<P>x</P>")[:-20])
    (tmp_path / "a.doc.xml").write_bytes(make.manifest("a.xml", ("b.xml",)))
    kinds = {found.doc_type if isinstance(found, Act) else found.file for found in parse_paths([tmp_path])}
    assert kinds == {"regulation", "b.xml"}


PEAK = """
import gc, re, sys
from pathlib import Path
from data_prep.formex.reader import Position, read_from
from data_prep.formex.workers import process
gc.disable()  # as an engine does
for after, found in read_from([Path(sys.argv[1])], Position()):
    result = process(after, found)
    assert result.stats.acts == 1 and len(result.lines[0]) > 10_000_000, result.rejects
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1]) // 1024)
"""
# Not ru_maxrss: a process inherits that of its parent, here a test runner with Megatron in it.


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process is read from /proc")
def test_an_act_of_100_megabytes_takes_less_than_400(tmp_path: Path, formex_dir: Path) -> None:
    """The largest real act, its parts repeated until there are 100 MB of them, in one worker."""
    source = next(formex_dir.rglob("CL2013R0575EN0100010.0001.xml")).read_bytes()
    first, last = source.index(b"<DIVISION"), source.rindex(b"</DIVISION>") + len(b"</DIVISION>")
    body = source[first:last]
    path = tmp_path / "big.xml"
    with path.open("wb") as file:
        file.write(source[:first])
        for _ in range(100_000_000 // len(body) + 1):
            file.write(body)
        file.write(source[last:])
    assert path.stat().st_size > 100_000_000
    done = subprocess.run([sys.executable, "-c", PEAK, str(path)], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 400


@pytest.mark.parametrize("element", ["P", "UNKNOWN", "NOTE", "ALINEA", "NP"])
def test_many_neighbours_take_linear_work(make: Any, element: str) -> None:
    """100,000 neighbours: quadratic work would take hours, so that finishing at all is the test."""
    act = parser.parse_act(
        make.act(f'<ARTICLE IDENTIFIER="001">{f"<{element}>some words</{element}>" * 100_000}</ARTICLE>')
    )
    assert sum(unit.text.count("some words") for unit in act.walk()) in (1, 100_000)  # a footnote's own text repeats


def test_a_flat_folder_of_many_files_takes_linear_work(tmp_path: Path, make: Any) -> None:
    for number in range(400):
        (tmp_path / f"a{number}.xml").write_bytes(make.act(ARTICLE.format("x"), stem=f"L_{number}", number=number + 1))
        (tmp_path / f"b{number}.xml").write_bytes(make.annex("<P>y</P>", stem=f"L_{number}"))
    acts = [found for found in parse_paths([tmp_path]) if isinstance(found, Act)]
    assert len(acts) == 400
    assert all(act.units[-1].kind == "annex" for act in acts)
