"""Portuguese wordings."""

from __future__ import annotations

from data_prep.instruct.wordings.form import Form, Frames

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
        framed=False,
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
        framed=False,
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
        framed=False,
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
    "requirement": Form(
        training=(
            "Quais são os requisitos que enumera {place}?",
            "Que elementos exige {place}, ponto por ponto?",
            "{place} começa assim: «{introduction}». Que pontos se seguem?",
            "Enumere os requisitos estabelecidos {at}.",
            "O que é preciso apresentar, indicar ou fazer segundo a lista que figura {at}?",
            "Que requisitos se seguem, {at}, às palavras «{introduction}»?",
        ),
        heldout=(
            "Exponha ponto por ponto o que impõe {place}.",
            "Como continua, {at}, a lista que começa por «{introduction}»?",
        ),
        answer="Nos termos do {citation}: {text}",
    ),
    "condition": Form(
        training=(
            "Em que condições se aplica {place}?",
            "Que condições estabelece {place}?",
            "{place} dispõe: «{introduction}». Quais são essas condições ou esses casos?",
            "Enumere as condições fixadas {at}.",
            "Em que casos vale o que prevê {place}?",
            "Que condições ou casos se seguem, {at}, às palavras «{introduction}»?",
        ),
        heldout=(
            "De que faz {place} depender a regra que estabelece?",
            "Que condições ou casos se enumeram {at}?",
        ),
        answer="Nos termos do {citation}: {text}",
    ),
    "exception": Form(
        training=(
            "Que exceção prevê {place}?",
            "O que exclui {place} da aplicação da regra?",
            "De que regra se afasta {place}, ou que aplicação exclui?",
            "Indique a exceção estabelecida {at}.",
        ),
        heldout=(
            "Que derrogação ou exclusão se encontra {at}?",
            "O que fica excetuado segundo {place}?",
        ),
        answer="Nos termos do {citation}: {text}",
    ),
    "entry_into_force": Form(
        training=(
            "Quando entra em vigor {act}?",
            "Em que data entra em vigor {act}?",
            "Indique quando entra em vigor {act}.",
            "Que disposição rege a entrada em vigor {of} e o que diz?",
        ),
        heldout=(
            "O que estabelece {act} sobre a sua própria entrada em vigor?",
            "Como se determina a entrada em vigor {of}?",
        ),
        answer="Nos termos do {citation}: {text}",
    ),
    "application_date": Form(
        training=(
            "A partir de quando se aplica {act}?",
            "Desde que data é aplicável {act}?",
            "Indique a data a partir da qual se aplica {act}.",
            "Que disposição diz a partir de quando se aplica {act}, e qual é a data?",
        ),
        heldout=(
            "O que estabelece {act} sobre o início da sua aplicação?",
            "Desde que dia é preciso aplicar {act}?",
        ),
        answer="Nos termos do {citation}: {text}",
    ),
    "penalty": Form(
        training=(
            "Que sanções prevê {place}?",
            "O que diz {place} sobre coimas ou sanções?",
            "Que coima ou outra sanção resulta do disposto {at}?",
            "Indique as sanções estabelecidas {at}.",
            "Que consequências em forma de coimas ou sanções se preveem {at}?",
            "Que regra sobre sanções se encontra {at}?",
        ),
        heldout=(
            "Como são punidas as infrações segundo {place}?",
            "O que se dispõe {at} em matéria de sanções?",
        ),
        answer="Nos termos do {citation}: {text}",
    ),
    "deadline_period": Form(
        training=(
            "Em que prazo deve ser feito o que exige {place}?",
            "Que prazo fixa {place}?",
            "Que prazo é aplicável segundo {place}?",
            "Indique o prazo estabelecido {at}.",
            "De quanto tempo se dispõe segundo {place}?",
            "Qual é o prazo que prescreve {place}?",
        ),
        heldout=(
            "Quanto tempo se pode levar, no máximo, a fazer o que prescreve {place}?",
            "Que prazo se determina {at}?",
        ),
        answer="Nos termos do {citation}, o prazo é «{limit}»: {text}",
    ),
    "deadline_date": Form(
        training=(
            "Até que data deve ser feito o que exige {place}?",
            "Que data fixa {place}?",
            "Indique a data estabelecida {at}.",
            "Até quando é preciso cumprir o que dispõe {place}?",
        ),
        heldout=(
            "Até que dia há tempo para fazer o que prescreve {place}?",
            "Que data-limite se determina {at}?",
        ),
        answer="Nos termos do {citation}, o prazo é «{limit}»: {text}",
    ),
    "amendment": Form(
        training=(
            "Que disposição de que ato {change}?",
            "Indique o artigo e o ato que {change}.",
            "Que ato, por qual dos seus artigos, {change}?",
            "Que disposição modificativa {change}?",
        ),
        heldout=(
            "Dê o número CELEX e o artigo do ato que {change}.",
            "O que foi que {change}? Indique o ato e o artigo.",
        ),
        answer="{others}: alteração {of} (CELEX: {celex}).",
        without_text=True,
    ),
    "amended_unit": Form(
        training=(
            "Que ato {change}?",
            "Por que ato foi {passive}?",
            "Indique o ato, e o seu artigo, que {change}.",
            "Que ato modificativo {change}, e por qual dos seus artigos?",
            "Por que artigo de que ato foi {passive}?",
            "Diga-me que ato {change}.",
        ),
        heldout=(
            "Ao abrigo de que disposição modificativa foi {passive}?",
            "Foi um ato modificativo que {change}. Qual?",
        ),
        answer="O {citation} {done} pelo {others}. Tem a seguinte redação: {text}",
    ),
    "amended_by": Form(
        training=(
            "O que alterou o ato com o número CELEX {by} {within}, como mostra o texto consolidado?",
            "Que disposições do texto consolidado {of} foram alteradas pelo ato CELEX {by}?",
            "Indique as disposições {of} que estão assinaladas como alteradas pelo ato CELEX {by}.",
            "Que alterações do ato CELEX {by} mostra o texto consolidado {of}?",
        ),
        heldout=(
            "O ato CELEX {by} alterou {act}. Em que lugares o mostra o texto consolidado?",
            "Que passagens do texto consolidado {of} se devem ao ato CELEX {by}?",
        ),
        answer="{places}: alteração pelo {others}.",
        without_text=True,
    ),
    "cross_reference": Form(
        training=(
            "O que estabelece {place} e o que diz a disposição para que remete?",
            "{place} remete para outro artigo. O que dizem as duas disposições?",
            "Explique {place} em conjunto com o artigo para que remete.",
            "Para que outra disposição remete {place} e o que estabelecem ambas?",
            "Cite {place} e a disposição para que remete.",
            "Como deve ser lido {place} em conjunto com o artigo que menciona?",
        ),
        heldout=(
            "Para compreender {place} é preciso ler também outro artigo. O que dizem?",
            "Exponha o que se dispõe {at} e na disposição aí mencionada.",
        ),
        answer="Nos termos do {citation}: {text}",
        further="A disposição para que se remete, o {citation}, tem a seguinte redação: {text}",
        short=False,
    ),
    "cross_lingual": Form(
        training=(
            "O que diz em português a disposição reproduzida, cujo texto está em {shown}?",
            "O texto reproduzido está em {shown}. Qual é a redação da disposição em português?",
            "Dê a versão portuguesa da disposição reproduzida em {shown}.",
            "O que se reproduz em {shown} é {place}. Qual é a redação em português?",
        ),
        heldout=(
            "Como se lê {place}, aqui reproduzido em {shown}, na sua versão portuguesa?",
            "Indique em português o que estabelece {place}, reproduzido em {shown}.",
        ),
        answer="{citation}: {text}",
        shown=True,
    ),
}

