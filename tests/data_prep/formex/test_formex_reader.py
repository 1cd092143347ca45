"""Files to publications: manifests, orphans, zips, and counts that add up."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest

from data_prep.formex import Act, Reject, parse_paths
from data_prep.formex.reader import Publication, Skip, read_publications
from data_prep.formex.source import Entry
from data_prep.formex.xml import Malformed
from lexatron.errors import UserError

TEXT = '<ARTICLE IDENTIFIER="001"><TI.ART>Article 1</TI.ART><ALINEA>x</ALINEA></ARTICLE>'


def write(folder: Path, **files: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / f"{name.replace('__', '.')}.xml").write_bytes(data)
    return folder


def test_every_real_file_is_in_an_act_or_rejected_or_skipped(formex_dir: Path) -> None:
    files = [path.relative_to(formex_dir).as_posix() for path in formex_dir.rglob("*") if path.is_file()]
    seen: list[str] = []
    for found in read_publications([formex_dir]):
        seen.extend([e.name for e in found.entries] if isinstance(found, Publication) else [found.file])
        assert not isinstance(found, Reject), found
    assert sorted(n for n in seen if ".zip/" not in n) == sorted(n for n in files if not n.endswith(".zip"))
    assert len(seen) == len(set(seen))


def test_xhtml_and_tables_of_contents_are_skipped(formex_dir: Path) -> None:
    found = list(read_publications([formex_dir / "lex-corpus-eu-eurlex/32001r0044", formex_dir / "eIDAS20"]))
    reasons = {item.reason for item in found if isinstance(item, Skip)}
    assert reasons == {"not FORMEX: root element html", "table of contents of an Official Journal"}


def test_annexes_follow_the_manifest_not_their_names(tmp_path: Path, make: Any) -> None:
    folder = write(
        tmp_path / "in",
        a=make.act(TEXT),
        a__doc=make.manifest("a.xml", ("z.xml", "b.xml")),
        b=make.annex("<P>second</P>", "ANNEX II", sequence="0001.0002"),
        z=make.annex("<P>first</P>", "ANNEX I"),
    )
    (act,) = parse_paths([folder])
    assert isinstance(act, Act)
    assert [unit.key for unit in act.units if unit.kind == "annex"] == ["anx_I", "anx_II"]
    assert act.sources == ["a.xml", "z.xml", "b.xml", "a.doc.xml"]
    assert act.oj == "OJ L 1, 3.1.2020, p. 5"


def test_without_manifest_annexes_join_by_sequence_number(tmp_path: Path, make: Any) -> None:
    folder = write(
        tmp_path / "in",
        a=make.act(TEXT),
        b=make.annex("<P>two</P>", "ANNEX II", sequence="0001.0010"),
        c=make.annex("<P>one</P>", "ANNEX I", sequence="0001.0002"),
        d=make.annex("<P>other</P>", stem="L_2"),
    )
    acts = [found for found in parse_paths([folder]) if isinstance(found, Act)]
    assert [act.doc_type for act in acts] == ["regulation", "annex"]
    assert [unit.key for unit in acts[0].units if unit.kind == "annex"] == ["anx_I", "anx_II"]


def test_missing_and_broken_parts_are_named_and_the_rest_survives(tmp_path: Path, make: Any) -> None:
    folder = write(
        tmp_path / "in",
        a=make.act(TEXT),
        a__doc=make.manifest("a.xml", ("b.xml", "gone.xml")),
        b=make.annex("<P>x</P>")[:-20],
    )
    found = list(parse_paths([folder]))
    assert [type(item) for item in found] == [Act, Reject, Reject]
    assert [(item.file, "not well-formed" in item.reason) for item in found if isinstance(item, Reject)] == [
        ("b.xml", True),
        ("gone.xml", False),
    ]


def test_the_annex_of_a_broken_act_survives(tmp_path: Path, make: Any) -> None:
    manifest = make.manifest("a.xml", ("b.xml",))
    folder = write(tmp_path / "in", a=make.act(TEXT)[:-9], a__doc=manifest, b=make.annex("<P>x</P>"))
    kinds = {item.doc_type if isinstance(item, Act) else item.file for item in parse_paths([folder])}
    assert kinds == {"annex", "a.xml"}
    (folder / "a.xml").unlink()
    kinds = {item.doc_type if isinstance(item, Act) else item.file for item in parse_paths([folder])}
    assert kinds == {"annex", "a.doc.xml"}


def test_a_dump_zip_is_read_folder_by_folder(tmp_path: Path, make: Any) -> None:
    path = tmp_path / "LEG_EN_FMX.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in (2, 1):
            act = make.act(TEXT, title=f"Regulation (EU) 2020/{number}", number=number)
            archive.writestr(f"uuid-{number}/fmx4/a.xml", act)
            archive.writestr(f"uuid-{number}/fmx4/a.doc.xml", make.manifest("a.xml", number=number))
            archive.writestr(f"uuid-{number}/fmx4/a.tif", b"II*")
    acts = [item for item in parse_paths([path]) if isinstance(item, Act)]
    assert [act.celex for act in acts] == ["32020R0001", "32020R0002"]
    assert acts[0].sources == ["LEG_EN_FMX.zip/uuid-1/fmx4/a.xml", "LEG_EN_FMX.zip/uuid-1/fmx4/a.doc.xml"]
    assert sum(isinstance(item, Skip) for item in read_publications([path])) == 2


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_hostile_archive_names_are_rejected(tmp_path: Path, make: Any) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("../up.xml", "/root.xml", "c:\\x.xml", "good.xml", "good.xml"):
            archive.writestr(zipfile.ZipInfo(name), make.act(TEXT))
    found = list(parse_paths([path]))
    assert [item.celex for item in found if isinstance(item, Act)] == ["32020R0007"]
    rejects = {item.file.split("/", 1)[1]: item.reason for item in found if isinstance(item, Reject)}
    assert len(rejects) == 4
    assert "climbs out" in rejects["../up.xml"]
    assert "twice" in rejects["good.xml"]


def test_a_file_that_is_no_zip_and_a_truncated_one(tmp_path: Path, make: Any) -> None:
    bad, cut = tmp_path / "bad.zip", tmp_path / "cut.zip"
    bad.write_bytes(b"PK no")
    with zipfile.ZipFile(cut, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.xml", make.act(TEXT) + b" " * 10000)
    data = bytearray(cut.read_bytes())
    data[60:120] = bytes(60)
    cut.write_bytes(bytes(data))
    found = list(parse_paths([bad, cut]))
    assert [type(item) for item in found] == [Reject, Reject]


def test_a_file_larger_than_an_act_may_be_is_not_read(tmp_path: Path) -> None:
    entry = Entry("a.xml", tmp_path / "a.xml", None, 1 << 40)
    with pytest.raises(Malformed, match="larger"):
        entry.read()


def test_a_missing_input_is_the_users_error(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no such file"):
        list(read_publications([tmp_path / "none"]))
