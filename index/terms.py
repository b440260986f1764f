"""Words as they are compared: folded, stemmed, without the ones that carry no meaning.

Terms are made from copies. They are what the lexical index holds and what coverage counts; no
term is ever shown. When the same text comes to other terms than before, `index.split.SCHEME` has
to change.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from index.languages import ENGLISH, SPACELESS, function_words, plain, stem

_MARKS = "".join(
    chr(code) for code in range(0x300, 0x1B00) if unicodedata.category(chr(code)).startswith("M")
)
"""Accents, vowels and tones that are written on the letter before."""

UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Scripts written without spaces between words."""

_CHARACTER = rf"(?=[{UNSPACED}])[^\W\d_][{_MARKS}]*"
_LETTERS = rf"[^\W_{UNSPACED}]+(?:[{_MARKS}]+[^\W_{UNSPACED}]*)*"
_WORD = re.compile(
    r"(?:[^\W\d_]\.){2,}"  # U.S., e.g.
    r"|\d+(?:[.,]\d+)*"  # 1,000.5
    rf"|{_CHARACTER}"
    rf"|{_LETTERS}(?:['’]{_LETTERS})*"
)
_RUN = re.compile(rf"(?:{_CHARACTER}){{2,}}")
_ONE = re.compile(_CHARACTER)
_POSSESSIVE = re.compile(r"['’]s$|['’]$")
_GROUPED = re.compile(r"(?<=\d)[.,](?=\d{3}(?!\d))")
_ELIDED = re.compile(r"^.{1,7}'(?=.)")
_ACCENT = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670"
    "\u06d6-\u06ed\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
"""Marks that a reader may leave out, unlike those that write a vowel in Hindi or Thai."""

FUNCTION_WORDS = function_words(ENGLISH)
"""English words that say how a sentence hangs together rather than what it is about."""


def terms(text: str, language: str = ENGLISH) -> list[str]:
    """Split a text into terms, with repetitions.

    They come in order; in a language without spaces, pairs of characters follow, since a single
    one says little.

    Args:
        text: Any.
        language: As `index.languages` has it.

    Example:
        >>> terms("Who's selling the U.S. 1,000 face-scanning cameras?")
        ['sell', 'u.s', '1000', 'face', 'scan', 'camera']
    """
    found = [term for word in words(text) if (term := term_of(word, language))]
    return found + _pairs(text) if language in SPACELESS else found


def words(text: str) -> list[str]:
    """Split a text into words as written."""
    return _WORD.findall(text)


@lru_cache(maxsize=200_000)
def term_of(word: str, language: str = ENGLISH) -> str:
    """Fold and stem one word; the empty string for a function word."""
    if word in {"US", "UK", "EU", "UN"}:
        return f"{word[0]}.{word[1]}".lower()
    folded = fold(word)
    if language != ENGLISH:
        return _foreign_term(word, folded, language)
    if folded in FUNCTION_WORDS:
        return ""
    if folded[0].isdigit():
        return folded.replace(",", "").rstrip(".")
    if "." in folded:
        return folded.rstrip(".")
    bare = _POSSESSIVE.sub("", folded).replace("'", "")
    return "" if bare in FUNCTION_WORDS else stem(bare, ENGLISH)


def fold(text: str) -> str:
    """Fold case, compatibility forms, accents and curly apostrophes."""
    folded = text.replace("’", "'").casefold()
    if folded.isascii():
        return folded
    bare = _ACCENT.sub("", unicodedata.normalize("NFKD", folded))
    return unicodedata.normalize("NFC", bare) or text


def _foreign_term(word: str, folded: str, language: str) -> str:
    """The term of a word in another language, whose stemmer goes by its accents."""
    if folded[0].isdigit():
        return _GROUPED.sub("", folded).rstrip(".")
    if "." in folded:
        return folded.rstrip(".")
    written = plain(word)
    if language == "tr":  # what follows is the ending of a name
        written = written.partition("'")[0]
    bare = _ELIDED.sub("", written).replace("'", "")
    if {written, bare} & function_words(language):
        return ""
    return fold(stem(bare, language))


def _pairs(text: str) -> list[str]:
    """Each two characters in a row of what is written without spaces."""
    return [
        fold(first + second)
        for run in _RUN.finditer(text)
        for first, second in pairwise(_ONE.findall(run[0]))
    ]
