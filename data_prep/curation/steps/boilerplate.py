"""Phrases that assistants put around an answer: `As an AI language model, ...`, `I hope this helps!`."""

from __future__ import annotations

import re
from typing import Literal

from data_prep.curation.record import Record
from data_prep.curation.steps.contents import add_note
from data_prep.curation.steps.refusal_patterns import AS_A_MODEL
from data_prep.curation.steps.step import Step

_LEAD = re.compile(rf"\s*(?:{'|'.join(AS_A_MODEL.values())})[^,.!?:\n]{{0,80}}, ", re.IGNORECASE)
_REST = r"[^.!?\n]{0,100}[.!?]?"
_TAILS = (
    r"(?:I )?hope (?:this|that|it|these) (?:\w+ )?(?:helps|help|is helpful|was helpful|answers)" + _REST,
    r"(?:Please )?(?:let me know|feel free to (?:ask|reach out)|don't hesitate to ask)" + _REST,
    r"If you have any (?:other |further |more |additional |follow-up )*questions" + _REST,
    r"Is there anything else (?:I|you)" + _REST,
    r"(?:J'espère que (?:cela|ça|ceci) (?:vous |t')?(?:aide|sera utile|répond)|N'hésitez pas à (?:me |poser|demander))"
    + _REST,
    r"(?:Ich hoffe,? (?:das|dies) (?:hilft|war hilfreich)|Lassen? Sie (?:es )?mich wissen|Lass (?:es )?mich wissen)"
    + _REST,
    r"(?:Espero que (?:esto|te|le) (?:\w+ )?(?:ayude|sea útil|sirva)|No dudes en (?:preguntar|consultar)|Avísame si)"
    + _REST,
    r"(?:Espero que (?:isso|isto) (?:\w+ )?(?:ajude|ajudado|seja útil)|Não hesite em perguntar|Avise-me se)" + _REST,
)
_TAIL = re.compile(rf"(?:(?<=[.!?\n\"*)`])|\A)[ \n]{{0,4}}¡?(?:{'|'.join(_TAILS)})\s*\Z", re.IGNORECASE)
_LEADS = 4  # at most
_TAIL_LENGTH = 260  # characters: the longest tail, with what may stand before it


class Boilerplate(Step):
    """Looks for phrases that assistants put before and after answers, in English, French, German, Spanish and
    Portuguese; answers that are nothing else are dropped."""

    policy: Literal["strip", "drop", "keep"] = "strip"
    """strip: answers go on without them. drop: records whose answers have some. keep: nothing is done."""

    def check(self, record: Record) -> str | None:
        """Whether an answer says nothing else, or boilerplate at all where the policy is to drop."""
        if self.policy == "keep":
            return None
        for message in record.contents():
            if message["role"] != "assistant":
                continue
            content = stripped(message["content"])
            if content == message["content"]:
                continue
            if not content or self.policy == "drop":
                return "boilerplate" if content else "boilerplate: nothing else"
            message["content"] = content
            add_note(record, "boilerplate stripped")
        return None


def stripped(answer: str) -> str:
    """The answer without boilerplate at its beginning and end; empty where it is nothing else."""
    for _ in range(_LEADS):
        if (lead := _LEAD.match(answer)) is None:
            break
        answer = answer[lead.end() : lead.end() + 1].upper() + answer[lead.end() + 1 :]
    end = len(answer)
    while tail := _TAIL.search(answer, max(0, end - _TAIL_LENGTH), end):
        end = tail.start()
    return answer if end == len(answer) else answer[:end].rstrip()
