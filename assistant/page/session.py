"""One reader's conversation and open document, kept on the server. Knows no Gradio.

What the browser sends is taken only as a pointer into what stands here: a turn's number, a
citation's number, the id of a document that exists.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from assistant.answer import Answer, Citation
from assistant.export import export
from assistant.page.article import (
    NOTHING_BESIDE,
    PART,
    Highlights,
    article_html,
    parts_shown,
)
from assistant.page.render import answer_html, escape, seen, told
from assistant.page.sheets import Sheets, changed, sheets_of
from assistant.question import shortened
from index.document import Span
from index.errors import PullquoteError
from index.scope import Scope

if TYPE_CHECKING:
    from assistant.ask import Assistant


EARLIER = -1
"""Stands for every turn of a session that is gone but still on the page."""


@dataclass(slots=True)
class Turn:
    """A question, and what has become of it so far."""

    question: str
    answer: Answer | None = None
    problem: str = ""
    finished: bool = False
    stopped: bool = False

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self.finished or self.stopped


@dataclass(slots=True)
class Session:
    """What one tab has asked and opened."""

    turns: list[Turn] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)
    editing: int | None = None
    document_id: str | None = None
    """The document in the article pane; None while it lists the documents."""

    chosen: tuple[str, ...] = ()
    """Ids of the documents that questions are asked of; none means all."""

    choice: int = 0
    """How often the reader had chosen when that was told."""

    highlights: Highlights = field(default_factory=Highlights)
    shown: list[Span] = field(default_factory=list)
    """The parts of that document that its reader has seen."""

    asked: list[Span] = field(default_factory=list)
    """The further parts that were asked for."""

    _key: str = ""

    @property
    def key(self) -> str:
        """Tells a page whether this is the session it knows; made late, since Gradio copies."""
        self._key = self._key or secrets.token_hex(8)
        return self._key

    @property
    def is_new(self) -> bool:
        """Whether nothing was asked or opened in it."""
        return not self.turns and self.document_id is None

    @property
    def busy(self) -> bool:
        """Whether an answer is being given."""
        return bool(self.turns) and not self.turns[-1].is_over

    def stop(self) -> None:
        """Let the answer that is being given end where it is."""
        if self.busy:
            self.turns[-1].stopped = True

    def history(self) -> list[tuple[str, str]]:
        """Earlier turns as the assistant takes them; what failed or was stopped is left out."""
        return [
            (turn.question, turn.answer.text)
            for turn in self.turns
            if turn.answer is not None and turn.finished
        ]

    def cut(self, number: int) -> None:
        """Forget the turn of that number and all after it."""
        del self.turns[number:]
        self.editing = None
        if self.highlights.turn >= number:
            self.highlights = Highlights()

    def turn(self, number: object) -> int | None:
        """`number` if it is that of a turn, None for anything else that a browser may send."""
        if not isinstance(number, int) or isinstance(number, bool):
            return None
        return number if 0 <= number < len(self.turns) else None


def converse(session: Session, assistant: "Assistant", question: str) -> Iterator[Turn]:
    """Ask, and let a new turn grow; yields it whenever there is more to show."""
    turn = Turn(question)
    history = session.history()
    session.turns.append(turn)
    try:
        yield turn
        open_id, scope = session.document_id, Scope(documents=session.chosen)
        for answer in assistant.stream(question, history, document_id=open_id, scope=scope):
            if turn.stopped:
                break
            turn.answer = answer
            yield turn
    except PullquoteError as error:
        turn.problem = str(error)
    except GeneratorExit:
        turn.stopped = True
        raise
    finally:
        turn.finished = not turn.stopped


def show_answer(session: Session) -> None:
    """Turn the article pane to what the last answer cites."""
    number = len(session.turns) - 1
    cited = _citations(session.turns[number].answer) if session.turns else ()
    if not cited:
        session.highlights = Highlights()
        return
    here = any(citation.document_id == session.document_id for citation in cited)
    open_document(session, session.document_id if here else cited[0].document_id)
    session.highlights = _highlights(session, number, None)


def show_citation(session: Session, turn: object, number: object) -> bool:
    """Turn the article pane to one citation; False when there is no such one."""
    place = session.turn(turn)
    if place is None:
        return False
    for citation in _citations(session.turns[place].answer):
        if citation.number == number:
            open_document(session, citation.document_id)
            session.highlights = _highlights(session, place, citation.number)
            return True
    return False


def show_words(session: Session, citation: Citation) -> None:
    """Turn the article pane to a citation of an earlier session."""
    open_document(session, citation.document_id)
    session.highlights = Highlights(EARLIER, (citation,), citation.number)


def open_document(session: Session, document_id: str | None) -> None:
    """Turn the article pane to a document, or with None to the list of all."""
    if document_id != session.document_id:
        session.shown, session.asked = [], []
    session.document_id = document_id
    session.highlights = Highlights()


def open_part(session: Session, start: object, end: object) -> bool:
    """Show a further part of a long document; False when that is no part of a text."""
    span = span_of(start, end)
    if span is None:
        return False
    session.asked.append(Span(span.start, min(span.end, span.start + PART)))
    session.highlights = Highlights(
        session.highlights.turn, session.highlights.citations, None, session.highlights.near
    )
    return True


def span_of(start: object, end: object) -> Span | None:
    """The span that a browser means, None for anything else that it may send."""
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end:
        return None
    return Span(start, end)


def reader_html(session: Session, assistant: "Assistant", sheets: Sheets) -> str:
    """The open document, beside the pages that are cited. Raises PullquoteError when it is gone."""
    document = assistant.document(session.document_id or "")
    cited = [citation.span for citation in session.highlights.within(document)]
    session.shown = parts_shown(document, cited, session.asked, session.shown)
    session.asked = []
    has_changed = sheets.has_changed(document) if cited else None
    beside = sheets_of(document, cited) if has_changed is False else NOTHING_BESIDE
    note = f'<p class="pq-problem">{told(changed(document))}</p>' if has_changed else ""
    return note + article_html(document, session.highlights, session.shown, beside)


def conversation_html(session: Session, welcome: str) -> str:
    """The turns so far, or `welcome` when there are none."""
    if not session.turns:
        return (
            f'<div class="pq-conversation" data-session="{session.key}" data-turns="0">'
            f"{welcome}</div>"
        )
    last = len(session.turns) - 1
    turns = "".join(
        _turn_html(turn, number, is_last=number == last)
        for number, turn in enumerate(session.turns)
    )
    return (
        f'<div class="pq-conversation" data-session="{session.key}" '
        f'data-turns="{len(session.turns)}" '
        f'data-announce="{escape(_announcement(session.turns[last]))}" '
        f'aria-busy="{str(session.busy).lower()}">'
        '<div class="pq-bar"><button type="button" data-act="clear">New conversation</button></div>'
        f'<ol class="pq-turns">{turns}</ol></div>'
    )


def _highlights(session: Session, turn: int, active: int | None) -> Highlights:
    answer = session.turns[turn].answer
    near = answer is not None and not answer.answered
    return Highlights(turn, _citations(answer), active, near)


def _citations(answer: Answer | None) -> tuple[Citation, ...]:
    if answer is None:
        return ()
    return answer.citations if answer.answered else answer.nearest


def _announcement(turn: Turn) -> str:
    if turn.problem or turn.stopped:
        return turn.problem or "Stopped."
    if not turn.finished or turn.answer is None:
        return "Searching the documents."
    if not turn.answer.answered:
        return turn.answer.reason
    return f"Answered. {shortened(turn.answer.text)}"


def _turn_html(turn: Turn, number: int, *, is_last: bool) -> str:
    edit = (
        f'<button type="button" data-act="edit" data-turn="{number}" '
        'aria-label="Edit this question">Edit</button>'
    )
    return (
        f'<li class="pq-turn" data-turn="{number}"><div class="pq-question">'
        f'<h3 dir="auto">{seen(shortened(turn.question))}</h3>{edit}</div>'
        f'<div class="pq-answer">{_outcome(turn, number)}</div>'
        f"{_actions(turn, number, is_last=is_last)}</li>"
    )


def _outcome(turn: Turn, number: int) -> str:
    parts = [answer_html(turn.answer, number)] if turn.answer else []
    if turn.problem:
        parts.append(f'<p class="pq-problem">{told(turn.problem)}</p>')
    if turn.stopped:
        parts.append('<p class="pq-stopped">Stopped.</p>')
    elif not turn.finished:
        parts.append(f'<p class="pq-working"><span></span>{_doing(turn.answer)}</p>')
    return "".join(parts)


def _doing(answer: Answer | None) -> str:
    if answer is None or not answer.text:
        return "Searching the documents …"
    if answer.growing and answer.mode == "quotes":
        return "The language model is writing; until then, these are the documents’ own words …"
    return "Writing …"


def _actions(turn: Turn, number: int, *, is_last: bool) -> str:
    if not turn.is_over:
        return ""
    buttons = []
    if turn.answer is not None and (turn.answer.text or not turn.answer.answered):
        words = escape(export(turn.answer))
        buttons.append(
            f'<button type="button" data-act="copy" data-export="{words}">'
            "Copy with citations</button>"
        )
    if is_last and turn.answer is not None and turn.answer.elsewhere:
        buttons.append(
            f'<button type="button" data-act="askall" data-turn="{number}">'
            "Ask all documents</button>"
        )
    if is_last:
        buttons.append(
            f'<button type="button" data-act="retry" data-turn="{number}">Try again</button>'
        )
    return f'<div class="pq-actions">{"".join(buttons)}</div>' if buttons else ""
