"""What the page says about the documents themselves, as HTML. Knows no Gradio."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.page.render import escape, seen, told
from index.languages import ENGLISH, primary
from index.names import count

if TYPE_CHECKING:
    from assistant.status import DocumentStatus, Status

_MANY = 12
_NAMED = 3
_LISTED = 2_000


@dataclass(frozen=True, slots=True)
class Startup:
    """How far the build that runs at start has come."""

    running: bool = False
    stage: str = ""
    done: int = 0
    total: int = 0
    problem: str = ""
    """Why it could not be done, as a sentence."""


def masthead_html(status: "Status", startup: Startup) -> str:
    """Name, state of the index, and the way to the list of documents."""
    return (
        '<header class="pq-masthead"><div class="pq-name"><h1>Pullquote</h1>'
        "<p>Ask your documents. Get answers in their own words.</p></div>"
        '<button type="button" class="pq-state" data-act="library" '
        f'aria-label="Show the list of documents">{_state(status, startup)}</button>'
        f"{_progress(startup)}{_warnings(status, startup)}</header>"
    )


def library_html(status: "Status", startup: Startup, sources: Path) -> str:
    """The documents, each a button that opens it; what failed and why; what has changed since."""
    return (
        '<section class="pq-library" aria-label="Documents">'
        f'<header class="pq-head"><h2>Documents</h2>{_facts(status, sources)}</header>'
        f"{_changes(status)}{_failures(status)}{_shelf(status, startup)}</section>"
    )


def welcome_html(
    status: "Status",
    startup: Startup,
    examples: Sequence[str],
    sources: Path,
    *,
    in_prose: bool = False,
) -> str:
    """What stands in the conversation before its first question."""
    if startup.running and not status.documents:
        lead = "Your documents are being read. You can ask as soon as that is done."
        return f'<div class="pq-welcome"><h2>One moment</h2><p>{lead}</p></div>'
    if not status.documents:
        advice = _advice(status, startup, sources)
        return f'<div class="pq-welcome"><h2>Nothing to ask yet</h2>{advice}</div>'
    buttons = "".join(
        f'<li><button type="button" data-act="example" data-number="{number}">'
        f"<bdi>{seen(example)}</bdi></button></li>"
        for number, example in enumerate(examples)
    )
    shown = (
        f'<ul class="pq-examples" aria-label="Example questions">{buttons}</ul>' if buttons else ""
    )
    lead = "Answers are quotes from your documents. Click one to see where it stands."
    if in_prose:
        lead = "Every sentence of an answer shows the quotes from your documents it rests on."
    return (
        f'<div class="pq-welcome"><h2>What would you like to know?</h2><p>{lead}</p>{shown}</div>'
    )


def _state(status: "Status", startup: Startup) -> str:
    if startup.running and not status.documents:
        return "Reading documents …"
    if not status.documents:
        return "No documents"
    return count(len(status.documents), "document")


def _progress(startup: Startup) -> str:
    if not startup.running:
        return ""
    stage = startup.stage.strip().capitalize() or "Reading documents"
    amount = f" {startup.done:,} of {startup.total:,}" if startup.total else " …"
    value = f' value="{startup.done}" max="{startup.total}"' if startup.total else ""
    return (
        f'<div class="pq-progress" role="status"><label>{escape(stage)}{amount}'
        f"<progress{value}></progress></label></div>"
    )


def _warnings(status: "Status", startup: Startup) -> str:
    if startup.running:
        return ""
    said = [startup.problem, status.problem if status.problem != startup.problem else ""]
    if status.changed and status.documents:
        named = _named(status.changed)
        said.append(f"The sources have changed since they were indexed: {named}.")
    if status.failures:
        said.append(f"{count(len(status.failures), 'file')} could not be used; see Documents.")
    lines = "".join(f"<p>{told(sentence)}</p>" for sentence in said if sentence)
    return f'<div class="pq-warning" role="status">{lines}</div>' if lines else ""


def _facts(status: "Status", sources: Path) -> str:
    facts = [f"from <bdi>{seen(str(sources))}</bdi>"]
    if status.documents:
        facts.append(count(sum(document.sentences for document in status.documents), "sentence"))
    if status.built_at:
        shown = escape(_moment(status.built_at))
        facts.append(f'indexed <time datetime="{escape(status.built_at)}">{shown}</time>')
    return f"<p>{' · '.join(facts)}</p>"


def _changes(status: "Status") -> str:
    if not status.changed or not status.documents:
        return ""
    names = "".join(f"<li><bdi>{seen(name)}</bdi></li>" for name in status.changed)
    return (
        '<details class="pq-changed" open><summary>Changed since they were indexed</summary>'
        f"<ul>{names}</ul><p>Bring the index in step with <code>python -m index build</code>, "
        "or start Pullquote again.</p></details>"
    )


def _failures(status: "Status") -> str:
    if not status.failures:
        return ""
    rows = "".join(
        f"<li><strong><bdi>{seen(name)}</bdi></strong><span>{told(message)}</span></li>"
        for name, message in status.failures
    )
    return (
        '<details class="pq-failed" open><summary>Could not be used</summary>'
        f"<ul>{rows}</ul></details>"
    )


def _shelf(status: "Status", startup: Startup) -> str:
    if not status.documents:
        waiting = "They appear here when they have been read." if startup.running else "None yet."
        return f"<p>{waiting}</p>"
    search = ""
    if len(status.documents) > _MANY:
        search = (
            '<input type="search" class="pq-filter" placeholder="Find a document by name" '
            'aria-label="Find a document by name">'
        )
    books = "".join(map(_book, status.documents[:_LISTED]))
    rest = len(status.documents) - _LISTED
    more = f"<p>{count(rest, 'more document')} not listed here.</p>" if rest > 0 else ""
    return f'{search}<ul class="pq-shelf">{books}</ul>{more}'


def _book(document: "DocumentStatus") -> str:
    names = " · ".join(f"<bdi>{seen(name)}</bdi>" for name in document.names or (document.id,))
    said = count(document.sentences, "sentence")
    if primary(document.language) != ENGLISH:
        said += f" · {escape(document.language)}"
    return (
        f'<li><button type="button" data-act="open" data-document="{escape(document.id)}">'
        f"<strong><bdi>{seen(document.title)}</bdi></strong><span>{names} · {said}</span>"
        "</button></li>"
    )


def _advice(status: "Status", startup: Startup, sources: Path) -> str:
    problem = startup.problem or status.problem
    said = f'<p class="pq-problem">{told(problem)}</p>' if problem else ""
    folder = f"<bdi>{seen(str(sources.absolute()))}</bdi>"
    return (
        f"{said}<ol><li>Put documents into <code>{folder}</code></li>"
        "<li>Run <code>python -m index build</code>, or start Pullquote again.</li></ol>"
        "<p>This page notices when they are there.</p>"
    )


def _named(names: Sequence[str]) -> str:
    listed = ", ".join(names[:_NAMED])
    rest = len(names) - _NAMED
    return f"{listed} and {rest:,} more" if rest > 0 else listed


def _moment(iso: str) -> str:
    try:
        moment = datetime.fromisoformat(iso).astimezone()
    except ValueError:
        return iso
    return f"{moment.day} {moment:%B %Y, %H:%M}"
