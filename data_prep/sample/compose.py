"""From the plan of an act to the act written out in one language."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from data_prep.sample.amending import amended_context, amendments
from data_prep.sample.articles import CLASSES, WRITERS
from data_prep.sample.changes import revise
from data_prep.sample.context import Context
from data_prep.sample.document import Annex, Chapter, Document, Table
from data_prep.sample.languages.base import Language
from data_prep.sample.layout import layout
from data_prep.sample.plan import ActPlan, Change
from data_prep.sample.voice import Voice

ROMAN = ("I", "II", "III", "IV")
_WRITERS = {**WRITERS, "amendments": amendments}


def speak(plans: Sequence[ActPlan], position: int, language: Language, changes: Sequence[Change] = ()) -> Voice:
    """The voice of the act at `position` of a set; with what later acts have changed in it, that of the later text."""
    plan = plans[position]
    amended = Voice(plans[plan.amends.position], language) if plan.amends else None
    return Voice(revise(plan, changes), language, amended)


def compose(plans: Sequence[ActPlan], position: int, language: Language, changes: Sequence[Change] = ()) -> Document:
    """The act at `position` of a set, in one language; with `changes` its consolidated text."""
    voice = speak(plans, position, language, changes)
    cited = [speak(plans, other, language) for other in voice.plan.cites]
    context = Context(voice, cited, amended_context(plans, voice))
    visas = _visas(voice)
    recitals = _recitals(context)
    chapters = _chapters(context)
    notes = voice.inline.notes
    return Document(
        plan=voice.plan,
        language=language.code,
        label=voice.label,
        subject=voice.forms["subject"],
        title=voice.title_lines,
        institution=voice.institution,
        visas=visas,
        consideration=language.consideration,
        recitals=recitals,
        adopted=voice.kind.adopted,
        chapters=chapters,
        binding=voice.kind.binding,
        done=voice.say(language.patterns.done, date=voice.inline.day(voice.plan.adopted)),
        notes=notes,
        annexes=_annexes(context),
        references=tuple(context.references),
    )


def _visas(voice: Voice) -> tuple[str, ...]:
    """The citations; the opinion of a committee has a footnote with its place in the Official Journal."""
    return tuple(
        voice.phrase(visa, note=_opinion(voice)) if "{note}" in visa else voice.phrase(visa)
        for visa in voice.institution.visas
    )


def _opinion(voice: Voice) -> str:
    plan = voice.plan
    journal = voice.inline.journal("C", 1 + plan.number % 400, plan.adopted - timedelta(days=60), 1 + plan.number % 90)
    return voice.inline.note(f"{journal}.")


def _recitals(context: Context) -> tuple[str, ...]:
    """Use grows; for each cited act, that it exists; a study; the aim."""
    voice = context.voice
    growth, existing, study, aim = voice.language.patterns.recitals
    cited = []
    for position, other in enumerate(context.cited, start=2):
        place = context.act_reference(f"rec_{position}", other)
        note = voice.inline.note(_title_with_journal(voice, other))
        cited.append(voice.say(existing, cited_subject=other.forms["cited_subject"], in_cited=place, note=note))
    return (voice.say(growth), *cited, voice.say(study), voice.say(aim))


def _title_with_journal(voice: Voice, other: Voice) -> str:
    """A cited act as a footnote names it."""
    journal = voice.inline.journal("L", other.plan.number, other.plan.published, 1)
    return f"{other.title} ({journal})."


def _chapters(context: Context) -> tuple[Chapter, ...]:
    groups = [tuple(_WRITERS[name](context) for name in names) for names in layout(context.voice.plan)]
    if len(groups) == 1:
        return (Chapter(groups[0]),)
    headings = context.voice.language.headings
    return tuple(
        Chapter(articles, headings.chapter.format(roman), heading)
        for articles, roman, heading in zip(groups, ROMAN, headings.chapters, strict=True)
    )


def _annexes(context: Context) -> tuple[Annex, ...]:
    """The content of the document, and in some regulations a table of limit values."""
    voice, patterns = context.voice, context.voice.language.patterns
    titles = [voice.say(title) for title in patterns.annex_title]
    first = Annex(context.annex_title(1), titles[0], points=tuple(map(voice.say, patterns.annex_points)))
    if not voice.plan.technical_annex:
        return (first,)
    rows = tuple((row, *values) for row, values in zip(CLASSES, voice.plan.figures.limits, strict=True))
    return first, Annex(context.annex_title(2), titles[1], table=Table("", (patterns.limit_columns, *rows)))
