"""Mojibake is repaired, good text is not touched, and what is lost is dropped."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data_prep.curation.steps.encoding import Encoding, repaired
from tests.data_prep.curation.steps.records import LAW, after, answered, assert_idempotent, record

GOOD = [
    *LAW,
    "“It’s a ‘quote’”, she said – “naïve”… and “é”’s, «École», „Spaß“ und gemäß § 5, 5 °C, 100 €.",
    "Voilà l'été à l'école ; ça coûte 5 € — c'est «déjà» arrivé… Œuvres complètes, cœur.",
    "Größe, Übermaß „nur“ für Äpfel; Straße; ÄÖÜ; „weiß“, „süß“.",
    "El niño comió ñoquis; ¿qué? ¡Sí! Atenção: não há «coração» à venda. AMANHÃ VEM.",
    "Zażółć gęślą jaźń „nóż” – ąęśżź. Příliš žluťoučký kůň úpěl ďábelské ódy. Răspuns „bun”.",
    "Ελληνικά «κείμενο» για τη Γη. Русский текст «кавычки». Українська: Ріка, Єва, їжак.",
    "∑ x² ≤ √π, α ≈ 3·10⁻⁶, A → B, ∀x∈ℝ: ¬(p ∧ q), ½ ± ¼ × ‰, ∫√2dx ≠ ∞, ┌──┬──┐ ├──┼──┤",
    "日本語の文章です。中文，标点。 العربية ‎ हिन्दी 한국어 👩‍👩‍👧 🇪🇺",
    "Use &amp; and &lt;b&gt;, or \\u00e9, in HTML; ﬁ and ﬂ; ｆｕｌｌ width.",
]


@pytest.mark.parametrize("text", GOOD)
def test_good_text_is_not_touched(text: str) -> None:
    assert repaired(text) is text or repaired(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "L'été, l'école et le cœur coûtent 5 €.",
        "Die Größe der Straße für Äpfel",
        "¿Qué pasó en España el año pasado?",
        "A decisão não é válida, atenção à revisão.",
        "It’s “quoted” – and done…",
        "Zażółć gęślą jaźń",
    ],
)
def test_utf8_read_as_windows_1252_is_repaired(text: str) -> None:
    damaged = "".join(bytes([b]).decode("cp1252", "replace") if b not in (0x81, 0x8D, 0x8F, 0x90, 0x9D) else chr(b)
                      for b in text.encode())  # fmt: skip
    assert damaged != text
    assert after(Encoding(), damaged) == text


@pytest.mark.parametrize(
    ("damaged", "text"),
    [
        ("РџСЂРёРІРµС‚, РјРёСЂ", "Привет, мир"),
        ("Ξ‘ΞΈΞ®Ξ½Ξ±", "Αθήνα"),
        ("fianc√©", "fiancé"),
        ("caf├⌐", "café"),
        ("voilÃ  tout", "voilà tout"),
        ("Â§ 5 of the Act", "§ 5 of the Act"),
    ],
)
def test_other_code_pages_are_repaired(damaged: str, text: str) -> None:
    assert repaired(damaged) == text


def test_only_the_damaged_line_is_changed_and_code_never() -> None:
    text = "Das Maß „heiß“\ncafÃ©\n```\nfix('cafÃ©')\n```\n"
    assert repaired(text) == "Das Maß „heiß“\ncafé\n```\nfix('cafÃ©')\n```\n"


def test_surrogates_become_what_they_meant_or_a_sign_of_loss() -> None:
    assert repaired("\ud83d\ude00 ok") == "😀 ok"
    assert repaired("a\ud83db") == "a\ufffdb"


def test_what_is_lost_for_good_is_dropped() -> None:
    assert Encoding().check(answered("caf\ufffd")) == "encoding: damaged"
    assert Encoding(max_damaged=0.2).check(answered("caf\ufffd")) is None
    assert Encoding().check(record("Q", "a", rejected="b\ufffd")) == "encoding: damaged"


def test_ascii_is_the_very_same_string() -> None:
    text = "plain text & <code>"
    assert repaired(text) is text


@given(st.text(alphabet=st.characters(max_codepoint=0x2200), max_size=60))
def test_it_is_idempotent_and_leaves_no_surrogates(text: str) -> None:
    assert_idempotent(Encoding(max_damaged=1), answered(text))
    repaired(text).encode()
