"""What happens when a reader follows a citation, opens a document or looks for words in it.

Knows no Gradio. What the browser sends points at a citation of the session or at a place in a
document that exists.
"""

from collections.abc import Mapping

from assistant.answer import cite
from assistant.page.desk.changes import Changes
from assistant.page.desk.desk import Desk
from assistant.page.desk.reading import (
    chosen,
    copied_html,
    find_words,
    open_document,
    open_part,
    show_citation,
    show_words,
    span_of,
)
from assistant.page.desk.saying import said
from assistant.page.documents.search import LONGEST
from assistant.page.session import EARLIER, Session
from assistant.page.talk.render import seen


class ArticleDesk:
    """Answers the events of the article pane."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def cite(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Show a citation that the article on the page does not hold."""
        cited = show_citation(session, data.get("turn"), data.get("number"))
        if cited is None:
            return {}
        changes: Changes = {"reader": self.desk.reader(session)}
        if session.document_id and not session.highlights.within(
            self.desk.assistant.document(session.document_id)
        ):
            changed = f"‘{cited.document_id}’ has changed: the quote stands there no more."
            changes["note"] = said(changed)
        return changes

    def place(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Show words that a session cited which is gone; or say that they stand there no more."""
        span, number = span_of(data.get("start"), data.get("end")), data.get("number")
        if span is None or not isinstance(number, int):
            return {}
        document = self.desk.assistant.document(str(data.get("document")))
        if seen(span.of(document.text)) != seen(str(data.get("quote"))):
            changed = f"‘{document.source}’ has changed: the quote stands there no more."
            return {"note": said(changed)}
        show_words(session, cite(number, document, span), EARLIER)
        return {"reader": self.desk.reader(session)}

    def open(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Show a document, or the list of all."""
        document_id = data.get("document")
        open_document(session, document_id if isinstance(document_id, str) else None)
        return {"reader": self.desk.reader(session)}

    def more(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Show a further part of a long document."""
        opened = open_part(session, data.get("start"), data.get("end"))
        return {"reader": self.desk.reader(session)} if opened else {}

    def search(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Show which documents hold some words; with none, all documents."""
        open_document(session, None)
        session.searched = str(data.get("words", "")).strip()[:LONGEST]
        return {"reader": self.desk.reader(session)}

    def find(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Show where words stand in a document that is not all on the page."""
        words, near, step = data.get("words"), data.get("near"), data.get("step")
        found = find_words(session, self.desk.assistant, words, near, step)
        return {"reader": self.desk.reader(session)} if found else {}

    def quotation(self, _: Session, data: Mapping[str, object]) -> Changes:
        """Give words of a document with their source, for the clipboard."""
        words = chosen(self.desk.assistant, data)
        return {"note": copied_html(words)} if words else {}
