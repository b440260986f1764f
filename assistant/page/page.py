"""The page: a conversation beside the article its answers are cut from, in Gradio.

The panes are our own HTML rather than `gr.Chatbot`: its sanitizer lets clickable SVG links and
remote images through, its editor would show a question's escapes, and it takes the history from
the browser. Here `render.escape` stands before every word, and the history is the server's.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import gradio as gr
from gradio.events import api

from assistant.answer import Answer, Citation, Claim
from assistant.kept.conversations import Conversations
from assistant.page.desk.article import ArticleDesk
from assistant.page.desk.changes import Changes, Composer
from assistant.page.desk.desk import Desk
from assistant.page.desk.keeping import Keeping
from assistant.page.desk.kept import KeptDesk
from assistant.page.desk.saying import guarded
from assistant.page.desk.shelf import ShelfDesk
from assistant.page.documents.keeper import Keeper
from assistant.page.documents.library import Startup
from assistant.page.session import Session
from assistant.query.question import LONGEST_QUESTION
from assistant.quotes.choose import no_answer
from index.errors import PullquoteError

if TYPE_CHECKING:
    from assistant.ask import Assistant

Updates: TypeAlias = dict[Any, Any]
"""Gradio's components, and what each of them is to show."""

Pointing: TypeAlias = Callable[[Session, Mapping[str, object]], Changes]
Answering: TypeAlias = Callable[[Session, Mapping[str, object]], Iterator[Changes]]

_MOUNT = "Pullquote.mount({name!r}, element, trigger, watch, {events!r});"
_ASK, _STOP = "Ask", "Stop"


@dataclass(frozen=True, slots=True)
class Panes:
    """The components that change."""

    masthead: gr.HTML
    conversation: gr.HTML
    scope: gr.HTML
    composer: gr.Textbox
    note: gr.HTML
    reader: gr.HTML
    parcel: gr.HTML
    timer: gr.Timer

    def all(self) -> list[Any]:
        """Every one, as Gradio wants its outputs listed."""
        return [
            self.masthead, self.conversation, self.scope, self.composer, self.note, self.reader,
            self.parcel, self.timer,
        ]  # fmt: skip

    def updates(self, changes: Changes) -> Updates:
        """Changes as Gradio takes them."""
        updates: Updates = {
            getattr(self, name): html
            for name, html in changes.items()
            if name not in {"composer", "building"}
        }
        if "composer" in changes:
            updates[self.composer] = _textbox(changes["composer"])
        if "building" in changes:
            updates[self.timer] = gr.Timer(active=changes["building"])
        return updates or gr.skip()  # nothing at all is an error to Gradio


def build_page(
    assistant: "Assistant",
    *,
    sources: Path,
    startup: Callable[[], Startup] = Startup,
    kept: Conversations | None = None,
    keeper: Keeper | None = None,
) -> gr.Blocks:
    """Make the page.

    Args:
        assistant: Answers the questions and knows the documents.
        sources: The folder that the documents come from, to name it on the page.
        startup: How far the build has come; asked for until it is done.
        kept: Where conversations are kept, if they are.
        keeper: Brings and removes documents and has them indexed; None where there is none.
    """
    desk = Desk(assistant, sources, startup, Keeping(kept), keeper)
    page = gr.Blocks(title="Pullquote", fill_height=True, fill_width=True, analytics_enabled=False)
    with page:
        session = gr.State(Session())  # copied for every tab
        panes = _lay_out()
        _connect(page, panes, session, desk)
        api(_public_ask(assistant), api_name="ask")
    page.queue(default_concurrency_limit=8, max_size=64)
    # Gradio checks which files it may copy only once this says that `launch` was called.
    page.has_launched = True
    return page


def page_theme() -> gr.themes.Base:
    """A plain theme of system fonts, so that no font is fetched from anywhere."""
    return gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"])


def _lay_out() -> Panes:
    masthead = _pane("masthead", ["refresh", "resume", "notice", "renew", "putback", "keep"])
    with gr.Row(elem_id="pq-panes", equal_height=True):
        with gr.Column(elem_id="pq-talk", min_width=0):
            conversation = _pane("conversation", ["retry", "example", "edit", "clear"])
            scope = _pane("scope", ["choose"])
            composer = gr.Textbox(
                elem_id="pq-composer",
                label="Your question",
                show_label=False,
                container=False,
                placeholder="One moment …",
                interactive=False,
                autofocus=True,
                lines=1,
                max_lines=6,
                max_length=LONGEST_QUESTION,
                submit_btn=_ASK,
            )
            note = _pane("note", [])
        with gr.Column(elem_id="pq-side", min_width=0):
            reader = _pane(
                "reader", ["cite", "place", "open", "more", "find", "search", "quotation", "remove"]
            )
    parcel = _pane("parcel", [])
    timer = gr.Timer(1.0, active=False)
    return Panes(masthead, conversation, scope, composer, note, reader, parcel, timer)


def _pane(name: str, events: list[str]) -> gr.HTML:
    script = _MOUNT.format(name=name, events=events)
    return gr.HTML(elem_id=f"pq-{name}", apply_default_css=False, js_on_load=script)


