"""History and a follow-up → a question that stands alone, without a language model.

A follow-up leaves out what the turn before it said. What it leaves out shows in its form: it
puts a new name in place of the old ("And IBM?"), asks for a circumstance only ("For how long?"),
or points back with a pronoun ("Does it sell to police?"). Anything else stands alone already.
"""

import re

from assistant.answer import History
from assistant.question import names_in
from index.terms import FUNCTION_WORDS, fold, terms, words

_OPENING = re.compile(
    r"^(?:and|but|so|ok(?:ay)?|then|also|now|well|hm+)?[\s,]*(?:(?:what|how)\s+about|what\s+of|and)?\s*",
    re.IGNORECASE,
)
_LEADING_FILLER = re.compile(r"^(?:and|but|so|ok(?:ay)?|well|hm+)[\s,]+", re.IGNORECASE)
_PRONOUN = re.compile(
    r"\b(?P<subject>it|they|he|she|them|him)\b|\b(?P<possessive>its|their|his|her)\b(?=\s+\w)",
    re.IGNORECASE,
)
_POINTER = re.compile(
    r"\b(?:it|its|they|them|their|theirs|he|him|his|she|her|hers|this|that|these|those|there|then|"
    r"one|ones|same|such|former|latter|other|others|another|else)\b",
    re.IGNORECASE,
)
_QUESTION_WORD = re.compile(r"^(?:who|whom|whose|what|when|where|why|which|how)\b", re.IGNORECASE)


def standalone(question: str, history: History) -> str:
    """Make a question stand alone.

    Args:
        question: The follow-up, as it was asked.
        history: The turns before, oldest first.

    Returns:
        The question itself when it stands alone or there is no history.
    """
    resolved = ""
    for asked, _ in history:
        resolved = _resolved(asked.strip(), resolved)
    return _resolved(question.strip(), resolved)


def _resolved(question: str, before: str) -> str:
    """Fill in what a question leaves out from the one before it, which stands alone."""
    if not before or not question:
        return question
    rest = _OPENING.sub("", question).strip()
    content = terms(rest)
    names = names_in(f"x {rest}")
    elliptic = _LEADING_FILLER.match(question) or len(content) <= 1
    if elliptic and not _QUESTION_WORD.match(rest) and not _has_verb(rest):
        return _swapped(rest.rstrip("?!. "), before)
    if len(content) <= 1 and not names:
        return _joined(question, before)
    if _PRONOUN.search(question) and (filled := _filled(question, before)):
        return filled
    if _POINTER.search(question) or (len(content) <= 2 and not names):  # noqa: PLR2004
        return _joined(question, before)
    return question


def _has_verb(rest: str) -> bool:
    """Whether an elliptic follow-up is a clause of its own, as far as function words tell."""
    auxiliaries = {"is", "are", "was", "were", "did", "do", "does", "has", "have", "had", "can"}
    auxiliaries |= {"could", "will", "would", "should", "may", "might"}
    first = fold(words(rest)[0]) if words(rest) else ""
    return first in auxiliaries


def _swapped(thing: str, before: str) -> str:
    """Put a thing in place of the name that the question before was about."""
    names = names_in(before)
    if not thing:
        return before
    if not names or not names_in(f"x {thing}"):
        return f"{before.rstrip('?!. ')}: {thing}?"
    old = names[0]
    return re.sub(rf"\b{re.escape(old)}\b", lambda _: thing, before, count=1)


def _filled(question: str, before: str) -> str:
    """Put the name that the question before was about in place of a pronoun."""
    names = names_in(before)
    if not names or names_in(f"x {_LEADING_FILLER.sub('', question)}"):
        return ""
    name = names[0]

    def replacement(match: re.Match[str]) -> str:
        if match["possessive"]:
            return f"{name}’s"
        return name

    return _LEADING_FILLER.sub("", _PRONOUN.sub(replacement, question, count=1)) + _reminder(
        before, name
    )


def _reminder(before: str, name: str) -> str:
    rest = [w for w in words(before) if fold(w) not in FUNCTION_WORDS and w not in name.split()]
    return f" ({name}: {' '.join(rest)})" if rest else ""


def _joined(question: str, before: str) -> str:
    return f"{before.rstrip()} {_LEADING_FILLER.sub('', question)}"
