"""Which documents mention some words, and where: by the words themselves, never by nearness."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from index.document import Span
from index.store import Store
from index.terms import fold, term_of, words

WORDS = 20
"""Words that are looked for, the first."""

_PHRASE = re.compile(r"[\"“”„«»]([^\"“”„«»]+)[\"“”«»]")
_ALL = 1_000_000


class Mention(NamedTuple):
    """A document that holds all the words."""

    document_id: str
    title: str
    times: int
    """Sentences that hold them all, or where none does, as many of them as any."""

    sentences: tuple[Span, ...]
    """The first of these."""


def mentions(store: Store, wanted: str, sentences: int = 3) -> list[Mention]:
    """Find the documents that hold some words in any form, and every phrase as it stands.

    Args:
        store: Where the documents are.
        wanted: Words; what stands between quotation marks is a phrase.
        sentences: How many of each document's sentences are wanted.

    Returns:
        All such documents, those first that say it in most sentences.
    """
    forms = [
        forms_of_word
        for word in words(wanted)[:WORDS]
        if (forms_of_word := {term_of(word, language) for language in store.languages()} - {""})
    ]
    if not forms:
        return []
    held: defaultdict[int, int] = defaultdict(int)
    numbers = [set(store.matching(one, _ALL)) for one in forms]
    for number in set().union(*numbers):
        held[number] = sum(number in one for one in numbers)
    documents: defaultdict[tuple[str, str], list[tuple[int, Span]]] = defaultdict(list)
    for number, document_id, title, span in store.places_of(list(held)):
        documents[document_id, title].append((number, span))
    phrases = [_plain(phrase) for phrase in _PHRASE.findall(wanted)]
    found = []
    for (document_id, title), places in documents.items():
        if any(one.isdisjoint(number for number, _ in places) for one in numbers):
            continue
        best = max(held[number] for number, _ in places)
        spans = sorted(span for number, span in places if held[number] == best)
        if phrases:
            spans = _with_phrases(store, document_id, spans, phrases)
        if spans:
            found.append(Mention(document_id, title, len(spans), tuple(spans[:sentences])))
    return sorted(found, key=lambda one: (-one.times, one.document_id))


def hits_in(text: str, wanted: str, languages: Iterable[str]) -> list[Span]:
    """Where the words stand in a text, in any of their forms."""
    known = list(languages)
    forms = {term_of(word, one) for word in words(wanted)[:WORDS] for one in known} - {""}
    spans, at = [], 0
    for word in words(text):
        at = text.index(word, at)
        if any(term_of(word, one) in forms for one in known):
            spans.append(Span(at, at + len(word)))
        at += len(word)
    return spans


def _with_phrases(
    store: Store, document_id: str, spans: Sequence[Span], phrases: Sequence[str]
) -> list[Span]:
    text = store.document(document_id).text
    return [span for span in spans if all(one in _plain(span.of(text)) for one in phrases)]


def _plain(text: str) -> str:
    return " ".join(fold(text).split())
