"""Spanish wordings."""

from __future__ import annotations

from data_prep.instruct.wordings.form import Form, Frames

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
        framed=False,
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
        framed=False,
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
        framed=False,
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
    "requirement": Form(
        training=(
            "¿Cuáles son los requisitos que enumera {place}?",
            "¿Qué elementos exige {place}, punto por punto?",
            "{place} comienza así: «{introduction}». ¿Qué puntos siguen?",
            "Enumere los requisitos establecidos {at}.",
            "¿Qué hay que presentar, indicar o hacer según la lista que figura {at}?",
            "¿Qué requisitos siguen, {at}, a las palabras «{introduction}»?",
        ),
        heldout=(
            "Exponga punto por punto lo que impone {place}.",
            "¿Cómo continúa, {at}, la lista que empieza por «{introduction}»?",
        ),
        answer="Según el {citation}: {text}",
    ),
    "condition": Form(
        training=(
            "¿En qué condiciones se aplica {place}?",
            "¿Qué condiciones establece {place}?",
            "{place} dispone: «{introduction}». ¿Cuáles son esas condiciones o esos casos?",
            "Enumere las condiciones fijadas {at}.",
            "¿En qué casos rige lo que prevé {place}?",
            "¿Qué condiciones o casos siguen, {at}, a las palabras «{introduction}»?",
        ),
        heldout=(
            "¿De qué hace depender {place} la norma que establece?",
            "¿Qué condiciones o casos se enumeran {at}?",
        ),
        answer="Según el {citation}: {text}",
    ),
    "exception": Form(
        training=(
            "¿Qué excepción prevé {place}?",
            "¿Qué excluye {place} de la aplicación de la norma?",
            "¿De qué norma se aparta {place}, o qué aplicación excluye?",
            "Indique la excepción establecida {at}.",
        ),
        heldout=(
            "¿Qué excepción o exclusión se encuentra {at}?",
            "¿Qué queda exceptuado según {place}?",
        ),
        answer="Según el {citation}: {text}",
    ),
    "entry_into_force": Form(
        training=(
            "¿Cuándo entra en vigor {act}?",
            "¿En qué fecha entra en vigor {act}?",
            "Indique cuándo entra en vigor {act}.",
            "¿Qué disposición regula la entrada en vigor {of} y qué dice?",
        ),
        heldout=(
            "¿Qué establece {act} sobre su propia entrada en vigor?",
            "¿Cómo se determina la entrada en vigor {of}?",
        ),
        answer="Según el {citation}: {text}",
    ),
    "application_date": Form(
        training=(
            "¿A partir de cuándo se aplica {act}?",
            "¿Desde qué fecha es aplicable {act}?",
            "Indique la fecha a partir de la cual se aplica {act}.",
            "¿Qué disposición dice a partir de cuándo se aplica {act}, y cuál es la fecha?",
        ),
        heldout=(
            "¿Qué establece {act} sobre el inicio de su aplicación?",
            "¿Desde qué día hay que aplicar {act}?",
        ),
        answer="Según el {citation}: {text}",
    ),
    "penalty": Form(
        training=(
            "¿Qué sanciones prevé {place}?",
            "¿Qué dice {place} sobre multas o sanciones?",
            "¿Qué multa u otra sanción resulta de lo dispuesto {at}?",
            "Indique las sanciones establecidas {at}.",
            "¿Qué consecuencias en forma de multas o sanciones se prevén {at}?",
            "¿Qué norma sobre sanciones se encuentra {at}?",
        ),
        heldout=(
            "¿Cómo se castigan las infracciones según {place}?",
            "¿Qué se dispone {at} en materia de sanciones?",
        ),
        answer="Según el {citation}: {text}",
    ),
    "deadline_period": Form(
        training=(
            "¿En qué plazo debe hacerse lo que exige {place}?",
            "¿Qué plazo fija {place}?",
            "¿Qué plazo es aplicable según {place}?",
            "Indique el plazo establecido {at}.",
            "¿De cuánto tiempo se dispone según {place}?",
            "¿Cuál es el plazo que prescribe {place}?",
        ),
        heldout=(
            "¿Cuánto se puede tardar como máximo en hacer lo que prescribe {place}?",
            "¿Qué plazo se señala {at}?",
        ),
        answer="Según el {citation}, el plazo es «{limit}»: {text}",
    ),
    "deadline_date": Form(
        training=(
            "¿Para qué fecha debe hacerse lo que exige {place}?",
            "¿Qué fecha fija {place}?",
            "Indique la fecha establecida {at}.",
            "¿Para cuándo hay que cumplir lo que dispone {place}?",
        ),
        heldout=(
            "¿Hasta qué día hay tiempo para hacer lo que prescribe {place}?",
            "¿Qué fecha límite se señala {at}?",
        ),
        answer="Según el {citation}, el plazo es «{limit}»: {text}",
    ),
    "amendment": Form(
        training=(
            "¿Qué disposición de qué acto {change}?",
            "Nombre el artículo y el acto que {change}.",
            "¿Qué acto, mediante cuál de sus artículos, {change}?",
            "¿Qué disposición modificativa {change}?",
        ),
        heldout=(
            "Dé el número CELEX y el artículo del acto que {change}.",
            "¿Qué es lo que {change}? Nombre el acto y el artículo.",
        ),
        answer="{others}: modificación {of} (CELEX: {celex}).",
        without_text=True,
    ),
    "amended_unit": Form(
        training=(
            "¿Qué acto {change}?",
            "¿Por qué acto {passive}?",
            "Nombre el acto, y su artículo, que {change}.",
            "¿Qué acto modificativo {change}, y mediante cuál de sus artículos?",
            "¿Por qué artículo de qué acto {passive}?",
            "Dígame qué acto {change}.",
        ),
        heldout=(
            "¿En virtud de qué disposición modificativa {passive}?",
            "Es un acto modificativo el que {change}. ¿Cuál?",
        ),
        answer="El {citation} {done} por el {others}. Dice lo siguiente: {text}",
    ),
    "amended_by": Form(
        training=(
            "¿Qué ha modificado el acto con el número CELEX {by} {within}, según el texto consolidado?",
            "¿Qué disposiciones del texto consolidado {of} han sido modificadas por el acto CELEX {by}?",
            "Nombre las disposiciones {of} que figuran como modificadas por el acto CELEX {by}.",
            "¿Qué modificaciones del acto CELEX {by} muestra el texto consolidado {of}?",
        ),
        heldout=(
            "El acto CELEX {by} ha modificado {act}. ¿En qué lugares lo muestra el texto consolidado?",
            "¿Qué pasajes del texto consolidado {of} se deben al acto CELEX {by}?",
        ),
        answer="{places}: modificación por el {others}.",
        without_text=True,
    ),
    "cross_reference": Form(
        training=(
            "¿Qué establece {place} y qué dice la disposición a la que remite?",
            "{place} remite a otro artículo. ¿Qué dicen las dos disposiciones?",
            "Explique {place} junto con el artículo al que remite.",
            "¿A qué otra disposición remite {place} y qué establecen ambas?",
            "Cite {place} y la disposición a la que remite.",
            "¿Cómo debe leerse {place} junto con el artículo que menciona?",
        ),
        heldout=(
            "Para entender {place} hay que leer también otro artículo. ¿Qué dicen?",
            "Exponga lo que se dispone {at} y en la disposición allí mencionada.",
        ),
        answer="Según el {citation}: {text}",
        further="La disposición a la que se remite, el {citation}, reza así: {text}",
        short=False,
    ),
    "cross_lingual": Form(
        training=(
            "¿Qué dice en español la disposición reproducida, cuyo texto está en {shown}?",
            "El texto reproducido está en {shown}. ¿Cuál es el tenor de la disposición en español?",
            "Dé la versión española de la disposición reproducida en {shown}.",
            "Lo que se reproduce en {shown} es {place}. ¿Qué tenor tiene en español?",
        ),
        heldout=(
            "¿Cómo se lee {place}, reproducido aquí en {shown}, en su versión española?",
            "Indique en español lo que establece {place}, reproducido en {shown}.",
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
        answer="El {citation} {done} por el {others}.",
        without_text=True,
    ),
    "unanswerable_article": Form(
        training=FORMS["obligation"].training,
        heldout=FORMS["obligation"].heldout,
        answer="{citation} no contiene ningún {article}; su último artículo es el {last}.",
        without_text=True,
    ),
    "unanswerable_term": Form(
        training=FORMS["definition"].training,
        heldout=FORMS["definition"].heldout,
        answer="El {citation}, que contiene las definiciones, no define «{term}».",
        without_text=True,
    ),
    "unanswerable_time": Form(
        training=FORMS["deadline_period"].training,
        heldout=FORMS["deadline_period"].heldout,
        answer="El {citation} no fija ningún plazo. Dispone lo siguiente: {text}",
        shown=True,
    ),
    "unanswerable_fine": Form(
        training=FORMS["penalty"].training,
        heldout=FORMS["penalty"].heldout,
        answer="El {citation} no prevé ninguna multa ni otra sanción. Dispone lo siguiente: {text}",
        shown=True,
    ),
}

