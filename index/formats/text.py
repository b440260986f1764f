"""Plain text: the title is the first line."""

from index.formats.content import Content
from index.formats.encoding import decode
from index.formats.title import beginning, first_lines, title_among


def read(name: str, content: bytes) -> Content:
    """Read a plain text.

    Raises:
        UnreadableDocumentError: It is no text.
    """
    text = decode(name, content)
    return Content(text, title_among(first_lines(beginning(text))))
