"""Which documents mention something: told by the words themselves, with a quote from each."""

from assistant.answer import Answer
from assistant.query.question import Question, mentioned_in, shortened
from assistant.quotes.choose import cite_all, no_answer, quoted_answer
from index.document import Span
from index.mentions import Mention, mentions
from index.names import count
from index.store import Store

LISTED = 10
"""Documents that are quoted, at the most."""

SENTENCES = 5
"""Sentences of each among which one of the article is looked for."""


def answer_by_mentions(store: Store, question: str, analysed: Question) -> Answer:
    """List the documents that mention what a question names, each by the first that says it."""
    wanted = shortened(mentioned_in(analysed))
    found = mentions(store, wanted, SENTENCES)
    if not found:
        return no_answer(question, analysed.text, f"No document mentions ‘{wanted}’.")
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
