"""Questions about a document as a whole: what it is about, who wrote it, how to reach them."""

import math
from collections.abc import Collection, Sequence

import numpy as np

from assistant.quotes.choose import MOST, Candidate, say_the_same
from assistant.quotes.furniture import look_at
from assistant.quotes.lines import stops
from index.document import Span
from index.store import Store
from index.terms import terms

AT_EITHER_END = 300
"""Sentences from the beginning, and as many from the end, that are looked at."""

LEAD = 0.25
"""How much standing at the very beginning counts, beside nearness to the middle of it all."""

LEAD_SENTENCES = 6
"""Sentences over which that falls to about a third."""

ALIKE = 0.4
"""How much likeness to a sentence that is chosen already counts against another."""

GLANCED = 200
"""Documents that are looked at for what stands for all of them, evenly spread over these."""

LEADS = 2
"""Sentences of each that are, of its first."""

SHOWN = 5
"""Of all of these, how many are shown, at the most."""

FEWEST_TERMS = 5
"""Terms below which a sentence says too little to stand for a document."""


_SAID_BY_ALL = frozenset(
    terms("contact reach write send reporter author journalist writer editor address number line")
)


def overview(store: Store, document_id: str) -> list[Candidate]:
    """Choose the sentences that stand for a document: central ones, early ones, not alike.

    There are none where no sentence holds a word.
    """
    sentences = _sentences(store, document_id, article_only=True)
    rows = [row for row in sentences if any(char.isalnum() for char in row[1].text)]
    if not rows:
        return []
    pool = [
        (number, one)
        for number, one in rows
        if not look_at(one.text).is_boilerplate and len(set(terms(one.text))) >= FEWEST_TERMS
    ] or list(rows)
    return [one for _, one in _central(store, pool, MOST)]


def glance(store: Store) -> list[Candidate]:
    """Choose the sentences that stand for all documents, each from another one."""
    leads: list[tuple[int, Candidate]] = []
    entries = store.documents()
    for entry in entries[:: math.ceil(len(entries) / GLANCED) or 1]:
        rows = _sentences(store, entry.id, article_only=True)[:LEAD_SENTENCES]
        leads += [row for row in rows if _is_prose(row[1].text)][:LEADS]
    return [one for _, one in _central(store, leads, SHOWN, apart=True)]


def _is_prose(text: str) -> bool:
    says = len(set(terms(text))) >= FEWEST_TERMS
    return says and stops(text) and not look_at(text).is_boilerplate


def _central(
    store: Store, pool: Sequence[tuple[int, Candidate]], most: int, *, apart: bool = False
) -> list[tuple[int, Candidate]]:
    """The most central sentences that are not alike, earlier ones first.

    Args:
        store: Has their vectors.
        pool: Their numbers, and themselves.
        most: How many at the most.
        apart: Whether no two may be from the same document.
    """
    if not pool:
        return []
    vectors = {
        number: _unit(parts.mean(axis=0))
        for number, _, parts in store.vectors([number for number, _ in pool])
    }
    middle = _unit(np.mean([vectors[number] for number, _ in pool], axis=0))
    scores = {
        number: float(vectors[number] @ middle)
        + (0.0 if apart else LEAD * math.exp(-position / LEAD_SENTENCES))
        for position, (number, _) in enumerate(pool)
    }
    chosen: list[tuple[int, Candidate]] = []
    while pool and len(chosen) < most:
        best = max(
            pool,
            key=lambda pair: (
                scores[pair[0]]
                - ALIKE
                * max(
                    (float(vectors[pair[0]] @ vectors[other]) for other, _ in chosen), default=0.0
                )
            ),
        )
        chosen.append(best)
        pool = [
            pair
            for pair in pool
            if not say_the_same(pair[1].text, best[1].text)
            and not (apart and pair[1].document_id == best[1].document_id)
        ]
    return chosen


def contact_lines(store: Store, document_id: str, asked: Collection[str] = ()) -> list[Candidate]:
    """The sentences that name a way to reach somebody.

    Args:
        store: Where the document is.
        document_id: Which it is.
        asked: The question's terms; only the lines that hold most of them are wanted.
    """
    found = [one for _, one in _sentences(store, document_id) if look_at(one.text).is_contact]
    wanted = set(asked) - _SAID_BY_ALL
    held = [len(wanted & set(terms(one.text))) for one in found]
    best = [one for one, count in zip(found, held, strict=True) if count == max(held)]
    return sorted(best, key=lambda one: (one.text.rstrip().endswith("?"), -one.span.start))


def bylines(store: Store, document_id: str) -> list[Candidate]:
    """The lines that name who wrote the document, and one that says more about them."""
    rows = [one for _, one in _sentences(store, document_id)]
    lines = [one for one in rows if look_at(one.text).is_byline][:1]
    if not lines:
        return []
    name = set(terms(lines[0].text))
    more = [
        one
        for one in rows
        if one.span != lines[0].span and len(name & set(terms(one.text)[:3])) > 1
    ]
    return lines + more[:1]


def _unit(
    vector: np.ndarray[tuple[int], np.dtype[np.float32]],
) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    length = float(np.linalg.norm(vector))
    return vector / length if length else vector


def _sentences(
    store: Store, document_id: str, *, article_only: bool = False
) -> Sequence[tuple[int, Candidate]]:
    document = store.document(document_id)
    rows = store.sentences_in(document_id)
    if article_only:
        told = set(document.of_the_article(span for _, span in rows))
        rows = [row for row in rows if row[1] in told] or rows
    if len(rows) > 2 * AT_EITHER_END:
        rows = [*rows[:AT_EITHER_END], *rows[-AT_EITHER_END:]]
    return [(number, _candidate(document_id, document.text, span)) for number, span in rows]


def _candidate(document_id: str, text: str, span: Span) -> Candidate:
    return Candidate(
        document_id,
        span,
        span.of(text),
        1.0,
        paragraph=text.rfind("\n", 0, span.start),
    )
