"""EPUB: its chapters in the order of the book; the README beside says what is left out."""

from index.formats.content import Content


def read(name: str, content: bytes) -> Content:
    """Read an EPUB file.

    Raises:
        UnreadableDocumentError: It is damaged, protected against copying, or of another kind.
    """
    from index.formats.epub.document import read_document  # what reads XML is slow to import

    return read_document(name, content)
