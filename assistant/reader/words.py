"""Words that are pointed out in a quote: which may be, and where a text may be cut for it."""

import re
import unicodedata

from index.characters import JOINERS
from index.document import Span

_JOINTS = "'’.,:-\u2010\u2011"
"""What belongs to a word that it stands in: `don’t`, `3.5`, `10:30`, `twenty-one`."""

_POSSESSIVE = ("'s", "’s")

MOST_OF_IT = 0.7
"""Share of a sentence from which on to point out its words says nothing."""

_DENIES = re.compile(
    r"(?:\b(?:not|no|never|nor|neither|without|cannot|no longer)|n[’']t)\s+$", re.IGNORECASE
)
"""What words without it would say the opposite of: "it would no longer *sell cameras*"."""


def answer_words(quote: str, found: Span, sentence: int) -> Span | None:
    """Say which words of a quote are pointed out, if any may be.

    Args:
        quote: The words of a document.
        found: What of them answers; it may begin or end within a word.
        sentence: How long the sentence is that it stands in.
    """
    words = whole_words(quote, found)
    if len(words) > MOST_OF_IT * sentence or _DENIES.search(quote[: words.start]):
        return None
    return words if are_whole_words(quote, words) else None


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
