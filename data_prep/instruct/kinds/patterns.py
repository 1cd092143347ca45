"""The words by which the five languages' legislation commands, allows, excepts, sets time limits and threatens fines.

Each table is language -> pattern, most of them for text in lower case. They are read sentence by sentence; what they
leave out is not asked about, which is better than a question with a false answer.
"""

from __future__ import annotations

import re

_LETTER = re.compile(r"\\?.")  # of a pattern; what follows a backslash stays


def _patterns(**by_language: str) -> dict[str, re.Pattern[str]]:
    """Patterns for text in lower case: several times as fast as ignoring case."""
    return {
        language: re.compile(_LETTER.sub(lambda m: m[0] if m[0][0] == "\\" else m[0].lower(), pattern))
        for language, pattern in by_language.items()
    }


def _cased(**by_language: str) -> dict[str, re.Pattern[str]]:
    return {language: re.compile(pattern) for language, pattern in by_language.items()}


DEFINITIONS = re.compile(
    r"definitions?|.+\band definitions|définitions?|.+\bet définitions|begriffsbestimmung(?:en)?|definition(?:en)?"
    r"|.+\bund (?:begriffsbestimmungen|definitionen)|definici(?:ón|ones)|.+\by definiciones"
    r"|definiç(?:ão|ões)|.+\be definições",
    re.IGNORECASE,
)
SCOPE = re.compile(
    r"\bscope\b|champs? d['’]application|(?:anwendungs|geltungs)bereich|ámbito (?:de aplicación|material)"
    r"|âmbito (?:de aplicação|material)|^ámbito|^âmbito",
    re.IGNORECASE,
)
SUBJECT_MATTER = re.compile(
    r"^(?:subject[ -]?matter|object\b|objet\b|gegenstand|objeto\b|objecto\b|purpose|aim\b)", re.IGNORECASE
)

