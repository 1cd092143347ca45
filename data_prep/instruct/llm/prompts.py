"""What a model is asked: in the passage's language, for one question and its cited answer as a JSON object."""

from __future__ import annotations

from dataclasses import dataclass

from data_prep.instruct.llm.client import Messages
from data_prep.instruct.llm.drafts import Passage


@dataclass(frozen=True)
class Prompt:
    """The prompt of one language.

    Attributes:
        system: what the model is. `task`: what it has to do, `{label}` and `{citation}` being those of the passage.
        stricter: what is added where an answer was not the JSON object asked for.
        passage: the word before the passage.
    """

    system: str
    task: str
    stricter: str
    passage: str


PROMPTS = {
    "en": Prompt(
        system="You are a lawyer who writes exam questions on European Union law. You write in English.",
        task=(
            "Write one question that the passage below answers, and its answer.\n"
            "- The question names the act ({label}) and can be understood without the passage. "
            "It has about 40 to 70 words, says what the case is about, and asks for the source.\n"
            "- The answer has at most 200 words, says only what the passage says, and quotes its decisive words "
            "letter by letter in quotation marks “…”.\n"
            "- The answer ends with exactly this citation, and with no other: {citation}.\n"
            'Give only a JSON object of this form: {{"question": "…", "answer": "…"}}'
        ),
        stricter=(
            "Your output is read by a program: it begins with {{ and ends with }}, holds the two strings question and "
            'answer and nothing else, and writes a quotation mark " inside of a string as \\".'
        ),
        passage="Passage",
    ),
    "fr": Prompt(
        system="Vous êtes juriste et rédigez des questions d’examen sur le droit de l’Union européenne. "
        "Vous écrivez en français.",
        task=(
            "Rédigez une question à laquelle le passage ci-dessous répond, ainsi que sa réponse.\n"
            "- La question nomme l’acte ({label}) et se comprend sans le passage. "
            "Elle compte environ 40 à 70 mots, expose de quoi il s’agit et demande la source.\n"
            "- La réponse compte 200 mots au plus, ne dit que ce que dit le passage et en cite les mots décisifs "
            "à la lettre, entre guillemets «…».\n"
            "- La réponse se termine par cette référence exacte, et n’en contient aucune autre : {citation}.\n"
            'Donnez uniquement un objet JSON de cette forme : {{"question": "…", "answer": "…"}}'
        ),
        stricter=(
            "Votre texte est lu par un programme : il commence par {{ et finit par }}, contient les deux chaînes "
            'question et answer et rien d’autre, et un guillemet " à l’intérieur d’une chaîne s’écrit \\".'
        ),
        passage="Passage",
    ),
    "de": Prompt(
        system="Sie sind Jurist und verfassen Prüfungsfragen zum Recht der Europäischen Union. "
        "Sie schreiben auf Deutsch.",
        task=(
            "Verfassen Sie eine Frage, die der folgende Auszug beantwortet, und die Antwort darauf.\n"
            "- Die Frage nennt den Rechtsakt ({label}) und ist ohne den Auszug verständlich. "
            "Sie hat etwa 40 bis 70 Wörter, sagt, worum es geht, und fragt nach der Fundstelle.\n"
            "- Die Antwort hat höchstens 200 Wörter, sagt nur, was der Auszug sagt, und zitiert dessen entscheidende "
            "Worte buchstabengetreu in Anführungszeichen „…“.\n"
            "- Die Antwort endet mit genau dieser Fundstelle und enthält keine andere: {citation}.\n"
            'Geben Sie nur ein JSON-Objekt dieser Form aus: {{"question": "…", "answer": "…"}}'
        ),
        stricter=(
            "Ihre Ausgabe liest ein Programm: Sie beginnt mit {{ und endet mit }}, enthält die beiden Zeichenketten "
            'question und answer und sonst nichts, und ein Anführungszeichen " in einer Zeichenkette wird \\" '
            "geschrieben."
        ),
        passage="Auszug",
    ),
    "es": Prompt(
        system="Usted es jurista y redacta preguntas de examen sobre el Derecho de la Unión Europea. "
        "Escribe en español.",
        task=(
            "Redacte una pregunta a la que responda el pasaje siguiente, y su respuesta.\n"
            "- La pregunta nombra el acto ({label}) y se entiende sin el pasaje. "
            "Tiene entre 40 y 70 palabras, explica de qué se trata y pide la fuente.\n"
            "- La respuesta tiene 200 palabras como máximo, solo dice lo que dice el pasaje y reproduce literalmente "
            "sus palabras decisivas entre comillas «…».\n"
            "- La respuesta termina exactamente con esta cita, y no contiene ninguna otra: {citation}.\n"
            'Dé únicamente un objeto JSON de esta forma: {{"question": "…", "answer": "…"}}'
        ),
        stricter=(
            "Su texto lo lee un programa: empieza por {{ y acaba por }}, contiene las dos cadenas question y answer y "
            'nada más, y unas comillas " dentro de una cadena se escriben \\".'
        ),
        passage="Pasaje",
    ),
    "pt": Prompt(
        system="É jurista e redige perguntas de exame sobre o direito da União Europeia. Escreve em português europeu.",
        task=(
            "Redija uma pergunta a que a passagem seguinte responda, e a respetiva resposta.\n"
            "- A pergunta identifica o ato ({label}) e compreende-se sem a passagem. "
            "Tem cerca de 40 a 70 palavras, explica do que se trata e pede a fonte.\n"
            "- A resposta tem 200 palavras no máximo, diz apenas o que a passagem diz e cita à letra as suas palavras "
            "decisivas entre aspas «…».\n"
            "- A resposta termina exatamente com esta citação, e não contém nenhuma outra: {citation}.\n"
            'Apresente apenas um objeto JSON com esta forma: {{"question": "…", "answer": "…"}}'
        ),
        stricter=(
            "O seu texto é lido por um programa: começa por {{ e acaba em }}, contém as duas cadeias question e answer "
            'e nada mais, e umas aspas " dentro de uma cadeia escrevem-se \\".'
        ),
        passage="Passagem",
    ),
}


def messages(passage: Passage, *, stricter: bool = False) -> Messages:
    """The conversation that asks for a draft.

    Args:
        stricter: for the second and last time, after an answer that was not JSON. It is a new conversation: what a
            model wrote wrongly is no example for it.
    """
    prompt = PROMPTS[passage.source.language]
    task = f"{prompt.task}\n{prompt.stricter}" if stricter else prompt.task
    asked = task.format(label=passage.source.label, citation=passage.citation)
    return [
        {"role": "system", "content": prompt.system},
        {"role": "user", "content": f"{asked}\n\n{prompt.passage} ({passage.citation}):\n{passage.text}"},
    ]