# what has no answer, or whose answer quotes nothing, is asked in the words of what has one
FORMS |= {
    "amended_unit_unquoted": Form(
        training=FORMS["amended_unit"].training,
        heldout=FORMS["amended_unit"].heldout,
        answer="O {citation} {done} pelo {others}.",
        without_text=True,
    ),
    "unanswerable_article": Form(
        training=FORMS["obligation"].training,
        heldout=FORMS["obligation"].heldout,
        answer="{citation} não contém nenhum {article}; o seu último artigo é o {last}.",
        without_text=True,
    ),
    "unanswerable_term": Form(
        training=FORMS["definition"].training,
        heldout=FORMS["definition"].heldout,
        answer="O {citation}, que contém as definições, não define «{term}».",
        without_text=True,
    ),
    "unanswerable_time": Form(
        training=FORMS["deadline_period"].training,
        heldout=FORMS["deadline_period"].heldout,
        answer="O {citation} não fixa nenhum prazo. Dispõe o seguinte: {text}",
        shown=True,
    ),
    "unanswerable_fine": Form(
        training=FORMS["penalty"].training,
        heldout=FORMS["penalty"].heldout,
        answer="O {citation} não prevê nenhuma coima nem outra sanção. Dispõe o seguinte: {text}",
        shown=True,
    ),
}

FRAMES = Frames(
    training=(
        "A minha pergunta diz respeito ao texto {of}{about}. {question} Comece pelo artigo e pelo número "
        "CELEX e cite depois as palavras da disposição.",
        "{question} O ato em causa é {act}{about}. Cite o artigo com o número CELEX e reproduza o texto pertinente.",
        "Para uma nota jurídica sobre {act}{about}, preciso de uma fonte exata. {question} Indique primeiro "
        "o artigo e o número CELEX e depois a redação em que assenta a resposta.",
        "Responda com base no texto {of}{about} e cite o artigo com o seu número CELEX antes de reproduzir o "
        "texto. {question}",
    ),
    heldout=(
        "Estou a preparar um parecer sobre {act}{about}. {question} A resposta deve nomear a disposição com "
        "o seu número CELEX e expor o seu texto.",
        "{question} Trata-se {of}{about}; dê a referência com o número CELEX e diga depois o que aí está escrito.",
    ),
    passage=(
        "Leia o texto seguinte e responda com o artigo e o número CELEX.\n\n{passage}\n\n{question}",
        "{question} Utilize apenas este texto e cite-o.\n\n{passage}",
        "O texto seguinte foi retirado {of}{about}.\n\n{passage}\n\n{question} Cite a disposição.",
        "Responda a partir do texto que se segue e diga onde se encontra.\n\n{passage}\n\n{question}",
    ),
    passage_heldout=(
        "Fonte:\n{passage}\n\nTarefa: {question} Cite a fonte.",
        "{question} A resposta, se existir, está neste texto:\n\n{passage}",
    ),
)