def _connect(page: gr.Blocks, panes: Panes, session: gr.State, desk: Desk) -> None:
    shared: dict[str, Any] = {
        "outputs": panes.all(), "show_progress": "hidden", "api_visibility": "private"
    }  # fmt: skip
    mine = shared | {"inputs": session}
    article, shelf = ArticleDesk(desk), ShelfDesk(desk)
    talk, reader, composer = panes.conversation, panes.reader, panes.composer
    # By default Gradio drops, in silence, what is asked while a stopped answer is still ending.
    always: dict[str, Any] = {"trigger_mode": "multiple"}
    running = [
        composer.submit(_asked(panes, desk), **shared, **always, inputs=[composer, session]),
        talk.retry(_answering(panes, desk.retry), **mine, **always),
        talk.example(_answering(panes, desk.example), **mine, **always),
    ]
    composer.stop(_plain(panes, desk.stop), **mine, cancels=running, queue=False)
    talk.clear(_plain(panes, desk.clear), **mine, cancels=running, queue=False)
    talk.edit(_pointing(panes, desk.edit), **mine)
    # One after the other: what was chosen last is what is asked.
    panes.scope.choose(_pointing(panes, shelf.choose), **mine, **always, concurrency_limit=1)
    reader.cite(_pointing(panes, article.cite), **mine)
    reader.place(_pointing(panes, article.place), **mine)
    reader.open(_pointing(panes, article.open), **mine)
    reader.find(_pointing(panes, article.find), **mine)
    reader.search(_pointing(panes, article.search), **mine)
    reader.quotation(_pointing(panes, article.quotation), **mine)
    reader.more(_pointing(panes, article.more), **mine)
    panes.masthead.refresh(_plain(panes, desk.refresh), **mine)
    panes.masthead.resume(_pointing(panes, desk.resume), **mine)
    keep = KeptDesk(desk, desk.keeping.kept).handle
    panes.masthead.keep(_pointing(panes, keep), **mine, **always, concurrency_limit=1)
    # Without the queue: it is asked every few seconds, and nearly always there is nothing to say.
    panes.masthead.notice(_plain(panes, desk.notice), **mine, queue=False)
    panes.masthead.renew(_plain(panes, shelf.renew), **mine)
    panes.masthead.putback(_pointing(panes, shelf.put_back), **mine)
    reader.remove(_pointing(panes, shelf.remove), **mine)
    panes.timer.tick(_plain(panes, desk.tick), **mine)
    page.load(_plain(panes, desk.arrive), **mine)


def _plain(panes: Panes, handler: Callable[[Session], Changes]) -> Callable[[Session], Updates]:
    return lambda session: panes.updates(guarded(lambda: handler(session)))


def _pointing(panes: Panes, handler: Pointing) -> Callable[[Session, gr.EventData], Updates]:
    def handle(session: Session, event: gr.EventData) -> Updates:
        return panes.updates(guarded(lambda: handler(session, _payload(event))))

    return handle


def _answering(
    panes: Panes, handler: Answering
) -> Callable[[Session, gr.EventData], Iterator[Updates]]:
    def handle(session: Session, event: gr.EventData) -> Iterator[Updates]:
        for changes in handler(session, _payload(event)):
            yield panes.updates(changes)

    return handle


def _asked(panes: Panes, desk: Desk) -> Callable[[object, Session], Iterator[Updates]]:
    def handle(question: object, session: Session) -> Iterator[Updates]:
        for changes in desk.ask(session, question if isinstance(question, str) else ""):
            yield panes.updates(changes)

    return handle


def _payload(event: gr.EventData) -> Mapping[str, object]:
    data = event._data  # noqa: SLF001 - Gradio has no public name for it
    return data if isinstance(data, dict) else {}


def _textbox(composer: Composer) -> gr.Textbox:
    changes: dict[str, Any] = {
        "value": composer.words,
        "interactive": composer.ready,
        "placeholder": composer.hint,
    }
    changes = {name: value for name, value in changes.items() if value is not None}
    if composer.busy is not None:
        changes["submit_btn"] = False if composer.busy else _ASK
        changes["stop_btn"] = _STOP if composer.busy else False
    return gr.Textbox(**changes)


def _public_ask(assistant: "Assistant") -> Callable[[str, str], dict[str, Any]]:
    def ask(question: str, document_id: str = "") -> dict[str, Any]:
        """Answer a question with verbatim quotes from the documents.

        Args:
            question: The question, in plain words.
            document_id: The document that "this article" means, if any.
        """
        try:
            return _answer_as_json(_answer(assistant, question, document_id))
        except PullquoteError as error:
            return _answer_as_json(no_answer(str(question), str(question), str(error)))

    return ask


def _answer(assistant: "Assistant", question: object, document_id: object) -> Answer:
    if not (isinstance(question, str) and isinstance(document_id, str)):
        raise PullquoteError("A question and a document's name are text: send them as strings.")
    if document_id:
        assistant.document(document_id)  # raises when there is none
    return assistant.ask(question, document_id=document_id or None)


def _answer_as_json(answer: Answer) -> dict[str, Any]:
    return {
        "question": answer.question,
        "searched": answer.searched,
        "answered": answer.answered,
        "text": answer.text,
        "reason": answer.reason,
        "notice": answer.notice,
        "mode": answer.mode,
        "scope": {name: value for name, value in asdict(answer.scope).items() if value},
        "documents": answer.documents,
        "elsewhere": answer.elsewhere,
        "citations": [_citation_as_json(citation) for citation in answer.citations],
        "claims": [_claim_as_json(claim) for claim in answer.claims],
        "nearest": [_citation_as_json(citation) for citation in answer.nearest],
    }


def _claim_as_json(claim: Claim) -> dict[str, Any]:
    return {
        "start": claim.span.start,
        "end": claim.span.end,
        "citations": list(claim.citations),
        "verdict": claim.verdict,
        "missing": list(claim.missing),
    }


def _citation_as_json(citation: Citation) -> dict[str, Any]:
    return {
        "number": citation.number,
        "quote": citation.quote,
        "document_id": citation.document_id,
        "title": citation.title,
        "start": citation.span.start,
        "end": citation.span.end,
        "page": citation.page,
        "url": citation.url,
        "author": citation.author,
        "published": citation.published,
        "site": citation.site,
    }
