"""Slips of the finger in a question: words that no document has, for words that one has.

A word is mended only if no document has it in any form, if the models' vocabulary doesn't know it
as a word or name of its own (‘Sony’ is no slip for ‘Tony’), and if a word of the documents differs
from it by one letter or by a space or hyphen ("COVID19"). If none does, a word of the vocabulary
stands in for what is no name where the models read it: they know what "demand" means, but not
"demnad". That is never said to be what was asked: it may have been "gzip" and no "grip".

In a language that the models don't read, nothing tells a good word from a slip: only names are
mended there ("Maastrich"), and no words that happen to be one letter apart (‘cultivo’, ‘culto’).
"""

import re
import string
from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from itertools import chain

from assistant.query.question import language_among, names_in
from assistant.reader.model import the_reader
from index.languages import ENGLISH
from index.store import Store
from index.terms import fold, term_of, terms, words

ALIKE = 0.8
"""Share of letters that a word and the one that was meant have in common, at the least."""

LENGTHS = range(4, 25)
"""Letters of a word that is looked at: shorter ones resemble too many, longer ones are none."""

WORDS = 30
"""Different words of a question that are looked at, from its beginning: a slip takes time."""

ALIKE_SENTENCES = 5
"""Sentences that are looked through for how a word is written."""

_POSSESSIVE = re.compile(r"['’]s?$")


def mended(question: str, store: Store) -> str:
    """A question with the words that documents have for slips in it; the same without slips."""
    language = language_among(question, store.languages())
    names = {word for name in names_in(question, language) for word in words(name)}

    def meant(word: str) -> str:
        is_told = language == ENGLISH or word in names
        return _in_documents(word, store, language) if is_told else ""

    return _rewritten(question, store, meant)


def understood(question: str, store: Store) -> str:
    """A mended question with words that the models know for slips that no document decides."""
    is_english = language_among(question, store.languages()) == ENGLISH
    return _rewritten(question, store, _in_vocabulary) if is_english else question


def _rewritten(question: str, store: Store, meant: Callable[[str], str]) -> str:
    parts = []
    position = 0
    tried: dict[str, str] = {}
    for word in words(question):
        start = question.index(word, position)
        if word not in tried and len(tried) < WORDS:
            tried[word] = meant(word) if _may_be_slip(word, store) else ""
        parts += [question[position:start], tried.get(word) or word]
        position = start + len(word)
    return "".join([*parts, question[position:]])


def is_absent(word: str, store: Store) -> bool:
    """Whether no document has a word in any form."""
    return all(
        bool(found) and not any(store.frequency(term) for term in found)
        for language in store.languages()
        for found in [terms(word, language)]
    )


def _may_be_slip(word: str, store: Store) -> bool:
    return len(word) in LENGTHS and is_absent(word, store) and not the_reader().knows(word)


def _in_documents(word: str, store: Store, language: str) -> str:
    return _nearest_word(word, store, language) or _divided(word, store, language)


def _in_vocabulary(word: str) -> str:
    return the_reader().commonest(_slips(word)) if word.islower() else ""


def _nearest_word(word: str, store: Store, language: str) -> str:
    """A word of the documents that differs by one slip of the finger; empty if there is none.

    It is what they have letter by letter, or else a word that is another form of what they have.
    """
    if not word.isalpha():
        return ""
    slips: dict[str, list[str]] = {}
    for slip in _slips(fold(word)):
        slips.setdefault(term_of(slip, language), []).append(slip)
    slips.pop("", None)
    for term in store.occurring(slips):
        written = list(_written(term, word, store, language))
        known = filter(the_reader().knows, slips[term]) if word.islower() else ()
        exact = (one for one in written if fold(one) in slips[term])
        if meant := next(chain(exact, known, written), ""):
            return meant
    return ""


def _written(term: str, word: str, store: Store, language: str) -> Iterator[str]:
    """How documents write a term, where it resembles a word."""
    for text in _sentences_with([term], store, ALIKE_SENTENCES):
        for one in words(text):
            bare = _POSSESSIVE.sub("", one)
            if term_of(one, language) == term and _resembles(bare, word):
                yield bare


def _divided(word: str, store: Store, language: str) -> str:
    """Words of the documents that make up one if a space or hyphen is left out; empty if none."""
    halves = [(word[:place], word[place:]) for place in range(2, len(word) - 1)]
    for first, second in halves:
        held = [*terms(first, language), *terms(second, language)]
        if len(held) == 2 and all(store.frequency(term) for term in held):  # noqa: PLR2004 - both
            written = re.compile(rf"\b{re.escape(first)}[\s-]{re.escape(second)}\b", re.IGNORECASE)
            for text in _sentences_with(held, store, ALIKE_SENTENCES):
                if found := written.search(text):
                    return found[0]
    return ""


def _sentences_with(held: Sequence[str], store: Store, count: int) -> list[str]:
    """Sentences that hold some terms, those first that hold most."""
    sentences = store.matching(held, count)
    chunks = store.chunks_with(sentences)
    return [
        sentence.span.of(store.document(chunks[sentence.chunk].document_id).text)
        for run in store.sentences_of(list(chunks)).values()
        for sentence in run
        if sentence.number in sentences
    ]


def _resembles(one: str, word: str) -> bool:
    """Whether a word itself, not its stem alone, is written like another; a name like a name."""
    if word[0].isupper() and not one[0].isupper():
        return False
    return SequenceMatcher(None, fold(one), fold(word)).ratio() > ALIKE


def _slips(word: str) -> Iterator[str]:
    """Every word that one letter left out, added, swapped or mistyped makes of another."""
    for place in range(len(word) + 1):
        head, tail = word[:place], word[place:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in string.ascii_lowercase:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]
