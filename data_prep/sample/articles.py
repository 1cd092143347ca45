"""The articles of a sample act, one function each: from the act and its context to headings, paragraphs and points."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from data_prep.sample.context import Context
from data_prep.sample.document import Article, Definition, Paragraph, Point, Table
from data_prep.sample.plan import Change, ChangeKind

CLASSES = ("A", "B", "C")


def _article(context: Context, name: str, heading: str, *paragraphs: str | Paragraph) -> Article:
    parts = tuple(Paragraph(part) if isinstance(part, str) else part for part in paragraphs)
    return Article(context.article_number(name), context.voice.say(heading), parts)


def scope(context: Context) -> Article:
    """What the act is about, to whom it applies, what it leaves out."""
    voice = context.voice
    patterns = voice.language.patterns.scope
    return _article(context, "scope", voice.language.headings.scope, *map(voice.say, patterns))


def definitions(context: Context) -> Article:
    """The terms of the act: three in a decision, four in a directive, five in a regulation."""
    voice, patterns = context.voice, context.voice.language.patterns
    first, second = _person(context, 0), _person(context, 1)
    terms = [
        (voice.forms["object"], voice.phrase(patterns.thing)),
        (first[0], voice.phrase(patterns.person, verb=first[1])),
        (voice.forms["document"], voice.phrase(patterns.document)),
        (second[0], voice.phrase(patterns.person, verb=second[1])),
        (patterns.incident_term, voice.phrase(patterns.incident)),
    ]
    count = {"decision": 3, "directive": 4, "regulation": 5}[voice.plan.kind]
    entries = [_definition(context, term, meaning) for term, meaning in terms[:count]]
    if added := context.change("definition"):
        changes = voice.language.changes
        entries.append(_definition(context, changes.new_term, voice.phrase(changes.new_meaning), added))
    return Article(
        context.article_number("definitions"),
        voice.language.headings.definitions,
        (Paragraph(voice.say(patterns.definitions_opening)),),
        tuple(entries),
    )


def _person(context: Context, which: int) -> tuple[str, str]:
    """The singular and the verb of the first or second person with duties."""
    forms = context.voice.forms
    return forms[("person", "second_person")[which]], forms[("verb", "second_verb")[which]]


def _definition(context: Context, term: str, meaning: str, change: Change | None = None) -> Definition:
    quoted = context.voice.inline.quote(term)
    line = context.voice.language.patterns.definition.format(term=quoted, meaning=meaning)
    return Definition(line, quoted, term, meaning, change)


def duties(context: Context) -> Article:
    """What the first kind of person has to do."""
    return _duties(context, "duties", 0)


def second_duties(context: Context) -> Article:
    """What the second kind of person has to do."""
    return replace(_duties(context, "second_duties", 1), change=context.change("article"))


def _duties(context: Context, name: str, which: int) -> Article:
    voice = context.voice
    persons = voice.forms[("persons", "second_persons")[which]]
    patterns = voice.language.patterns.duties
    sentences = [voice.say(patterns[duty], persons=persons) for duty in voice.plan.duties[which]]
    heading = voice.phrase(voice.language.headings.duties, persons=persons)
    return _article(context, name, heading, *sentences)


def document(context: Context) -> Article:
    """The document that proves the activity; its content is in the annex."""
    voice = context.voice
    changed: dict[int, ChangeKind] = {1: "figure", len(voice.language.patterns.document_rules) + 1: "paragraph"}
    rules = list(voice.language.patterns.document_rules)
    if context.change("paragraph"):
        rules.append(voice.language.changes.new_paragraph)
    paragraphs = [
        Paragraph(
            voice.say(rule, in_annex=context.in_annex(1)),
            change=context.change(changed[position]) if position in changed else None,
        )
        for position, rule in enumerate(rules, start=1)
    ]
    return _article(context, "document", voice.language.headings.document, *paragraphs)


def limits(context: Context) -> Article:
    """Limit values, which are in the second annex."""
    voice = context.voice
    sentence = voice.say(voice.language.patterns.limits, in_annex=context.in_annex(2))
    return _article(context, "limits", voice.language.headings.limits, sentence)


def derogation(context: Context) -> Article:
    """When the document is not needed: a list of conditions."""
    voice, patterns = context.voice, context.voice.language.patterns
    opening, *conditions = patterns.derogation
    source = f"art_{context.article_number('derogation')}.par_1"
    reference = context.own_reference(source, 1)
    points = tuple(
        Point(voice.language.point.format(letter), voice.phrase(condition))
        for letter, condition in zip("abc", conditions, strict=True)
    )
    first = Paragraph(voice.say(opening, reference=reference), points)
    return _article(
        context, "derogation", voice.language.headings.derogation, first, voice.say(patterns.derogation_end)
    )


def fees(context: Context) -> Article:
    """A table of fees by mass."""
    voice, patterns = context.voice, context.voice.language.patterns
    opening, payment = patterns.fees
    with_note = voice.plan.kind == "regulation"
    mark, note = voice.inline.table_note(patterns.fee_note) if with_note else ("", "")
    name, mass, fee = patterns.fee_columns
    rows = tuple((row, *values) for row, values in zip(CLASSES, voice.plan.figures.fees, strict=True))
    table = Table(voice.say(patterns.fee_title), ((name, mass + mark, fee), *rows), note)
    first = Paragraph(voice.say(opening), table=table)
    return _article(context, "fees", voice.language.headings.fees, first, voice.say(payment))


def supervision(context: Context) -> Article:
    """Who watches over the act, and the yearly report."""
    voice = context.voice
    sentences = map(voice.say, voice.language.patterns.supervision)
    return _article(context, "supervision", voice.language.headings.supervision, *sentences)


def penalties(context: Context) -> Article:
    """The fine, and when it doubles."""
    voice = context.voice
    first, second = voice.language.patterns.penalties
    reference = context.own_reference(f"art_{context.article_number('penalties')}.par_1", 1)
    sentences = (voice.say(first, reference=reference), voice.say(second))
    return _article(context, "penalties", voice.language.headings.penalties, *sentences)


def relation(context: Context) -> Article:
    """Which earlier act stays as it is."""
    voice = context.voice
    other = context.other_reference(f"art_{context.article_number('relation')}", context.cited[0])
    sentence = voice.say(voice.language.patterns.relation, cited_reference=other)
    return _article(context, "relation", voice.language.headings.relation, sentence)


def transposition(context: Context) -> Article:
    """By when the Member States follow a directive."""
    voice = context.voice
    sentences = map(voice.say, voice.language.patterns.transposition)
    return _article(context, "transposition", voice.language.headings.transposition, *sentences)


def application(context: Context) -> Article:
    """Entry into force, and for a regulation the day from which it applies."""
    voice = context.voice
    sentences = voice.language.patterns.application[: 2 if voice.plan.kind == "regulation" else 1]
    return _article(context, "application", voice.language.headings.application, *map(voice.say, sentences))


def addressees(context: Context) -> Article:
    """To whom a decision is addressed."""
    voice = context.voice
    sentence = voice.say(voice.language.patterns.addressees)
    return _article(context, "addressees", voice.language.headings.addressees, sentence)


WRITERS: dict[str, Callable[[Context], Article]] = {
    writer.__name__: writer
    for writer in (
        scope, definitions, duties, second_duties, document, limits, derogation, fees, supervision, penalties,
        relation, transposition, application, addressees,
    )
}  # fmt: skip
