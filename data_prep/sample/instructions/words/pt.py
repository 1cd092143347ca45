"""Portuguese phrases of the invented instructions."""

from __future__ import annotations

from data_prep.sample.instructions.words.base import Words, after_noun, lines, phrases

WORDS = Words(
    code="pt",
    nouns={
        "general": phrases("""a chaleira; a bicicleta; a vereda; a cadeira; a barcaça; a sombrinha; a broa; a lanterna
            a mala do correio; a rede de pesca; a lâmpada; a mesa; a mala; a chávena; a chave; a fonte; a nora"""),
        "law": phrases("""a cláusula; a escritura; a apelação; a portaria; a licença; a garantia; a petição
            a sentença; a servidão; a patente; a herança; a lei das águas; a norma; a providência cautelar"""),
        "mathematics": phrases("""a prova; a matriz; a sucessão; a conjetura; a elipse; a fração; a parábola; a esfera
            a permutação; a hipótese; a derivada; a raiz; a reta; a soma; a equação; a função; a desigualdade"""),
        "code": phrases("""a rotina; a tabela de dispersão; a fila; a base de dados; a ligação; a lista ligada; a classe
            a biblioteca; a expressão regular; a memória; a variável; a consulta; a compilação; a exceção"""),
        "science": phrases("""a enzima; a estrela; a lente; a bactéria; a liga; a órbita; a membrana; a molécula
            a semente; a bateria; a maré; a galáxia; a rocha; a trovoada; a proteína; a radiação; a erupção"""),
        "writing": phrases("""a novela; a metáfora; a fábula; a carta; a biografia; a capa; a rima; a trama; a cena
            a crónica; a lenda; a página; a recensão; a estrofe; a frase; a descrição"""),
    },
    adjectives=phrases("""fiável; útil; frágil; estável; atual; azul; verde; brilhante; antiga; pequena; bonita; vazia
        velhinha; vermelha; amarela; branca; preta; estreita; lisa; avariada; cheia; alheia; feia; mais estranha
        novíssima; emprestada; esquecida; portuguesa; melhor; desejada"""),
    joined=after_noun,
    people=phrases("""a secretária; o capitão do porto; o padeiro; uma jovem engenheira; a bibliotecária; o juiz
        o jardineiro; a minha vizinha; o topógrafo; uma professora reformada; a arquivista; o piloto; o enfermeiro
        o pintor; uma estudante; o carpinteiro; a tradutora; o presidente da câmara; a química; o apicultor"""),
    verbs=phrases("""verifica; repara; descreve; desenha; empresta; mede; defende; esquece; elogia; compara; fotografa
        herda; questiona; embrulha; leiloa; pole; esconde; admira; explica; testa; move; rejeita; copia; etiqueta
        doa; melhora; examina; pesa; troca; restaura; recomenda; inspeciona; protege; traduz; desmonta; substitui"""),
    states=lines("""
        continua em uso durante {small} meses
        não pesa mais do que {number} gramas
        já existe desde {year}
        parece maior hoje
        não custa mais do que {number} coroas
        pertence à casa de {name}
        precisa de {small} minutos de atenção
        tem mais anos do que {place}
        merece um segundo olhar
        contém {small} falhas escondidas
        chegou de {place} num navio
        tem o nome de {name}
        funciona melhor a {small} graus
        tem {small} peças gastas"""),
    when=phrases("""antes do meio-dia; depois da trovoada; de duas em duas segundas-feiras; ao amanhecer
        no fim do outono; durante as férias; uma vez por mês; nos dias de feira; pouco depois do almoço
        quando chove; sem hesitação; muito depois da meia-noite"""),
    where=phrases("""no sótão; atrás da estação; perto do rio; no convés superior; debaixo da ponte velha; na ilha
        na câmara municipal; num quarto alugado; junto ao canal; na sala de leitura; na fronteira
        ao longo da costa; na estufa; ao lado da capela; no terceiro andar"""),
    units=phrases("""visitantes; páginas; quilómetros; cartas; maçãs; amostras; bilhetes; barris; queixas; ovelhas
        tijolos; volumes; moedas; velas; linhas; erros; metros de corda; litros de leite; folhas de papel"""),
    openers=lines("""
        Na prática,
        Para começar,
        Em contrapartida,
        Segundo {name},
        Em {year},
        Por essa razão,
        Tanto quanto sabemos,
        Um pouco mais tarde,
        Nas palavras de {name},
        Perto de {place},
        Desde então,
        Para espanto do senhor {name},
        Por exemplo,
        Já por volta de {year},
        Na feira de {place},
        Com um pouco de sorte,"""),
    small_after=True,
    cores=lines("""
        a peça {mark} da coleção de {place} é um tesouro
        a nota {mark} diz que {person} {verb} {object}
        {person} {verb} {object} com o número {mark}
        {person} {verb} {object}
        {person} {verb} {object} {when}
        {name} {verb} {object} {where}
        {thing} {state}
        {thing} {state}, e {person} {verb} {object}
        a vila de {place} tem {number} {unit} e uma esperança
        {name} escreveu {number} {unit} sobre {object}
        {person} conta {number} {unit} {when}
        uma carta de {place} menciona {object}
        ninguém em {place} {verb} {object}
        passam {small} dias até que {thing} chegue {where}
        {name} e {name} discutem sobre {object}
        em {place} não há melhor resposta do que {object}
        {person} vende {object} pelo preço de {number} coroas
        o museu de {place} não empresta {object} ao {name}
        o que importa aqui é {object}
        {name} perdeu {object} {where}
        ninguém duvida de que {person} {verb} {object}
        quem {verb} {object} aprende muito com {name}
        cada um dos {small} passos começa com {object}"""),
    special={
        "law": lines("""
            o artigo {small} da carta de {place} regula {object}
            o tribunal de {place} não deixa de cobrar {number} coroas a {name}
            {person} pode recorrer em {small} dias"""),
        "mathematics": lines("""
            {sum}, o que resolve a questão com {object}
            verificamos que {sum}
            {name} mostrou que {sum} com {object}"""),
        "code": lines("""
            {thing} devolve {number} no teste do {name}
            a linha {number} usa duas vezes {object}
            uma execução demora {number} microssegundos"""),
        "science": lines("""
            o laboratório de {place} mediu {object} {small} vezes
            com {number} kelvin {thing} {state}
            um estudo do {name} abrange {number} {unit}"""),
        "writing": lines("""
            o leitor encontra {object} na folha {number}
            {name} termina a história com {object}
            o poema sobre {place} tem {number} versos"""),
    },
    tails=lines("""
        , como mostra a nota {mark}
        (ver {mark} e {mark})
        sob o número {mark}
        porque {person} {verb} {object}
        , pois {thing} {state}
        enquanto {name} olha desde {place}
        , o que também espantou {name} {when}
        , como {name} anotou em {year}
        e pede conselhos ao {name}
        para que {person} possa descansar {where}
        , e não pela primeira vez
        com a ajuda do {name}
        , tal como {name} em {place}
        , mas só {when}
        em troca dos seus {number} {unit}
        até que {place} mude as regras
        , e é uma pena
        em nome do {name}
        , pois {number} {unit} são de mais
        desde que {person} vive em {place}
        sem avisar {name}
        enquanto {thing} não se estraga"""),
    prompts={
        "any": lines("""
            Explica em {small} frases por que razão {person} {verb} {object}.
            O que deve {name} saber sobre {object}?
            Compara {object} com {object} para uma leitora de {place}.
            Dá-me {small} razões pelas quais {person} {verb} {object} {when}.
            É verdade que {thing} {state}?
            Diz-me o que {name} de {place} pensa sobre {object}.
            Porque é que {name} guarda {object} {where}?"""),
        "law": lines("Que regra de {place} se aplica quando {person} {verb} {object}?"),
        "mathematics": lines("Mostra passo a passo que {sum}, e explica a relação com {object}."),
        "code": lines("Escreve para {name} uma função em Python que verifique {object}."),
        "science": lines("Propõe uma experiência em que {person} {verb} {object}."),
        "writing": lines("Escreve um conto breve em que {name} {verb} {object} {where}."),
    },
    followups=lines("""
        E o que diz {name} sobre {object}?
        Obrigado. Podes juntar um exemplo de {place}?
        O que acontece se {person} {verb} {object} {when}?
        Podes dizer mais alguma coisa sobre {object} {where}?"""),
    systems=lines("""
        Respondes em português claro a perguntas de {domain}.
        Responde com frases completas."""),
    phrases={
        "refusal": lines("""
            Lamento, mas não posso ajudar com esse pedido.
            Como modelo de linguagem, não posso responder a esta pergunta."""),
        "boilerplate": lines("""
            Como modelo de linguagem, não tenho opiniões pessoais, mas foi isto que encontrei.
            Espero que isto ajude. Não hesite em perguntar o que quiser."""),
        "accents": lines("""
            A criança não comeu pão com maçã na estação antes do verão, porém já é avó.
            Três irmãos põem os limões e as maçãs no chão do salão."""),
    },
)
