"""Search through the texts of all documents, with what is found shown in place. Knows no Gradio."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.export.links import on_the_page
from assistant.page.talk.render import escape, seen, seen_with_answer
from index.document import Span
from index.mentions import hits_in
from index.names import count

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from assistant.whole.mentioned import Mentioned

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
    found, languages = assistant.mentions(words, most=LISTED), assistant.languages()
    if found.documents:
        said = f"{count(found.sentences, 'sentence')} in {count(found.documents, 'document')}"
    elif found.too_common:
        said = f"“<bdi>{seen(words)}</bdi>” is too common to look for: add a word that tells more."
    else:
        said = f"In no document there is “<bdi>{seen(words)}</bdi>”."
    rows = "".join(_row(one, words, languages) for one in found.listed)
    rest = found.documents - len(found.listed)
    more = f"<p>{count(rest, 'more document')} not listed here.</p>" if rest > 0 else ""
    return f'<p class="pq-sum" role="status">{said}</p><ol class="pq-mentions">{rows}</ol>{more}'


def _row(one: "Mentioned", words: str, languages: Sequence[str]) -> str:
    lines = "".join(
        f'<li><button type="button" data-act="pinned" '
        f'data-link="{escape(on_the_page(citation))}" dir="auto">'
        f"{seen_with_answer(said, Span(0, len(said)), hits_in(said, words, languages))}"
        "</button></li>"
        for citation in one.citations
        for said in [citation.quote]
    )
    rest = one.sentences - len(one.citations)
    more = f"<p>{count(rest, 'more sentence')} in the document</p>" if rest else ""
    return (
        f'<li><button type="button" class="pq-reopen" data-act="open" data-words="{escape(words)}" '
        f'data-document="{escape(one.document_id)}"><strong><bdi>{seen(one.title)}</bdi></strong>'
        f"<span><bdi>{seen(one.source)}</bdi> · {count(one.sentences, 'sentence')}</span></button>"
        f"<ul>{lines}</ul>{more}</li>"
    )