FRAMES = Frames(
    training=(
        "Mi pregunta se refiere al texto {of}{about}. {question} Empiece por el artículo y el número CELEX, "
        "y cite después las palabras de la disposición.",
        "{question} El acto en cuestión es {act}{about}. Cite el artículo con el número CELEX y reproduzca "
        "el texto pertinente.",
        "Para una nota jurídica sobre {act}{about}, necesito una fuente exacta. {question} Indique primero "
        "el artículo y el número CELEX, y después el tenor en que se basa la respuesta.",
        "Responda sobre la base {of}{about}, y cite el artículo con su número CELEX antes de reproducir el "
        "texto. {question}",
    ),
    heldout=(
        "Estoy preparando un dictamen sobre {act}{about}. {question} La respuesta debe nombrar la "
        "disposición con su número CELEX y exponer su texto.",
        "{question} Se trata {of}{about}; dé la referencia con el número CELEX y diga después lo que allí "
        "está escrito.",
    ),
    passage=(
        "Lea el texto siguiente y responda con el artículo y el número CELEX.\n\n{passage}\n\n{question}",
        "{question} Utilice únicamente este texto y cítelo.\n\n{passage}",
        "El texto siguiente procede {of}{about}.\n\n{passage}\n\n{question} Cite la disposición.",
        "Responda a partir del texto que figura a continuación y diga dónde se encuentra.\n\n{passage}\n\n{question}",
    ),
    passage_heldout=(
        "Fuente:\n{passage}\n\nTarea: {question} Cite la fuente.",
        "{question} La respuesta, si la hay, está en este texto:\n\n{passage}",
    ),
)
