"""Which documents mention something: told by the words themselves, with a quote from each."""

from dataclasses import dataclass

from assistant.answer import Answer, Citation
from assistant.query.question import Question, mentioned_in, shortened
from assistant.quotes.choose import cite_all, no_answer, quoted_answer
from index.document import Span
from index.mentions import Mention, mentions, too_common
from index.names import count
from index.store import Store

LISTED = 10
"""Documents that are quoted, at the most."""

SENTENCES = 5
"""Sentences of each among which one of the article is looked for."""

SHOWN = 3
"""Sentences of each that are shown, where all that is said of something is."""


@dataclass(frozen=True, slots=True)
class Mentioned:
    """A document that holds some words."""

    document_id: str
    title: str
    source: str
    """The name of its file."""

    sentences: int
    """Those that hold all the words, or where none does, as many of them as any."""

    citations: tuple[Citation, ...]
    """The first of these, numbered from 1."""


@dataclass(frozen=True, slots=True)
class Mentions:
    """Which documents hold some words, in any form, and phrases word by word."""

    documents: int
    """All that do."""

    sentences: int
    """In all of these, counted as for each of them."""

    listed: tuple[Mentioned, ...]
    """Those that say it most often."""

    too_common: bool = False
    """Whether nothing was looked for, since only function words were given."""


def find_mentions(store: Store, wanted: str, most: int) -> Mentions:
    """Find the documents that hold some words, with quotes from so many of them."""
    found = mentions(store, wanted, SHOWN)
    listed = (
        Mentioned(
            document_id=one.document_id,
            title=one.title,
            source=store.document(one.document_id).source,
            sentences=one.times,
            citations=cite_all(((one.document_id, at) for at in one.sentences), store.document),
        )
        for one in found[:most]
    )
    return Mentions(
        documents=len(found),
        sentences=sum(one.times for one in found),
        listed=tuple(listed),
        too_common=too_common(wanted, store.languages()),
    )


def answer_by_mentions(store: Store, question: str, analysed: Question) -> Answer:
    """List the documents that mention what a question names, each by the first that says it."""
    wanted = shortened(mentioned_in(analysed))
    found = mentions(store, wanted, SENTENCES)
    if not found:
        common = f"‘{wanted}’ is too common to look for. Add a word that tells more."
        absent = f"No document mentions ‘{wanted}’."
        reason = common if too_common(wanted, store.languages()) else absent
        return no_answer(question, analysed.text, reason)
    places = [(one.document_id, _of_the_article(store, one)) for one in found[:LISTED]]
    citations = cite_all(places, store.document)
    lead = f"{count(len(found), 'document')} of {len(store.documents()):,} mention ‘{wanted}’"
    if len(found) > LISTED:
        lead += f"; the {LISTED} that do so most"
    return quoted_answer(question, analysed.text, citations, f"{lead}:")


def _of_the_article(store: Store, one: Mention) -> Span:
    document = store.document(one.document_id)
    article = (span for span in one.sentences if not document.is_furniture(span))
    return next(article, one.sentences[0])
