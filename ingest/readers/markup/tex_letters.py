"""Letters that TeX writes as commands: accents, ligatures, and signs."""

from __future__ import annotations

import re
import unicodedata

_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", ".": "\u0307", '"': "\u0308",
    "u": "\u0306", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323", "c": "\u0327", "k": "\u0328",
    "b": "\u0331", "t": "\u0361",
}  # fmt: skip
_SIGNS = {
    "ss": "ß", "SS": "ẞ", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ", "o": "ø", "O": "Ø", "aa": "å",
    "AA": "Å", "l": "ł", "L": "Ł", "i": "ı", "j": "ȷ", "dh": "ð", "DH": "Ð", "dj": "đ", "DJ": "Đ",
    "th": "þ", "TH": "Þ", "ng": "ŋ", "NG": "Ŋ", "S": "§", "P": "¶", "pounds": "£", "euro": "€",
    "texteuro": "€", "copyright": "©", "textcopyright": "©", "textregistered": "®", "texttrademark": "™",
    "textdegree": "°", "degree": "°", "ldots": "…", "dots": "…", "textellipsis": "…", "textendash": "–",
    "textemdash": "—", "dag": "†", "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^",
    "textunderscore": "_", "textbar": "|", "textless": "<", "textgreater": ">", "textquotesingle": "'",
    "glqq": "„", "grqq": "“", "flqq": "«", "frqq": "»", "guillemotleft": "«", "guillemotright": "»",
    "TeX": "TeX", "LaTeX": "LaTeX", "LaTeXe": "LaTeX2e", "BibTeX": "BibTeX", "textmu": "µ",
    "textohm": "Ω", "celsius": "°C", "quad": " ", "qquad": " ", "enspace": " ", "slash": "/",
    "textperiodcentered": "·", "No": "№", "textnumero": "№",
}  # fmt: skip
# An accent that is a sign may stand before its letter at once, one that is a letter needs braces or a space.
_ACCENTED = re.compile(
    r"\\(?:([`'^~=.\"])\s*|([urHvdckbt])(?:\s+|(?=\{)|(?=\\[ij]\b)))"
    r"(?:\{\s*(\\[ij]|[A-Za-z]|\\(?:ae|AE|o|O|aa|AA))?\s*\}|(\\[ij](?![A-Za-z])[ ]?|[A-Za-z]))"
)
_SIGN = re.compile(rf"\\({'|'.join(sorted(_SIGNS, key=len, reverse=True))})(?![A-Za-z])(?:\s*\{{\}}|[ ]+)?")
# Braces around a letter, which protect it, if no command takes it.
_PROTECTED = re.compile(r"(\\[A-Za-z]+\*?\s*)?\{([^\W\d_][\u0300-\u036f]?)\}")


def with_letters(text: str) -> str:
    """Return TeX with its letters and signs in place of the commands for them."""
    if "\\" not in text:
        return text
    text = _SIGN.sub(_sign, _ACCENTED.sub(_accented, text))
    return _PROTECTED.sub(lambda found: found[0] if found[1] else found[2], text)


def _accented(found: re.Match[str]) -> str:
    letter = (found[3] or found[4] or "").strip()
    if letter.startswith("\\"):
        letter = letter[1:] if letter[1:] in "ij" else _SIGNS[letter[1:]]
    return unicodedata.normalize("NFC", letter + _ACCENTS[found[1] or found[2]]) if letter else ""


def _sign(found: re.Match[str]) -> str:
    # TeX takes the spaces after a command for its end, and people end words so: "Stra\ss e".
    return _SIGNS[found[1]]
