"""The characters of a page → those of the text: ligatures, hyphens, bullets, spaces."""

import re

ENDS = "\ufffe\x02"
"""What PDFium puts for a hyphen at the end of a line, and no line's end after it."""

HYPHENS = f"-‐\xad{ENDS}"

WITHIN_WORDS = f"{HYPHENS}–/@"
"""After these, at the end of a line, what they stand in may go on: a word, a range, an address."""

_CODES = (
    *(code for code in range(0x21) if chr(code) not in ENDS),
    *(0x7F, 0x85, 0xA0, 0x1680),
    *range(0x2000, 0x200C),
    *(0x2028, 0x2029, 0x202F, 0x205F, 0x3000, 0xFEFF),
)
BLANKS = "".join(map(chr, _CODES))
"""What is no character of a text at the beginning or end of a line."""

_LETTERS = {
    **dict(zip("ﬀﬁﬂﬃﬄﬅﬆ", ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True)),
    "\xad": "",
    **dict.fromkeys(BLANKS, " "),
    "\ufeff": "",
    "\u200b": "",
    **dict.fromkeys(ENDS, "-"),
}
_CLEAN = str.maketrans(_LETTERS)
_UNCLEAN = re.compile(rf"[{re.escape(''.join({*_LETTERS} - {' '}))}\ue000-\uf8ff]| \s")
_PRIVATE = re.compile(r"\A[\ue000-\uf8ff](?=\s|\Z)")


def clean(raw: str) -> str:
    """A line's characters as the text has them."""
    if not _UNCLEAN.search(raw):
        return raw
    return " ".join(_bulleted(raw).translate(_CLEAN).split())


def _bulleted(raw: str) -> str:
    """A label that only its own font can draw, as a bullet."""
    return _PRIVATE.sub("•", raw)


def sources(raw: str) -> list[int]:
    """For each character of a cleaned line, which one of the line it comes from."""
    found: list[int] = []
    pending: int | None = None
    for number, character in enumerate(_bulleted(raw)):
        for letter in _LETTERS.get(character, character):
            if letter.isspace():
                pending = number if found and pending is None else pending
                continue
            if pending is not None:
                found.append(pending)
                pending = None
            found.append(number)
    return found
