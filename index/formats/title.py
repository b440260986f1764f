"""A line of a text as the title of a document."""

import re

from index.names import showable

TITLE_CHARACTERS = 120

_LINE_CHARACTERS = 1000
"""How much of a line is looked at for a title: patterns take the square of its length in time."""

_BEGINNING = 100_000

_NOT_TITLE = re.compile(r"^[^\w<“\"‘'(\[]+|[\s*_#=|-]+$")
_END = re.compile(r"[.。…:;,،۔।][\"'”’»)\]*_]*$")


def beginning(text: str) -> str:
    """The part of a text that may hold its title, its lines cut to length."""
    return "\n".join(line[:_LINE_CHARACTERS] for line in text[:_BEGINNING].split("\n"))


def standing_title(text: str) -> str:
    """The first line, if it looks like a title; empty otherwise.

    It does if it is short, stands alone, with a blank line or nothing below it, is not ended as a
    sentence is, and is made of words rather than of numbers.
    """
    lines = beginning(text).split("\n")
    titles = [cleaned(line) for line in lines]
    number = next((number for number, title in enumerate(titles) if title), None)
    if number is None or any(titles[number + 1 : number + 2]):
        return ""
    title = titles[number]
    letters, digits = sum(map(str.isalpha, title)), sum(map(str.isdigit, title))
    is_title = len(title) <= TITLE_CHARACTERS and not _END.search(title) and letters > digits
    return title if is_title else ""


def cleaned(line: str) -> str:
    """A line without the marks around it, fit to be a title; empty if it has no words."""
    title = showable(_NOT_TITLE.sub("", line))
    return title if any(map(str.isalnum, title)) else ""


def shortened(title: str) -> str:
    """Cut a title to length, at a word if it can be."""
    if len(title) <= TITLE_CHARACTERS:
        return title
    cut = title[:TITLE_CHARACTERS]
    return (cut.rsplit(maxsplit=1)[0] if " " in cut else cut).rstrip(" ,;:") + "…"
