"""Search through the texts of all documents, with what is found shown in place. Knows no Gradio."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.answer import cite
from assistant.export.links import on_the_page
from assistant.page.talk.render import escape, seen, seen_with_answer
from index.document import Span
from index.mentions import hits_in
from index.names import count

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from index.mentions import Mention

LONGEST = 200
"""Characters of what is searched for."""

LISTED = 100
"""Documents that are listed, at the most."""


def search_html(words: str) -> str:
    """The field that searches all texts."""
    clear = '<button type="button" data-act="unsearch">Show all documents</button>' if words else ""
    return (
        '<form class="pq-searcher" role="search"><input type="search" class="pq-search" '
        f'maxlength="{LONGEST}" aria-label="Search in all texts" value="{escape(words)}" '
        f'placeholder="Search in all texts"><button type="submit">Search</button>{clear}</form>'
    )


def found_html(words: str, assistant: "Assistant") -> str:
    """The documents that hold some words, each with the first sentences that do."""
    found, languages = assistant.mentions(words), assistant.languages()
    total = sum(one.times for one in found)
    said = (
        f"{count(total, 'sentence')} in {count(len(found), 'document')}"
        if found
        else f"In no document there is “<bdi>{seen(words)}</bdi>”."
    )
    rows = "".join(_row(one, words, assistant, languages) for one in found[:LISTED])
    rest = len(found) - LISTED
    more = f"<p>{count(rest, 'more document')} not listed here.</p>" if rest > 0 else ""
    return f'<p class="pq-sum" role="status">{said}</p><ol class="pq-mentions">{rows}</ol>{more}'


def _row(one: "Mention", words: str, assistant: "Assistant", languages: Sequence[str]) -> str:
    document = assistant.document(one.document_id)
    lines = "".join(
        f'<li><button type="button" data-act="pinned" '
        f'data-link="{escape(on_the_page(cite(1, document, span)))}" dir="auto">'
        f"{seen_with_answer(said, Span(0, len(said)), hits_in(said, words, languages))}"
        "</button></li>"
        for span in one.sentences
        for said in [span.of(document.text)]
    )
    return (
        f'<li><button type="button" class="pq-reopen" data-act="open" '
        f'data-document="{escape(one.document_id)}"><strong><bdi>{seen(one.title)}</bdi></strong>'
        f"<span><bdi>{seen(document.source)}</bdi> · {count(one.times, 'sentence')}</span></button>"
        f"<ul>{lines}</ul></li>"
    )
