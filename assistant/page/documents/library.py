"""What the page says about the documents themselves, as HTML. Knows no Gradio."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.page.documents.choice import shelf_html
from assistant.page.documents.holdings import (
    UPDATE,
    facts_of,
    invitation_html,
    remove_html,
    removed_html,
    tools_html,
)
from assistant.page.documents.search import search_html
from assistant.page.talk.render import escape, seen, told
from index.names import count

if TYPE_CHECKING:
    from assistant.page.documents.keeper import Keeper
    from assistant.status import Status

_NAMED = 3
_FEW = 5
"""Files that could not be used that are listed at once; more when they are asked for."""


@dataclass(frozen=True, slots=True)
class Startup:
    """How far the build that runs beside the page has come."""

    running: bool = False
    stage: str = ""
    done: int = 0
    total: int = 0
    problem: str = ""
    """Why it could not be done, as a sentence."""


def masthead_html(
    status: "Status",
    startup: Startup,
    sources: Path,
    keeper: "Keeper | None" = None,
    *,
    doors: str = "",
) -> str:
    """Name, state of the index, and the ways to the list of documents and to other rooms."""
    facts = facts_of(keeper, sources, building=startup.running)
    return (
        f'<header class="pq-masthead"{facts}><div class="pq-name"><h1>Pullquote</h1>'
        "<p>Ask your documents. Get answers in their own words.</p></div>"
        f'<div class="pq-doors">{doors}<button type="button" class="pq-state" data-act="library" '
        f'title="Show the list of documents">{_state(status, startup)}</button></div>'
        f"{_progress(startup)}{_warnings(status, startup, keeper)}</header>"
    )


def library_html(  # noqa: PLR0913 - what a page shows has as many causes
    status: "Status",
    startup: Startup,
    sources: Path,
    keeper: "Keeper | None" = None,
    *,
    words: str = "",
    found: str = "",
) -> str:
    """The documents, each a button that opens it; what failed and why; what has changed since.

    With words that are searched for, it is what was found instead.
    """
    tools = tools_html(keeper) if status.documents or status.failures else ""
    return (
        '<section class="pq-library" aria-label="Documents">'
        f'<header class="pq-head"><h2>Documents</h2>{_facts(status, sources)}'
        f"{tools}</header>{removed_html(keeper)}"
        f"{'' if found else _changes(status, startup, keeper) + _failures(status, keeper)}"
        f"{search_html(words) if status.documents else ''}"
        f"{found or _shelf(status, startup, keeper)}</section>"
    )


def welcome_html(  # noqa: PLR0913 - what a page shows has as many causes
    status: "Status",
    startup: Startup,
    examples: Sequence[str],
    sources: Path,
    keeper: "Keeper | None" = None,
    *,
    in_prose: bool = False,
) -> str:
    """What stands in the conversation before its first question."""
    if startup.running and not status.documents:
        lead = "Your documents are being read. You can ask as soon as that is done."
        return f'<div class="pq-welcome"><h2>One moment</h2><p>{lead}</p></div>'
    if not status.documents:
        return invitation_html(keeper, sources, " ".join(map(told, _problems(status, startup))))
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


def _warnings(status: "Status", startup: Startup, keeper: "Keeper | None") -> str:
    if startup.running:
        return ""
    said = [told(problem) for problem in _problems(status, startup)]
    if status.changed:
        named = told(f"The sources have changed since they were indexed: {_named(status.changed)}.")
        said.append(f"{named} {UPDATE if keeper else ''}")
    if status.failures:
        failed = count(len(status.failures), "file")
        said.append(told(f"{failed} could not be used; see Documents."))
    lines = "".join(f"<p>{sentence}</p>" for sentence in said)
    return f'<div class="pq-warning" role="status">{lines}</div>' if lines else ""


def _problems(status: "Status", startup: Startup) -> list[str]:
    """What is wrong, once; that there is no index is no news after why none could be made."""
    known = [startup.problem] if startup.problem else []
    if status.problem and status.problem not in known and (status.built_at or not known):
        known.append(status.problem)
    return known


def _facts(status: "Status", sources: Path) -> str:
    facts = [f"from <bdi>{seen(str(sources))}</bdi>"]
    if status.documents:
        facts.append(count(sum(document.sentences for document in status.documents), "sentence"))
    if status.built_at:
        shown = escape(moment(status.built_at))
        facts.append(f'indexed <time datetime="{escape(status.built_at)}">{shown}</time>')
    return f"<p>{' · '.join(facts)}</p>"


def _changes(status: "Status", startup: Startup, keeper: "Keeper | None") -> str:
    if not status.changed or startup.running:
        return ""
    names = "".join(f"<li><bdi>{seen(name)}</bdi></li>" for name in status.changed)
    how = UPDATE if keeper else "They are read when Pullquote is started again."
    return (
        '<details class="pq-changed" open><summary>Changed since they were indexed</summary>'
        f"<ul>{names}</ul><p>{how}</p></details>"
    )


def _failures(status: "Status", keeper: "Keeper | None") -> str:
    if not status.failures:
        return ""
    rows = "".join(
        f"<li><div><strong><bdi>{seen(name)}</bdi></strong><span>{told(message)}</span></div>"
        f"{remove_html(name, name, keeper)}</li>"
        for name, message in status.failures
    )
    return (
        f'<details class="pq-failed"{" open" if len(status.failures) <= _FEW else ""}>'
        f"<summary>{count(len(status.failures), 'file')} could not be used</summary>"
        f"<ul>{rows}</ul></details>"
    )


def _shelf(status: "Status", startup: Startup, keeper: "Keeper | None") -> str:
    if not status.documents:
        waiting = "They appear here when they have been read." if startup.running else "None yet."
        return f"<p>{waiting}</p>"
    return shelf_html(status.documents, keeper)


def _named(names: Sequence[str]) -> str:
    listed = ", ".join(names[:_NAMED])
    rest = len(names) - _NAMED
    return f"{listed} and {rest:,} more" if rest > 0 else listed


def moment(iso: str) -> str:
    """A time for a reader, in the time zone of this machine."""
    try:
        moment = datetime.fromisoformat(iso).astimezone()
    except ValueError:
        return iso
    return f"{moment.day} {moment:%B %Y, %H:%M}"
