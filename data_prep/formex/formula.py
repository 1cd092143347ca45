"""Formulas on one line: operators, brackets, fractions and roots are elements and attributes, not characters."""

from __future__ import annotations

from data_prep.formex.sink import Sink
from data_prep.formex.walker import Element, Handler, Walker, block, inline

_MATH = {"PLUS": " + ", "MINUS": " − ", "MULT": " × ", "CARTPROD": " × ", "DIV": " / ", "PLUSMINUS": " ± "}
_COMPARE = {
    "EQ": " = ", "NE": " ≠ ", "LT": " < ", "GT": " > ", "LE": " ≤ ", "GE": " ≥ ",
    "AP": " ≈ ", "APPROX": " ≈ ", "EQUIV": " ≡ ", "COLONEQ": " := ",
}  # fmt: skip
_BRACKETS = {"BRACKET": ("(", ")"), "SQBRACKET": ("[", "]"), "BRACE": ("{", "}"), "BAR": ("|", "|")}
_OPENINGS = frozenset({"^", "(", "[", "{", "√(", "/("})  # a sign right after one of these has no left operand


def formula(walker: Walker, element: Element, sink: Sink) -> None:
    """INLINE stands in its sentence, OUTLINE on a line of its own."""
    (inline if element.get("TYPE") == "INLINE" else block)(walker, element, sink)


def operator(walker: Walker, element: Element, sink: Sink) -> None:
    """OP.MATH and OP.CMP: the sign is in TYPE; an unknown type is printed by its name."""
    kind = element.get("TYPE") or ""
    sign = _MATH.get(kind) or _COMPARE.get(kind) or f" {kind} "
    unary = bool(sink.pieces) and sink.pieces[-1] in _OPENINGS
    sink.pieces.append(sign.strip() if unary else sign)
    walker.mixed(element, sink)


def expression(walker: Walker, element: Element, sink: Sink) -> None:
    """EXPR, with the brackets that TYPE asks for."""
    opening, closing = _BRACKETS.get(element.get("TYPE") or "", ("", " "))
    if not opening and sink.pieces and sink.pieces[-1][-1:].isalnum():
        sink.pieces.append(" ")  # neighbours must not run together
    _wrapped(walker, element, sink, opening, closing)


def fraction(walker: Walker, element: Element, sink: Sink) -> None:
    """FRACTION as `(dividend)/(divisor)`."""
    _wrapped(walker, element, sink, "", "")


def dividend(walker: Walker, element: Element, sink: Sink) -> None:
    """DIVIDEND, in parentheses."""
    _wrapped(walker, element, sink, "(", ")")


def divisor(walker: Walker, element: Element, sink: Sink) -> None:
    """DIVISOR, after the fraction bar."""
    _wrapped(walker, element, sink, "/(", ")")


def root(walker: Walker, element: Element, sink: Sink) -> None:
    """ROOT as `√(...)`."""
    _wrapped(walker, element, sink, "√(", ")")


def exponent(walker: Walker, element: Element, sink: Sink) -> None:
    """EXPONENT as `^...`: 10^-6 must not read as 10-6."""
    _wrapped(walker, element, sink, "^", "")


def summation(walker: Walker, element: Element, sink: Sink) -> None:
    """SUM with its bounds."""
    _wrapped(walker, element, sink, " Σ", " ")


def product(walker: Walker, element: Element, sink: Sink) -> None:
    """PRODUCT with its bounds."""
    _wrapped(walker, element, sink, " Π", " ")


def bound(walker: Walker, element: Element, sink: Sink) -> None:
    """OVER and UNDER of a sum."""
    _wrapped(walker, element, sink, "[", "]")


def _wrapped(walker: Walker, element: Element, sink: Sink, before: str, after: str) -> None:
    if before:
        sink.pieces.append(before)
    walker.mixed(element, sink)
    if after:
        sink.pieces.append(after)


HANDLERS: dict[object, Handler] = {
    "FORMULA": formula,
    "FORMULA.S": block,
    "EXPR": expression,
    "OP.MATH": operator,
    "OP.CMP": operator,
    "FRACTION": fraction,
    "DIVIDEND": dividend,
    "DIVISOR": divisor,
    "ROOT": root,
    "EXPONENT": exponent,
    "SUM": summation,
    "PRODUCT": product,
    "UNDER": bound,
    "OVER": bound,
    "IND": inline,
    "OVERLINE": inline,
    "FUNCTION": inline,
    "INTEGRAL": inline,
    "VECTOR": inline,
}
