"""What happens when a reader pins a quote, or writes in the notes. Knows no Gradio.

What the browser sends points at a citation of the session or at a place in a document: the words of
a quote are always cut here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from assistant.answer import Citation
from assistant.kept.file import KeptError
from assistant.kept.notes import Note, Notes
from assistant.page.desk.changes import Changes
from assistant.page.desk.desk import Desk
from assistant.page.desk.keeping import change_of
from assistant.page.desk.reading import chosen, citation_of
from assistant.page.desk.saying import said
from assistant.page.session import Session
from assistant.page.talk.notebook import notebook_html
from assistant.page.talk.parcel import notes_parcel_html
from assistant.query.question import shortened

Handler = Callable[[Session, Mapping[str, object]], Changes]

ROOM = "notes"
_SHOW = '<button type="button" data-act="notes">Show notes</button>'


class NoteDesk:
    """Answers the events of the notes."""

    def __init__(self, desk: Desk, notes: Notes) -> None:
        self.desk = desk
        self.notes = notes
        desk.rooms[ROOM] = self.room_html
        self.handlers: dict[object, Handler] = {
            "notes": self.show,
            "pin": self.pin,
            "pin words": self.pin_words,
            "jot": self.write,
            "shift": self.move,
            "unpin": self.remove,
            "pin again": self.restore,
            "take notes": self.take,
        }

    def room_html(self, session: Session) -> str:  # noqa: ARG002 - of any session they are the same
        """The notes, each with what became of its document."""
        try:
            notes, problem = self.notes.listed(), ""
        except KeptError as error:
            notes, problem = [], str(error)
        return notebook_html(notes, self._remarks(notes), problem)

    def show(self, session: Session, data: Mapping[str, object]) -> Changes:  # noqa: ARG002
        """Show the notes."""
        session.room = ROOM
        return {"reader": self.desk.reader(session)}

    def pin(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Pin a quote of an answer, or all of them below the question."""
        turn = session.turn(data.get("turn"))
        answer = session.turns[turn].answer if turn is not None else None
        if turn is None or answer is None:
            return {}
        if data.get("number") is None:
            question = shortened(session.turns[turn].question)
            return self._pinned(session, answer.citations, question)
        one = citation_of(session, turn, data.get("number"))
        return self._pinned(session, [one] if one else [])

    def pin_words(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Pin words that are selected in a document."""
        words = chosen(self.desk.assistant, data)
        return self._pinned(session, [words] if words else [])

    def write(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Keep words of the reader's own; a new note is shown, to be written in."""
        words, key = data.get("words"), data.get("key")
        if isinstance(words, str):
            if self.notes.write(words, key) or not words.strip():
                return {}
            self.notes.write(words)
            anew = said("The note was removed meanwhile: your words stand first, in a new one.")
            return {**self.show(session, {}), "note": anew}
        self.notes.write("", below=key)
        return self.show(session, {})

    def move(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Move a note up or down."""
        step = data.get("step")
        if isinstance(step, int):
            self.notes.move(data.get("key"), step)
        return self.show(session, {})

    def remove(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Remove a note, with a way back."""
        key = data.get("key")
        if not any(note.key == key for note in self.notes.listed()):
            return self.show(session, {})
        self.notes.remove(key)
        undo = f'<button type="button" data-act="pinagain" data-key="{key}">Undo</button>'
        return {**self.show(session, {}), "note": said("Removed from the notes.", undo)}

    def restore(self, session: Session, data: Mapping[str, object]) -> Changes:
        """Take back that a note was removed."""
        self.notes.restore(data.get("key"))
        return {**self.show(session, {}), "note": self.desk.note(session)}

    def take(self, session: Session, data: Mapping[str, object]) -> Changes:  # noqa: ARG002
        """Hand over the notes."""
        return {"parcel": notes_parcel_html(data.get("form"), self.notes.listed())}

    def _pinned(self, session: Session, quotes: Sequence[Citation], above: str = "") -> Changes:
        if not quotes:
            return {}
        added = self.notes.pin([replace(quote, number=1) for quote in quotes], above)
        told = "Pinned to the notes." if added else "That is in the notes already."
        changes: Changes = {"note": said(told, _SHOW)}
        if session.room == ROOM:
            changes["reader"] = self.desk.reader(session)
        return changes

    def _remarks(self, notes: Sequence[Note]) -> dict[int, str]:
        digests: dict[str, str | None] = {}
        return {
            note.key: remark
            for note in notes
            if note.quote and (remark := change_of(note.quote, self.desk.assistant, digests))
        }
