"""PDF, read page by page with PDFium.

The canonical text is what a reader reads: …
"""

from index.errors import UnreadableDocumentError
from index.formats.content import Content
from index.formats.pdf.file import lines_of, opened, shows_pictures
from index.formats.pdf.properties import metadata_of, title_of
from index.formats.pdf.reading import read_lines


def read(name: str, content: bytes) -> Content:
    """Read a PDF.

    Raises:
        UnreadableDocumentError: It is locked with a password, damaged, or has no text.
    """
    with opened(name, content) as document:
        reading = read_lines(lines_of(name, document))
        if not reading.text and shows_pictures(name, document):
            raise UnreadableDocumentError(
                name,
                "its pages are pictures, as a scanner makes them, without text",
                "Have the text recognised by a program for that, and save the PDF with it.",
            )
        title = title_of(name, document, reading) if reading.text else ""
        metadata = metadata_of(document)
    return Content(reading.text, title, metadata, reading.pages, reading.blocks)
