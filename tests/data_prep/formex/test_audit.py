"""The audit: it sees every kind of loss that it is there to see, and finds none in what the parser makes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from data_prep.formex import audit, parse_act
from data_prep.formex.acts import Act
from data_prep.formex.audit_cli import audit as audit_command
from data_prep.formex.audit_rendered import Comparison
from data_prep.formex.audit_run import Report, audit_folder, shortfalls
from data_prep.formex.audit_source import CATEGORIES, read_source
from data_prep.formex.cli import formex
from lexatron.errors import UserError

BODY = (
    '<ARTICLE IDENTIFIER="001"><TI.ART>Article 1</TI.ART><ALINEA>The '
    '<QUOT.START CODE="201C"/>quick<QUOT.END CODE="201D"/>'
    " brown fox<NOTE NOTE.ID='E1'><P>a note on foxes everywhere</P></NOTE> jumps over "
    '<FT TYPE="NUMBER">12500</FT> lazy dogs.</ALINEA></ARTICLE>'
    '<ARTICLE IDENTIFIER="002"><TI.ART>Article 2</TI.ART><ALINEA>Nothing else matters here today.</ALINEA></ARTICLE>'
)


@pytest.fixture
def sound(make: Any) -> tuple[Act, bytes]:
    data = make.act(BODY)
    return parse_act(data), data


def found_after(sound: tuple[Act, bytes], old: str, new: str) -> Comparison:
    """The audit after one text of the first article has been changed."""
    act, data = sound
    article = act.articles()[0]
    assert old in article.text
    article.text = article.text.replace(old, new)
    return audit(act, [data])


def test_a_sound_act_has_no_shortfall(sound: tuple[Act, bytes]) -> None:
    found = audit(sound[0], [sound[1]])
    assert shortfalls(found) == []
    assert (found.glued, found.foreign, found.twice) == (0, 0, 0)
    assert found.categories["footnote"].words.total == 5
    assert found.marks.total == found.marks.kept == 2


def test_a_lost_word_is_named(sound: tuple[Act, bytes]) -> None:
    found = found_after(sound, "lazy ", "")
    assert found.categories["article"].lost == ["lazy"]
    assert found.categories["article"].trigrams.share < 0.99
    assert any(text.startswith("article: words") for text in shortfalls(found))


def test_scrambled_words_keep_their_count_but_not_their_order(sound: tuple[Act, bytes]) -> None:
    found = found_after(sound, "jumps over", "over jumps")
    assert found.categories["article"].words.share == 1
    assert found.categories["article"].trigrams.share < 0.99


def test_a_lost_quotation_mark(sound: tuple[Act, bytes]) -> None:
    found = found_after(sound, "”", "")
    assert (found.marks.kept, found.marks.total) == (1, 2)
    assert "quotation marks 50.00%" in shortfalls(found)


def test_glued_words(sound: tuple[Act, bytes]) -> None:
    found = found_after(sound, "jumps over", "jumpsover")
    assert (found.glued, found.foreign) == (1, 0)


def test_text_given_twice(sound: tuple[Act, bytes]) -> None:
    act, data = sound
    act.units.append(act.articles()[1])
    assert audit(act, [data]).twice == 3  # seven words hold three stretches of five


def test_numbers_that_are_not_grouped_count_as_lost(sound: tuple[Act, bytes]) -> None:
    assert found_after(sound, "12 500", "12500").categories["article"].words.share < 1


def test_categories_are_those_of_the_innermost_element() -> None:
    source = read_source(
        b"<ACT><CONSID><NP><NO.P>(1)</NO.P><TXT>alpha</TXT></NP></CONSID><ARTICLE><ALINEA>beta<QUOT.S><ARTICLE>"
        b"<P>gamma</P><TBL><CORPUS><ROW><CELL>delta<NOTE>epsilon</NOTE></CELL></ROW></CORPUS></TBL></ARTICLE></QUOT.S>"
        b"zeta</ALINEA></ARTICLE><FAM.COMP><P>never</P></FAM.COMP></ACT>"
    )
    assert source is not None
    assert source.flows == {
        "recital": [["1", "alpha"]],
        "article": [["beta"], ["zeta"]],
        "quoted text": [["gamma"]],
        "table": [["delta"]],
        "footnote": [["epsilon"]],
    }
    assert read_source(b"<DOC/>") is None
    assert set(read_source(b"<CORR><P>x</P></CORR>").flows) == {"corrigendum"}  # type: ignore[union-attr]
    assert set(read_source(b"<JUDGMENT><P>x</P></JUDGMENT>").flows) == {"case law"}  # type: ignore[union-attr]


@pytest.fixture(scope="module")
def real(formex_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The acts of every real file."""
    out = tmp_path_factory.mktemp("audit") / "acts"
    CliRunner().invoke(formex, [str(formex_dir), "-o", str(out)], catch_exceptions=False)
    return out


@pytest.fixture(scope="module")
def report(real: Path) -> Report:
    total = Report()
    for item in audit_folder(real):
        total.add(item)
    return total


def test_the_figures_that_the_parser_must_reach(report: Report) -> None:
    assert not report.unread
    assert set(report.total.categories) == {*CATEGORIES, "all"}
    assert shortfalls(report.total) == []
    assert {item.file: short for item in report.acts if (short := shortfalls(item.found))} == {}
    assert report.total.twice < report.total.rendered / 500


def test_the_publishers_own_rendition_agrees(report: Report) -> None:
    assert report.with_oracle == 30
    assert report.oracle.ours.share > 0.99
    assert report.oracle.theirs.share > 0.97


def test_the_command(formex_dir: Path, tmp_path: Path) -> None:
    source, acts, summary = tmp_path / "in", tmp_path / "acts", tmp_path / "audit.json"
    shutil.copytree(formex_dir / "eIDAS20", source)
    runner = CliRunner()
    runner.invoke(formex, [str(source), "-o", str(acts)], catch_exceptions=False)
    done = runner.invoke(audit_command, [str(acts), "--json", str(summary)], standalone_mode=False)
    assert done.return_value == 0
    told = json.loads(summary.read_text())
    assert told["acts"] == len(told["files"]) == 4
    assert told["total"]["categories"]["recital"]["words_kept"] == 1

    moved = source.rename(tmp_path / "moved")
    with pytest.raises(UserError, match="no such file or folder"):
        runner.invoke(audit_command, [str(acts)], catch_exceptions=False)
    assert runner.invoke(audit_command, [str(acts), "--input", str(moved)], standalone_mode=False).return_value == 0
    text = next(moved.rglob("L_2022333EN.01008001.xml"))
    text.write_bytes(text.read_bytes().replace(b"cybersecurity", b"cyber security resilience measures"))
    changed = runner.invoke(audit_command, [str(acts), "--input", str(moved)], standalone_mode=False)
    assert changed.return_value == 1
