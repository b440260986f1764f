"""Web pages saved as one file (MHTML): the page itself, without what it was drawn with."""

import re
from dataclasses import replace
from email.message import Message

from index.errors import UnreadableDocumentError
from index.formats import mime
from index.formats.content import Content

_PAGES = frozenset({"text/html", "application/xhtml+xml"})
_TEMPLATE = re.compile(r"</?template\b[^<>]*>", re.IGNORECASE)
_SHADOW = re.compile(r"\bshadow(?:root)?mode\b", re.IGNORECASE)


def read(name: str, content: bytes) -> Content:
    """Read a page that was saved with all that belongs to it.

    Raises:
        UnreadableDocumentError: There is no page in it, or none that can be read.
    """
    from index.formats.html.metadata import address
    from index.formats.html.page import read_page

    message = mime.parse(name, content)
    page = _page(message)
    if page is None:
        raise UnreadableDocumentError(
            name, "there is no web page in it", "Save the page anew, or remove it."
        )
    found = read_page(name, _shown(mime.text(name, page)))
    said = dict(found.metadata)
    saved = (message.get("Snapshot-Content-Location"), page.get("Content-Location"))
    for url in (address(str(one)) for one in saved if one):
        if url:
            said.setdefault("url", url)
    return replace(found, title=found.title or mime.header(message, "Subject"), metadata=said)


def _page(message: Message) -> Message | None:
    """The part that the message says it begins with, or the first that is a page."""
    pages = [one for one in mime.leaves(message) if one.get_content_type() in _PAGES]
    start = message.get_param("start")
    named = (one for one in pages if start and one.get("Content-ID") == start)
    return next(named, pages[0] if pages else None)


def _shown(markup: str) -> str:
    """Take what browsers save of components, in templates, for the part of the page that it is."""
    opened: list[bool] = []

    def plain(found: re.Match[str]) -> str:
        if found[0].startswith("</"):
            return "</div>" if opened and opened.pop() else found[0]
        opened.append(bool(_SHADOW.search(found[0])))
        return "<div>" if opened[-1] else found[0]

    return _TEMPLATE.sub(plain, markup)
