"""The article by which one act amends another: an instruction a change, with the new text quoted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from data_prep.sample.articles import definitions, document, second_duties
from data_prep.sample.changes import changes_by, revise
from data_prep.sample.context import Context
from data_prep.sample.document import Article, Paragraph, Point, Quotation
from data_prep.sample.markup import capital
from data_prep.sample.plan import ActPlan, ChangeKind
from data_prep.sample.voice import Voice


def amended_context(plans: Sequence[ActPlan], voice: Voice) -> Context | None:
    """The act that an act amends, as it reads afterwards; it is quoted in the file of the amending act."""
    amends = voice.plan.amends
    if amends is None:
        return None
    revised = revise(plans[amends.position], changes_by(voice.plan, amends, 1))
    return Context(Voice(revised, voice.language, inline=voice.inline))


def amendments(context: Context) -> Article:
    """Another act is amended: a list of instructions."""
    amends, amended, voice = context.voice.plan.amends, context.voice.amended, context.voice
    assert amends is not None
    assert amended is not None
    ends = [";"] * (len(amends.kinds) - 1) + ["."]
    points = [
        Point(voice.language.item.format(position), *_INSTRUCTIONS[kind](context, end))
        for position, (kind, end) in enumerate(zip(amends.kinds, ends, strict=True), start=1)
    ]
    opening = capital(amended.named(amended.kind.is_amended))
    heading = capital(amended.named(voice.language.headings.amendments))
    paragraph = Paragraph(opening, tuple(points), lettered=False)
    return Article(context.article_number("amendments"), heading, (paragraph,))


def _amended(context: Context) -> Context:
    assert context.amended is not None
    return context.amended


def _marks(context: Context, end: str) -> tuple[str, str]:
    """Quotation marks, and after them what ends the instruction."""
    before, after = context.voice.inline.quotation_marks()
    return before, after + end


def _new_article(context: Context, end: str) -> tuple[str, Quotation]:
    article = second_duties(_amended(context))
    text = context.voice.language.changes.article.format(article=article.number)
    return text, Quotation(_marks(context, end), article)


def _new_paragraph(context: Context, end: str) -> tuple[str, Quotation]:
    article = document(_amended(context))
    text = context.voice.language.changes.paragraph.format(article=article.number)
    return text, Quotation(_marks(context, end), article.paragraphs[-1], article.number, len(article.paragraphs))


def _new_definition(context: Context, end: str) -> tuple[str, Quotation]:
    article = definitions(_amended(context))
    text = context.voice.language.changes.definition.format(article=article.number)
    return text, Quotation(_marks(context, end), article.definitions[-1], article.number, len(article.definitions))


def _new_figure(context: Context, end: str) -> tuple[str, None]:
    voice, amended = context.voice, _amended(context)
    assert voice.amended is not None
    place = voice.language.reference.format(article=amended.article_number("document"), paragraph=1)
    old, new = (voice.inline.quote(str(one.plan.figures.validity_years)) for one in (voice.amended, amended.voice))
    return voice.language.changes.figure.format(place=place, old=old, new=new) + end, None


_INSTRUCTIONS: dict[ChangeKind, Callable[[Context, str], tuple[str, Quotation | None]]] = {
    "definition": _new_definition,
    "article": _new_article,
    "figure": _new_figure,
    "paragraph": _new_paragraph,
}
