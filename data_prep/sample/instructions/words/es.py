"""Spanish phrases of the invented instructions."""

from __future__ import annotations

from data_prep.sample.instructions.words.base import Words, after_noun, lines, phrases

WORDS = Words(
    code="es",
    nouns={
        "general": phrases("""la tetera; la bicicleta; la senda; la silla; la barca; la sombrilla; la hogaza de pan
            la linterna; la saca; la red de pesca; la lámpara; la mesa; la maleta; la taza; la llave; la nave"""),
        "law": phrases("""la cláusula; la escritura; la apelación; la ordenanza; la licencia; la garantía; la demanda
            la sentencia; la servidumbre; la patente; la herencia; la ley de aguas; la norma; la medida cautelar"""),
        "mathematics": phrases("""la prueba; la matriz; la integral; la sucesión; la conjetura; la elipse; la fracción
            la parábola; la permutación; la hipótesis; la derivada; la esfera; la raíz; la recta; la suma; la serie"""),
        "code": phrases("""la función; la tabla de dispersión; la prueba unitaria; la cola; la base de datos; la rama
            la lista enlazada; la biblioteca; la expresión regular; la memoria; la clase; la variable; la consulta"""),
        "science": phrases("""la enzima; la estrella; la lente; la bacteria; la aleación; la órbita; la membrana
            la molécula; la seta; la batería; la neurona; la marea; la galaxia; la roca; la semilla; la tormenta"""),
        "writing": phrases("""la novela; la metáfora; la fábula; la carta; la biografía; la portada; la rima; la trama
            la escena; la crónica; la leyenda; la página; la reseña; la estrofa; la frase"""),
    },
    adjectives=phrases("""fiable; útil; frágil; estable; actual; azul; verde; brillante; antigua; pequeña; hermosa
        vacía; vieja; roja; amarilla; blanca; negra; estrecha; llena; ajena; fea; extraña; nueva; bella; fuerte; perdida
        prestada; olvidada; española; mejor; deseada; sencilla"""),
    joined=after_noun,
    people=phrases("""la secretaria; el capitán del puerto; el panadero; una joven ingeniera; la bibliotecaria; el juez
        el jardinero; mi vecina; el topógrafo; una profesora jubilada; la archivera; el piloto; el enfermero
        el pintor; una estudiante; el carpintero; la traductora; el alcalde; la química; el apicultor; el sastre"""),
    verbs=phrases("""revisa; repara; describe; dibuja; presta; mide; defiende; olvida; elogia; compara; fotografía
        hereda; cuestiona; envuelve; subasta; pule; esconde; admira; explica; prueba; mueve; rechaza; copia; etiqueta
        dona; mejora; examina; pesa; cambia; restaura; recomienda; inspecciona; protege; traduce; sustituye"""),
    states=lines("""
        sigue en uso durante {small} meses
        pesa {number} gramos
        data de {year}
        parece mayor que antes
        no cuesta más de {number} coronas
        pertenece a {name}
        necesita {small} minutos de cuidado
        tiene más años que {place}
        merece una segunda mirada
        contiene {small} fallos ocultos
        llegó desde {place} en barco
        lleva el nombre de {name}
        funciona mejor a {small} grados
        tiene {small} piezas gastadas"""),
    when=phrases("""antes del mediodía; después de la tormenta; un lunes de cada dos; al amanecer; a finales de otoño
        durante las vacaciones; una vez al mes; los días de mercado; poco después de comer; cuando llueve
        sin demora; mucho después de la medianoche"""),
    where=phrases("""en el desván; detrás de la estación; cerca del río; en la cubierta superior; bajo el puente viejo
        en el ayuntamiento; en una habitación alquilada; junto al canal; en la isla; en la sala de lectura
        en la frontera; a lo largo de la costa; en el invernadero; junto a la capilla; en el tercer piso"""),
    units=phrases("""visitantes; páginas; kilómetros; cartas; manzanas; muestras; billetes; barriles; quejas; ovejas
        ladrillos; volúmenes; monedas; velas; líneas; errores; metros de cuerda; litros de leche; hojas de papel"""),
    openers=lines("""
        En la práctica,
        Para empezar,
        En cambio,
        Según {name},
        En {year},
        Por esa razón,
        Hasta donde sabemos,
        Algo más tarde,
        En palabras de {name},
        Cerca de {place},
        Desde entonces,
        Para asombro del señor {name},
        Por ejemplo,
        Hacia {year},
        En la feria de {place},
        Con un poco de suerte,"""),
    small_after=True,
    cores=lines("""
        la pieza {mark} de la colección de {place} es un tesoro
        la nota {mark} dice que {person} {verb} {object}
        {person} {verb} {object} con el número {mark}
        {person} {verb} {object}
        {person} {verb} {object} {when}
        {name} {verb} {object} {where}
        {thing} {state}
        {thing} {state}, y {person} {verb} {object}
        el pueblo de {place} tiene {number} {unit} y una esperanza
        {name} escribió {number} {unit} sobre {object}
        {person} cuenta {number} {unit} {when}
        una carta de {place} menciona {object}
        nadie en {place} {verb} {object}
        pasan {small} días hasta que {thing} llega {where}
        {name} y {name} discuten sobre {object}
        la respuesta está en {object} de {place}
        {person} vende {object} por {number} coronas
        el museo de {place} presta {object} a {name}
        lo que importa aquí es {object}
        {name} perdió {object} {where}
        nadie duda de que {person} {verb} {object}
        quien {verb} {object} aprende mucho de {name}
        cada uno de los {small} pasos empieza con {object}"""),
    special={
        "law": lines("""
            el artículo {small} de la carta de {place} regula {object}
            el tribunal de {place} condena a {name} a pagar {number} coronas
            {person} puede apelar en {small} días"""),
        "mathematics": lines("""
            {sum}, lo que resuelve el caso de {object}
            encontramos que {sum}
            {name} demostró que {sum} para {object}"""),
        "code": lines("""
            {thing} devuelve {number} en el ensayo de {name}
            la línea {number} llama dos veces a {object}
            una llamada a {object} tarda {number} microsegundos"""),
        "science": lines("""
            el laboratorio de {place} midió {object} {small} veces
            a {number} kelvin {thing} {state}
            un estudio de {name} abarca {number} {unit}"""),
        "writing": lines("""
            el lector encuentra {object} en la hoja {number}
            {name} termina el relato con {object}
            el poema sobre {place} tiene {number} versos"""),
    },
    tails=lines("""
        , como muestra la nota {mark}
        (véase {mark} y {mark})
        bajo el número {mark}
        porque {person} {verb} {object}
        , pues {thing} {state}
        mientras {name} mira desde {place}
        , lo que también asombró a {name} {when}
        , como {name} anotó en {year}
        y pide consejo a {name}
        para que {person} pueda descansar {where}
        , y no por primera vez
        con la ayuda de {name}
        , igual que {name} en {place}
        , pero solo {when}
        a cambio de {number} {unit}
        hasta que {place} cambie las reglas
        , y es una lástima
        en nombre de {name}
        , pues {number} {unit} son demasiados
        desde que {person} vive en {place}
        sin avisar a {name}
        mientras {thing} dure"""),
    prompts={
        "any": lines("""
            Explica en {small} frases por qué {person} {verb} {object}.
            ¿Qué debería saber {name} sobre {object}?
            Compara {object} con {object} para una lectora de {place}.
            Dame {small} razones por las que {person} {verb} {object} {when}.
            ¿Es verdad que {thing} {state}?
            Dime qué piensa {name} de {place} sobre {object}.
            ¿Por qué guarda {name} {object} {where}?"""),
        "law": lines("¿Qué regla de {place} vale cuando {person} {verb} {object}?"),
        "mathematics": lines("Muestra paso a paso que {sum}, y explica la relación con {object}."),
        "code": lines("Escribe para {name} una función de Python que revise {object}."),
        "science": lines("Diseña un experimento en el que {person} {verb} {object}."),
        "writing": lines("Escribe un cuento breve en el que {name} {verb} {object} {where}."),
    },
    followups=lines("""
        ¿Y qué dice {name} sobre {object}?
        Gracias. ¿Puedes añadir un ejemplo de {place}?
        ¿Qué ocurre si {person} {verb} {object} {when}?
        ¿Puedes decir algo más sobre {object} {where}?"""),
    systems=lines("""
        Respondes en un español claro a preguntas de {domain}.
        Responde con frases completas."""),
    phrases={
        "refusal": lines("""
            Lo siento, pero no puedo ayudar con esa solicitud.
            Como modelo de lenguaje, no puedo responder a esta petición."""),
        "boilerplate": lines("""
            Como modelo de lenguaje, no tengo opiniones personales, pero esto es lo que encontré.
            Espero que esto ayude. No dudes en preguntar lo que quieras."""),
        "accents": lines("""
            El niño pequeño comió jamón en el balcón de la estación más próxima.
            ¿Cuántos años cumplió la señora Ibáñez en el último otoño?"""),
    },
)