# words that command; French, German and Portuguese law mostly commands in the present tense of such verbs
DUTY = _cased(
    en=r"\b(?:shall|must)\b",
    fr=r"\b(?:doi(?:t|vent)|(?:est|sont) tenue?s? (?:de|d['’])|veillent?|garanti(?:t|ssent)|assurent?|notifient?"
    r"|communiquent?|transmet(?:tent)?|informent?|fourni(?:t|ssent)|établi(?:t|ssent)|pren(?:d|nent)(?! fin)"
    r"|tien(?:t|nent)|met(?:tent)? en œuvre|désignent?|coopèrent?|présentent?|publient?|conservent?|déclarent?)\b",
    de=r"\b(?:muss|müssen)\b|\b(?:hat|haben)\b.*\b(?:zu \w+en|\w+zu\w+en)\b|\b(?:ist|sind)\b.*\bverpflichtet\b"
    r"|\bd(?:arf|ürfen)\b.*\bnicht\b|\b(?:stellt|stellen)\b.*\bsicher\b|\btr(?:ägt|agen)\b.*\bSorge\b"
    r"|\b(?:sorgt|sorgen|meldet|melden|unterrichtet|unterrichten|übermittelt|übermitteln|gewährleistet|gewährleisten"
    r"|trifft|treffen|erstellt|erstellen|führt|führen|benennt|benennen|veröffentlicht|veröffentlichen|teilt|teilen)\b",
    es=r"\b(?:deben?|\w{2,}(?:ará|erá|irá)n?)\b",
    pt=r"\b(?:dev(?:e|em|erá|erão)|asseguram?|garantem?|velam?|notificam?|comunicam?|transmitem?|informam?|fornecem?"
    r"|estabelecem?|tomam?|conservam?|aplicam? medidas|designam?|cooperam?|apresentam?|publicam?|declaram?)\b",
)
# the same with more verbs of that kind, for provisions that something else marks as rules already
COMMAND = _cased(
    en=DUTY["en"].pattern,
    fr=DUTY["fr"].pattern + r"|\b(?:notifie|veille|assure|communique|informe|désigne|coopère|présente|publie|conserve"
    r"|déclare|(?:adopte|répond|rend|statue|adresse|comporte|indique|précise|respecte|transmette)(?:nt)?|met|comprend"
    r"|comprennent|contient|contiennent|soumet(?:tent)?|remet(?:tent)?)\b",
    de=DUTY["de"].pattern + r"|\b(?:(?:leg|beruf|enthal|umfass|berich|prüf|erstat|setz|unterbreit|bewahr|übersend)t?en"
    r"|legt|enthält|umfasst|erlässt|erlassen|antwortet|entscheidet|entscheiden|beschließt|berichtet|prüft|erstattet"
    r"|setzt|gibt|geben|nimmt|nehmen|unterbreitet|bewahrt|übersendet)\b",
    es=DUTY["es"].pattern,
    pt=DUTY["pt"].pattern + r"|\b(?:adotam?|respondem?|contêm|contém|incluem|inclui|indicam?|especificam?|remetem?"
    r"|submetem?|decidem?|emitem?|elaboram?|enviam?|procedem?|respeitam?|cumprem?)\b",
)
# entry into force, addressees, rights and what applies when
NO_DUTY = _patterns(
    en=r"enters? into force|binding in its entirety|shall (?:not )?apply\b|shall have the right|addressed to",
    fr=r"entre en vigueur|obligatoire dans tous|destinataires?\b",
    de=r"tritt\b.*\bin Kraft|in allen ihren Teilen verbindlich|gerichtet\b",
    es=r"entrará en vigor|obligatorio en todos|se aplicarán?\b|tendrán? derecho|destinatari[oa]s?\b",
    pt=r"entra em vigor|obrigatório em todos|destinat[aá]ri[oa]s?\b",
)
MAY = _patterns(
    en=r"\bmay\b",
    fr=r"\bpeu(?:t|vent)\b|\bpourr(?:a|ont)\b",
    de=r"\bk(?:ann|önnen)\b|\bd(?:arf|ürfen)\b",
    es=r"\bpodrán?\b|\bpued(?:e|en)\b",
    pt=r"\bpode(?:m|rá|rão)?\b|\bpod(?:e|em)-se\b",
)

# how a provision introduces the points that are conditions; read at the end of the words before the first point
CONDITIONS = _patterns(
    en=r"\b(?:if|where|when|unless|provided that|(?:under|in) (?:any of |one of |all of )?the following"
    r" (?:conditions|circumstances|cases)|(?:following|these) conditions?"
    r"|on condition that|one of the following applies)\b[^:]{0,80}:$",
    fr=r"(?:\b(?:si|lorsque|à condition que?|pour autant que?)\b|\bs['’]il"
    r"|\b(?<!informations et les )(?:conditions|cas|circonstances|situations)"
    r" (?:suivants|suivantes|ci-après|énoncées ci-après)\b)[^:]{0,80}:$",
    de=r"\b(?:wenn|sofern|falls|(?:folgende[nr]?|nachstehende[nr]?)"
    r" (?:Bedingung(?:en)?|Voraussetzung(?:en)?|F[aä]ll(?:e|en)?))\b[^:]{0,80}:$",
    es=r"\b(?:si|cuando|siempre que|a condición de que|salvo que"
    r"|(?:condiciones|casos|circunstancias|supuestos) siguientes"
    r"|siguientes (?:condiciones|casos|circunstancias|supuestos))\b[^:]{0,80}:$",
    pt=r"\b(?:se|quando|desde que|contanto que|sempre que|salvo se|se se verificar[^:]*"
    r"|(?:condições|casos|circunstâncias|situações) (?:seguintes|que se seguem)"
    r"|seguintes (?:condições|casos|circunstâncias|situações))(?:\s*:$|\b(?<!\bse)[^:]{0,80}:$)",
)
EXCEPTIONS = _patterns(
    en=r"\bby way of (?:derogation|exception)\b|\b(?:shall|does|do) not apply\b(?! (?:until|before))",
    fr=r"\bpar dérogation\b|\bà titre dérogatoire\b|\bne s['’]appli(?:que|quent) pas\b"
    r"|\bn['’](?:est|sont) pas applicables?\b",
    de=r"\babweichend (?:von|davon)\b|\bin Abweichung von\b|\bausnahmsweise\b"
    r"|\b(?:gilt|gelten) (?:\w+ ){0,3}nicht\b(?! als\b)|\b(?:findet|finden)\b[^.;]{0,120}\bkeine Anwendung\b"
    r"|\bnicht an(?:zuwenden|wendbar)\b",
    es=r"\bno se aplicarán?\b|\bno ser(?:á|án) (?:de aplicación|aplicables?)\b|\b(?:como|a modo de) excepción a\b"
    r"|\bno obstante lo dispuesto\b|\bpor excepción\b|\bno se aplican?\b",
    pt=r"\b(?:em|por) derrogação\b|\bnão se aplicam?\b|\bnão (?:é|são) aplicáve(?:l|is)\b|\ba título de exceção\b"
    r"|\bnão obstante o disposto\b",
)

