"""The publisher's own metadata of a dump (`LEG_MTD_*.zip`): the CELEX number and the ELI of each work.

A dump keeps the files of one work in a folder named by the work's identifier in Cellar, a UUID; the metadata dump
has the same folders, each with a `tree_non_inferred.rdf`. Only the works that the inputs hold are read, each when
its acts are parsed, straight from the archive.
"""

from __future__ import annotations

import re
import zipfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path, PurePosixPath

from lxml import etree

from data_prep.formex import celex as cx
from data_prep.formex import labels
from data_prep.formex.acts import Act
from data_prep.formex.quotation import attribute
from data_prep.formex.source import MAX_FILE_BYTES
from data_prep.formex.stats import Disagreement
from data_prep.formex.xml import Malformed, parse_xml
from lexatron.errors import UserError

FILE = "tree_non_inferred.rdf"
_UUID = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_SAME_AS = "{http://www.w3.org/2002/07/owl#}sameAs"
_CELEX = "resource_legal_id_celex"
_ELI = "resource_legal_eli"


@dataclass(frozen=True)
class Work:
    """What the metadata say about one work; a field is None where they are silent or say two things."""

    celex: str | None = None
    eli: str | None = None


def work_folder(name: str) -> str | None:
    """The UUID in a file's path, or None: `LEG_EN.zip/0e1.../fmx4/a.xml`."""
    return next((part.lower() for part in PurePosixPath(name).parts if _UUID.fullmatch(part.lower())), None)


def check_metadata(path: Path) -> None:
    """Raise a UserError where `path` holds no work's metadata."""
    if not path.exists():
        raise UserError("no such file or folder", where=path, remedy="give the dump's LEG_MTD_....zip")
    if not _index(path):
        raise UserError(f"holds no {FILE} in a folder named by a UUID", where=path, remedy="give LEG_MTD_....zip")


@lru_cache(maxsize=1)
def _index(path: Path) -> dict[str, str]:
    """UUID -> name of its RDF in the archive or folder."""
    if path.is_dir():
        names = [file.relative_to(path).as_posix() for file in sorted(path.rglob(FILE))]
    else:
        names = [name for name in _archive(path).namelist() if name.endswith(f"/{FILE}")]
    return {folder: name for name in names if (folder := work_folder(name))}


@lru_cache(maxsize=1)
def _archive(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError) as error:
        raise UserError(f"not a readable zip: {error}", where=path, remedy="download the metadata again") from error


def look_up(path: Path, folder: str) -> Work:
    """What the metadata say about the work of that UUID; an empty Work where they do not have it.

    Raises:
        Malformed: its RDF cannot be read.
    """
    name = _index(path).get(folder)
    if name is None:
        return Work()
    try:
        if path.is_dir():
            data = (path / name).read_bytes()
        else:
            archive = _archive(path)
            if archive.getinfo(name).file_size > MAX_FILE_BYTES:
                raise Malformed(f"{name}: too large for the metadata of one work")
            data = archive.read(name)
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError) as error:
        raise Malformed(f"the metadata {name} cannot be read: {error}") from error
    return read_work(data, folder)


def read_work(data: bytes, folder: str) -> Work:
    """CELEX and ELI of the work with that UUID.

    The value that stands under the work itself (its Cellar address, or an address declared the same) counts; else
    the only value in the file; where there are several and none is the work's own, None.

    Raises:
        Malformed: the bytes are not RDF/XML.
    """
    root = parse_xml(data)
    own = _own_subjects(root, folder)
    celexes = {known for text in _values(root, _CELEX, own) if (known := cx.normalise(text))}
    return Work(_only(celexes), _only(set(_values(root, _ELI, own))))


def _own_subjects(root: etree._Element, folder: str) -> set[str]:
    """Addresses of the work: `.../cellar/UUID` and every one that is the same as it."""
    pairs = [
        (node.get(f"{_RDF}about") or "", same.get(f"{_RDF}resource") or "")
        for node in root
        for same in node.iterfind(_SAME_AS)
    ]
    own = {f"http://publications.europa.eu/resource/cellar/{folder}"}
    for _ in range(2):  # an address may be the same as one that is the same as the work
        own |= {address for pair in pairs if own & set(pair) for address in pair}
    return own


def _values(root: etree._Element, name: str, own: set[str]) -> list[str]:
    """Values of a property under the work's own addresses; where it has none there, all of the file."""
    found = [
        (node.get(f"{_RDF}about") or "", (child.text or child.get(f"{_RDF}resource") or "").strip())
        for node in root
        for child in node
        if isinstance(child.tag, str) and child.tag.rpartition("}")[2] == name
    ]
    return [value for subject, value in found if subject in own] or [value for _, value in found]


def _only(values: set[str]) -> str | None:
    return next(iter(values)) if len(values) == 1 else None


def settle(act: Act, work: Work, file: str) -> Disagreement | None:
    """Give an act the CELEX that the metadata state, and say where a rule had given another one.

    The metadata describe the work in whose folder a file lies. An annex without its act, and a corrigendum or a
    consolidated text that lies in the folder of the act itself, get it as their `base_celex` only.
    """
    act.eli = act.eli or work.eli
    if work.celex is None:
        return None
    stated = cx.parse(work.celex)
    base = _without_corrigendum(work.celex)
    if act.doc_type == "annex" or (act.doc_type == "corrigendum" and base == work.celex):
        act.base_celex = base
        attribute(act)
        return None
    if stated is None or (act.version_date is not None and stated.sector != "0"):
        return None
    rule, act.celex = act.celex, work.celex
    if act.version_date is None:
        act.base_celex = base
    if rule == work.celex:
        return None
    if act.doc_type not in ("corrigendum", "judgment", "order", "opinion"):
        act.doc_type = cx.doc_type(work.celex)
    act.label = _label(act)
    attribute(act)
    return Disagreement(file, rule, work.celex) if rule is not None else None


def _without_corrigendum(celex: str) -> str:
    """`32016R0679R(02)` -> `32016R0679`."""
    return re.sub(r"R\(\d{2}\)$", "", celex)


def _label(act: Act) -> str | None:
    return labels.label(act.celex, act.language, labels.designation(act.title))
