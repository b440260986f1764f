"""What the article pane shows: document, parts of it, and marked words. Knows no Gradio.

What the browser sends is taken only as a pointer into what stands here.
"""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.answer import Answer, Citation, cite
from assistant.export.plain import quotation
from assistant.page.article.article import (
    NOTHING_BESIDE,
    PART,
    Highlights,
    article_html,
    parts_shown,
)
from assistant.page.article.sheets import Sheets, changed, sheets_of
from assistant.page.article.toolbar import LONG, find, found_html, tools_html
from assistant.page.session import NO_TURN, Session
from assistant.page.talk.around import around_html
from assistant.page.talk.render import escape, told
from assistant.query.question import LONGEST_QUESTION
from index.document import Span
from index.errors import PullquoteError

if TYPE_CHECKING:
    from assistant.ask import Assistant


class ReadAnewError(PullquoteError):
    """What was selected on the page may not be what stands there now."""

    def __init__(self, source: str) -> None:
        super().__init__(
            f"‘{source}’ has been read anew. Open it again, and select the words there."
        )


def show_answer(session: Session, assistant: "Assistant") -> None:
    """Turn the article pane to what the last answer cites."""
    number = len(session.turns) - 1
    if session.turns:
        last = session.turns[number]
        last.around = around_html(cited_by(last.answer), number, assistant)
    cited = cited_by(session.turns[number].answer) if session.turns else ()
    if not cited:
        session.highlights = Highlights()
        return
    here = any(citation.document_id == session.document_id for citation in cited)
    open_document(session, session.document_id if here else cited[0].document_id)
    session.highlights = _highlights(session, number, None)


def show_citation(session: Session, turn: object, number: object) -> Citation | None:
    """Turn the article pane to one citation; None when there is no such one."""
    place = session.turn(turn)
    citation = None if place is None else citation_of(session, place, number)
    if place is not None and citation is not None:
        open_document(session, citation.document_id)
        session.highlights = _highlights(session, place, citation.number)
    return citation


def citation_of(session: Session, turn: int, number: object) -> Citation | None:
    """A turn's citation of that number; None when there is no such one."""
    cited = cited_by(session.turns[turn].answer)
    return next((one for one in cited if one.number == number), None)


def show_words(session: Session, citation: Citation, turn: int = NO_TURN) -> None:
    """Turn the article pane to words that no turn of the session cites."""
    open_document(session, citation.document_id)
    session.highlights = Highlights(turn, (citation,), citation.number)


def open_document(session: Session, document_id: str | None) -> None:
    """Turn the article pane to a document, or with None to the list of all."""
    if document_id != session.document_id:
        session.shown, session.asked = [], []
        session.looked_for, session.found = "", None
    session.room = ""
    session.document_id = document_id
    session.highlights = Highlights()


def open_part(session: Session, start: object, end: object) -> bool:
    """Show a further part of a long document; False when that is no part of a text."""
    span = span_of(start, end)
    if span is None:
        return False
    session.asked.append(Span(span.start, min(span.end, span.start + PART)))
    session.highlights = replace(session.highlights, active=None)
    return True


def find_words(
    session: Session, assistant: "Assistant", words: object, near: object, step: object
) -> bool:
    """Show the next place where words stand, and what is around; False when that is no search."""
    if not (isinstance(words, str) and isinstance(near, int) and isinstance(step, int)):
        return False
    document = assistant.document(session.document_id or "")
    session.looked_for = words[:LONGEST_QUESTION]
    session.found = find(document.text, session.looked_for, near, step)
    session.highlights = replace(session.highlights, active=None)
    if session.found:
        place = session.found.span
        session.asked.append(Span(max(0, place.start - PART // 2), place.end + PART // 2))
    return True


def chosen(assistant: "Assistant", data: Mapping[str, object]) -> Citation | None:
    """The words that are selected in a document on the page; None for anything else.

    Raises:
        ReadAnewError: The document has been read anew since the page showed it: at that place
            other words may stand.
    """
    span = span_of(data.get("start"), data.get("end"))
    if span is None:
        return None
    document = assistant.document(str(data.get("document")))
    if data.get("digest") != document.digest:
        raise ReadAnewError(document.source)
    inside = Span(min(span.start, len(document.text)), min(span.end, len(document.text)))
    return cite(1, document, inside) if inside.of(document.text).strip() else None


def copied_html(citation: Citation) -> str:
    """Words of a document as a quotation with its source, for the clipboard."""
    words = escape(quotation(citation))
    return (
        f'<p class="pq-said pq-copied" role="status" data-export="{words}" '
        f'data-once="{secrets.token_hex(4)}">'  # so that the same can be had twice
        "Copied as a quotation with its source.</p>"
    )


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
    brief = assistant.overview(document) if len(document.text) >= LONG else ()
    tools = tools_html(document, session.highlights, brief)
    found = found_html(document, session.looked_for, session.found)
    return tools + found + note + article_html(document, session.highlights, session.shown, beside)


def _highlights(session: Session, turn: int, active: int | None) -> Highlights:
    answer = session.turns[turn].answer
    near = answer is not None and not answer.answered
    return Highlights(turn, cited_by(answer), active, near)


def cited_by(answer: Answer | None) -> tuple[Citation, ...]:
    """What an answer shows of the documents: its citations, or else the nearest."""
    if answer is None:
        return ()
    return answer.citations if answer.answered else answer.nearest