_NUMBERS = {
    "en": r"(?:\d+|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|eighteen|twenty|thirty)",
    "fr": r"(?:\d+|une?|deux|trois|quatre|cinq|six|sept|huit|neuf|dix|douze|quinze|dix-huit|vingt|trente)",
    "de": r"(?:\d+|eine[rsnm]?|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|zwölf|fünfzehn|zwanzig|dreißig)",
    "es": r"(?:\d+|una?|dos|tres|cuatro|cinco|seis|siete|ocho|nueve|diez|doce|quince|dieciocho|veinte|treinta)",
    "pt": r"(?:\d+|uma?|dois|duas|três|quatro|cinco|seis|sete|oito|nove|dez|doze|quinze|dezoito|vinte|trinta)",
}
_SPANS = {
    "en": r"(?: (?:calendar|working|business|full))?[ -](?:hours?|days?|weeks?|months?|years?)\b",
    "fr": r" (?:heures?|jours?|semaines?|mois|ans?|années?)\b(?: (?:ouvrables|ouvrés|civils|calendaires))?",
    "de": r" (?:Stunden?|(?:Arbeits|Werk|Kalender)?tage?[ns]?|Wochen?|Monat(?:en|es|s|e)?|Jahr(?:en|es|s|e)?)\b",
    "es": r" (?:horas?|días?|semanas?|mes(?:es)?|años?)\b(?: (?:hábiles|laborables|naturales))?",
    "pt": r" (?:horas?|dias?|semanas?|mês|meses|anos?)\b(?: (?:úteis|civis|seguidos))?",
}
_BEFORE_SPAN = {
    "en": r"\b(?:within(?: (?:a|the) (?:maximum )?(?:period|time limit) of| a maximum of| at most)?"
    r"|(?:no|not) later than|at the latest(?: within)?)",
    "fr": r"\b(?:dans (?:un|le) délai (?:maximal |maximum )?(?:de|d['’])|dans les"
    r"|au plus tard(?: dans (?:un délai de|les))?|sous)",
    "de": r"\b(?:(?:innerhalb|binnen)(?: von| einer Frist von| eines Zeitraums von)?|spätestens)",
    "es": r"\b(?:en (?:el|un) plazo (?:máximo )?de|a más tardar(?: en el plazo de)?|dentro del plazo de|dentro de los)",
    "pt": r"\b(?:no prazo (?:máximo )?de|num prazo (?:máximo )?de|dentro do prazo de|o mais tardar(?: no prazo de)?"
    r"|no máximo|até)",
}
# a time limit, "within 72 hours"; the blank after d' is missing
PERIOD = _patterns(**{
    language: rf"{before}\s*(?:l(?:es|os) |der )?{_NUMBERS[language]}{_SPANS[language]}"
    for language, before in _BEFORE_SPAN.items()
})  # fmt: skip
_DATE = (
    r"\d{1,2}(?:er|\.|\.?º)? (?:de )?[^\W\d]+ "
    r"(?:(?:de )?\d{4}|of each year|de chaque année|(?:jedes|eines jeden) Jahres|de cada (?:ano|año))"
)
# a time limit that ends on a day, "by 31 December 2025"
BY_DATE = _patterns(
    en=rf"\b(?:by|no later than|not later than) {_DATE}",
    fr=rf"\b(?:au plus tard le|pour le) {_DATE}",
    de=rf"\b(?:bis zum|spätestens am|spätestens zum) {_DATE}",
    es=rf"\b(?:a más tardar el|como muy tarde el) (?:día )?{_DATE}",
    pt=rf"\b(?:até(?: ao dia)?|o mais tardar(?: em| até)?) {_DATE}",
)
# whatever tells a time: a passage with none of it states no time limit
TIME = _patterns(
    en=r"\d|hour|day|week|month|year|annual|dat(?:e|ing)\b|period|deadline|time|delay|immediate|prompt|forthwith"
    r"|until|soon|quarter|regular|before|after|later|prior|advance|moment|when\b|once\b",
    fr=r"\d|heure|jour|semaine|mois|\ban(?:s|née|nuel)|date|délai|période|périodi|durée|temps|immédiat|sans tarder"
    r"|dès|jusqu|trimestr|réguli|avant|après|préalable|ultérieur|moment|lorsqu|une fois",
    de=r"\d|stund|\btag|tage\b|woche|monat|jahr|jähr|datum|frist|zeit|dauer|unverzüglich|umgehend|sofort|sobald|solange"
    r"|\bbis\b|quartal|regelmäßig|\bvor\b|nach\b|später|früh|vorab|im voraus|wenn\b|rasch|zunächst",
    es=r"\d|\bhora|\bdía|semana|\bmes|\baño|anual|fecha|plazo|período|periodo|periód|tiempo|dilación|demora|inmediat"
    r"|hasta|pronto|trimestr|regular|antes|después|posterior|previ|momento|cuando|una vez|durante",
    pt=r"\d|\bhora|\bdia|semana|\bmês|meses|\bano|anual|data\b|prazo|período|periód|tempo|demora|imediat|até"
    r"|logo|trimestr|regular|antes|após|depois|posterior|prévi|antecip|momento|quando|uma vez|durante",
)

