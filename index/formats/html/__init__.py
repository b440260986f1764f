"""Web pages: HTML and XHTML.

The text is what a browser shows, paragraph by paragraph; what surrounds the article stays in it,
as furniture.
"""

from index.formats.content import Content


def read(name: str, content: bytes) -> Content:
    """Read a web page.

    Raises:
        UnreadableDocumentError: It is no text, or built so that parsing it takes too long.
    """
    from index.formats.html.charset import decode
    from index.formats.html.page import read_page

    return read_page(name, decode(name, content))
