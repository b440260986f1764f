"""A line of a text as the title of a document."""

import re
from collections.abc import Iterable

from index.names import showable

TITLE_CHARACTERS = 120

_LINE_CHARACTERS = 1000
"""How much of a line is looked at for a title: patterns take the square of its length in time."""

_BEGINNING = 100_000
_LINES = 20

_NOT_TITLE = re.compile(r"^[^\w<“\"‘'(\[]+|[\s*_#=|-]+$")


def beginning(text: str) -> str:
    """The part of a text that may hold its title, its lines cut to length."""
    return "\n".join(line[:_LINE_CHARACTERS] for line in text[:_BEGINNING].split("\n"))


def first_lines(begun: str) -> list[str]:
    """The lines of a text's beginning that may be its title."""
    return begun.lstrip().split("\n", _LINES)[:_LINES]


def title_among(candidates: Iterable[str]) -> str:
    """The first of some lines that has words, cleaned and cut to length; empty if none has."""
    for candidate in candidates:
        if title := showable(_NOT_TITLE.sub("", candidate)):
            return shortened(title)
    return ""


def shortened(title: str) -> str:
    """Cut a title to length, at a word if it can be."""
    if len(title) <= TITLE_CHARACTERS or title.endswith("…"):
        return title[: TITLE_CHARACTERS + 1]
    cut = title[:TITLE_CHARACTERS]
    return (cut.rsplit(maxsplit=1)[0] if " " in cut else cut).rstrip(" ,;:") + "…"