_SELF = {
    "en": r"This (?:[^\W\d]+ ){0,2}(?:Regulation|Directive|Decision)",
    "fr": r"(?:Le présent|La présente) (?:règlement|directive|décision)",
    "de": r"Diese[rs]? (?:[^\W\d]+ )?(?:\w*[Vv]erordnung|\w*[Rr]ichtlinie|\w*[Bb]eschluss|\w*[Ee]ntscheidung)",
    "es": r"(?:El presente|La presente) (?:Reglamento|Directiva|Decisión)",
    "pt": r"(?:O presente|A presente) (?:regulamento|diretiva|directiva|decisão)",
}
_FORCE = {
    "en": r"(?:shall )?enters? into force",
    "fr": r"entre(?:ra)? en vigueur",
    "de": r"tritt\b.{0,250}\bin Kraft",
    "es": r"entr(?:a|ará) en vigor",
    "pt": r"entr(?:a|ará) em vigor",
}
_APPLIES = {
    "en": r"(?:It|{self}) shall apply (?:as )?from",
    "fr": r"(?:Il|Elle|{self}) (?:est applicable|s['’]applique) (?:à partir du|à compter du)",
    "de": r"(?:Sie|Er|{self}) gilt (?:ab|seit|mit Wirkung vom)(?: dem)?",
    "es": r"(?:{self} )?(?:será aplicable|es aplicable|se aplicará) (?:a partir del?|desde el)",
    "pt": r"(?:{self} )?(?:é aplicável|será aplicável|aplica-se) (?:a partir de|desde)",
}
# the act itself enters into force; the whole of it applies from a day
ENTRY_INTO_FORCE = _cased(**{
    language: rf"^(?:{_SELF[language]}|(?:It|Il|Elle|Sie|Er)) {force}" for language, force in _FORCE.items()
})  # fmt: skip
APPLIES_FROM = {
    language: re.compile(rf"^(?:{pattern.replace('{self}', _SELF[language])}) {_DATE}", re.IGNORECASE)
    for language, pattern in _APPLIES.items()
}

