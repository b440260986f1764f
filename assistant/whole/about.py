"""Questions about a document as a whole: which one is meant, and what it says of itself."""

from collections.abc import Sequence

from assistant.answer import Answer
from assistant.query.question import Question, speaks_of_several
from assistant.quotes.choose import Candidate, cite_all, in_reading_order, no_answer, quoted_answer
from assistant.whole.mentioned import answer_by_mentions
from assistant.whole.overview import bylines, contact_lines, glance, overview
from index.names import count
from index.store import Store, StoredDocument
from index.terms import terms


def answer_about_document(
    store: Store, question: str, analysed: Question, document_id: str | None
) -> Answer | None:
    """Answer a question about a document as a whole.

    Args:
        store: Where the documents are.
        question: As it was asked.
        analysed: The same, standing alone; of a kind that is about a document.
        document_id: The document that the reader has open.

    Returns:
        The answer, which may be to ask which document is meant; None if the question turns out to
        be about something that a document says.
    """
    if analysed.kind == "mention":
        return answer_by_mentions(store, question, analysed)
    entries = store.documents()
    chosen = _which(entries, analysed, document_id)
    if chosen is None:
        return _of_no_one(store, question, analysed)
    if analysed.kind == "contact":
        return _contact(store, question, analysed, chosen)
    if analysed.kind == "author":
        return _author(store, question, analysed, chosen)
    citations = cite_all(in_reading_order(overview(store, chosen.id)), store.document)
    if not citations:
        return no_answer(question, analysed.text, "The document doesn’t say: it holds no words.")
    return quoted_answer(question, analysed.text, citations, "In the document’s own words:")


def _of_no_one(store: Store, question: str, analysed: Question) -> Answer | None:
    """Answer what is asked of no document in particular."""
    if analysed.kind == "whole document" and speaks_of_several(analysed):
        return _collection(store, question, analysed)
    if analysed.kind == "contact":
        return None
    return _ask_which(question, analysed, store.documents())


def _collection(store: Store, question: str, analysed: Question) -> Answer:
    places = [(one.document_id, one.span) for one in glance(store)]
    if not places:
        return no_answer(question, analysed.text, "The documents don’t say: they hold no words.")
    lead = f"{len(places)} of {count(len(store.documents()), 'document')}, in their own words:"
    return quoted_answer(question, analysed.text, cite_all(places, store.document), lead)


def _which(
    entries: Sequence[StoredDocument], question: Question, document_id: str | None
) -> StoredDocument | None:
    """Find the document meant: the only one, the one named, or the one open."""
    if len(entries) == 1:
        return entries[0]
    generic = {
        "articl",
        "document",
        "stori",
        "text",
        "report",
        "summar",
        "summari",
        "main",
        "point",
    }
    asked = set(question.terms) - generic
    overlap = {entry.id: len(asked & set(terms(f"{entry.title} {entry.id}"))) for entry in entries}
    best = max(overlap.values(), default=0)
    named = [entry for entry in entries if overlap[entry.id] == best]
    if best and best >= (len(asked) + 1) // 2 and len(named) == 1:
        return named[0]
    if speaks_of_several(question):
        return None
    return next((entry for entry in entries if entry.id == document_id), None)


def _ask_which(question: str, analysed: Question, entries: Sequence[StoredDocument]) -> Answer:
    titles = "; ".join(entry.title for entry in entries[:5])
    more = f"; and {len(entries) - 5} more" if len(entries) > 5 else ""  # noqa: PLR2004 - shown above
    reason = f"Which document do you mean? Open one, or name it: {titles}{more}."
    return no_answer(question, analysed.text, reason)


def _contact(
    store: Store, question: str, analysed: Question, chosen: StoredDocument
) -> Answer | None:
    lines = contact_lines(store, chosen.id, analysed.terms)[:2]
    if not lines or not _holds_a_name(analysed, lines):
        return None
    citations = cite_all(in_reading_order(lines), store.document)
    return quoted_answer(question, analysed.text, citations, "")


def _holds_a_name(question: Question, lines: list[Candidate]) -> bool:
    """Whether contact lines are of somebody whom the question names, if it names any."""
    held = {term for line in lines for term in terms(line.text)}
    return not question.names or any(set(terms(name)) & held for name in question.names)


def _author(store: Store, question: str, analysed: Question, chosen: StoredDocument) -> Answer:
    named: list[Candidate] = bylines(store, chosen.id)[:2]
    if named:
        return quoted_answer(
            question, analysed.text, cite_all(in_reading_order(named), store.document), ""
        )
    lines = contact_lines(store, chosen.id)[:1]
    silence = "The document names no author."
    if not lines:
        return no_answer(question, analysed.text, silence)
    citations = cite_all(in_reading_order(lines), store.document)
    return quoted_answer(question, analysed.text, citations, f"{silence} It gives this contact:")
