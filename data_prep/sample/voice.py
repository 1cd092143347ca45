"""One act speaking one language: fills sentence patterns with its words, figures and references."""

from __future__ import annotations

from data_prep.formex.labels import Designation, label
from data_prep.sample.languages.base import Language, Words
from data_prep.sample.lexicon import ACTIVITIES, AIMS, EXCLUSIONS, OFFICES, PERSONS, PLACES, PROPERTIES, THINGS
from data_prep.sample.markup import Inline, capital, number
from data_prep.sample.plan import LETTERS, ActPlan

_PRINTED_AS_THEY_ARE = (
    "deadline_days", "incident_hours", "training_hours", "inspection_months", "keep_years", "validity_years",
    "trial_days", "share", "study_year",
)  # fmt: skip


class Voice:
    """One act in one language.

    Attributes:
        plan: the act. kind: how it speaks of itself. forms: its words, inflected.
        inline: the inline mark-up of the file that is being written.
        amended: the act that this one amends, which its title names.
    """

    def __init__(self, plan: ActPlan, language: Language, amended: Voice | None = None, inline: Inline | None = None):
        self.plan, self.language, self.amended = plan, language, amended
        self.kind = language.kinds[plan.kind]
        self.institution = language.commission if plan.kind == "decision" else language.legislator
        self.forms = language.forms(_words(plan, language.code))
        self.inline = inline or Inline(language)
        figures = plan.figures
        self._fields: dict[str, object] = {
            **self.forms,
            "this": self.kind.this,
            "of_this": self.kind.of_this,
            "it": self.kind.it,
            "applies": self.inline.day(plan.applies),
            **{name: getattr(figures, name) for name in _PRINTED_AS_THEY_ARE},
            "insurance": number(figures.insurance),
            "fine": number(figures.fine),
        }

    def phrase(self, pattern: str, **more: object) -> str:
        """A pattern, filled."""
        return pattern.format_map({**self._fields, **more})

    def say(self, pattern: str, **more: object) -> str:
        """A pattern, filled, its first letter raised."""
        return capital(self.phrase(pattern, **more))

    @property
    def label(self) -> str:
        """`Regulation (EU) 2031/123`."""
        plan = self.plan
        shown = Designation(LETTERS[plan.kind], plan.year, plan.number, year_first=True, community="EU", flavour=0)
        found = label(plan.celex, self.language.code, shown)
        assert found is not None, plan.celex
        return found

    @property
    def number(self) -> str:
        """`(EU) 2031/123`."""
        return self.label.partition(" ")[2]

    @property
    def title_lines(self) -> tuple[str, str, str]:
        """The three lines of the title; only the first of a month may have mark-up, in French."""
        before, after = self.institution.before, self.institution.after
        first = " ".join(filter(None, (before, self.label, after)))
        second = self.language.title_date.format(date=self.language.print_date(self.plan.adopted))
        third = self.phrase(self.kind.relating)
        return first, second, f"{third} {self.amended.named(self.kind.and_amending)}" if self.amended else third

    def named(self, pattern: str) -> str:
        """A pattern about this act as others call it: `the_other`, `of_other`."""
        names = {name: getattr(self.kind, name).format(number=self.number) for name in ("the_other", "of_other")}
        return pattern.format_map(names)

    @property
    def title(self) -> str:
        """The title on one line."""
        return " ".join(self.title_lines)


def _words(plan: ActPlan, language: str) -> Words:
    first, second = plan.persons
    return Words(
        thing=THINGS[plan.subject.thing][language],
        property=PROPERTIES[plan.subject.property][language],
        activity=ACTIVITIES[plan.subject.activity][language],
        place=PLACES[plan.subject.place][language],
        persons=(PERSONS[first][language], PERSONS[second][language]),
        office=OFFICES[plan.office][language],
        aim=AIMS[plan.aim][language],
        exclusion=EXCLUSIONS[plan.exclusion][language],
    )
