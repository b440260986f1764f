"""What stands before and after a quote, for who looks at it without opening the document."""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

from assistant.page.talk.render import escape
from index.document import Document, Span
from index.errors import UnknownDocumentError
from index.split import split_sentences

if TYPE_CHECKING:
    from assistant.answer import Citation
    from assistant.ask import Assistant

_NEAR = 700
"""Characters of the text on either side that are divided into sentences."""

_LONGEST = 280
"""Characters of a sentence that are shown; it loses the end that is further from the quote."""


def around(document: Document, span: Span) -> tuple[str, str]:
    """The sentence before a span and the one after it, verbatim; empty where there is none."""
    text = document.text
    start, end = max(0, span.start - _NEAR), min(len(text), span.end + _NEAR)
    before = split_sentences(text[start : span.start])
    after = split_sentences(text[span.end : end])
    first = before[-1].of(text[start : span.start]) if before else ""
    last = after[0].of(text[span.end : end]) if after else ""
    return _end_of(first), _beginning_of(last)


def around_html(citations: Iterable["Citation"], turn: int, assistant: "Assistant") -> str:
    """The same for the citations of a turn that still stand, as elements that are not shown."""
    made = []
    for citation in citations:
        try:
            document = assistant.document(citation.document_id)
        except UnknownDocumentError:  # of a conversation that was kept
            continue
        if citation.span.of(document.text) != citation.quote:  # so is this, and it has changed
            continue
        before, after = around(document, citation.span)
        made.append(
            f'<template class="pq-around" data-turn="{turn}" data-number="{citation.number}" '
            f'data-before="{escape(before)}" data-after="{escape(after)}"></template>'
        )
    return "".join(made)


def _end_of(sentence: str) -> str:
    if len(sentence) <= _LONGEST:
        return sentence
    return "… " + re.sub(r"^\S*\s+", "", sentence[-_LONGEST:])


def _beginning_of(sentence: str) -> str:
    if len(sentence) <= _LONGEST:
        return sentence
    return re.sub(r"\s+\S*$", "", sentence[:_LONGEST]) + " …"
