"""The pages of a file as pictures beside its text, the words of quotes marked. Knows no Gradio."""

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable
from itertools import accumulate, islice
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from assistant.page.talk.render import escape
from index.document import Document, Span
from index.errors import PullquoteError, UnreadableDocumentError
from index.members import read_documents
from index.reading.drawing import can_draw, draw
from index.settings import Settings

if TYPE_CHECKING:
    from assistant.ask import Assistant

ROUTE = "/drawn"

_QUOTES = re.compile(r"\d{1,9}-\d{1,9}(?:,\d{1,9}-\d{1,9}){0,19}", re.ASCII)
_MOST = 20
"""Quotes that are marked on one page."""

_BEFORE = 250
"""Characters of a paragraph that stand above a quote and still beside its page."""

_KEPT = 24
"""Pictures that are kept for whoever turns back to them; each is some hundred kilobytes."""

_AT_ONCE = 2
"""Pages that are drawn at the same time; each takes a process, and a core."""

_LARGEST_MB = 1000.0
"""Size of a file that is read to draw its pages: any that could be indexed."""


class Sheets:
    """Draws the pages of documents' files, as long as those are what was indexed."""

    def __init__(self, assistant: "Assistant", sources: Path) -> None:
        self._assistant = assistant
        self._sources = sources
        self._kept: OrderedDict[tuple[str, int, str], bytes] = OrderedDict()
        self._lock = threading.Lock()
        self._places = threading.Semaphore(_AT_ONCE)

    def has_changed(self, document: Document) -> bool | None:
        """Whether a document's file is another than was indexed; None if there is none to draw."""
        if not document.pages or not can_draw(document.id):
            return None
        try:
            return self._content(document) is None
        except UnreadableDocumentError:
            return None

    def png(self, document_id: str, page: int, quotes: str) -> bytes:
        """Draw a page.

        Args:
            document_id: The document's.
            page: The page's number, from 1.
            quotes: Where its quotes stand in the text, as `address` writes it.

        Raises:
            PullquoteError: It can't be drawn, and why.
        """
        document = self._assistant.document(document_id)
        if not _QUOTES.fullmatch(quotes) or not can_draw(document.id):
            raise PullquoteError("There is no such page to draw.")
        key = document.digest, page, quotes
        if (kept := self._kept_of(key)) is not None:
            return kept
        content = self._content(document)
        if content is None:
            raise PullquoteError(changed(document))
        spans = [Span(*sorted(map(int, quote.split("-")))) for quote in quotes.split(",")]
        with self._places:
            png = draw(document.id, content, page, spans).png
        with self._lock:
            self._kept[key] = png
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return png

    def _kept_of(self, key: tuple[str, int, str]) -> bytes | None:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def _content(self, document: Document) -> bytes | None:
        """The bytes of a document's file; None if they are others than were indexed."""
        settings = Settings(self._sources, max_file_mb=_LARGEST_MB)
        holder = _file_that_holds(document.id, self._sources)
        found = next(read_documents(settings, {holder} - {document.id}, (document.id,)))
        if isinstance(found, UnreadableDocumentError):
            raise found
        return found.content if found.digest == document.digest else None


def _file_that_holds(document_id: str, sources: Path) -> str:
    """The file that a document lies in, or is; no folder has a file's name."""
    names = accumulate(document_id.split("/"), "{}/{}".format)
    return next((name for name in names if (sources / name).is_file()), document_id)


def changed(document: Document) -> str:
    """Say that a file is not what was indexed."""
    return f"‘{document.source}’ has changed since it was indexed: its pages are not shown."


def sheets_of(document: Document, cited: Iterable[Span]) -> dict[int, str]:
    """Each page that is cited as a picture, by the place in the text that it stands beside."""
    pages: dict[int, list[Span]] = {}
    for span in sorted(set(cited)):
        for number, page in enumerate(document.pages, start=1):
            if page.start < span.end and span.start < page.end:
                pages.setdefault(number, []).append(span)
    beside: dict[int, str] = {}
    for number, spans in pages.items():
        place = _beginning(document.text, spans[0].start)
        beside[place] = beside.get(place, "") + _sheet(document, number, spans)
    return beside


def _beginning(text: str, place: int) -> int:
    """Where a picture stands so that words are beside it: a little before, at a line or a word."""
    line = text.rfind("\n", 0, place) + 1
    if place - line <= _BEFORE:
        return line
    return text.find(" ", place - _BEFORE, place) + 1 or place


def address(document: Document, page: int, quotes: Iterable[Span]) -> str:
    """Where the picture of a page is found."""
    marked = ",".join(f"{quote.start}-{quote.end}" for quote in islice(quotes, _MOST))
    asked = {"document": document.id, "page": page, "quotes": marked, "of": document.digest[:16]}
    return f"{ROUTE}?{urlencode(asked)}"


def _sheet(document: Document, page: int, quotes: Iterable[Span]) -> str:
    where = escape(address(document, page, quotes))
    told = f"Page {page} of the file, with the quote marked"
    return (
        f'<a class="pq-sheet" href="{where}" target="_blank" rel="noopener" data-page="{page}">'
        f'<img src="{where}" alt="{told}" decoding="async"></a>'
    )
