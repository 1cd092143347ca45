"""English sample acts."""

from __future__ import annotations

from data_prep.sample.languages.base import Changes, Headings, Institution, KindWords, Language, Patterns, Words


def _a(words: str) -> str:
    return f"{'an' if words[0] in 'aeiou' else 'a'} {words}"


def forms(words: Words) -> dict[str, str]:
    """English inflects nothing but the plural; `a` or `an` by the first letter."""
    first, second = words.persons
    thing = f"{words.property.m} {words.thing.singular}"
    things = f"{words.property.m} {words.thing.plural}"
    document, activity = words.activity.document, words.activity.name
    subject = f"the {activity} of {things} {words.place}"
    return {
        "thing": words.thing.singular,
        "a_thing": _a(words.thing.singular),
        "object": thing,
        "objects": things,
        "an_object": _a(thing),
        "each_object": f"each {thing}",
        "clause": words.property.clause,
        "document": document,
        "a_document": _a(document),
        "the_document": f"the {document}",
        "the_activity": f"the {activity}",
        "place": words.place,
        "person": first.singular,
        "verb": first.verb,
        "second_person": second.singular,
        "second_verb": second.verb,
        "the_person": f"the {first.singular}",
        "persons": first.plural,
        "second_persons": second.plural,
        "office": f"the European Office {words.office}",
        "aim": words.aim,
        "exclusion": words.exclusion,
        "subject": subject,
        "cited_subject": subject,
    }


