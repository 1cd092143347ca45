"""How assistants refuse in five languages, as patterns to be matched at the beginning of an answer.

Every repetition is bounded and no two neighbours can match the same text for long, so that none backtracks far.
"""

from __future__ import annotations

import re

_MODEL = {
    "en": r"an? (?:AI(?: (?:language )?model| assistant| chatbot| system)?|artificial intelligence"
    r"|(?:large )?language model|chatbot|virtual assistant)"
    r"(?=,| (?:developed|trained|created|made|built|designed|programmed|based|by|I)\b)",
    "fr": r"(?:qu[e']|tant qu[e']) ?(?:une? )?(?:IA\b|intelligence artificielle"
    r"|(?:grand )?modèle (?:de |d')(?:lang|IA|intell)|assistante? (?:virtuel|IA\b))",
    "de": r"(?:eine? )?(?:großes |textbasierte[sr]? )?(?:KI(?:-(?:Sprachm|M)odell|-Assistent(?:in)?)?"
    r"|künstliche Intelligenz|Sprachmodell)(?![\w-])",
    "es": r"(?:una? )?(?:IA\b|inteligencia artificial|(?:gran )?modelo de (?:lenguaje|IA\b|intel)"
    r"|asistente (?:virt|de IA\b))",
    "pt": r"(?:uma? )?(?:IA\b|inteligência artificial|(?:grande )?modelo de (?:linguagem|IA\b|intel)"
    r"|assistente (?:virt|de IA\b))",
}
"""What an assistant calls itself."""

AS_A_MODEL = {
    "en": rf"As {_MODEL['en']}",
    "fr": rf"En {_MODEL['fr']}",
    "de": rf"Als {_MODEL['de']}",
    "es": rf"Como {_MODEL['es']}",
    "pt": rf"Como {_MODEL['pt']}",
}
"""`As an AI language model`, up to where something may follow: ` trained by ..., I`."""

_SORRY = {
    "en": r"(?:I understand|I appreciate|Thank you)[^.!?\n]{0,120}[.!] |(?:(?:I'm|I am) (?:\w+ )?sorry|Sorry"
    r"|My apologies|I apologi[sz]e|Unfortunately|Regrettably)(?: for [^,.\n]{0,60})?[,.!]? (?:but )?",
    "fr": r"(?:Je suis (?:\w+ )?désolée?|Désolée?|Malheureusement|Je m'excuse|Je regrette)[,.!]? (?:mais )?",
    "de": r"(?:(?:Es )?tut mir (?:\w+ )?leid|Entschuldigung|Entschuldige|Leider|Ich bedau(?:e?re))[,.!]? ?(?:aber )?",
    "es": r"(?:Lo siento(?: mucho)?|Lo lamento(?: mucho)?|Perdón|Disculp[ae]|Lamentablemente)[,.!]? (?:pero )?",
    "pt": r"(?:Desculp[ae]|(?:Eu )?sinto muito|(?:Eu )?lamento(?: muito)?|Infelizmente)[,.!]? (?:mas )?",
}
_CANNOT = {
    "en": r"I (?:can(?:no|')t|can not|won't|will not|(?:am|'m) (?:unable|not able) to|must (?:respectfully )?decline to"
    r"|(?:am|'m) not (?:comfortable|going to))|I'm (?:unable|not able) to",
    "fr": r"je ne (?:peux|puis|pourrai) (?:malheureusement )?pas|je ne suis pas en mesure (?:de |d')|je refuse de",
    "de": r"(?:(?:dabei|damit|das|hier(?:bei)?) )?(?:ich kann|kann ich|ich darf|darf ich)",
    "es": r"(?:yo )?no (?:puedo|podré|me es posible|estoy en condiciones de)",
    "pt": r"(?:eu )?não (?:posso|consigo|poderei|estou em condições de|me é possível)",
}
_DO = {
    "en": r"(?: (?:ethically|directly|currently|really|legally|be able to))? (?:assist(?:ing)?\b|help(?: you)?"
    r"(?:\.| with| to)|help you\b|fulfil|comply|provid(?:e|ing) |creat(?:e|ing) |generat(?:e|ing) |writ(?:e|ing) "
    r"|engag(?:e|ing) |support |answer |discuss |produce |participate |do that|continue (?:with|this))",
    "fr": r"(?: (?:vous|te|t'|y|cela|ce))* ?(?:aider|assister|répondre à|fournir|satisfaire|accéder à votre|créer"
    r"|générer|rédiger|écrire|participer|faire cela)",
    "de": r"(?: [\w-]+){0,6}? nicht (?:weiter)?(?:helfen|behilflich|unterstützen|beantworten|erfüllen|bereitstellen"
    r"|erstellen|schreiben|nachkommen|generieren|anbieten|tun\b)",
    "es": r" (?:ayudar(?:te|le)?|asistir(?:te|le)?|proporcionar|responder|cumplir|crear|generar|escribir|ofrecer"
    r"|participar|hacer eso|brindar)",
    "pt": r" (?:(?:te |lhe |o )?ajudar|ajudá-l[oa]|auxiliar|fornecer|responder|cumprir|atender|criar|gerar|escrever"
    r"|participar|fazer isso|oferecer)",
}
_LACK = {
    "en": r"[^.!?\n]{0,120}?\bI (?:can(?:no|')t|can not|(?:do not|don't) (?:have|possess|hold|experience)|am (?:not"
    r"|unable)|'m (?:not|unable)|lack)",
    "fr": r"[^.!?\n]{0,120}?\bje (?:ne (?:peux|puis|suis|dispose|possède|ressens)|n'ai)",
    "de": r"[^.!?\n]{0,120}?\b(?:kann|habe|bin|verfüge|besitze|darf) ich[^.!?\n]{0,80}?\b(?:nicht|kein)",
    "es": r"[^.!?\n]{0,120}?\bno (?:puedo|tengo|poseo|dispongo|soy)",
    "pt": r"[^.!?\n]{0,120}?\bnão (?:posso|tenho|possuo|disponho|sou|consigo)",
}


def _alternatives(forms: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{form})" for form in forms), re.IGNORECASE)


DECLINES = _alternatives([rf"(?:{_SORRY[it]})?(?:{_CANNOT[it]}){_DO[it]}" for it in _SORRY])
"""`I'm sorry, but I can't assist with that`, at the beginning of an answer."""

DISCLAIMS = _alternatives([rf"(?:{_SORRY[it]})?{AS_A_MODEL[it]}{_LACK[it]}" for it in _SORRY])
"""`As an AI language model, I do not have ...`, at the beginning of an answer."""

TURNS_ROUND = re.compile(
    r"\b(?:However|But|That said|Nevertheless|Still|Cependant|Toutefois|Mais|En revanche|Allerdings|Jedoch|Aber|Dennoch"
    r"|Sin embargo|No obstante|Pero|No entanto|Contudo|Porém|Mas)\b",
    re.IGNORECASE,
)
"""What help begins with after a disclaimer."""
