"""Which documents mention some words, and where: by the words themselves, never by nearness."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
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
    """Sentences that hold all that is looked for, or where none does, as much of it as any."""

    sentences: tuple[Span, ...]
    """The first of these."""


def mentions(store: Store, wanted: str, sentences: int = 3) -> list[Mention]:
    """Find the documents that hold some words in any form, and every phrase word by word.

    Args:
        store: Where the documents are.
        wanted: Words; what stands between quotation marks is a phrase. Function words count only
            within one.
        sentences: How many of each document's sentences are wanted.

    Returns:
        All such documents, those first that say it in most sentences.
    """
    sought = [set(store.matching(forms, _ALL)) for forms in _forms(wanted, store.languages())]
    if not all(sought) or not sought:
        return []
    phrases = _phrases(wanted)
    documents: defaultdict[tuple[str, str], list[tuple[int, Span]]] = defaultdict(list)
    for number, document_id, title, span in store.places_of(list(set().union(*sought))):
        documents[document_id, title].append((number, span))
    found = []
    for (document_id, title), places in documents.items():
        numbers = {number for number, _ in places}
        if any(one.isdisjoint(numbers) for one in sought):
            continue
        text = store.document(document_id).text if phrases else ""
        said = [[any(_runs(span.of(text), one)) for one in phrases] for _, span in places]
        if not all(map(any, zip(*said, strict=True))):
            continue
        held = [
            (sum(phrased), sum(number in one for one in sought))
            for (number, _), phrased in zip(places, said, strict=True)
        ]
        most = max(held)
        spans = sorted(span for (_, span), count in zip(places, held, strict=True) if count == most)
        found.append(Mention(document_id, title, len(spans), tuple(spans[:sentences])))
    return sorted(found, key=lambda one: (-one.times, one.document_id))


def too_common(wanted: str, languages: Iterable[str]) -> bool:
    """Whether what is wanted is words, but none that a document could be found by."""
    return bool(words(wanted)) and not _forms(wanted, list(languages))


def hits_in(text: str, wanted: str, languages: Iterable[str]) -> list[Span]:
    """Where the words stand in a text, in any of their forms; a phrase as a whole."""
    known = list(languages)
    forms = set().union(*_forms(_PHRASE.sub(" ", wanted), known))
    runs = [run for phrase in _phrases(wanted) for run in _runs(text, phrase)]
    alone = [
        span
        for span in _places(text)
        if any(term_of(span.of(text), one) in forms for one in known)
        and not any(run.covers(span) for run in runs)
    ]
    return sorted({*runs, *alone})


def _forms(wanted: str, languages: Sequence[str]) -> list[set[str]]:
    """The terms that each word has in the languages, of those that have any.

    What is a function word in one of them is left out if there are others: documents in that
    language have no term for it.
    """
    sought = [{term_of(word, one) for one in languages} for word in words(wanted)[:WORDS]]
    telling = [forms for forms in sought if "" not in forms]
    return telling or [forms - {""} for forms in sought if forms - {""}]


def _phrases(wanted: str) -> list[list[str]]:
    phrases = (list(map(fold, words(phrase))) for phrase in _PHRASE.findall(wanted))
    return [phrase for phrase in phrases if phrase]


def _runs(text: str, phrase: Sequence[str]) -> Iterator[Span]:
    """Where the words of a phrase stand one after another."""
    places = _places(text)
    written = [fold(span.of(text)) for span in places]
    for first in range(len(written) - len(phrase) + 1):
        if written[first : first + len(phrase)] == phrase:
            yield Span(places[first].start, places[first + len(phrase) - 1].end)


def _places(text: str) -> list[Span]:
    spans, at = [], 0
    for word in words(text):
        at = text.index(word, at)
        spans.append(Span(at, at + len(word)))
        at += len(word)
    return spans
