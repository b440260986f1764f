"""A page's markup → its text, blocks, title and metadata."""

from index.formats.content import Content
from index.formats.flow import laid_out
from index.formats.html.body import parts_of
from index.formats.html.furniture import mark_furniture
from index.formats.html.metadata import said_of
from index.formats.html.parse import parse


def read_page(name: str, markup: str) -> Content:
    """Read a page that is decoded.

    Raises:
        UnreadableDocumentError: It is built so that parsing it takes too long.
    """
    page = parse(name, markup, is_xhtml=name.lower().endswith(".xhtml"))
    parts = parts_of(page.body) if page.body else []
    title, metadata = said_of(page, parts)
    text, blocks = laid_out(mark_furniture(parts))
    return Content(text, title, metadata, (), blocks)
