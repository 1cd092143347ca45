"""What later acts deleted is not law any more."""

from __future__ import annotations

from pathlib import Path

from data_prep.formex import parse_paths
from data_prep.formex.acts import Act, Amendment, Unit
from data_prep.formex.in_force import in_force
from data_prep.formex.rendering import render_act


def _act(*amendments: Amendment) -> Act:
    paragraphs = [Unit("paragraph", f"art_1.par_{n}", f"{n}.", None, f"Rule {n} holds.") for n in (1, 2)]
    articles = [
        Unit("article", "art_1", "Article 1", children=paragraphs),
        Unit("article", "art_2", "Article 2", text="It ends."),
    ]
    return Act("02000R0001-20200101", "32000R0001", "en", "regulation", "Act", articles, amendments=list(amendments))


def _deletes(unit: str | None, *, whole: bool = True) -> Amendment:
    return Amendment("deleted", "32019R0001", "AR:1", unit, whole)


def test_deleted_units_go_and_nothing_else() -> None:
    act = _act(_deletes("art_1.par_2"))
    pruned = in_force(act)
    assert [unit.key for unit in pruned.walk()] == ["art_1", "art_1.par_1", "art_2"]
    assert [unit.key for unit in act.walk()] == ["art_1", "art_1.par_1", "art_1.par_2", "art_2"]
    assert pruned.units[1] is act.units[1]
    assert [unit.key for unit in in_force(_act(_deletes("art_1"))).walk()] == ["art_2"]


def test_words_that_were_deleted_leave_their_unit() -> None:
    for amendments in (
        [],
        [_deletes("art_2", whole=False)],
        [_deletes(None)],
        [_deletes("art_2"), Amendment("replaced", "32019R0002", "AR:2", "art_2", whole=True)],
    ):
        act = _act(*amendments)
        assert in_force(act) is act or list(in_force(act).walk()) == list(act.walk())


def test_articles_388_and_12_of_the_crr_are_gone(formex_dir: Path) -> None:
    (crr,) = (
        act
        for act in parse_paths(sorted(formex_dir.rglob("CL2013R0575EN*.xml")))
        if isinstance(act, Act) and act.base_celex == "32013R0575"
    )
    left = in_force(crr)
    for key, words in (("art_388", "Negative Scope"), ("art_12", "subsidiary credit institution and a subsidiary")):
        assert crr.find(key) is not None
        assert left.find(key) is None
        assert words in render_act(crr)
        assert words not in render_act(left)
    gone = {unit.key for unit in crr.walk()} - {unit.key for unit in left.walk()}
    assert {mark.unit for mark in crr.amendments if mark.unit in gone} == {
        mark.unit for mark in crr.amendments if mark.action == "deleted" and mark.unit in gone
    }
