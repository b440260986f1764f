"""What stands above an open document: contents, search, previous and next quote."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from assistant.answer import cite
from assistant.export.links import on_the_page
from assistant.page.article.article import WHOLE, Highlights
from assistant.page.documents.choice import only_html
from assistant.page.talk.render import escape, seen
from index.document import Document, Span
from index.segments import segments

NAVIGATION = (
    '<nav class="pq-nav" aria-label="Article"><button type="button" data-act="back" '
    'class="pq-back">Back to answer</button>'
    '<button type="button" data-act="library">All documents</button></nav>'
)
"""The way back, where the article lies over everything else."""

LONG = 6_000
"""Characters from which on a document has contents."""

FEW = 3
"""Headings from which on it has."""

LISTED = 400
"""Headings that are listed: of more, the deeper ones are left out."""

_LONGEST_HEADING = 120
_SPACE = re.compile(r"\s+")
_SIGNS = "#*_= \t"


@dataclass(frozen=True, slots=True)
class Found:
    """One of the places where a reader's words stand in a document."""

    span: Span
    number: int
    """Which of them it is, from 1."""

    count: int


def find(text: str, words: str, near: int, step: int) -> Found | None:
    """Find words in a text, in whatever case and however they are spaced.

    Args:
        text: The text.
        words: What to look for.
        near: The place from which on, forwards or backwards; at the end it begins anew.
        step: Less than 0 to look backwards.
    """
    pieces = [re.escape(word) for word in _SPACE.split(words.strip())]
    if not any(pieces):
        return None
    places = [
        Span(*match.span()) for match in re.finditer(r"\s+".join(pieces), text, re.IGNORECASE)
    ]
    if not places:
        return None
    if step < 0:
        before = [number for number, span in enumerate(places) if span.start < near]
        number = before[-1] if before else len(places) - 1
    else:
        number = next((n for n, span in enumerate(places) if span.start > near), 0)
    return Found(places[number], number + 1, len(places))


def tools_html(document: Document, highlights: Highlights, brief: Sequence[Span] = ()) -> str:
    """What can be done with an open document.

    Args:
        document: The document.
        highlights: What is marked in it.
        brief: The sentences that stand for it.
    """
    return (
        '<div class="pq-tools" role="group" aria-label="This document">'
        f"{_contents(document)}{_brief(document, brief)}"
        f"{_find()}{_steps(document, highlights)}{only_html(document.id)}</div>"
    )


def headings_of(document: Document) -> list[tuple[Span, int]]:
    """The headings that are listed, each with its level."""
    marked = [(one.span, one.level or 1) for one in document.blocks if one.kind == "heading"]
    found = marked or [(one, 1) for one in _by_look(document.text)]
    for deepest in range(6, 1, -1):
        if len(found) <= LISTED:
            break
        found = [one for one in found if one[1] < deepest]
    return found[:LISTED]


@lru_cache(maxsize=4)
def _by_look(text: str) -> tuple[Span, ...]:
    return tuple(segment.span for segment in segments(text) if segment.is_heading)


def _contents(document: Document) -> str:
    if len(document.text) < LONG:
        return ""
    headings = headings_of(document)
    if len(headings) < FEW:
        return ""
    top = min(level for _, level in headings)
    rows = "".join(
        f'<li data-level="{level - top}"><button type="button" data-act="heading" '
        f'data-start="{span.start}" data-end="{span.end}">{_named(span.of(document.text))}'
        "</button></li>"
        for span, level in headings
    )
    return (
        '<details class="pq-contents"><summary>Contents</summary>'
        f'<nav aria-label="Contents of the document"><ol>{rows}</ol></nav></details>'
    )


def _brief(document: Document, sentences: Sequence[Span]) -> str:
    rows = "".join(
        f'<li><button type="button" data-act="pinned" dir="auto" '
        f'data-link="{escape(on_the_page(cite(1, document, span)))}">'
        f"{seen(span.of(document.text))}</button></li>"
        for span in sentences
    )
    if not rows:
        return ""
    return (
        '<details class="pq-contents pq-brief"><summary>In brief</summary>'
        f'<nav aria-label="The document in its own words"><ol>{rows}</ol></nav></details>'
    )


def _named(heading: str) -> str:
    words = " ".join(heading.strip(_SIGNS).split())
    cut = f"{words[:_LONGEST_HEADING]} …" if len(words) > _LONGEST_HEADING else words
    return f"<bdi>{seen(cut)}</bdi>"


def _find() -> str:
    return (
        '<span class="pq-finder" role="search"><input type="search" class="pq-find" '
        'aria-label="Find in this document" placeholder="Find in the text">'
        '<output class="pq-found" aria-live="polite"></output>'
        f"{_step('find', -1, 'Previous place')}{_step('find', 1, 'Next place')}</span>"
    )


def _steps(document: Document, highlights: Highlights) -> str:
    cited = sorted(highlights.within(document), key=lambda one: one.span)
    if not cited:
        return ""
    numbers = " ".join(str(one.number) for one in cited)
    return (
        f'<span class="pq-steps" data-turn="{highlights.turn}" data-numbers="{numbers}">'
        f"{_step('quote', -1, 'Previous quote')}<output></output>"
        f"{_step('quote', 1, 'Next quote')}</span>"
    )


def _step(act: str, step: int, name: str) -> str:
    arrow = "↑" if step < 0 else "↓"
    return (
        f'<button type="button" data-act="{act}" data-step="{step}" aria-label="{name}" '
        f'title="{name}">{arrow}</button>'
    )


def found_html(document: Document, words: str, found: Found | None) -> str:
    """What was found in a document that is not all shown, for the page to mark."""
    if len(document.text) <= WHOLE or not words:
        return ""
    place = ""
    if found:
        place = (
            f' data-start="{found.span.start}" data-end="{found.span.end}" '
            f'data-number="{found.number}"'
        )
    count = found.count if found else 0
    return (
        f'<template class="pq-place" data-words="{escape(words)}" data-count="{count}"{place}>'
        "</template>"
    )
