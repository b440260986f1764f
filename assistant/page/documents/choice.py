"""Which documents the page asks: the chip that says so, and the boxes that choose them.

The tab keeps what is chosen, by keys that are shorter than names; the server turns them into ids.
Knows no Gradio.
"""

import hashlib
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from assistant.page.documents.holdings import remove_html
from assistant.page.talk.render import escape, label, seen
from index.dates import date_in_words
from index.names import count
from index.scope import host_of

if TYPE_CHECKING:
    from assistant.page.documents.keeper import Keeper
    from assistant.status import DocumentStatus

LISTED = 2_000
"""Documents that are listed, at the most."""

MANY = 12
"""Documents from which on a list of them can be searched."""


def key_of(document_id: str) -> str:
    """What the browser calls a document: a list of thousands must fit into a request."""
    return hashlib.sha256(document_id.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def chosen_by(keys: object, documents: Sequence["DocumentStatus"]) -> tuple[str, ...]:
    """Ids of the documents whose keys a browser sends, with spaces between; none for all else."""
    wanted = set(keys.split()) if isinstance(keys, str) else set()
    return tuple(one.id for one in documents if key_of(one.id) in wanted)


def chip_html(
    documents: Sequence["DocumentStatus"], chosen: Collection[str], choice: int = 0
) -> str:
    """What a question will search, a way to the list, and one back to all.

    Args:
        documents: All there are.
        chosen: Ids of those that are asked.
        choice: Which of the tab's choices that is: a tab that has made another since tells it
            again, as after a restart, of which this knows nothing.
    """
    if not documents:
        return ""
    asked = [one for one in documents if one.id in chosen]
    clear = ""
    if asked:
        clear = (
            '<button type="button" class="pq-clear" data-act="everything" '
            'aria-label="Ask all documents again" title="Ask all documents again">×</button>'
        )
    return (
        f'<div class="pq-chip{" pq-some" if asked else ""}" role="group" '
        f'data-documents="{len(documents)}" data-choice="{choice}" '
        'aria-label="What a question searches">'
        '<button type="button" class="pq-asks" data-act="library" title="Choose documents">'
        f"Asks {_asked(asked, documents)}</button>{clear}</div>"
    )


def _asked(asked: Sequence["DocumentStatus"], documents: Sequence["DocumentStatus"]) -> str:
    only = asked[0] if len(asked) == 1 else documents[0] if len(documents) == 1 else None
    if only:
        return f"only <strong>“<bdi>{seen(only.title)}</bdi>”</strong>"
    if asked:
        return f"<strong>{len(asked):,} of {count(len(documents), 'document')}</strong>"
    return f"all {count(len(documents), 'document')}"


def only_html(document_id: str) -> str:
    """The button at the open document that asks it alone; unseen where the chip knows no other."""
    return (
        '<button type="button" class="pq-only" data-act="only" '
        f'data-key="{key_of(document_id)}" aria-pressed="false" title="Ask only this document" '
        'aria-label="Ask only this document">Ask only this</button>'
    )


def shelf_html(documents: Sequence["DocumentStatus"], keeper: "Keeper | None" = None) -> str:
    """The documents, each with a box that chooses it, and buttons that open and remove it."""
    listed = documents[:LISTED]
    books = "".join(_book(one, keeper, has_box=len(documents) > 1) for one in listed)
    rest = len(documents) - len(listed)
    more = f"<p>{count(rest, 'more document')} not listed here.</p>" if rest > 0 else ""
    return f'{_sieve(listed)}<ul class="pq-shelf">{books}</ul>{more}'


def _sieve(documents: Sequence["DocumentStatus"]) -> str:
    """What finds, orders and chooses the documents of a list."""
    if len(documents) == 1:
        return ""
    find = ""
    if len(documents) > MANY:
        find = (
            '<input type="search" class="pq-filter" aria-label="Find a document by what its row '
            'says" placeholder="Find by title, file, author, date">'
            '<output class="pq-shown" aria-live="polite"></output>'
        )
    folders = sorted({_folder(one) for one in documents})
    within = ""
    if len(folders) > 1:
        there = "".join(
            f'<option value="{escape(one)}">{label(one or "No folder")}</option>' for one in folders
        )
        within = (
            '<select class="pq-folder" aria-label="Folder">'
            f'<option value="*">All folders</option>{there}</select>'
        )
    orders = [("", "By file name"), ("title", "By title")]
    orders += [("published", "Newest first")] * _any_says(documents, "published")
    orders += [("author", "By author")] * _any_says(documents, "author")
    orders += [("sentences", "Longest first")]
    options = "".join(f'<option value="{order}">{words}</option>' for order, words in orders)
    return (
        f'<div class="pq-sieve">{find}{within}'
        f'<select class="pq-order" aria-label="Order of the documents">{options}</select>'
        '<button type="button" data-act="pick">Choose all shown</button>'
        '<button type="button" data-act="everything">Choose none</button></div>'
    )


def _folder(document: "DocumentStatus") -> str:
    """The folder that a document lies in, or the archive; empty for none."""
    return (document.names or (document.id,))[0].rpartition("/")[0]


def _any_says(documents: Sequence["DocumentStatus"], what: str) -> bool:
    return any(one.metadata.get(what) for one in documents)


def _book(document: "DocumentStatus", keeper: "Keeper | None", *, has_box: bool) -> str:
    said = document.metadata
    published = date_in_words(said.get("published", ""))
    known = (said.get("author", ""), published, said.get("site", "") or host_of(said))
    facts = [*(document.names or (document.id,)), *(fact for fact in known if fact)]
    shown = " · ".join(f"<bdi>{seen(fact)}</bdi>" for fact in facts)
    box = ""
    if has_box:
        box = (
            f'<label class="pq-pick"><input type="checkbox" data-key="{key_of(document.id)}" '
            f'aria-label="Ask {label(document.title)}"></label>'
        )
    return (
        f'<li data-folder="{escape(_folder(document))}" '
        f'data-title="{escape(document.title)}" data-author="{escape(said.get("author", ""))}" '
        f'data-published="{escape(said.get("published", ""))}" '
        f'data-sentences="{document.sentences}">{box}'
        f'<button type="button" data-act="open" data-document="{escape(document.id)}">'
        f"<strong><bdi>{seen(document.title)}</bdi></strong>"
        f"<span>{shown} · {count(document.sentences, 'sentence')}</span></button>"
        f"{remove_html(document.id, document.title, keeper)}</li>"
    )
