"""How the page keeps conversations and takes them up again. Knows no Gradio."""

import threading
import time
from typing import TYPE_CHECKING

from assistant.kept.conversations import Conversation, Conversations, Listed, new_key
from assistant.kept.file import KeptError
from assistant.kept.record import KeptTurn
from assistant.page.documents.library import moment
from assistant.page.session import Session, Turn
from assistant.page.talk.parcel import take_html
from assistant.page.talk.render import escape, label, seen, told
from assistant.query.question import shortened
from index.errors import PullquoteError, UnknownDocumentError
from index.names import count

if TYPE_CHECKING:
    from assistant.answer import Answer, Citation
    from assistant.ask import Assistant

AGAIN_SECONDS = 2.0
"""How often an answer is kept while it grows."""

CUT_OFF = "Pullquote was ended before this was answered."


class Keeping:
    """Keeps sessions' conversations, or with nowhere to keep them nothing."""

    def __init__(self, kept: Conversations | None) -> None:
        self.kept = kept
        self._lock = threading.Lock()

    def doors(self) -> str:
        """The way to the list of conversations, where there is one."""
        if self.kept is None:
            return ""
        return (
            '<button type="button" class="pq-state pq-door" data-act="conversations">'
            'Conversations</button><button type="button" class="pq-state pq-door" data-act="notes">'
            "Notes</button>"
        )

    def save_in_time(self, session: Session) -> None:
        """Keep a conversation that grows, now and then."""
        if not session.turns[-1].place or time.monotonic() - session.saved_at > AGAIN_SECONDS:
            self.save(session)

    def save(self, session: Session) -> None:
        """Keep what is new in a conversation; the session says why where that can't be done."""
        if self.kept is None:
            return
        with self._lock:  # one who stops an answer meets the answer's own thread here
            new = [turn for turn in session.turns if not turn.saved]
            if not new and not session.dropped:
                return
            session.kept = session.kept or new_key()
            rows = [(turn.place, as_kept(turn)) for turn in new]
            are_over = [turn.is_over for turn in new]
            session.saved_at = time.monotonic()
            try:
                places = self.kept.save(session.kept, rows, session.dropped)
            except KeptError as error:
                session.unkept = str(error)
                return
            session.unkept, session.dropped = "", []
            for turn, place, is_over in zip(new, places, are_over, strict=True):
                turn.place, turn.saved = place, is_over

    def reopen(self, session: Session, key: object, assistant: "Assistant") -> bool:
        """Take up a conversation that was kept; False if there is none of this key."""
        conversation = self.kept.read(key) if self.kept else None
        if conversation is None:
            return False
        session.leave()
        session.kept = conversation.key
        session.turns = _turns_of(conversation, assistant)
        return True

    def room_html(self, session: Session) -> str:
        """The list of conversations, or of those that are looked for."""
        if self.kept is None:
            return ""
        try:
            listed, problem = self.kept.listed(session.words), ""
        except KeptError as error:
            listed, problem = [], f'<p class="pq-problem">{told(str(error))}</p>'
        rows = "".join(_row(one, is_open=one.key == session.kept) for one in listed)
        nothing = "" if rows or problem else f"<p>{_nothing(session.words)}</p>"
        return (
            '<section class="pq-library pq-kept" aria-label="Conversations">'
            '<header class="pq-head"><h2>Conversations</h2>'
            "<p>Kept on the machine that Pullquote runs on, beside the index.</p></header>"
            f"{problem}{_search(session.words)}"
            f'<ul class="pq-conversations">{rows}</ul>{nothing}</section>'
        )


def as_kept(turn: Turn) -> KeptTurn:
    """A turn as it is kept and taken away."""
    return KeptTurn(
        turn.question,
        turn.asked,
        turn.answer,
        turn.problem,
        turn.stopped or not turn.finished,
    )


def _turns_of(conversation: Conversation, assistant: "Assistant") -> list[Turn]:
    digests: dict[str, str | None] = {}
    return [
        Turn(
            kept.question,
            kept.answer,
            problem=kept.problem,
            finished=not kept.stopped and not kept.problem,
            stopped=kept.stopped or bool(kept.problem),
            asked=kept.asked,
            remarks=_remarks(kept, assistant, digests),
            place=place,
            saved=True,
        )
        for place, kept in conversation.turns
    ]


def _remarks(
    kept: KeptTurn, assistant: "Assistant", digests: dict[str, str | None]
) -> tuple[str, ...]:
    """What a reader should know of a turn, and of each document it cites that is not as it was."""
    remarks = [CUT_OFF] if kept.stopped and kept.answer is None else []
    remarks += _changes(kept.answer, assistant, digests) if kept.answer else []
    return tuple(remarks)


def _changes(answer: "Answer", assistant: "Assistant", digests: dict[str, str | None]) -> list[str]:
    cited = {one.document_id: one for one in (*answer.citations, *answer.nearest)}
    remarks = (change_of(citation, assistant, digests) for citation in cited.values())
    return [remark for remark in remarks if remark]


def change_of(citation: "Citation", assistant: "Assistant", digests: dict[str, str | None]) -> str:
    """What has become of a citation's document, in a sentence; nothing if it is as it was.

    Args:
        citation: The citation.
        assistant: Knows the documents.
        digests: Theirs by id, as far as they have been looked up; it gets this one's.
    """
    named = citation.document_id
    if named not in digests:
        digests[named] = _digest(named, assistant)
    now = digests[named]
    if now is None:
        return (
            f"‘{named}’ is no longer among the documents: these are its words as they were quoted."
        )
    if now and now != citation.digest:
        return f"‘{named}’ has changed since: these are its words as they were quoted."
    return ""


def _digest(document_id: str, assistant: "Assistant") -> str | None:
    """A document's digest now; None if it is gone, empty if nothing can be said of it."""
    try:
        return assistant.document(document_id).digest
    except UnknownDocumentError:
        return None
    except PullquoteError:
        return ""


def _search(words: str) -> str:
    return (
        '<div class="pq-sieve"><input type="search" class="pq-find-kept" maxlength="200" '
        f'aria-label="Find a conversation by words in it" value="{escape(words)}" '
        'placeholder="Find by words in questions and answers"></div>'
    )


def _nothing(words: str) -> str:
    if words:
        return f"In no conversation there is “<bdi>{seen(words)}</bdi>”."
    return "None yet: each is kept from its first question on."


def _row(one: Listed, *, is_open: bool) -> str:
    name = shortened(one.name) or "Without a question"
    current = ' aria-current="true"' if is_open else ""
    buttons = "".join(
        f'<button type="button" data-act="{act}" data-key="{one.key}" '
        f'aria-label="{words} {label(name)}">{words}</button>'
        for act, words in (("rename", "Rename"), ("discard", "Delete"))
    )
    take = take_html(f'data-key="{one.key}"', f"Take {name} away")
    return (
        f'<li{current}><button type="button" class="pq-reopen" data-act="reopen" '
        f'data-key="{one.key}"><strong dir="auto">{seen(name)}</strong>'
        f"<span>{escape(moment(one.changed))} · {count(one.turns, 'question')}</span></button>"
        f'<span class="pq-row-acts">{take}{buttons}</span>'
        f'<input class="pq-newname" data-key="{one.key}" maxlength="200" hidden '
        f'aria-label="New name of {label(name)}" value="{escape(one.name)}">'
        "</li>"
    )
