"""Spanish sample acts."""

from __future__ import annotations

from data_prep.sample.languages.base import Changes, Headings, Institution, KindWords, Language, Patterns, Words
from data_prep.sample.languages.romance import described
from data_prep.sample.lexicon import Gender


def _the(word: str, gender: Gender) -> str:
    return f"{'la' if gender == 'f' else 'el'} {word}"


def _of_the(word: str, gender: Gender) -> str:
    return f"del {word}" if gender == "m" else f"de la {word}"


def _to_the(word: str, gender: Gender) -> str:
    return f"al {word}" if gender == "m" else f"a la {word}"


def _a(word: str, gender: Gender) -> str:
    return f"{'una' if gender == 'f' else 'un'} {word}"


def forms(words: Words) -> dict[str, str]:
    """Gender and contraction (`del`, `al`)."""
    (first, second), activity = words.persons, words.activity
    thing, things = described(words.thing, words.property)
    regulated = f"de {things} {words.place}"
    return {
        "of_the_thing": _of_the(words.thing.singular, words.thing.gender),
        "a_thing": _a(words.thing.singular, words.thing.gender),
        "object": thing,
        "objects": things,
        "the_objects": f"{'las' if words.thing.gender == 'f' else 'los'} {things}",
        "an_object": _a(thing, words.thing.gender),
        "each_object": f"cada {thing}",
        "clause": words.property.clause,
        "document": activity.document,
        "the_document": _the(activity.document, activity.document_gender),
        "of_the_document": _of_the(activity.document, activity.document_gender),
        "the_activity": _the(activity.name, activity.gender),
        "of_the_activity": _of_the(activity.name, activity.gender),
        "place": words.place,
        "person": first.singular,
        "verb": first.verb,
        "second_person": second.singular,
        "second_verb": second.verb,
        "the_person": f"el {first.singular}",
        "of_the_person": f"del {first.singular}",
        "persons": first.plural,
        "second_persons": second.plural,
        "office": f"la Oficina Europea {words.office}",
        "aim": words.aim,
        "exclusion": words.exclusion,
        "subject": f"{_the(activity.name, activity.gender)} {regulated}",
        "cited_subject": f"{_to_the(activity.name, activity.gender)} {regulated}",
    }


