"""Questions about a document as a whole: what it is about, who wrote it, how to reach them."""

from collections.abc import Sequence

import numpy as np

from assistant.boilerplate import look_at
from assistant.quotes import MOST, Candidate, say_the_same
from index.document import Span
from index.store import Store

FIRST_SENTENCES = 300
"""Sentences, from the beginning, that an overview is chosen from."""

LEAD = 0.25
"""How much standing at the very beginning counts, beside nearness to the middle of it all."""


def overview(store: Store, document_id: str) -> list[Candidate]:
    """Choose the sentences that stand for a document: central ones, early ones, not alike."""
    document = store.document(document_id)
    pool = [
        (number, one)
        for number, one in _sentences(store, document_id)
        if not look_at(one.text).is_boilerplate and (len(one.text) > 40 or one.span.start == 0)  # noqa: PLR2004
    ] or list(_sentences(store, document_id))
    vectors = {
        number: parts.mean(axis=0) for number, _, parts in store.vectors([n for n, _ in pool])
    }
    middle = np.mean([vectors[number] for number, _ in pool], axis=0)
    scores = {
        one.span: float(vectors[number] @ middle) / float(np.linalg.norm(middle))
        + LEAD * (1 - one.span.start / max(1, len(document.text)))
        for number, one in pool
    }
    chosen: list[Candidate] = []
    for _, one in sorted(pool, key=lambda pair: scores[pair[1].span], reverse=True):
        if not any(say_the_same(one.text, other.text) for other in chosen):
            chosen.append(one)
        if len(chosen) == MOST:
            break
    return chosen


def contact_lines(store: Store, document_id: str) -> list[Candidate]:
    """The sentences that name a way to reach somebody; those with a name or address first."""
    found = [one for _, one in _sentences(store, document_id) if look_at(one.text).is_contact]
    return sorted(found, key=lambda one: (one.text.rstrip().endswith("?"), -one.span.start))


def bylines(store: Store, document_id: str) -> list[Candidate]:
    """The lines that name who wrote the document."""
    return [one for _, one in _sentences(store, document_id) if look_at(one.text).is_byline]


def _sentences(store: Store, document_id: str) -> Sequence[tuple[int, Candidate]]:
    document = store.document(document_id)
    rows = store.sentences_in(document_id)
    if len(rows) > 2 * FIRST_SENTENCES:  # bylines and contact lines stand at either end
        rows = [*rows[:FIRST_SENTENCES], *rows[-FIRST_SENTENCES:]]
    return [(number, _candidate(document_id, document.text, span)) for number, span in rows]


def _candidate(document_id: str, text: str, span: Span) -> Candidate:
    return Candidate(
        document_id,
        span,
        span.of(text),
        1.0,
        is_heading=span.start == 0,
        paragraph=text.count("\n", 0, span.start),
    )
