"""Conversations made on the spot, for the tests of steps."""

from __future__ import annotations

from copy import deepcopy

from data_prep.curation.record import Message, Record
from data_prep.curation.steps import Step

LAW = [
    "Article 6 of Regulation (EU) 2016/679 (CELEX 32016R0679, OJ L 119, 4.5.2016, p. 1–88) lists six legal bases. "
    "See also Case C-131/12, paragraphs 34 to 41, ECLI:EU:C:2014:317, and Directive 95/46/EC of 24 October 1995.",
    "In Annex VI to Regulation (EC) No 1272/2008, in Part 3, the entry with index number 603-002-00-5 (EC No "
    "200-578-6, CAS No 64-17-5) is replaced. It applies from 2018-12-01 until 31.12.2027 at 12:00:00+02:00.",
    "The goods of CN codes 0102 21 10, 0102 21 30 and 0102 21 90, and of subheading 8471.30.00, pay EUR 1 234 "
    "567,89. The import licence 2004050607080910 of 2004/05/06 is annulled; points 1.2.3.4 and 10.20.30.40 are "
    "deleted.",
    "Article L. 121-1 du code de la consommation; JO L 12 du 14.1.2003, p. 3; arrêt du 13 mai 2014, C-131/12, "
    "points 80 à 99; décision 2010/87/UE; ISBN 978-92-824-2345-6; les années 2014 2015 2016 2017 2018.",
    "§ 823 Abs. 1 BGB; BGH, Urteil vom 12.03.2015 – I ZR 188/13, Rn. 20-24; ABl. L 304 vom 22.11.2011, S. 64; Az. "
    "1 BvR 16/13; Verordnung (EU) Nr. 1169/2011; Beträge von 100 000 000 bis 999 999 999 Euro.",
    "Reglamento (UE) n.º 910/2014; DO L 257 de 28.8.2014, p. 73/114; número de expediente 2015/2197(INL); "
    "BOE-A-2018-16673; lista 01 02 03 04 05; pi is 3.141592653589793 and e is 2.718281828459045.",
]
"""Law full of numbers none of which is anybody's."""


def record(*contents: str, rejected: str | None = None, **fields: object) -> Record:
    """A conversation whose turns are the user's and the assistant's, in turn."""
    messages = [said(("user", "assistant")[place % 2], content) for place, content in enumerate(contents)]
    other = None if rejected is None else said("assistant", rejected)
    return Record(id="1", messages=messages, source="test", rejected=other, **fields)  # type: ignore[arg-type]


def said(role: str, content: str) -> Message:
    """One message."""
    return {"role": role, "content": content}  # type: ignore[typeddict-item]


def answered(answer: str) -> Record:
    """A question, and an answer to it."""
    return record("What does the law say about this?", answer)


def after(step: Step, answer: str) -> str:
    """What a step makes of an answer that it keeps."""
    found = answered(answer)
    assert step.check(found) is None
    return found.answer


def assert_idempotent(step: Step, found: Record) -> None:
    """A step that has run changes nothing more."""
    if step.check(found) is not None:
        return
    once = deepcopy([message["content"] for message in found.contents()])
    assert step.check(found) is None
    assert [message["content"] for message in found.contents()] == once