HOWEVER = re.compile(
    r"However|By way of derogation|Toutefois|Par dérogation|Allerdings|Jedoch|Abweichend|No obstante|Sin embargo"
    r"|Contudo|Todavia|No entanto|Em derrogação"
)

PENALTY = _patterns(
    en=r"\bfines?\b|\bpenalt(?:y|ies)\b|\bsanctions?\b|\bpenalty payments?\b",
    fr=r"\bamendes?\b|\bsanctions?\b|\bastreintes?\b|\bpénalités?\b",
    de=r"\bGeldbuße\w*|\bSanktion\w*|\bGeldstrafe\w*|\bZwangsgeld\w*|\bStrafe\w*|\bBußgeld\w*",
    es=r"\bmultas?\b|\bsanci(?:ón|ones)\b",
    pt=r"\bcoimas?\b|\bsanç(?:ão|ões)\b|\bmultas?\b",
)
# whatever hints at a consequence: a passage with none of it threatens nobody
PUNISHES = _patterns(
    en=r"\bfine|penal|sanction|punish|dismiss|withdraw|suspen|revo[ck]|infring",
    fr=r"amende|sanction|astreint|pénal|puni|révo|retrait|retir|suspen|infraction|violation",
    de=r"geldbuß|sanktion|straf|zwangsgeld|bußgeld|ahnd|benachteilig|abberuf|enthoben|entzug|entzieh|aussetz|widerruf"
    r"|verstoß|verstöß",
    es=r"multa|sancion|sanción|penal|castig|destitu|retir|suspen|revoc|infrac",
    pt=r"coima|sanç|sancion|multa|penal|puni|destitu|retir|suspen|revog|infraç",
)
AMOUNT = re.compile(r"\b(?:eur|ecu|euros?)\b|€|\d\s?%")  # for text in lower case

# an act that is not this one: a sentence that names one may refer to its articles
_ACTS = {
    "en": (r"(?:Regulations?|Directives?|Decisions?)", r"(?<!this )(?<!This )"),
    "fr": (r"(?:règlements?|directives?|décisions?)", r"(?<!présent )(?<!présente )"),
    "de": (
        r"(?:\w*verordnung|\w*richtlinie|\w*beschluss(?:es)?|\w*entscheidung)",
        r"(?<!dieser )(?<!diese )(?<!dieses )",
    ),
    "es": (r"(?:Reglamentos?|Directivas?|Decisi(?:ón|ones))", r"(?<!presente )"),
    "pt": (r"(?:regulamentos?|diretivas?|directivas?|decis(?:ão|ões))", r"(?<!presente )"),
}  # fmt: skip
OTHER_ACT = _patterns(**{
    language: rf"{before}\b{acts}\b|\b(?:treat(?:y|ies)|traités?|vertrag\w*|tratados?|TFEU|TFUE|AEUV|TEU|TUE|EUV|EEC|EC"
    r"|protocol\w*|protokoll\w*|charter|charte|charta|carta|convention|übereinkommens?|convenio|convenção|agreement"
    r"|accord|abkommens?|acuerdo|acordo|statut\w*|estatuto\w*|satzung|therein|thereof|act of accession)\b"
    for language, (acts, before) in _ACTS.items()
})  # fmt: skip
