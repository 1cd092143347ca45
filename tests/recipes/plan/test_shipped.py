"""Every shipped layout fits by the plan, with a margin."""

from __future__ import annotations

from recipes.plan.shipped import shipped


def test_every_shipped_layout_fits_with_a_margin() -> None:
    rows = shipped()
    assert len(rows) > 100
    tight = {f"{row.recipe} {row.layout.name}": f"{row.margin:.1%}" for row in rows if row.margin < 0.05}
    assert not tight, "a row leaves less than 5 % of the memory free: search it again (python -m recipes.plan.ship)"


def test_a_row_is_not_slack_where_it_recomputes_or_offloads() -> None:
    """What costs time is there for memory: without it the same row would not leave its margin."""
    from dataclasses import replace

    from recipes.plan.shipped import _plan, margin
    from recipes.registry import find

    for row in (row for row in shipped() if row.layout.recompute != "none" and not row.layout.fsdp):
        eager = _plan(find(row.recipe).load(), replace(row.layout, recompute="none"))
        assert margin(eager) < 0.05, row.layout.name
