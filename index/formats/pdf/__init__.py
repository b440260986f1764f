"""PDF, read page by page with PDFium.

The canonical text holds every character that PDFium finds on the pages, in the order in which it is
read, and changes them in these ways only: ligatures are spelt out, runs of space become one, soft
hyphens and control characters go, a bullet of a symbol font becomes “•”. What `README.md` in the
folder above says of paragraphs, hyphens, columns, tables and furniture is decided in `paragraphs`,
`text`, `order` and `furniture`.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

from index.errors import UnreadableDocumentError
from index.formats.content import Content


def read(name: str, content: bytes) -> Content:
    """Read a PDF.

    Raises:
        UnreadableDocumentError: It is locked with a password, damaged, or has no text.
    """
    from index.formats.pdf.file import lines_of, opened, shows_pictures
    from index.formats.pdf.properties import metadata_of, said_by, title_of
    from index.formats.pdf.reading import read_lines

    with opened(name, content) as document, _no_garbage():
        reading = read_lines(lines_of(name, document))
        if not reading.text:
            raise _without_text(name, has_pictures=shows_pictures(name, document))
        said = said_by(document)
        title, metadata = title_of(name, said, reading), metadata_of(document, said)
    return Content(reading.text, title, metadata, reading.pages, reading.blocks)


@contextmanager
def _no_garbage() -> Iterator[None]:
    """Don't look for garbage meanwhile: none is made, and looking takes a tenth of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _without_text(name: str, *, has_pictures: bool) -> UnreadableDocumentError:
    if has_pictures:
        return UnreadableDocumentError(
            name,
            "its pages are pictures, as a scanner makes them, without text",
            "Let a program for text recognition, such as OCRmyPDF, add the text to it.",
        )
    return UnreadableDocumentError(name, "there is no text on its pages", "Remove it.")
