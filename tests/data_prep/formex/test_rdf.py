"""CELEX from the publisher's metadata: it decides, what the rules say is checked against it."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from data_prep.formex import read_acts
from data_prep.formex.cli import formex
from data_prep.formex.rdf import Work, read_work, work_folder
from data_prep.formex.xml import Malformed
from lexatron.errors import UserError

CDM = "http://publications.europa.eu/ontology/cdm#"
CELLAR = "http://publications.europa.eu/resource/cellar/"
TEXT = '<ARTICLE IDENTIFIER="001"><TI.ART>Article 1</TI.ART><ALINEA>x</ALINEA></ARTICLE>'


def uuid(number: int) -> str:
    return f"{number:08x}-0000-11e6-9c64-01aa75ed71a1"


def rdf(*subjects: tuple[str, str | None, str | None]) -> bytes:
    """RDF/XML of subjects, each an address, a CELEX number and an address that is the same."""
    nodes = ""
    for address, celex, same in subjects:
        inner = f'<j.0:resource_legal_id_celex rdf:datatype="x">{celex}</j.0:resource_legal_id_celex>' if celex else ""
        inner += f'<owl:sameAs rdf:resource="{same}"/>' if same else ""
        nodes += f'<rdf:Description rdf:about="{address}">{inner}</rdf:Description>'
    spaces = (
        f'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:j.0="{CDM}" '
        'xmlns:owl="http://www.w3.org/2002/07/owl#"'
    )
    return f"<rdf:RDF {spaces}>{nodes}</rdf:RDF>".encode()


def test_the_only_celex_of_the_file_counts() -> None:
    data = rdf(("http://publications.europa.eu/resource/oj/JOL_2016_119_R_0001", "32016R0679", None))
    assert read_work(data, uuid(1)) == Work("32016R0679")


def test_among_several_the_works_own_counts() -> None:
    own, other = f"{CELLAR}{uuid(1)}", f"{CELLAR}{uuid(2)}"
    oj = "http://publications.europa.eu/resource/oj/JOL_1"
    assert read_work(rdf((other, "32001R0001", None), (own, "32002R0002", None)), uuid(1)).celex == "32002R0002"
    same = rdf((oj, "32003R0003", own), (other, "32001R0001", None))
    assert read_work(same, uuid(1)).celex == "32003R0003"
    chain = rdf(("celex:3", "32003R0003", oj), (oj, None, own), (other, "32001R0001", None))
    assert read_work(chain, uuid(1)).celex == "32003R0003"


def test_what_is_ambiguous_is_not_guessed() -> None:
    assert read_work(rdf(("a", "32001R0001", None), ("b", "32002R0002", None)), uuid(1)) == Work()
    assert read_work(rdf(("a", "not a number", None)), uuid(1)) == Work()
    assert read_work(rdf(), uuid(1)) == Work()
    with pytest.raises(Malformed):
        read_work(b"<rdf:RDF", uuid(1))


def test_the_work_of_a_file_is_the_uuid_in_its_path() -> None:
    assert work_folder(f"LEG_EN.zip/{uuid(7)}/fmx4/a.xml") == uuid(7)
    assert work_folder(f"LEG_EN/{uuid(7).upper()}/fmx4/a.xml") == uuid(7)
    assert work_folder("L_2016/a.xml") is None


@pytest.fixture
def dump(tmp_path: Path, make: Any) -> tuple[Path, Path]:
    """A dump of six works and its metadata."""
    acts, metadata = tmp_path / "LEG_EN_FMX_20260906_01_00.zip", tmp_path / "LEG_MTD_20260906_01_00.zip"
    works = {
        1: (make.act(TEXT, title="Regulation (EU) 2020/1", number=1), "32020R0001"),  # the rule agrees
        2: (make.act(TEXT, title="Regulation (EU) 2020/2", number=2), "32020D0002"),  # the rule is wrong
        3: (make.act(TEXT, title="Guideline of the Bank", number=3), "32020O0003"),  # no rule
        4: (make.act(TEXT, title="Regulation (EU) 2020/4", number=4), None),  # no metadata
        5: (make.annex("<P>an annex without its act</P>"), "32020R0005"),
        6: (b"<CORR><TITLE><TI><P>Corrigendum to it</P></TI></TITLE><P>read: x</P></CORR>", "32020R0005R(02)"),
    }
    with zipfile.ZipFile(acts, "w") as archive, zipfile.ZipFile(metadata, "w") as told:
        for number, (data, celex) in works.items():
            archive.writestr(f"{uuid(number)}/fmx4/a.xml", data)
            if celex:
                told.writestr(f"{uuid(number)}/tree_non_inferred.rdf", rdf((f"{CELLAR}{uuid(number)}", celex, None)))
        told.writestr(f"{uuid(99)}/tree_non_inferred.rdf", b"never read")
    return acts, metadata


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_metadata_decide_and_disagreements_are_listed(
    dump: tuple[Path, Path], tmp_path: Path, workers: str
) -> None:
    acts, metadata = dump
    out = tmp_path / "acts"
    arguments = [str(acts), "--metadata", str(metadata), "-o", str(out), "--workers", workers]
    done = CliRunner().invoke(formex, arguments, catch_exceptions=False)
    assert done.exit_code == 0
    found = [(act.celex, act.base_celex, act.doc_type) for act in read_acts(out)]
    assert found == [
        ("32020R0001", "32020R0001", "regulation"),
        ("32020D0002", "32020D0002", "decision"),
        ("32020O0003", "32020O0003", "other"),
        ("32020R0004", "32020R0004", "regulation"),
        (None, "32020R0005", "annex"),
        ("32020R0005R(02)", "32020R0005", "corrigendum"),
    ]
    stats = json.loads((out / "stats.json").read_text())
    assert stats["celex_checked"] == 2
    (wrong,) = stats["celex_disagreements"]
    assert (wrong["rule"], wrong["metadata"]) == ("32020R0002", "32020D0002")
    assert wrong["file"].endswith(f"{uuid(2)}/fmx4/a.xml")


def test_metadata_are_an_input_that_invalidates(dump: tuple[Path, Path], tmp_path: Path) -> None:
    acts, metadata = dump
    out, runner = str(tmp_path / "acts"), CliRunner()
    runner.invoke(formex, [str(acts), "-o", out], catch_exceptions=False)
    again = runner.invoke(formex, [str(acts), "-o", out, "--metadata", str(metadata)], catch_exceptions=False)
    assert again.exit_code == 0
    assert next(iter(read_acts(out))).celex == "32020R0001"
    assert [act.celex for act in read_acts(out)][2] == "32020O0003"


def test_an_rdf_that_cannot_be_read_is_a_reject_and_the_act_survives(tmp_path: Path, make: Any) -> None:
    for folder, name, data in (("in", "fmx4/a.xml", make.act(TEXT)), ("mtd", "tree_non_inferred.rdf", b"<rdf")):
        path = tmp_path / folder / uuid(1) / name
        path.parent.mkdir(parents=True)
        path.write_bytes(data)
    out = tmp_path / "acts"
    arguments = [str(tmp_path / "in"), "--metadata", str(tmp_path / "mtd"), "-o", str(out)]
    CliRunner().invoke(formex, arguments, catch_exceptions=False)
    assert [act.celex for act in read_acts(out)] == ["32020R0007"]
    assert uuid(1) in (out / "rejects.jsonl").read_text()


def test_what_is_no_metadata_is_the_users_error(tmp_path: Path, make: Any) -> None:
    (tmp_path / "a.xml").write_bytes(make.act(TEXT))
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.zip").write_bytes(b"PK")
    runner = CliRunner()
    for name, message in (("none.zip", "no such file"), ("empty", "no tree_non"), ("bad.zip", "not a readable zip")):
        arguments = [str(tmp_path / "a.xml"), "-o", str(tmp_path / "out"), "--metadata", str(tmp_path / name)]
        with pytest.raises(UserError, match=message):
            runner.invoke(formex, arguments, catch_exceptions=False)
