"""Spanish wordings."""

from __future__ import annotations

from data_prep.instruct.wordings.form import Form

FORMS = {
    "definition": Form(
        training=(
            "¿Qué significa «{term}» {within}?",
            "¿Cómo define {act} «{term}»?",
            "Dé la definición de «{term}» {within}.",
            "A efectos {of}, ¿qué se entiende por «{term}»?",
            "¿Cuál es el significado de «{term}» a los efectos {of}?",
            "Defina «{term}» en el sentido {of}.",
        ),
        heldout=(
            "{act} emplea el término «{term}». ¿Qué designa?",
            "¿Cómo debe entenderse «{term}» {within}?",
        ),
        answer="Según el {citation}, se entenderá por {text}",
    ),
    "obligation": Form(
        training=(
            "¿Qué exige {place}?",
            "¿Qué obligación se establece {at}?",
            "Indique la obligación prevista {at}.",
            "¿Qué debe hacerse según {place}?",
            "¿Qué deber impone {place}?",
            "¿Qué requisito se fija {at}?",
        ),
        heldout=(
            "¿A qué obliga {place}?",
            "¿Qué hay que cumplir de acuerdo con lo dispuesto {at}?",
        ),
        answer="Según el {citation}: {text}",
    ),
    "scope": Form(
        training=(
            "¿Cuál es el ámbito de aplicación {of}?",
            "¿A qué se aplica {act}?",
            "¿Qué abarca {act}?",
            "Describa el ámbito de aplicación {of}.",
            "¿Cuáles son el objeto y el ámbito de aplicación {of}?",
            "¿Sobre qué versa {act}?",
        ),
        heldout=(
            "¿Qué materias quedan comprendidas {within}?",
            "¿Hasta dónde llega el alcance {of}?",
        ),
        answer="Según el {citation}: {text}",
    ),
    "which_act_by_celex": Form(
        training=(
            "¿Qué acto tiene el número CELEX {celex}?",
            "¿Qué acto es CELEX {celex}?",
            "Nombre el acto que lleva el número CELEX {celex}.",
            "¿A qué acto pertenece el número CELEX {celex}?",
            "CELEX {celex}: ¿de qué acto se trata?",
            "¿Cuál es el acto con el número CELEX {celex}?",
        ),
        heldout=(
            "¿Qué texto del Derecho de la Unión está clasificado como CELEX {celex}?",
            "¿Qué acto se esconde tras el número CELEX {celex}?",
        ),
        answer="{citation}, {text}.",
    ),
    "which_act_by_label": Form(
        training=(
            "¿Cuál es el número CELEX {of}?",
            "¿Qué número CELEX tiene {act}?",
            "Dé el número CELEX {of}.",
            "¿Con qué número CELEX figura {act}?",
            "Indique el número CELEX que lleva {act}.",
            "{label}: ¿cuál es su número CELEX?",
        ),
        heldout=(
            "¿Cómo está numerado en CELEX el texto {of}?",
            "¿Por qué número CELEX se puede buscar {act}?",
        ),
        answer="{citation}, {text}.",
    ),
    "which_act_by_subject": Form(
        training=(
            "¿Cuál es el número CELEX del acto «{subject}»?",
            "¿Qué acto lleva el título «{subject}»?",
            "¿Qué acto se describe como «{subject}»?",
            "Dé el número CELEX del acto titulado «{subject}».",
            "Nombre el acto «{subject}».",
            "¿Qué acto de la Unión es el «{subject}»?",
        ),
        heldout=(
            "¿Con qué número CELEX se encuentra el acto «{subject}»?",
            "¿Qué acto se adoptó con las palabras «{subject}» en su título?",
        ),
        answer="{citation}, {text}.",
    ),
    "which_article_by_heading": Form(
        training=(
            "¿Qué artículo {of} lleva el título «{heading}»?",
            "¿Qué artículo {of} trata de «{heading}»?",
            "¿Dónde trata {act} de «{heading}»?",
            "Nombre el artículo {of} titulado «{heading}».",
            "¿En qué artículo {of} se encuentra «{heading}»?",
            "«{heading}»: ¿qué artículo {of} es?",
        ),
        heldout=(
            "¿Qué disposición {of} tiene por rúbrica «{heading}»?",
            "¿Dónde hay que buscar «{heading}» {within}?",
        ),
        answer="{citation}: «{text}».",
    ),
    "which_article_by_quote": Form(
        training=(
            "¿Qué artículo {of} dice: «{quote}»?",
            "¿En qué artículo {of} está escrito: «{quote}»?",
            "¿Dónde dice {act}: «{quote}»?",
            "Nombre el artículo {of} que dice: «{quote}».",
            "«{quote}»: ¿qué artículo {of} es?",
            "¿Qué artículo {of} contiene las palabras «{quote}»?",
        ),
        heldout=(
            "¿Qué disposición {of} reza: «{quote}»?",
            "¿De qué artículo {of} procede lo siguiente: «{quote}»?",
        ),
        answer="{citation}: «{text}».",
    ),
}
