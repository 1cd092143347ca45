"""Portuguese wordings."""

from __future__ import annotations

from data_prep.instruct.wordings.form import Form

FORMS = {
    "definition": Form(
        training=(
            "O que significa «{term}» {within}?",
            "Como define {act} «{term}»?",
            "Dê a definição de «{term}» {within}.",
            "Para efeitos {of}, o que se entende por «{term}»?",
            "Qual é o significado de «{term}» para os efeitos {of}?",
            "Defina «{term}» na aceção {of}.",
        ),
        heldout=(
            "{act} utiliza o termo «{term}». O que designa?",
            "Como deve ser entendido «{term}» {within}?",
        ),
        answer="Nos termos do {citation}, entende-se por {text}",
    ),
    "obligation": Form(
        training=(
            "O que exige {place}?",
            "Que obrigação está prevista {at}?",
            "Indique a obrigação estabelecida {at}.",
            "O que deve ser feito segundo {place}?",
            "Que dever impõe {place}?",
            "Que requisito é fixado {at}?",
        ),
        heldout=(
            "A que obriga {place}?",
            "O que é preciso cumprir de acordo com o disposto {at}?",
        ),
        answer="Nos termos do {citation}: {text}",
    ),
    "scope": Form(
        training=(
            "Qual é o âmbito de aplicação {of}?",
            "A que se aplica {act}?",
            "O que abrange {act}?",
            "Descreva o âmbito de aplicação {of}.",
            "Quais são o objeto e o âmbito de aplicação {of}?",
            "De que trata {act}?",
        ),
        heldout=(
            "Que matérias estão compreendidas {within}?",
            "Até onde vai o alcance {of}?",
        ),
        answer="Nos termos do {citation}: {text}",
    ),
    "which_act_by_celex": Form(
        training=(
            "Que ato tem o número CELEX {celex}?",
            "Que ato é o CELEX {celex}?",
            "Indique o ato que tem o número CELEX {celex}.",
            "A que ato pertence o número CELEX {celex}?",
            "CELEX {celex}: de que ato se trata?",
            "Qual é o ato com o número CELEX {celex}?",
        ),
        heldout=(
            "Que texto do direito da União está classificado como CELEX {celex}?",
            "Que ato se esconde por trás do número CELEX {celex}?",
        ),
        answer="{citation}, {text}.",
    ),
    "which_act_by_label": Form(
        training=(
            "Qual é o número CELEX {of}?",
            "Que número CELEX tem {act}?",
            "Dê o número CELEX {of}.",
            "Com que número CELEX figura {act}?",
            "Indique o número CELEX {of}.",
            "{label}: qual é o seu número CELEX?",
        ),
        heldout=(
            "Como está numerado no CELEX o texto {of}?",
            "Por que número CELEX se pode procurar {act}?",
        ),
        answer="{citation}, {text}.",
    ),
    "which_act_by_subject": Form(
        training=(
            "Qual é o número CELEX do ato «{subject}»?",
            "Que ato tem o título «{subject}»?",
            "Que ato é descrito como «{subject}»?",
            "Dê o número CELEX do ato intitulado «{subject}».",
            "Indique o ato «{subject}».",
            "Que ato da União é o «{subject}»?",
        ),
        heldout=(
            "Com que número CELEX se encontra o ato «{subject}»?",
            "Que ato foi adotado com as palavras «{subject}» no título?",
        ),
        answer="{citation}, {text}.",
    ),
    "which_article_by_heading": Form(
        training=(
            "Que artigo {of} tem a epígrafe «{heading}»?",
            "Que artigo {of} trata de «{heading}»?",
            "Onde trata {act} de «{heading}»?",
            "Indique o artigo {of} com a epígrafe «{heading}».",
            "Em que artigo {of} se encontra «{heading}»?",
            "«{heading}»: que artigo {of} é?",
        ),
        heldout=(
            "Que disposição {of} se intitula «{heading}»?",
            "Onde se deve procurar «{heading}» {within}?",
        ),
        answer="{citation}: «{text}».",
    ),
    "which_article_by_quote": Form(
        training=(
            "Que artigo {of} diz: «{quote}»?",
            "Em que artigo {of} está escrito: «{quote}»?",
            "Onde diz {act}: «{quote}»?",
            "Indique o artigo {of} que diz: «{quote}».",
            "«{quote}»: que artigo {of} é?",
            "Que artigo {of} contém as palavras «{quote}»?",
        ),
        heldout=(
            "Que disposição {of} reza assim: «{quote}»?",
            "De que artigo {of} foi retirado o seguinte: «{quote}»?",
        ),
        answer="{citation}: «{text}».",
    ),
}