ENGLISH = Language(
    code="en",
    union="EU",
    quotes=("2018", "2019"),
    months="January February March April May June July August September October November December",
    date_pattern="{day} {month} {year}",
    day_one="1",
    paragraph="{}.",
    point="({})",
    item="({})",
    article="Article {}",
    reference="Article {article}({paragraph})",
    other_reference="Article {article}({paragraph}) {act}",
    official_journal="OJ {series} {number}, {day}, p. {page}",
    title_date="of {date}",
    kinds={
        "regulation": KindWords(
            this="this Regulation",
            of_this="of this Regulation",
            it="it",
            of_other="of Regulation {number}",
            in_other="in Regulation {number}",
            the_other="Regulation {number}",
            corrigendum_to="Corrigendum to {title}",
            and_amending="and amending {the_other}",
            is_amended="{the_other} is amended as follows:",
            relating="on {subject}",
            adopted="HAVE ADOPTED THIS REGULATION:",
            binding="This Regulation shall be binding in its entirety and directly applicable in all Member States.",
        ),
        "directive": KindWords(
            this="this Directive",
            of_this="of this Directive",
            it="it",
            of_other="of Directive {number}",
            in_other="in Directive {number}",
            the_other="Directive {number}",
            corrigendum_to="Corrigendum to {title}",
            and_amending="and amending {the_other}",
            is_amended="{the_other} is amended as follows:",
            relating="on {subject}",
            adopted="HAVE ADOPTED THIS DIRECTIVE:",
            binding="",
        ),
        "decision": KindWords(
            this="this Decision",
            of_this="of this Decision",
            it="it",
            of_other="of Decision {number}",
            in_other="in Decision {number}",
            the_other="Decision {number}",
            corrigendum_to="Corrigendum to {title}",
            and_amending="and amending {the_other}",
            is_amended="{the_other} is amended as follows:",
            relating="on {subject}",
            adopted="HAS ADOPTED THIS DECISION:",
            binding="",
        ),
    },
    legislator=Institution(
        before="",
        after="of the European Parliament and of the Council",
        preamble="THE EUROPEAN PARLIAMENT AND THE COUNCIL OF THE EUROPEAN UNION,",
        visas=(
            "Having regard to the Treaty on the Functioning of the European Union, and in particular Article 114 "
            "thereof,",
            "Having regard to the proposal from the European Commission,",
            "Having regard to the opinion of the European Economic and Social Committee{note},",
        ),
        signatures=(("For the European Parliament", "The President"), ("For the Council", "The President")),
        authors=("PE", "CS"),
    ),
    commission=Institution(
        before="Commission",
        after="",
        preamble="THE EUROPEAN COMMISSION,",
        visas=("Having regard to the Treaty on the Functioning of the European Union,", "After consulting {office},"),
        signatures=(("For the Commission", "The President"),),
        authors=("CE",),
    ),
    consideration="Whereas:",
    headings=Headings(
        chapter="CHAPTER {}",
        chapters=("General provisions", "Obligations", "Supervision and penalties", "Final provisions"),
        scope="Subject matter and scope",
        definitions="Definitions",
        duties="Obligations of {persons}",
        document="{document}",
        limits="Limit values",
        derogation="Derogation",
        fees="Fees",
        supervision="Supervision",
        penalties="Penalties",
        relation="Relationship with other acts",
        transposition="Transposition",
        application="Entry into force and application",
        addressees="Addressees",
        amendments="Amendment {of_other}",
        annex="ANNEX",
        in_annex=("in the Annex", "in Annex {}"),
    ),
    patterns=Patterns(
        recitals=(
            "The use of {objects} {place} is growing.",
            "Rules on {cited_subject} are laid down {in_cited}{note}.",
            "According to a study of {study_year}, {share} % of {objects} were in service without {a_document}.",
            "Common rules should {aim}.",
        ),
        scope=(
            "{this} lays down rules on {subject}.",
            "{it} applies to {persons} and {second_persons} of {objects}.",
            "{it} does not apply to {objects} which {exclusion}.",
        ),
        definitions_opening="For the purposes {of_this}:",
        definition="{term} means {meaning}",
        thing="{a_thing} which {clause}",
        person="any natural or legal person who {verb} {an_object}",
        document="the document that records {the_activity} of {an_object}",
        incident_term="serious incident",
        incident="an event in which {an_object} injures a person or fails for more than {incident_hours} hours",
        duties={
            "register": "{persons} shall register {each_object} with {office} within {deadline_days} days of its first "
            "use.",
            "keep": "{persons} shall keep {the_document} for {keep_years} years.",
            "report": "{persons} shall report every serious incident to {office} within {incident_hours} hours.",
            "train": "{persons} shall train their staff for at least {training_hours} hours a year.",
            "inspect": "{persons} shall inspect {each_object} every {inspection_months} months.",
            "insure": "{persons} shall take out insurance of at least EUR {insurance} for {each_object}.",
            "mark": "{persons} shall mark {each_object} with a serial number before it is placed on the market.",
            "withdraw": "{persons} shall take {each_object} out of service after a serious incident.",
            "inform": "{persons} shall inform buyers in writing of the risks of {each_object}.",
            "copy": "{persons} shall send a copy of {the_document} to {office} by 31 March of each year.",
        },
        document_rules=(
            "{the_document} shall be valid for {validity_years} years.",
            "{the_document} shall contain the information listed {in_annex}.",
            "{the_person} shall show {the_document} to {office} on request.",
        ),
        limits="{objects} shall comply with the limit values set out {in_annex}.",
        derogation=(
            "By way of derogation from {reference}, {persons} shall be exempt from that obligation where:",
            "the use does not last more than {trial_days} days;",
            "{the_person} has informed {office} in advance; and",
            "no serious incident has occurred.",
        ),
        derogation_end="The exemption shall end as soon as one of those conditions is no longer met.",
        fees=(
            "The fees for {the_activity} of {objects} shall be as follows:",
            "The fee shall be paid before {the_document} is issued.",
        ),
        fee_title="Fees for {the_activity}",
        fee_columns=("Class", "Mass up to (kg)", "Fee (EUR)"),
        fee_note="Mass without load.",
        supervision=(
            "{office} shall supervise the application {of_this}.",
            "Each Member State shall report to {office} by 30 June of each year the number of {objects} {place}.",
        ),
        penalties=(
            "Member States shall impose a fine of not more than EUR {fine} for each infringement of {reference}.",
            "The fine shall be doubled where the infringement is repeated within {keep_years} years.",
        ),
        relation="{this} shall apply without prejudice to {cited_reference}.",
        transposition=(
            "Member States shall bring into force by {applies} the measures necessary to comply with {this}.",
            "They shall inform the Commission of those measures.",
        ),
        application=(
            "{this} shall enter into force on the twentieth day following that of its publication in the "
            '<HT TYPE="ITALIC">Official Journal of the European Union</HT>.',
            "{it} shall apply from {applies}.",
        ),
        addressees="{this} is addressed to the Member States.",
        annex_title=("Content of {the_document}", "Limit values for {objects}"),
        annex_points=(
            "Name and address of {the_person}.",
            "Serial number of the {thing}.",
            "Place and date of {the_activity}.",
            "Signature of the person responsible.",
        ),
        limit_columns=("Class", "Noise (dB)", "Temperature (°C)"),
        done="Done at Brussels, {date}.",
    ),
    changes=Changes(
        article="Article {article} is replaced by the following:",
        figure="in {place}, {old} is replaced by {new}",
        paragraph="in Article {article}, the following paragraph is added:",
        definition="in Article {article}, the following point is added:",
        new_paragraph="{persons} shall keep {the_document} in electronic form as well.",
        new_term="decommissioning",
        new_meaning="the removal of {an_object} from service for good",
        corrected="On page {page}, recital {recital}:",
        wrong="for:",
        right="read:",
        journal="Official Journal of the European Union {series} {number} of {date}",
    ),
    forms=forms,
)
