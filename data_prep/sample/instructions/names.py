"""Invented names, towns, figures and equations: the same in all languages and in every run."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np

from data_prep.sample.instructions.words.base import phrases

_STARTS = phrases("""
    Al; Ar; Bal; Bel; Bor; Bri; Cal; Cor; Dal; Del; Dor; Ek; El; Fal; Fen; Fir; Gar; Gel; Gor; Hal; Hel; Hor; Il; Jar
    Jol; Kal; Kel; Kor; Lar; Lin; Lor; Mal; Mer; Mor; Nal; Nev; Nor; Ol; Or; Pel; Pra; Quil; Ral; Ren; Ros; Sal; Sel
    Sor; Tal; Tev; Tor; Ul; Urs; Val; Vel; Vor; Wal; Wen; Yar; Yor; Zal; Zel; Zor; Bjo; Dru; Fyo; Gwy; Hju; Kwa; Lju
    Myr; Nqu; Oxa; Pfe; Rhu; Sgo; Tchi; Uvo; Vru; Wro; Xan; Ybe; Zmi
""")
_MIDDLES = phrases("""
    a; e; i; o; u; ada; ema; ivo; oza; ugi; aph; exi; ijo; owu; udy; ack; esk; ilm; omb; urk; att; ewn; ish; onx; ubb
""")
_ENDS = phrases("""
    bex; ckle; dov; ffin; gwen; hara; jak; kemp; lund; mir; nox; pra; quist; rand; stov; tram; vich; wick; xel; yard
    zig; bow; dell
""")
_TOWN_ENDS = phrases("""
    berg; bury; dale; fjord; gate; haven; kirk; leth; mouth; nitz; ovo; polis; quay; rath; stad; thorp; vik; wold; xa
    zell
""")
_GIVEN_ENDS = phrases("a; o; e; is; en; ur")
_ROMANCE = {
    "es": (
        phrases("a; o; ita; io; ela; ino; undo; erta; ulio; ajo"),
        phrases("""ado; ena; ero; illo; osa; ano; ez; uela; ardo; eda; ino; anza; ique; oro; alba; elo; urra; ondo
            ueño; echea; uño; aya; ajuelo; ollada; ibre; azgo; epunto; ucho; iaga; ofría; ezuma; ugalde; ábano"""),
        phrases("""villa; puente; torre; llanos; nueva; hondo; mar; rincón; dillo; zuela; fuente; campo; gada; rejo
            ción; bejuno; ñedo; cuevas; guijar; huerta; joyosa; peñas; quemada; sabugal; vega"""),
    ),
    "pt": (
        phrases("a; o; inha; io; ela; ino; undo; erta; úlio; ejo"),
        phrases("""ado; eira; inho; osa; ão; eda; ança; ique; ouro; alva; elo; urro; ondo; ões; agem; eiro; ilha
            oso; eija; unho; aia; acão; olhão; ezelo; ubre; ofães; igoa; uça; eixo; âmbar; echim; ufas; ôncio"""),
        phrases("""vila; ponte; torres; lhão; nova; fundo; mar; zinha; dal; fonte; campo; gada; lhos; ção; neira
            reijo; bouça; covões; freixo; gueiros; horta; jães; penha; queijas; sobral; várzea; mões"""),
    ),
}
"""Ends of given names, of family names and of towns where those above would look like another language."""
_FOREIGN = set("kwyx")
_FOREIGN_STARTS = set(phrases("Bjo; Hju; Nqu; Pfe; Tchi; Ek"))
_GIVEN = 600
_NAMES, _TOWNS = 8000, 5000
_SUMS = 6000
_MARKS = 30_000


def _joined(random: np.random.Generator, parts: Sequence[Sequence[str]], count: int) -> list[str]:
    """Distinct words of one part of each kind; a few fewer than asked for."""
    columns = [random.integers(0, len(part), count) for part in parts]
    words = ("".join(part[k] for part, k in zip(parts, row, strict=True)) for row in zip(*columns, strict=True))
    return list(dict.fromkeys(words))


@cache
def names(code: str = "") -> tuple[str, ...]:
    """Given name and family name, such as look at home in a language."""
    random = np.random.default_rng(11)
    starts, middles = _beginnings(code)
    given_ends, ends, _ = _ROMANCE.get(code, (_GIVEN_ENDS, _ENDS, _TOWN_ENDS))
    given = _joined(random, (starts, given_ends), _GIVEN)
    family = _joined(random, (starts, middles, ends), _NAMES)
    return tuple(
        f"{given[k]} {name}" for k, name in zip(random.integers(0, len(given), len(family)), family, strict=True)
    )


@cache
def places(code: str = "") -> tuple[str, ...]:
    """Towns."""
    ends = _ROMANCE[code][2] if code in _ROMANCE else _TOWN_ENDS
    return tuple(_joined(np.random.default_rng(12), (*_beginnings(code), ends), _TOWNS))


def _beginnings(code: str) -> tuple[Sequence[str], Sequence[str]]:
    """First and middle syllables."""
    if code not in _ROMANCE:
        return _STARTS, _MIDDLES
    starts = [start for start in _STARTS if start not in _FOREIGN_STARTS and _FOREIGN.isdisjoint(start.lower())]
    return starts, [middle for middle in _MIDDLES if _FOREIGN.isdisjoint(middle)]


@cache
def sums() -> tuple[str, ...]:
    """True equations."""
    random = np.random.default_rng(13)
    found = []
    for first, second, kind in zip(*(random.integers(3, 98, (2, _SUMS))), random.integers(0, 3, _SUMS), strict=True):
        a, b = int(first), int(second)
        found.append((f"{a} × {b} = {a * b}", f"{a + b} - {b} = {a}", f"{a} + {b} = {a + b}")[kind])
    return tuple(dict.fromkeys(found))


@cache
def marks() -> tuple[str, ...]:
    """Catalogue numbers, letters and figures by turns: `Q7x4b`."""
    random = np.random.default_rng(14)
    letters, small = "BCDFGHJKLMNPQRSTVWXZ", "bcdfghjklmnpqrstvwxz"
    columns = [random.integers(0, size, _MARKS).tolist() for size in (20, 10, 20, 10, 20)]
    found = (f"{letters[a]}{b}{small[c]}{d}{small[e]}" for a, b, c, d, e in zip(*columns, strict=True))
    return tuple(dict.fromkeys(found))


def numbers() -> tuple[str, ...]:
    """Whole numbers of three and four digits, no year among them."""
    return tuple(str(k) for k in range(103, 9990, 7) if not 1700 <= k <= 2100)


def small_numbers() -> tuple[str, ...]:
    """Whole numbers from 3 to 60."""
    return tuple(str(k) for k in range(3, 61))


def years() -> tuple[str, ...]:
    """Years."""
    return tuple(str(k) for k in range(1750, 2026))
