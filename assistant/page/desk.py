"""What happens when a reader does something on the page. Knows no Gradio.

Each method of `Desk` answers one kind of event with the panes that change. What came from the
browser is data to be checked: numbers and names that must point into the session or the store.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answer import cite
from assistant.page.changes import Changes, Composer
from assistant.page.choice import chip_html, chosen_by, only_html
from assistant.page.library import Startup, library_html, masthead_html, welcome_html
from assistant.page.render import seen, told
from assistant.page.session import (
    Session,
    conversation_html,
    converse,
    open_document,
    open_part,
    reader_html,
    show_answer,
    show_citation,
    show_words,
    span_of,
)
from assistant.page.sheets import Sheets
from index.errors import PullquoteError, UnknownDocumentError

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from assistant.status import Status

_log = logging.getLogger(__name__)

UNEXPECTED = "Something went wrong here. Try again; the details are in Pullquote's log."

_NAVIGATION = (
    '<nav class="pq-nav" aria-label="Article"><button type="button" data-act="back" '
    'class="pq-back">Back to answer</button>'
    '<button type="button" data-act="library">All documents</button></nav>'
)


class Desk:
    """Answers the page's events."""

    def __init__(
        self, assistant: "Assistant", sources: Path, startup: Callable[[], Startup]
    ) -> None:
        self.assistant = assistant
        self.sources = sources
        self.startup = startup
        self.sheets = Sheets(assistant, sources)

    def arrive(self, session: Session) -> Changes:
        """Show everything on a page that has just been opened; an only document lies open."""
        documents = self.assistant.status().documents
        if len(documents) == 1:
            open_document(session, documents[0].id)
        return {**self.refresh(session), "reader": self._reader(session)}

    def refresh(self, session: Session) -> Changes:
        """Show what depends on the index rather than on the conversation."""
        status, startup = self.assistant.status(), self.startup()
        if status.documents and not session.examples:
            with suppress(PullquoteError):
                session.examples = self.assistant.examples()
        changes: Changes = {
            "masthead": masthead_html(status, startup),
            "note": self._note(session),
            "building": startup.running,
        }
        if not session.busy:
            changes["composer"] = _composer(status, startup)
        if not session.turns:
            changes["conversation"] = self._welcome(session, status, startup)
        if session.document_id is None:
            changes["reader"] = self._reader(session)
        changes["scope"] = chip_html(status.documents, session.chosen, session.choice)
        return changes

    def tick(self, session: Session) -> Changes:
        """Show how far the build is; what it made, once it is done."""
        untouched = session.document_id is None and not session.turns
        if untouched and not self.startup().running:
            return self.arrive(session)
        return self.refresh(session)

    def resume(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Show a page that was cut off how things stand; a new session takes up its document."""
        cut_off = data.get("busy") and data.get("session") == session.key
        if cut_off and data.get("turns") == len(session.turns):
            session.stop()
        changes: Changes = {}
        if session.is_new and isinstance(document_id := data.get("document"), str):
            open_document(session, document_id)
            changes["reader"] = self._reader(session)
        changes |= self.refresh(session)
        if session.turns and not session.busy:
            changes |= self._settled(session)
        return changes

    def dropped(self, session: Session) -> Changes:  # noqa: ARG002 - as every event's
        """Say where a file goes that was dropped on the page."""
        folder = self.sources.absolute()
        advice = f"Documents go into “{folder}”: put the file there and start Pullquote again."
        return {"note": _said(advice)}

    def ask(self, session: Session, question: str) -> Iterator[Changes]:
        """Answer a question from the composer; it takes the place of a turn being edited."""
        if not question.strip():
            yield {"note": _said("Type a question first.")}
        elif session.busy:
            yield {"note": _said("The last answer is still coming. Stop it first, or wait.")}
        else:
            if session.editing is not None:
                session.cut(session.editing)
            yield from self._answer(session, question)

    def retry(self, session: Session, data: Mapping[str, object]) -> Iterator[Changes]:
        """Ask a turn's question once more; what came after it goes."""
        number = session.turn(data.get("turn"))
        if number is not None and not session.busy:
            if data.get("everything"):
                session.chosen = ()
            question = session.turns[number].question
            session.cut(number)
            yield from self._answer(session, question)

    def example(self, session: Session, data: Mapping[str, object]) -> Iterator[Changes]:
        """Ask one of the example questions."""
        number = data.get("number")
        if isinstance(number, int) and 0 <= number < len(session.examples) and not session.turns:
            yield from self._answer(session, session.examples[number])

    def stop(self, session: Session) -> Changes:
        """End the answer that is being given."""
        session.stop()
        return self._settled(session)

    def edit(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Put a question back into the composer; without a valid turn, give up editing."""
        number = None if session.busy else session.turn(data.get("turn"))
        session.editing = number
        words = "" if number is None else session.turns[number].question
        return {"composer": Composer(words), "note": self._note(session)}

    def clear(self, session: Session) -> Changes:
        """Forget the conversation; the open document stays open."""
        session.stop()
        session.cut(0)
        changes = self.refresh(session)
        changes["reader"] = self._reader(session)
        changes["composer"] = Composer(words="", busy=False)
        return changes

    def choose(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Ask the documents that the reader has chosen, or with none all of them."""
        documents = self.assistant.status().documents
        choice = data.get("choice")
        session.chosen = chosen_by(data.get("documents"), documents)
        session.choice = choice if isinstance(choice, int) else 0
        return {"scope": chip_html(documents, session.chosen, session.choice)}

    def cite(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Show a citation that the article on the page does not hold."""
        found = show_citation(session, data.get("turn"), data.get("number"))
        return {"reader": self._reader(session)} if found else {}

    def place(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Show words that a session cited which is gone; or say that they stand there no more."""
        span, number = span_of(data.get("start"), data.get("end")), data.get("number")
        if span is None or not isinstance(number, int):
            return {}
        document = self.assistant.document(str(data.get("document")))
        if seen(span.of(document.text)) != seen(str(data.get("quote"))):
            changed = f"‘{document.source}’ has changed: the quote stands there no more."
            return {"note": _said(changed)}
        show_words(session, cite(number, document, span))
        return {"reader": self._reader(session)}

    def open(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Show a document, or the list of all."""
        document_id = data.get("document")
        open_document(session, document_id if isinstance(document_id, str) else None)
        return {"reader": self._reader(session)}

    def more(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Show a further part of a long document."""
        opened = open_part(session, data.get("start"), data.get("end"))
        return {"reader": self._reader(session)} if opened else {}

    def _answer(self, session: Session, question: str) -> Iterator[Changes]:
        composer, turn = Composer(words="", busy=True), None
        self._leave_out_what_is_gone(session)
        try:
            for grown in converse(session, self.assistant, question):
                turn = grown
                yield {
                    "conversation": conversation_html(session, ""),
                    "composer": composer,
                    "note": self._note(session),
                }
                composer = Composer()
        except Exception:  # noqa: BLE001 - one that leaves a handler locks Gradio's composer
            _log.exception("answering failed")
            if turn is not None:
                turn.problem = UNEXPECTED
        if turn is None or turn not in session.turns:
            return
        # Whatever becomes of the article, the box for the next question is free.
        yield {"composer": Composer(busy=False), **guarded(lambda: self._answered(session))}

    def _leave_out_what_is_gone(self, session: Session) -> None:
        """Ask what is left of the documents chosen; if nothing is, asking says what is gone."""
        if session.chosen:
            there = {one.id for one in self.assistant.status().documents}
            left = tuple(one for one in session.chosen if one in there)
            session.chosen = left or session.chosen

    def _answered(self, session: Session) -> Changes:
        show_answer(session)
        return {**self._settled(session), "reader": self._reader(session)}

    def _settled(self, session: Session) -> Changes:
        if not session.turns:
            return self.refresh(session)
        return {
            "conversation": conversation_html(session, ""),
            "composer": Composer(busy=False),
            "note": self._note(session),
        }

    def _welcome(self, session: Session, status: "Status", startup: Startup) -> str:
        in_prose = bool(self.assistant.model_host)
        welcome = welcome_html(status, startup, session.examples, self.sources, in_prose=in_prose)
        return conversation_html(session, welcome)

    def _reader(self, session: Session) -> str:
        problem = ""
        if session.document_id is not None:
            try:
                article = reader_html(session, self.assistant, self.sheets)
                return f"{_NAVIGATION}{only_html(session.document_id)}{article}"
            except UnknownDocumentError:
                gone = f"‘{session.document_id}’ is no longer among the documents."
                problem = f'<p class="pq-problem">{told(gone)}</p>'
                open_document(session, None)
            except PullquoteError as error:
                problem = f'<p class="pq-problem">{told(str(error))}</p>'
                open_document(session, None)
        shelf = library_html(self.assistant.status(), self.startup(), self.sources)
        return f"{_NAVIGATION}{problem}{shelf}"

    def _note(self, session: Session) -> str:
        if session.editing is not None:
            keep = '<button type="button" data-act="unedit">Keep it as it is</button>'
            return _said("Asking replaces the question you edit, and what follows it.", keep)
        if host := self.assistant.model_host:
            return _said(f"A language model writes the answers: passages are sent to {host}.")
        return _said("Every quote is cut from your documents, word for word.")


def guarded(handle: Callable[[], Changes]) -> Changes:
    """What a handler changes, or a sentence about why it could not."""
    try:
        return handle()
    except PullquoteError as error:
        return {"note": _said(str(error))}
    except Exception:  # noqa: BLE001 - one that leaves a handler shows as "Error" over the page
        _log.exception("the page could not do this")
        return {"note": _said(UNEXPECTED)}


def _composer(status: "Status", startup: Startup) -> Composer:
    if status.documents:
        return Composer(busy=False, ready=True, hint="Ask your documents")
    waiting = "Reading your documents …" if startup.running else "No documents to ask yet"
    return Composer(busy=False, ready=False, hint=waiting)


def _said(sentence: str, control: str = "") -> str:
    return f'<p class="pq-said" role="status">{told(sentence)} {control}</p>'
