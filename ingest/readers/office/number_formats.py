"""Number formats of spreadsheets: how a cell shows its number, such as 12.5% in place of 0.125."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from fractions import Fraction
from functools import lru_cache

# The formats that files name by number only (ECMA-376, part 1, 18.8.30). Those left out show dates, texts or
# numbers as they are.
BUILT_IN = {
    1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00",
    5: '"$"#,##0_);\\("$"#,##0\\)', 6: '"$"#,##0_);\\("$"#,##0\\)',
    7: '"$"#,##0.00_);\\("$"#,##0.00\\)', 8: '"$"#,##0.00_);\\("$"#,##0.00\\)',
    9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?", 13: "# ??/??",
    37: "#,##0_);\\(#,##0\\)", 38: "#,##0_);\\(#,##0\\)",
    39: "#,##0.00_);\\(#,##0.00\\)", 40: "#,##0.00_);\\(#,##0.00\\)",
    41: "#,##0_);\\(#,##0\\)", 42: '"$"#,##0_);\\("$"#,##0\\)',
    43: "#,##0.00_);\\(#,##0.00\\)", 44: '"$"#,##0.00_);\\("$"#,##0.00\\)', 48: "##0.0E+0",
}  # fmt: skip

_TOKEN = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]|[Ee][+-]|General|AM/PM|A/P|.', re.DOTALL | re.IGNORECASE)
_CONDITION = re.compile(r"\[[<>=]")
_CURRENCY = re.compile(r"\[\$([^\]-]*)(?:-([0-9A-Fa-f]{1,4})\])?")
_SLOTS = "0#?"
_LARGEST = 1e21
# Letters outside of quotes with which a format shows a date, a text or the number as it is.
_OTHER = re.compile(r"[ymdhsgb@]|General|AM/PM|A/P", re.IGNORECASE)
# What parts thousands in languages with a decimal comma, by the number of the language in a currency's
# locale: Danish to Croatian, then French to Ukrainian. All others have a decimal point.
_THOUSANDS = dict.fromkeys((0x03, 0x06, 0x07, 0x08, 0x0A, 0x10, 0x13, 0x16, 0x18, 0x1A, 0x1F, 0x21), ".") | (
    dict.fromkeys((0x05, 0x0B, 0x0C, 0x0E, 0x14, 0x15, 0x19, 0x1B, 0x1D, 0x22), " ")
)
_PRECISE = Context(prec=400)


class _Section:
    """The part of a format for positive, negative or zero numbers.

    `tokens` stand in order; a literal has a "'" before it. `power` is the power of ten by which percent signs
    and commas scale a number. `thousands` parts thousands; "" where nothing does.
    """

    def __init__(self, tokens: Sequence[str], power: int, thousands: str, point: str) -> None:
        slots = [at for at, token in enumerate(tokens) if token in _SLOTS]
        start, end = (slots[0], slots[-1] + 1) if slots else (len(tokens), len(tokens))
        end = len(tokens) if "/" in tokens else end
        self._body = tokens[start:end]
        self._lead, self._tail = _literals(tokens[:start]), _literals(tokens[end:])
        self._power, self._thousands, self._point = power, thousands, point
        at = self._body.index(".") if "." in self._body else len(self._body)
        self._whole = self._body[:at]
        self._places = [token for token in self._body[at:] if token in _SLOTS]
        self._least = _least(self._whole)
        self._is_scientific = any(map(_is_exponent, self._body))
        # Python writes these formats, which are nearly all.
        is_plain = set(self._body) <= {"0", "#", "."} and set(self._places) <= {"0"} and self._least <= 1
        self._format = f"{',' if thousands else ''}.{len(self._places)}f" if is_plain else ""
        self._marks = str.maketrans({",": thousands, ".": point})

    def show(self, value: float) -> str:
        """Return how a number shows that is not negative."""
        if not self._body:
            return self._lead
        number = Decimal(repr(value)).scaleb(self._power, _PRECISE)
        if "/" in self._body:
            return self._lead + _fraction(number, self._body)
        if self._is_scientific:
            shown = _scientific(number, self._body).replace(".", self._point)
        else:
            last = Decimal(1).scaleb(-len(self._places))
            shown = self._decimal(number.quantize(last, ROUND_HALF_UP, _PRECISE))
        return self._lead + shown + self._tail

    def _decimal(self, number: Decimal) -> str:
        if self._format:
            shown = format(number, self._format)
            return (shown if self._least else shown.removeprefix("0")).translate(self._marks)
        whole, _, rest = f"{number:f}".partition(".")
        digits = whole.lstrip("0").zfill(self._least)
        shown = _grouped(digits, self._thousands) if self._thousands else _filled(digits, self._whole)
        kept = len(rest)
        while kept and rest[kept - 1] == "0" and self._places[kept - 1] != "0":
            kept -= 1
        return f"{shown}{self._point}{rest[:kept]}" if kept else shown


class NumberFormat:
    """How cells with one format show their numbers."""

    def __init__(self, sections: Sequence[_Section]) -> None:
        self._sections = sections

    def show(self, value: float) -> str:
        """Return a number as people see it; "" where the format hides it, or where it is too large."""
        sections = self._sections
        if abs(value) > _LARGEST:
            return ""
        if value == 0 and len(sections) > 2:
            shown = sections[2].show(0.0)
        elif value < 0:
            shown = sections[1].show(-value) if len(sections) > 1 else "-" + sections[0].show(-value)
        else:
            shown = sections[0].show(value)
        return " ".join(shown.split())


@lru_cache(1000)
def number_format(code: str) -> NumberFormat | None:
    """Return the format that this code describes; None when it shows a number as it is, or a date."""
    if _CONDITION.search(code):
        return None
    sections: list[list[str]] = [[]]
    for token in _TOKEN.findall(code):
        if token == ";":
            sections.append([])
        else:
            sections[-1].append(token)
    if not code or any(_OTHER.fullmatch(token) for section in sections[:3] for token in section):
        return None
    return NumberFormat([_section(section) for section in sections[:3]])


def _section(found: Sequence[str]) -> _Section:
    tokens: list[str] = []
    slots = [at for at, token in enumerate(found) if token in _SLOTS]
    thousands, point, power = "", ".", 0
    for at, token in enumerate(found):
        if token == ",":
            if slots and slots[0] < at < slots[-1]:
                thousands = thousands or ","
            elif slots:
                power -= 3
        elif currency := _CURRENCY.match(token):
            tokens.append("'" + currency[1])
            if parts := _THOUSANDS.get(int(currency[2] or "0", 16) & 0x3FF):
                thousands, point = parts, ","
        elif token == "%":
            power += 2
            tokens.append("'%")
        else:
            tokens += _token(token)
    has_groups = "," in found[slots[0] : slots[-1]] if slots else False
    return _Section(tokens, power, thousands if has_groups else "", point)


def _token(token: str) -> list[str]:
    """Return a token of a code as a token of a section."""
    if token[0] == "[":
        return []  # a colour
    if token[0] in '"\\':
        return ["'" + token.strip('"') if token[0] == '"' else "'" + token[1:]]
    if token[0] in "_*":  # room as wide as a character, or filled with it
        return ["' "] if token[0] == "_" else []
    return [token] if token in "0#?./" or _is_exponent(token) else ["'" + token]


def _is_exponent(token: str) -> bool:
    return len(token) == 2 and token[0] in "Ee"


def _literals(tokens: Sequence[str]) -> str:
    return "".join(token[1:] for token in tokens if token[0] == "'")


def _least(before: Sequence[str]) -> int:
    """Return the least number of digits, which zeros in the format ask for."""
    slots = "".join(token for token in before if token in _SLOTS)
    return len(slots) - slots.index("0") if "0" in slots else 0


def _grouped(digits: str, thousands: str) -> str:
    first = len(digits) % 3
    groups = [digits[:first], *(digits[at : at + 3] for at in range(first, len(digits), 3))]
    return thousands.join(group for group in groups if group)


def _filled(digits: str, before: Sequence[str]) -> str:
    """Put digits into the slots from the right, between the literals of a format such as 000-00."""
    shown: list[str] = []
    left = sum(token in _SLOTS for token in before)
    for token in reversed(before):
        if token in _SLOTS:
            left -= 1
            taken = digits[-1:] if left else digits
            digits = digits[:-1] if left else ""
            shown.append(taken)
        elif digits or left == 0:
            shown.append(token[1:])
    return "".join(reversed(shown))


def _scientific(number: Decimal, body: Sequence[str]) -> str:
    at = next(at for at, token in enumerate(body) if _is_exponent(token))
    mantissa = body[:at]
    places = sum(token in _SLOTS for token in mantissa[mantissa.index(".") :]) if "." in mantissa else 0
    shown, _, exponent = f"{number:.{places}E}".partition("E")
    sign = "-" if exponent[0] == "-" else "+" if body[at][1] == "+" else ""
    return f"{shown}E{sign}{exponent[1:].zfill(len(body) - at - 1)}"


def _fraction(number: Decimal, tokens: Sequence[str]) -> str:
    """Return a number as "1 1/2". Its denominator is that of the format, or has no more digits."""
    bar = tokens.index("/")
    below = "".join(_after_bar(tokens[bar + 1 :]))
    exact = Fraction(number)
    stated = int(below) if below.isdigit() else 0
    bottom = stated or exact.limit_denominator(10 ** max(1, len(below)) - 1).denominator
    top = round(exact * bottom)
    gap = max((at for at, token in enumerate(tokens[:bar]) if token == "' "), default=0)
    if not any(token in _SLOTS for token in tokens[:gap]):
        return f"{top}/{bottom}"
    whole, rest = divmod(top, bottom)
    return " ".join([str(whole)] * bool(whole or not rest) + [f"{rest}/{bottom}"] * bool(rest))


def _after_bar(tokens: Sequence[str]) -> Iterator[str]:
    for token in tokens:
        text = token.lstrip("'")
        if token in _SLOTS or text.isdigit():
            yield text
        elif text.strip():
            return
