"""How documents come to the page and leave it, as HTML: buttons, invitation, what can be undone.

Knows no Gradio. What happens in the browser is in `bringing.js`.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from assistant.page.talk.render import escape, label, seen
from index.formats import known_suffixes

if TYPE_CHECKING:
    from assistant.page.documents.keeper import Keeper

UPDATE = '<button type="button" class="pq-update" data-act="renew">Update now</button>'
_BRING = '<button type="button" class="pq-bring" data-act="bring">Add documents</button>'
_PASTE = '<button type="button" class="pq-paste" data-act="paste">Paste text</button>'


def may_change(keeper: "Keeper | None") -> bool:
    """Whether documents can be brought and removed."""
    return keeper is not None and not keeper.read_only


def facts_of(keeper: "Keeper | None", sources: Path, *, building: bool) -> str:
    """What the browser has to know, as attributes of the masthead."""
    said = ' data-building=""' if building else ""
    if keeper is None or keeper.read_only:
        return f'{said} data-refusal="{escape(refusal(sources))}"'
    kinds = " ".join(known_suffixes())
    most = f"{keeper.most_bytes / 1e6:g}"
    return f'{said} data-kinds="{escape(kinds)}" data-megabytes="{most}"'


def refusal(sources: Path) -> str:
    """Why nothing can be brought, as a sentence."""
    return (
        f"Documents go into “{sources.absolute()}”. This page leaves them as they are: whoever "
        "runs Pullquote can put files there, or set PULLQUOTE_READ_ONLY=no."
    )


def tools_html(keeper: "Keeper | None") -> str:
    """The buttons above the list of documents."""
    if keeper is None:
        return ""
    buttons = f"{_BRING}{_PASTE}" if may_change(keeper) else ""
    return f'<div class="pq-tools-bring">{buttons}{UPDATE}</div>'


def remove_html(document_id: str, title: str, keeper: "Keeper | None") -> str:
    """The button that removes a document, or nothing where that can't be done."""
    if not may_change(keeper):
        return ""
    return (
        '<button type="button" class="pq-remove" data-act="remove" '
        f'data-document="{escape(document_id)}" aria-label="Remove {label(title)}" '
        'title="Remove">×</button>'
    )


def removed_html(keeper: "Keeper | None") -> str:
    """What was removed in the last day, each with a way back."""
    kept = keeper.removed() if keeper is not None and not keeper.read_only else []
    rows = "".join(
        f"<li><span><bdi>{seen(one.name)}</bdi> was removed.</span>"
        f'<button type="button" data-act="putback" data-key="{one.key}" '
        f'aria-label="Put {label(one.name)} back">Undo</button></li>'
        for one in kept
    )
    return f'<ul class="pq-removed" aria-label="Removed documents">{rows}</ul>' if rows else ""


def invitation_html(keeper: "Keeper | None", sources: Path, problem: str) -> str:
    """What stands in the place of a conversation where there is no document yet."""
    said = f'<p class="pq-problem">{problem}</p>' if problem else ""
    folder = f"<code><bdi>{seen(str(sources.absolute()))}</bdi></code>"
    if keeper is None or keeper.read_only:
        update = f" {UPDATE}" if keeper is not None else ""
        return (
            f'<div class="pq-welcome"><h2>Nothing to ask yet</h2>{said}'
            f"<p>Documents go into {folder}.{update}</p></div>"
        )
    kinds = ", ".join(suffix[1:].upper() for suffix in known_suffixes())
    return (
        f'<div class="pq-welcome pq-invites"><h2>Bring your documents</h2>{said}'
        "<p>Then ask them: every answer is a quote that opens where it stands.</p>"
        f'<div class="pq-zone"><p class="pq-big">Drop files anywhere on this page</p>'
        f'<p class="pq-ways">{_BRING}{_PASTE}</p>'
        f"<p>{kinds}; up to {keeper.most_bytes / 1e6:g} MB each.</p></div>"
        f"<p>They are kept in {folder}, on the machine that runs Pullquote. Files that you put "
        f"there yourself are noticed. {UPDATE}</p></div>"
    )