SPANISH = Language(
    code="es",
    union="UE",
    quotes=("00AB", "00BB"),
    months="enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    date_pattern="{day} de {month} de {year}",
    day_one="1",
    paragraph="{}.",
    point="{})",
    item="{})",
    article="Artículo {}",
    reference="artículo {article}, apartado {paragraph}",
    other_reference="artículo {article}, apartado {paragraph}, {act}",
    official_journal="DO {series} {number} de {day}, p. {page}",
    title_date="de {date}",
    kinds={
        "regulation": KindWords(
            this="el presente Reglamento",
            of_this="del presente Reglamento",
            it="el presente Reglamento",
            of_other="del Reglamento {number}",
            in_other="en el Reglamento {number}",
            the_other="el Reglamento {number}",
            corrigendum_to="Corrección de errores del Reglamento {rest}",
            and_amending="y por el que se modifica {the_other}",
            is_amended="{the_other} queda modificado como sigue:",
            relating="relativo {cited_subject}",
            adopted="HAN ADOPTADO EL PRESENTE REGLAMENTO:",
            binding="El presente Reglamento será obligatorio en todos sus elementos y directamente aplicable en cada "
            "Estado miembro.",
        ),
        "directive": KindWords(
            this="la presente Directiva",
            of_this="de la presente Directiva",
            it="la presente Directiva",
            of_other="de la Directiva {number}",
            in_other="en la Directiva {number}",
            the_other="la Directiva {number}",
            corrigendum_to="Corrección de errores de la Directiva {rest}",
            and_amending="y por la que se modifica {the_other}",
            is_amended="{the_other} queda modificada como sigue:",
            relating="relativa {cited_subject}",
            adopted="HAN ADOPTADO LA PRESENTE DIRECTIVA:",
            binding="",
        ),
        "decision": KindWords(
            this="la presente Decisión",
            of_this="de la presente Decisión",
            it="la presente Decisión",
            of_other="de la Decisión {number}",
            in_other="en la Decisión {number}",
            the_other="la Decisión {number}",
            corrigendum_to="Corrección de errores de la Decisión {rest}",
            and_amending="y por la que se modifica {the_other}",
            is_amended="{the_other} queda modificada como sigue:",
            relating="relativa {cited_subject}",
            adopted="HA ADOPTADO LA PRESENTE DECISIÓN:",
            binding="",
        ),
    },
    legislator=Institution(
        before="",
        after="del Parlamento Europeo y del Consejo",
        preamble="EL PARLAMENTO EUROPEO Y EL CONSEJO DE LA UNIÓN EUROPEA,",
        visas=(
            "Visto el Tratado de Funcionamiento de la Unión Europea, y en particular su artículo 114,",
            "Vista la propuesta de la Comisión Europea,",
            "Visto el dictamen del Comité Económico y Social Europeo{note},",
        ),
        signatures=(("Por el Parlamento Europeo", "El Presidente"), ("Por el Consejo", "El Presidente")),
        authors=("PE", "CS"),
    ),
    commission=Institution(
        before="",
        after="de la Comisión",
        preamble="LA COMISIÓN EUROPEA,",
        visas=("Visto el Tratado de Funcionamiento de la Unión Europea,", "Previa consulta a {office},"),
        signatures=(("Por la Comisión", "El Presidente"),),
        authors=("CE",),
    ),
    consideration="Considerando lo siguiente:",
    headings=Headings(
        chapter="CAPÍTULO {}",
        chapters=("Disposiciones generales", "Obligaciones", "Supervisión y sanciones", "Disposiciones finales"),
        scope="Objeto y ámbito de aplicación",
        definitions="Definiciones",
        duties="Obligaciones de los {persons}",
        document="{document}",
        limits="Valores límite",
        derogation="Excepción",
        fees="Tasas",
        supervision="Supervisión",
        penalties="Sanciones",
        relation="Relación con otros actos",
        transposition="Transposición",
        application="Entrada en vigor y aplicación",
        addressees="Destinatarios",
        amendments="Modificación {of_other}",
        annex="ANEXO",
        in_annex=("en el anexo", "en el anexo {}"),
    ),
    patterns=Patterns(
        recitals=(
            "El uso de {objects} {place} aumenta.",
            "Las normas relativas {cited_subject} figuran {in_cited}{note}.",
            "Según un estudio de {study_year}, el {share} % de {the_objects} estaba en servicio sin {document}.",
            "Unas normas comunes deben {aim}.",
        ),
        scope=(
            "{this} establece normas relativas {cited_subject}.",
            "{it} se aplica a los {persons} y a los {second_persons} de {objects}.",
            "{it} no se aplica a {the_objects} que {exclusion}.",
        ),
        definitions_opening="A efectos {of_this} se entenderá por:",
        definition="{term}: {meaning}",
        thing="{a_thing} que {clause}",
        person="toda persona física o jurídica que {verb} {an_object}",
        document="el documento que acredita {the_activity} de {an_object}",
        incident_term="incidente grave",
        incident="un suceso en el que {an_object} hiere a una persona o deja de funcionar durante más de "
        "{incident_hours} horas",
        duties={
            "register": "los {persons} deberán registrar {each_object} ante {office} en un plazo de {deadline_days} "
            "días a partir del primer uso.",
            "keep": "los {persons} deberán conservar {the_document} durante {keep_years} años.",
            "report": "los {persons} deberán comunicar todo incidente grave a {office} en un plazo de {incident_hours} "
            "horas.",
            "train": "los {persons} deberán formar a su personal al menos {training_hours} horas al año.",
            "inspect": "los {persons} deberán inspeccionar {each_object} cada {inspection_months} meses.",
            "insure": "los {persons} deberán contratar un seguro de al menos {insurance} EUR para {each_object}.",
            "mark": "los {persons} deberán marcar {each_object} con un número de serie antes de su introducción en el "
            "mercado.",
            "withdraw": "los {persons} deberán retirar del servicio {each_object} después de un incidente grave.",
            "inform": "los {persons} deberán informar por escrito a los compradores de los riesgos de {each_object}.",
            "copy": "los {persons} deberán enviar una copia {of_the_document} a {office} antes del 31 de marzo de cada "
            "año.",
        },
        document_rules=(
            "{the_document} tendrá una validez de {validity_years} años.",
            "{the_document} deberá contener la información enumerada {in_annex}.",
            "{the_person} deberá presentar {the_document} a {office} a petición de esta.",
        ),
        limits="{the_objects} deberán respetar los valores límite establecidos {in_annex}.",
        derogation=(
            "No obstante lo dispuesto en el {reference}, los {persons} estarán exentos de esa obligación si:",
            "el uso no dura más de {trial_days} días;",
            "{the_person} ha informado por adelantado a {office}; y",
            "no se ha producido ningún incidente grave.",
        ),
        derogation_end="La exención terminará en cuanto deje de cumplirse una de esas condiciones.",
        fees=(
            "Las tasas por {the_activity} de {objects} serán las siguientes:",
            "La tasa deberá pagarse antes de la expedición {of_the_document}.",
        ),
        fee_title="Tasas por {the_activity}",
        fee_columns=("Clase", "Masa máxima (kg)", "Tasa (EUR)"),
        fee_note="Masa sin carga.",
        supervision=(
            "{office} supervisará la aplicación {of_this}.",
            "Cada Estado miembro deberá comunicar a {office}, antes del 30 de junio de cada año, el número de "
            "{objects} {place}.",
        ),
        penalties=(
            "Los Estados miembros deberán imponer una multa máxima de {fine} EUR por cada infracción del {reference}.",
            "La multa se duplicará si la infracción se repite en un plazo de {keep_years} años.",
        ),
        relation="{this} se aplicará sin perjuicio del {cited_reference}.",
        transposition=(
            "Los Estados miembros deberán poner en vigor, a más tardar el {applies}, las medidas necesarias para "
            "cumplir {this}.",
            "Deberán informar a la Comisión de esas medidas.",
        ),
        application=(
            "{this} entrará en vigor a los veinte días de su publicación en el "
            '<HT TYPE="ITALIC">Diario Oficial de la Unión Europea</HT>.',
            "Será aplicable a partir del {applies}.",
        ),
        addressees="Los destinatarios {of_this} son los Estados miembros.",
        annex_title=("Contenido {of_the_document}", "Valores límite para {the_objects}"),
        annex_points=(
            "Nombre y dirección {of_the_person}.",
            "Número de serie {of_the_thing}.",
            "Lugar y fecha {of_the_activity}.",
            "Firma de la persona responsable.",
        ),
        limit_columns=("Clase", "Ruido (dB)", "Temperatura (°C)"),
        done="Hecho en Bruselas, el {date}.",
    ),
    changes=Changes(
        article="el artículo {article} se sustituye por el texto siguiente:",
        figure="en el {place}, {old} se sustituye por {new}",
        paragraph="en el artículo {article} se añade el apartado siguiente:",
        definition="en el artículo {article} se añade el punto siguiente:",
        new_paragraph="los {persons} deberán conservar {the_document} también en formato electrónico.",
        new_term="desmantelamiento",
        new_meaning="la retirada definitiva del servicio de {an_object}",
        corrected="En la página {page}, considerando {recital}:",
        wrong="donde dice:",
        right="debe decir:",
        journal="Diario Oficial de la Unión Europea {series} {number} de {date}",
    ),
    forms=forms,
    definition_list=True,
)
