"""Lines that only ask or announce: questions and headings. They are context, never an answer.

A FAQ, a quiz or an interview holds the very words of a question, and a heading those of "What is
X?"; nothing comes nearer, and nothing says less. The reader reads them for what they say of the
lines below.
"""

import re
from collections.abc import Sequence

_ASKS = re.compile(r"[?？؟՞][\W_]*$")
_REPORTS = re.compile(r"\w\W*\s[\"“”„«‘'].*[?？؟՞][\"“”»’'\W_]*[\"“”»’'][\W_]*$", re.DOTALL)
"""Somebody's question in quotation marks, told of: "She asked: “Why now?”"."""

_STOPS = re.compile(r"[.!?…:;。！？।؟][\W_]*$")
_LABELLED = re.compile(r"\w:\s+\S")
"""A line that says something itself: "Price: 40 pounds"."""

_EMPHASIS = " *_"

HEADING_CHARACTERS = 80


def quotable(
    sentences: Sequence[str], heading: str, before: str = "", after: str = ""
) -> list[bool]:
    """Tell which sentences of a chunk say something.

    Args:
        sentences: Of one chunk, in order.
        heading: What the chunk stands under; its first sentence may be that.
        before: What stands before them, empty at the beginning of a document.
        after: What stands after them.
    """
    first = _headings(sentences, heading)
    if first == len(sentences):  # nothing stands under them: a list of figures or addresses
        return [True] * first
    around = [before, *sentences, after]
    return [
        number >= first
        and not asks(one)
        and not _is_caption(around[number], one, around[number + 2])
        for number, one in enumerate(sentences)
    ]


def asks(sentence: str) -> bool:
    """Whether a sentence is a question, and not one that is told of."""
    return bool(_ASKS.search(sentence)) and not _REPORTS.search(sentence)


def stops(line: str) -> bool:
    """Whether a line ends as sentences do, or was cut off."""
    return bool(_STOPS.search(line))


def announces(line: str) -> bool:
    """Whether a line says that something follows: "Three were sold:"."""
    return line.rstrip(_EMPHASIS).endswith((":", "："))


def _headings(sentences: Sequence[str], heading: str) -> int:
    """Count the headings that a chunk begins with."""
    if not heading or sentences[0] != heading:
        return 0
    rest = enumerate(sentences[1:], start=1)
    return next((number for number, one in rest if not _is_short_line(one)), len(sentences))


def _is_caption(before: str, line: str, after: str) -> bool:
    """Whether a line between two sentences is a heading or a caption, and no item of a list."""
    stands_apart = stops(before) and stops(after) and not announces(before)
    return stands_apart and _is_short_line(line) and not _LABELLED.search(line)


def _is_short_line(sentence: str) -> bool:
    return (
        len(sentence) <= HEADING_CHARACTERS and not stops(sentence) and not sentence[:1].islower()
    )
