"""Portuguese sample acts."""

from __future__ import annotations

from data_prep.sample.languages.base import Changes, Headings, Institution, KindWords, Language, Patterns, Words
from data_prep.sample.languages.romance import described
from data_prep.sample.lexicon import Gender

_ORDINAL = '.<HT TYPE="SUP">o</HT>'  # as the files print `1.º`


def _article(gender: Gender) -> str:
    return "a" if gender == "f" else "o"


def _the(word: str, gender: Gender) -> str:
    return f"{_article(gender)} {word}"


def _of_the(word: str, gender: Gender) -> str:
    return f"d{_article(gender)} {word}"


def _to_the(word: str, gender: Gender) -> str:
    return f"à {word}" if gender == "f" else f"ao {word}"


def _a(word: str, gender: Gender) -> str:
    return f"{'uma' if gender == 'f' else 'um'} {word}"


def forms(words: Words) -> dict[str, str]:
    """Gender and contraction (`do`, `à`, `ao`)."""
    (first, second), activity = words.persons, words.activity
    thing, things = described(words.thing, words.property)
    regulated = f"de {things} {words.place}"
    return {
        "of_the_thing": _of_the(words.thing.singular, words.thing.gender),
        "a_thing": _a(words.thing.singular, words.thing.gender),
        "object": thing,
        "objects": things,
        "of_the_objects": f"d{_article(words.thing.gender)}s {things}",
        "to_the_objects": f"{'às' if words.thing.gender == 'f' else 'aos'} {things}",
        "the_objects": f"{_article(words.thing.gender)}s {things}",
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
        "the_person": f"o {first.singular}",
        "of_the_person": f"do {first.singular}",
        "persons": first.plural,
        "second_persons": second.plural,
        "office": f"o Gabinete Europeu {words.office}",
        "to_the_office": f"ao Gabinete Europeu {words.office}",
        "of_the_office": f"do Gabinete Europeu {words.office}",
        "aim": words.aim,
        "exclusion": words.exclusion,
        "subject": f"{_the(activity.name, activity.gender)} {regulated}",
        "cited_subject": f"{_to_the(activity.name, activity.gender)} {regulated}",
    }


