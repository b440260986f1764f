"""Fonts of symbols, whose characters are none of Unicode's → characters that show the same."""

import re

_SYMBOL = (
    " !∀#∃%&∋()∗+,−./0123456789:;<=>?≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_"
    "‾αβχδεφγηιϕκλμνοπθρστυϖωξψζ{|}∼"
)
"""Of the font Symbol, from 0x20 on."""

_SYMBOL_UPPER = (
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓°±″≥×∝∂•÷≠≡≈…⏐⎯↵ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉"
    "∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓◊〈®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪�〉∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭"
)
"""Of the font Symbol, from 0xA0 on."""

_WINGDINGS = {
    0x4A: "☺",
    0x4C: "☹",
    0x6C: "●",
    0x6E: "■",
    0x6F: "□",
    0x71: "❑",
    0x72: "❒",
    0x75: "◆",
    0x76: "❖",
    0x9F: "•",
    0xA7: "▪",
    0xA8: "◻",
    0xD8: "➢",
    0xDF: "←",
    0xE0: "→",
    0xE1: "↑",
    0xE2: "↓",
    0xE8: "➔",
    0xEF: "⇦",
    0xF0: "⇨",
    0xFB: "✗",
    0xFC: "✓",
    0xFD: "☒",
    0xFE: "☑",
}

UNKNOWN = "\ufffd"
"""What stands for a symbol that no character is known for."""

_PRIVATE = re.compile("[\uf020-\uf0ff]")
_FIRST, _FIRST_UPPER, _PAGE = 0x20, 0xA0, 0xF000


def symbol(code: int, font: str) -> str:
    """The character that shows what a font of symbols has at a code."""
    code = code - _PAGE if code >= _PAGE else code
    if font.lower().startswith("wingdings"):
        return _WINGDINGS.get(code, UNKNOWN)
    table, first = (_SYMBOL_UPPER, _FIRST_UPPER) if code >= _FIRST_UPPER else (_SYMBOL, _FIRST)
    return table[code - first] if 0 <= code - first < len(table) else UNKNOWN


def without_private(text: str, font: str = "Symbol") -> str:
    """Put characters in the place of those that office programs keep for fonts of symbols."""
    return _PRIVATE.sub(lambda found: symbol(ord(found[0]), font), text)
