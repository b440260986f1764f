"""What happens when a reader does something with what is kept. Knows no Gradio.

All of it is one event with a word that says what to do; what else comes with it is data to check.
"""

from collections.abc import Mapping

from assistant.answer import cite
from assistant.export.links import mark_of, quote_of
from assistant.kept.conversations import Conversations
from assistant.kept.notes import Notes
from assistant.kept.record import KeptTurn
from assistant.page.desk.changes import Changes, Composer
from assistant.page.desk.desk import Desk
from assistant.page.desk.keeping import as_kept
from assistant.page.desk.notes import Handler, NoteDesk
from assistant.page.desk.reading import open_document, show_answer, show_words
from assistant.page.desk.saying import said
from assistant.page.session import Session
from assistant.page.talk.parcel import parcel_html

BUSY = "The last answer is still coming. Stop it first, or wait."
GONE = "This conversation is not kept any more."


class KeptDesk:
    """Answers the events of the list of conversations."""

    def __init__(self, desk: Desk, kept: Conversations | None) -> None:
        self.desk = desk
        self._handlers: dict[object, Handler] = {"take": self.take, "quote": self.quote}
        if kept is None:
            return
        self.kept = kept
        self._handlers |= {
            "list": self.show,
            "find": self.find,
            "reopen": self.reopen,
            "rename": self.rename,
            "remove": self.remove,
            "restore": self.restore,
            **NoteDesk(desk, Notes(kept.file)).handlers,
        }

    def handle(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Do what is asked for; nothing for a word that means nothing."""
        handler = self._handlers.get(data.get("do"))
        return handler(session, data) if handler else {}

    def show(self, session: Session, data: Mapping[str, object]) -> Changes:  # noqa: ARG002
        """Show all conversations."""
        session.words = ""
        return self._listed(session)

    def find(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Show those with some words in them."""
        session.words = str(data.get("words", ""))[:200]
        return self._listed(session)

    def reopen(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Take up a conversation; a page that comes back to it quietly keeps a new one."""
        if session.busy:
            return {"note": said(BUSY)}
        if not self.desk.keeping.reopen(session, data.get("key"), self.desk.assistant):
            return {} if data.get("quietly") else {"note": said(GONE)}
        if not session.document_id or not data.get("quietly"):
            open_document(session, session.document_id)
            show_answer(session, self.desk.assistant)
        changes = self.desk.settled(session)
        return {**changes, "reader": self.desk.reader(session), "composer": Composer(busy=False)}

    def rename(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Name a conversation."""
        self.kept.rename(data.get("key"), str(data.get("name", "")))
        return self._listed(session)

    def remove(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Delete a conversation, with a way back."""
        key = data.get("key")
        if key == session.kept and session.busy:
            return {"note": said(BUSY)}
        found = self.kept.read(key)
        if found is None:
            return {**self._listed(session), "note": said(GONE)}
        self.kept.delete(key)
        changes: Changes = {}
        if found.key == session.kept:
            session.leave()
            changes = self.desk.refresh(session)
        undo = f'<button type="button" data-act="restore" data-key="{found.key}">Undo</button>'
        name = found.name if len(found.name) < 60 else f"{found.name[:60]}…"  # noqa: PLR2004
        return {**changes, **self._listed(session), "note": said(f"Deleted “{name}”.", undo)}

    def restore(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Take back that a conversation was deleted."""
        self.kept.restore(data.get("key"))
        found = self.kept.read(data.get("key"))
        note = self.desk.note(session) if found else said(GONE)
        return {**self._listed(session), "note": note}

    def quote(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Open the document that a link names, at the words it names."""
        meant = quote_of(str(data.get("link", "")))
        if meant is None:
            return {}
        span, mark, document_id = meant
        document = self.desk.assistant.document(document_id)
        if mark_of(span.of(document.text)) != mark:
            open_document(session, document_id)
            note = said(f"‘{document.source}’ has changed: the linked quote stands there no more.")
            return {"reader": self.desk.reader(session), "note": note}
        show_words(session, cite(1, document, span))
        return {"reader": self.desk.reader(session)}

    def take(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Hand over an answer, the conversation on the page, or one of the list."""
        name, turns = self._taken(session, data)
        if not turns:
            return {"note": said(GONE)}
        return {"parcel": parcel_html(data.get("form"), name, turns)}

    def _taken(self, session: Session, data: Mapping[str, object]) -> tuple[str, list[KeptTurn]]:
        if data.get("key") and self.desk.keeping.kept:
            found = self.kept.read(data.get("key"))
            return (found.name, [turn for _, turn in found.turns]) if found else ("", [])
        number = session.turn(data.get("turn"))
        if number is None and data.get("turn") is not None:
            return "", []
        turns = session.turns if number is None else [session.turns[number]]
        return (turns[0].question if turns else ""), [as_kept(turn) for turn in turns]

    def _listed(self, session: Session) -> Changes:
        session.room = "conversations"
        return {"reader": self.desk.reader(session)}
