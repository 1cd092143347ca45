"""Keywords of domains in English, French, German, Spanish and Portuguese; a modest set, to be replaced by one's own."""

from __future__ import annotations

DOMAINS: dict[str, tuple[str, ...]] = {
    "law": (
        r"\b(?:law(?:s|ful|yers?|suits?)?|legal(?:ly)?|legislat\w+|regulations?|directives?|statut\w+|courts?|treat(?:y|ies)"
        r"|plaintiffs?|defendants?|GDPR|liabilit\w+|jurisdiction\w*|tort|attorneys?|prosecut\w+)\b",
        r"\b(?:règlements?|loi|lois|juridi\w+|tribuna(?:l|ux)|législati\w+|RGPD|avocate?s?)\b",
        r"(?:gesetz|rechtlich|verordnung|richtlinie)|\b(?:DSGVO|gerichts?\w*|anwalt|recht(?:e|s)?)\b",
        r"\b(?:ley(?:es)?|reglamentos?|directivas?|jurídic\w+|tribunales|legislación|abogad\w+)\b",
        r"\b(?:leis?|regulamentos?|diretivas?|tribunais|legislação|advogad\w+)\b",
    ),
    "code": (
        r"\b(?:python|javascript|typescript|java|c\+\+|html|css|sql|json|regex|api|php|rust|golang|linux|bash|git|docker)\b",
        r"\b(?:algorithm\w*|compil\w+|debug\w*|programm(?:ing|ers?)|software|functions?\(|databases?|algorithmus|algoritmos?)\b",
        r"^```|^(?:def|import|#include|elif|println|printf)\b|\w\(\)",
    ),
    "mathematics": (
        r"\b(?:equations?|theorems?|integrals?|derivatives?|polynomials?|algebra\w*|geometr\w+|probabilit\w+|matri(?:x|ces)"
        r"|arithmetic|triangles?|logarithms?|calculus|math\w*|fractions?|divisible|integers?)\b",
        r"\b(?:équations?|théorèmes?|intégrales?|gleichung\w*|lehrs(?:atz|ätze)|ecuaci(?:ón|ones)|teoremas?|equaç(?:ão|ões)|matemátic\w+)\b",
        r"\\(?:frac|sqrt|sum|int|cdot|times|begin)|^[=≤≥≠∑∫√±×÷]$",
    ),
    "medicine": (
        r"\b(?:patients?|diseases?|symptoms?|diagnos\w+|treatments?|medic(?:al|ine|ations?)|doctors?|clinical|vaccin\w+"
        r"|cancer|therap\w+|surg\w+|infections?|dosage|hospitals?)\b",
        r"\b(?:maladies?|symptômes?|médec\w+|médica\w+|krankheit\w*|symptome?n?|arzt|ärzt\w*|medizin\w*|patienten)\b",
        r"\b(?:enfermedad\w*|síntomas?|médic\w+|pacientes?|doenças?|sintomas?|tratamientos?|tratamentos?)\b",
    ),
    "finance": (
        r"\b(?:invest(?:s|ed|ing|ments?|ors?)?|stocks?|bonds?|banks?|loans?|mortgages?|tax(?:es|ation)?|inflation|accounting|budgets?|portfolio"
        r"|dividends?|financ\w+|interest-rates?|currenc\w+|shareholders?)\b",
        r"\b(?:impôts?|banques?|bourse|steuern?|banken|aktien?|kredite?|haushalt|impuestos?|bancos?|acciones|impostos?)\b",
    ),
    "science": (
        r"\b(?:physics|chemi\w+|biolog\w+|molecul\w+|atoms?|electrons?|quantum|cells?|species|evolution|gravit\w+|photosynthesis"
        r"|planets?|experiments?|ecosystems?|genes?|enzymes?|astronom\w+|scientific)\b",
        r"\b(?:physique|chimi\w+|atomes?|physik\w*|zellen?|moleküle?|física|químic\w+|células?|átomos?|planètes?|planeten?)\b",
    ),
    "writing": (
        r"\b(?:poems?|poetry|essays?|stor(?:y|ies)|novels?|rewrite|rephrase|proofread|headlines?|slogans?|lyrics|haiku"
        r"|paragraphs?|blog|paraphrase|summari[sz]e|cover-letter)\b",
        r"\b(?:poèmes?|rédige[rz]?|résume[rz]?|gedichte?|aufsatz|schreibe?|geschichte|zusammenfass\w+)\b",
        r"\b(?:poemas?|cuentos?|redacta|resume|redija|resuma|escreva|escribe)\b",
    ),
    "translation": (r"\b(?:translat\w+|tradui\w+|traduction\w*|übersetz\w*|traduc\w+|traduz\w*|tradução|traduções)\b",),
}
"""Domain -> regular expressions."""
