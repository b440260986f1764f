"""Plain text, as it stands in the file; the title is a first line that looks like one."""

from index.formats.content import Content
from index.formats.encoding import decode
from index.formats.title import standing_title


def read(name: str, content: bytes) -> Content:
    """Read a plain text.

    Raises:
        UnreadableDocumentError: It is no text.
    """
    text = decode(name, content)
    return Content(text, standing_title(text))
