"""What happens when a reader does something on the page. Knows no Gradio.

Each method of `Desk` answers one kind of event with the panes that change. What came from the
browser is data to be checked: numbers and names that must point into the session or the store.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.page.article.sheets import Sheets
from assistant.page.article.toolbar import NAVIGATION
from assistant.page.desk.changes import Changes, Composer, composer_of
from assistant.page.desk.converse import converse
from assistant.page.desk.keeping import Keeping
from assistant.page.desk.reading import (
    open_document,
    reader_html,
    show_answer,
)
from assistant.page.desk.saying import UNEXPECTED, guarded, said
from assistant.page.desk.turns import conversation_html
from assistant.page.documents.choice import chip_html
from assistant.page.documents.library import Startup, library_html, masthead_html, welcome_html
from assistant.page.documents.search import found_html
from assistant.page.session import Session, Turn
from assistant.page.talk.render import told
from index.errors import PullquoteError, UnknownDocumentError

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from assistant.page.documents.keeper import Keeper
    from assistant.status import Status

_log = logging.getLogger(__name__)


class Desk:
    """Answers the page's events."""

    def __init__(
        self,
        assistant: "Assistant",
        sources: Path,
        startup: Callable[[], Startup],
        keeping: Keeping | None = None,
        keeper: "Keeper | None" = None,
    ) -> None:
        self.assistant = assistant
        self.sources = sources
        self.startup = startup
        self.keeping = keeping or Keeping(None)
        self.keeper = keeper
        self.sheets = Sheets(assistant, sources)
        self.rooms: dict[str, Callable[[Session], str]] = {"conversations": self.keeping.room_html}

    def arrive(self, session: Session) -> Changes:
        """Show everything on a page that has just been opened; an only document lies open."""
        documents = self.assistant.status().documents
        if len(documents) == 1:
            open_document(session, documents[0].id)
        session.noted = ""
        return {**self.refresh(session), "reader": self.reader(session)}

    def refresh(self, session: Session) -> Changes:
        """Show what depends on the index rather than on the conversation."""
        startup, status = self.startup(), self.assistant.status()
        standing = self._standing(status, startup)
        if standing[0] != next(iter(session.known), None):
            session.examples = []  # those of an index that is no more
        session.known = standing
        session.waits = session.waits and not status.documents
        if status.documents and not session.examples:
            with suppress(PullquoteError):
                session.examples = self.assistant.examples()
        changes: Changes = {
            "masthead": masthead_html(
                status, startup, self.sources, self.keeper, doors=self.keeping.doors()
            ),
            "building": startup.running,
        }
        if (note := self.note(session)) != session.noted:  # else what was said last stays
            session.noted = changes["note"] = note
        if not session.busy:
            changes["composer"] = composer_of(
                documents=bool(status.documents), building=startup.running
            )
        if not session.turns:
            changes["conversation"] = self._welcome(session, status, startup)
        if session.document_id is None or session.room:
            changes["reader"] = self.reader(session)
        changes["scope"] = chip_html(status.documents, session.chosen, session.choice)
        return changes

    def tick(self, session: Session) -> Changes:
        """Show how far the build is; what it made, once it is done."""
        untouched = session.document_id is None and not session.turns
        if untouched and session.waits and not self.startup().running:
            return self.arrive(session)
        return self.refresh(session)

    def resume(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Show a page that was cut off how things stand; a new session takes up what it showed."""
        cut_off = data.get("busy") and data.get("session") == session.key
        if cut_off and data.get("turns") == len(session.turns):
            session.stop()
            self.keeping.save(session)
        changes: Changes = {}
        if not session.turns:
            self.keeping.reopen(session, data.get("kept"), self.assistant)
        if session.document_id is None and isinstance(document_id := data.get("document"), str):
            open_document(session, document_id)
            changes["reader"] = self.reader(session)
        changes |= self.refresh(session)
        if session.turns and not session.busy:
            changes |= self.settled(session)
        return changes

    def notice(self, session: Session) -> Changes:
        """Show what has changed by itself, such as a file put into the folder; mostly nothing."""
        startup, status = self.startup(), self.assistant.status()
        if session.known == self._standing(status, startup):
            return {}
        return self.refresh(session)

    def ask(self, session: Session, question: str) -> Iterator[Changes]:
        """Answer a question from the composer; it takes the place of a turn being edited."""
        if not question.strip():
            yield {"note": said("Type a question first.")}
        elif session.busy:
            yield {"note": said("The last answer is still coming. Stop it first, or wait.")}
        else:
            if session.editing is not None:
                session.cut(session.editing)
            yield from self._answer(session, question, words="")

    def retry(self, session: Session, data: Mapping[str, object]) -> Iterator[Changes]:
        """Ask a turn's question once more; what came after it goes."""
        number = session.turn(data.get("turn"))
        if number is not None and not session.busy:
            if data.get("everything"):
                session.chosen = ()
            gone = session.turns[number]
            as_typed = gone.as_typed or bool(data.get("typed"))
            session.cut(number)
            yield from self._answer(session, gone.question, as_typed=as_typed)

    def example(self, session: Session, data: Mapping[str, object]) -> Iterator[Changes]:
        """Ask one of the example questions, or of those to go on with."""
        number = data.get("number")
        offered = session.turns[-1].suggestions if session.turns else session.examples
        if isinstance(number, int) and 0 <= number < len(offered) and not session.busy:
            yield from self._answer(session, offered[number])

    def stop(self, session: Session) -> Changes:
        """End the answer that is being given."""
        session.stop()
        self.keeping.save(session)
        return {**self.settled(session), "reader": self.reader(session)}

    def edit(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Put a question back into the composer; without a valid turn, give up editing."""
        number = None if session.busy else session.turn(data.get("turn"))
        given_up = number is None and session.editing is not None
        session.editing = number
        words = "" if given_up else None
        if number is not None:
            words = session.turns[number].question
        return {"composer": Composer(words), "note": self.note(session)}

    def clear(self, session: Session) -> Changes:
        """Begin a new conversation; the last one is kept, and the open document stays open."""
        session.stop()
        self.keeping.save(session)
        session.leave()
        changes = self.refresh(session)
        changes["reader"] = self.reader(session)
        changes["composer"] = Composer(words="", busy=False)
        changes["note"] = self.note(session)
        return changes

    def _answer(
        self,
        session: Session,
        question: str,
        *,
        as_typed: bool = False,
        words: str | None = None,
    ) -> Iterator[Changes]:
        """Answer a question; `words` is what then stands in the box, None what stood there."""
        composer, turn = Composer(words, busy=True), None
        self._leave_out_what_is_gone(session)
        try:
            for grown in converse(session, self.assistant, question, as_typed=as_typed):
                turn = grown
                self.keeping.save_in_time(session)
                yield {
                    "conversation": conversation_html(session, ""),
                    "composer": composer,
                    "note": self.note(session),
                }
                composer = Composer()
        except Exception:  # noqa: BLE001 - one that leaves a handler locks Gradio's composer
            _log.exception("answering failed")
            if turn is not None:
                turn.problem = UNEXPECTED
        finally:  # also of an answer that is cut off here, by whoever asked
            self.keeping.save(session)
        if turn is None or turn not in session.turns:
            return
        # Whatever becomes of the article, the box for the next question is free.
        yield {"composer": Composer(busy=False), **guarded(lambda: self._answered(session))}
        if suggested := guarded(lambda: self._suggested(session, turn)):
            yield suggested

    def _leave_out_what_is_gone(self, session: Session) -> None:
        """Ask what is left of the documents chosen; if nothing is, asking says what is gone."""
        if session.chosen:
            there = {one.id for one in self.assistant.status().documents}
            left = tuple(one for one in session.chosen if one in there)
            session.chosen = left or session.chosen

    def _suggested(self, session: Session, turn: Turn) -> Changes:
        """Questions to go on with, about the document that an answer quotes first."""
        citations = turn.answer.citations if turn.answer else ()
        if not citations:
            return {}
        asked = [one.question for one in session.turns]
        found = self.assistant.examples(2, document_id=citations[0].document_id, asked=asked)
        turn.suggestions = tuple(found)
        is_last = session.turns[-1:] == [turn] and not session.busy
        return {"conversation": conversation_html(session, "")} if found and is_last else {}

    def _answered(self, session: Session) -> Changes:
        show_answer(session, self.assistant)
        return {**self.settled(session), "reader": self.reader(session)}

    def settled(self, session: Session) -> Changes:
        """The conversation, when nothing more is to come."""
        if not session.turns:
            return {**self.refresh(session), "note": self.note(session)}
        return {
            "conversation": conversation_html(session, ""),
            "composer": Composer(busy=False),
            "note": self.note(session),
        }

    def _welcome(self, session: Session, status: "Status", startup: Startup) -> str:
        in_prose = bool(self.assistant.model_host)
        welcome = welcome_html(
            status, startup, session.examples, self.sources, self.keeper, in_prose=in_prose
        )
        return conversation_html(session, welcome)

    def reader(self, session: Session) -> str:
        """What the article pane shows."""
        problem = ""
        if room := self.rooms.get(session.room):
            return f"{NAVIGATION}{room(session)}"
        if session.document_id is not None:
            try:
                return NAVIGATION + reader_html(session, self.assistant, self.sheets)
            except UnknownDocumentError:
                gone = f"‘{session.document_id}’ is no longer among the documents."
                problem = f'<p class="pq-problem">{told(gone)}</p>'
                open_document(session, None)
            except PullquoteError as error:
                problem = f'<p class="pq-problem">{told(str(error))}</p>'
                open_document(session, None)
        return f"{NAVIGATION}{problem}{self._library(session)}"

    def _library(self, session: Session) -> str:
        words = session.searched
        found = found_html(words, self.assistant) if words else ""
        status = self.assistant.status()
        return library_html(
            status, self.startup(), self.sources, self.keeper, words=words, found=found
        )

    def _standing(self, status: "Status", startup: Startup) -> tuple[object, ...]:
        kept = () if self.keeper is None else tuple(one.key for one in self.keeper.removed())
        return status.built_at, status.changed, status.problem, startup.running, kept

    def note(self, session: Session) -> str:
        """What stands below the composer."""
        if session.editing is not None:
            keep = '<button type="button" data-act="unedit">Keep it as it is</button>'
            return said("Asking replaces the question you edit, and what follows it.", keep)
        if session.unkept:
            return said(session.unkept)
        if host := self.assistant.model_host:
            told_host = f"A language model writes the answers: passages are sent to {host}."
            return said(told_host, is_idle=True)
        return said("Every quote is cut from your documents, word for word.", is_idle=True)