PORTUGUESE = Language(
    code="pt",
    union="UE",
    quotes=("00AB", "00BB"),
    months="janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    date_pattern="{day} de {month} de {year}",
    day_one="1",
    paragraph="{}.",
    point="{})",
    item="{})",
    article=f"Artigo {{}}{_ORDINAL}",
    reference=f"artigo {{article}}{_ORDINAL}, n{_ORDINAL} {{paragraph}}",
    other_reference=f"artigo {{article}}{_ORDINAL}, n{_ORDINAL} {{paragraph}}, {{act}}",
    official_journal="JO {series} {number} de {day}, p. {page}",
    title_date="de {date}",
    kinds={
        "regulation": KindWords(
            this="o presente regulamento",
            of_this="do presente regulamento",
            it="o presente regulamento",
            of_other="do Regulamento {number}",
            in_other="do Regulamento {number}",
            the_other="o Regulamento {number}",
            corrigendum_to="Retificação do Regulamento {rest}",
            and_amending="e que altera {the_other}",
            is_amended="{the_other} é alterado do seguinte modo:",
            relating="relativo {cited_subject}",
            adopted="ADOTARAM O PRESENTE REGULAMENTO:",
            binding="O presente regulamento é obrigatório em todos os seus elementos e diretamente aplicável em todos "
            "os Estados-Membros.",
        ),
        "directive": KindWords(
            this="a presente diretiva",
            of_this="da presente diretiva",
            it="a presente diretiva",
            of_other="da Diretiva {number}",
            in_other="da Diretiva {number}",
            the_other="a Diretiva {number}",
            corrigendum_to="Retificação da Diretiva {rest}",
            and_amending="e que altera {the_other}",
            is_amended="{the_other} é alterada do seguinte modo:",
            relating="relativa {cited_subject}",
            adopted="ADOTARAM A PRESENTE DIRETIVA:",
            binding="",
        ),
        "decision": KindWords(
            this="a presente decisão",
            of_this="da presente decisão",
            it="a presente decisão",
            of_other="da Decisão {number}",
            in_other="da Decisão {number}",
            the_other="a Decisão {number}",
            corrigendum_to="Retificação da Decisão {rest}",
            and_amending="e que altera {the_other}",
            is_amended="{the_other} é alterada do seguinte modo:",
            relating="relativa {cited_subject}",
            adopted="ADOTOU A PRESENTE DECISÃO:",
            binding="",
        ),
    },
    legislator=Institution(
        before="",
        after="do Parlamento Europeu e do Conselho",
        preamble="O PARLAMENTO EUROPEU E O CONSELHO DA UNIÃO EUROPEIA,",
        visas=(
            f"Tendo em conta o Tratado sobre o Funcionamento da União Europeia, nomeadamente o artigo 114{_ORDINAL},",
            "Tendo em conta a proposta da Comissão Europeia,",
            "Tendo em conta o parecer do Comité Económico e Social Europeu{note},",
        ),
        signatures=(("Pelo Parlamento Europeu", "O Presidente"), ("Pelo Conselho", "O Presidente")),
        authors=("PE", "CS"),
    ),
    commission=Institution(
        before="",
        after="da Comissão",
        preamble="A COMISSÃO EUROPEIA,",
        visas=(
            "Tendo em conta o Tratado sobre o Funcionamento da União Europeia,",
            "Após consulta {of_the_office},",
        ),
        signatures=(("Pela Comissão", "O Presidente"),),
        authors=("CE",),
    ),
    consideration="Considerando o seguinte:",
    headings=Headings(
        chapter="CAPÍTULO {}",
        chapters=("Disposições gerais", "Obrigações", "Supervisão e sanções", "Disposições finais"),
        scope="Objeto e âmbito de aplicação",
        definitions="Definições",
        duties="Obrigações dos {persons}",
        document="{document}",
        limits="Valores-limite",
        derogation="Derrogação",
        fees="Taxas",
        supervision="Supervisão",
        penalties="Sanções",
        relation="Relação com outros atos",
        transposition="Transposição",
        application="Entrada em vigor e aplicação",
        addressees="Destinatários",
        amendments="Alteração {of_other}",
        annex="ANEXO",
        in_annex=("do anexo", "do anexo {}"),
    ),
    patterns=Patterns(
        recitals=(
            "A utilização de {objects} {place} está a aumentar.",
            "As regras relativas {cited_subject} constam {in_cited}{note}.",
            "Segundo um estudo de {study_year}, {share} % {of_the_objects} estavam em serviço sem {document}.",
            "As regras comuns deverão {aim}.",
        ),
        scope=(
            "{this} estabelece regras relativas {cited_subject}.",
            "{it} aplica-se aos {persons} e aos {second_persons} de {objects}.",
            "{it} não se aplica {to_the_objects} que {exclusion}.",
        ),
        definitions_opening="Para efeitos {of_this}, entende-se por:",
        definition="{term}, {meaning}",
        thing="{a_thing} que {clause}",
        person="qualquer pessoa singular ou coletiva que {verb} {an_object}",
        document="o documento que comprova {the_activity} de {an_object}",
        incident_term="incidente grave",
        incident="um acontecimento em que {an_object} fere uma pessoa ou deixa de funcionar durante mais de "
        "{incident_hours} horas",
        duties={
            "register": "os {persons} devem registar {each_object} junto {of_the_office} no prazo de {deadline_days} "
            "dias a contar da primeira utilização.",
            "keep": "os {persons} devem conservar {the_document} durante {keep_years} anos.",
            "report": "os {persons} devem comunicar qualquer incidente grave {to_the_office} no prazo de "
            "{incident_hours} horas.",
            "train": "os {persons} devem formar o seu pessoal pelo menos {training_hours} horas por ano.",
            "inspect": "os {persons} devem inspecionar {each_object} de {inspection_months} em {inspection_months} "
            "meses.",
            "insure": "os {persons} devem contratar um seguro de, pelo menos, {insurance} EUR para {each_object}.",
            "mark": "os {persons} devem marcar {each_object} com um número de série antes da sua colocação no mercado.",
            "withdraw": "os {persons} devem retirar {each_object} de serviço após um incidente grave.",
            "inform": "os {persons} devem informar por escrito os compradores dos riscos de {each_object}.",
            "copy": "os {persons} devem enviar uma cópia {of_the_document} {to_the_office} até 31 de março de cada "
            "ano.",
        },
        document_rules=(
            "{the_document} tem uma validade de {validity_years} anos.",
            "{the_document} deve conter as informações que constam {in_annex}.",
            "{the_person} deve apresentar {the_document} {to_the_office} a pedido deste.",
        ),
        limits="{the_objects} devem respeitar os valores-limite que constam {in_annex}.",
        derogation=(
            "Em derrogação do {reference}, os {persons} estão isentos dessa obrigação se:",
            "a utilização não durar mais de {trial_days} dias;",
            "{the_person} tiver informado previamente {office}; e",
            "não tiver ocorrido nenhum incidente grave.",
        ),
        derogation_end="A isenção termina logo que uma dessas condições deixe de estar preenchida.",
        fees=(
            "As taxas para {the_activity} de {objects} são as seguintes:",
            "A taxa deve ser paga antes da emissão {of_the_document}.",
        ),
        fee_title="Taxas para {the_activity}",
        fee_columns=("Classe", "Massa máxima (kg)", "Taxa (EUR)"),
        fee_note="Massa sem carga.",
        supervision=(
            "{office} supervisiona a aplicação {of_this}.",
            "Cada Estado-Membro deve comunicar {to_the_office}, até 30 de junho de cada ano, o número de {objects} "
            "{place}.",
        ),
        penalties=(
            "Os Estados-Membros devem aplicar uma coima máxima de {fine} EUR por cada infração ao {reference}.",
            "A coima é duplicada se a infração se repetir no prazo de {keep_years} anos.",
        ),
        relation="{this} aplica-se sem prejuízo do {cited_reference}.",
        transposition=(
            "Os Estados-Membros devem pôr em vigor, até {applies}, as medidas necessárias para cumprir {this}.",
            "Devem informar a Comissão dessas medidas.",
        ),
        application=(
            "{this} entra em vigor no vigésimo dia seguinte ao da sua publicação no "
            '<HT TYPE="ITALIC">Jornal Oficial da União Europeia</HT>.',
            "{it} é aplicável a partir de {applies}.",
        ),
        addressees="Os destinatários {of_this} são os Estados-Membros.",
        annex_title=("Conteúdo {of_the_document}", "Valores-limite para {the_objects}"),
        annex_points=(
            "Nome e endereço {of_the_person}.",
            "Número de série {of_the_thing}.",
            "Local e data {of_the_activity}.",
            "Assinatura da pessoa responsável.",
        ),
        limit_columns=("Classe", "Ruído (dB)", "Temperatura (°C)"),
        done="Feito em Bruxelas, em {date}.",
    ),
    changes=Changes(
        article=f"o artigo {{article}}{_ORDINAL} passa a ter a seguinte redação:",
        figure="no {place}, {old} é substituído por {new}",
        paragraph=f"ao artigo {{article}}{_ORDINAL} é aditado o seguinte número:",
        definition=f"ao artigo {{article}}{_ORDINAL} é aditado o seguinte ponto:",
        new_paragraph="os {persons} devem conservar {the_document} também em formato eletrónico.",
        new_term="desativação",
        new_meaning="a retirada definitiva de serviço de {an_object}",
        corrected="Na página {page}, considerando {recital}:",
        wrong="onde se lê:",
        right="deve ler-se:",
        journal="Jornal Oficial da União Europeia {series} {number} de {date}",
    ),
    forms=forms,
)
