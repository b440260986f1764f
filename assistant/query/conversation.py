"""What was said before a question, and whether the question takes it up: told by reading.

A question is read alone, and once more with the turn before. It is a follow-up if another sentence
answers it so where none did alone, or one does better by a margin, and if its passage speaks of
what the question itself names, or it names nothing: what a new question names stands in no passage
on the old topic.
"""

import re
from collections.abc import Sequence

from assistant.answer import History, Passage
from assistant.query.question import ORDINARY
from index.document import Span
from index.terms import terms, words

TURNS = 12
"""Earlier turns that are looked at."""

TURN_CHARACTERS = 2000
"""How much of an earlier question is looked at, from its end: what was longer was refused."""

LONG = 300
"""Characters from which on of an earlier turn only the last question is used."""

ENOUGH = 3
"""Terms that make a topic; with fewer, the turn before is put in front too."""

MARGIN = 0.05
"""By how much the probability of an answer must be higher with the turn before."""

OWN = 0.4
"""Share of a question's own terms that must stand in the passage found with the turn before."""

_FILLER = re.compile(
    r"(?:(?:and|but|so|ok(?:ay)?|well|hm+|oh|or|i\s+see|got\s+it|great|good|nice|sorry|thanks?(?:\s+you)?|"
    r"hi|hello|please|by\s+the\s+way|yes|no|right|also|then|now|that(?:\s+is|[’']s)\s+(?:ok(?:ay)?|fine|all|good))\b"
    r"[\s,.!:;–—-]*)+",
    re.IGNORECASE,
)


def turns_before(question: str, history: History) -> str:
    """What was asked before a question, as far as it makes a topic.

    Args:
        question: As it was asked.
        history: The turns before, oldest first.

    Returns:
        One line; empty if nothing was asked before, or nothing is asked now.
    """
    if not _is_said(question):
        return ""
    topic: set[str] = set()
    turns: list[str] = []
    for asked, _ in reversed(history[-TURNS:]):
        turn = _gist(asked[-TURN_CHARACTERS:].strip())
        if _is_said(turn):
            turns.insert(0, _ended(turn))
            topic.update(terms(turn))
        if len(topic) >= ENOUGH:
            break
    return " ".join(turns)


def takes_up(
    question: str, alone: Sequence[Passage], together: Sequence[Passage], enough: float
) -> bool:
    """Whether a question is a follow-up, by what was found for it.

    Args:
        question: As it was asked.
        alone: What was found for it, best first.
        together: What was found for it with the turn before.
        enough: The probability of an answer from which on another sentence, too, must answer better
            by the margin than the question's own.
    """
    if not together:
        return False
    best = together[0]
    is_same = bool(alone) and _best_sentence(alone[0]) == _best_sentence(best)
    is_rival = is_same or (bool(alone) and alone[0].score >= enough)
    if is_rival and best.score <= MARGIN + alone[0].score:
        return False
    own = set(terms(question))
    there = own & set(terms(f"{best.title} {best.heading} {best.text}"))
    return own <= ORDINARY or len(there) >= OWN * len(own)


def _best_sentence(passage: Passage) -> tuple[str, Span]:
    best = max(passage.sentences, key=lambda sentence: sentence.score)
    return passage.document_id, best.span


def _is_said(turn: str) -> bool:
    """Whether a turn asks for anything, and is not just thanks."""
    return bool(words(turn)) and bool(_FILLER.sub("", turn, count=1).strip("?!. "))


def _gist(turn: str) -> str:
    """A turn, or of a long one the last question in it."""
    if len(turn) <= LONG:
        return turn
    asked = re.findall(r"[^.?!]+\?", turn)
    last = (asked[-1] if asked else turn).strip()
    return last if len(last) <= LONG else last[-LONG:].partition(" ")[2]


def _ended(turn: str) -> str:
    return turn if re.search(r"[.?!…]$", turn) else f"{turn}?"
