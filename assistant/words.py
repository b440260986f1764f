"""Where a text may be cut so that no word of it is: for words that are pointed out in a quote."""

import unicodedata

from index.characters import JOINERS
from index.document import Span

_JOINTS = "'’.,:-\u2010\u2011"
"""What belongs to a word that it stands in: `don’t`, `3.5`, `10:30`, `twenty-one`."""

_POSSESSIVE = ("'s", "’s")


def whole_words(text: str, span: Span) -> Span:
    """Widen a span to the words that it begins and ends in."""
    start, end = span.start, span.end
    while not _may_cut(text, start):
        start -= 1
    while not _may_cut(text, end):
        end += 1
    return Span(start, end)


def are_whole_words(text: str, span: Span) -> bool:
    """Whether a span holds words of a text, and each of them whole."""
    words = span.of(text)
    return (
        len(words) == len(span)
        and words == words.strip()
        and any(char.isalnum() for char in words)
        and whole_words(text, span) == span
    )


def _may_cut(text: str, at: int) -> bool:
    if not 0 < at < len(text):
        return True
    before, after = text[at - 1], text[at]
    if before.isspace() or after.isspace():
        return True
    if _extends(after) or (_is_part(before) and _is_part(after)):
        return False
    if _is_joint(text, at):
        return text[at : at + 2] in _POSSESSIVE and not _is_part(text[at + 2 : at + 3] or " ")
    return not _is_joint(text, at - 1)


def _is_joint(text: str, at: int) -> bool:
    """Whether a sign stands within a word."""
    return (
        text[at] in _JOINTS
        and 0 < at < len(text) - 1
        and _is_part(text[at - 1])
        and _is_part(text[at + 1])
    )


def _is_part(char: str) -> bool:
    """Whether a character is of a word: neither punctuation nor space; signs and emoji are."""
    return char == "_" or not (char.isspace() or unicodedata.category(char)[0] in "PZ")


def _extends(char: str) -> bool:
    """Whether a character belongs to how the one before it is written."""
    return unicodedata.category(char)[0] == "M" or char in JOINERS
