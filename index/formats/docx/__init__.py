"""DOCX: what Word shows of it, in reading order; the README beside says what is left out."""

from index.formats import rtf
from index.formats.content import Content


def read(name: str, content: bytes) -> Content:
    """Read a DOCX file.

    Raises:
        UnreadableDocumentError: It is damaged, encrypted, holds macros, or is of another kind.
    """
    from index.formats.docx.document import read_document  # what reads XML is slow to import

    return read_document(name, content)


def read_misnamed(name: str, content: bytes) -> Content:
    """Read a file that is named .doc but is RTF or DOCX, as some programs make them.

    Raises:
        UnreadableDocumentError: It is what Word wrote until 2003, or as `read`.
    """
    return rtf.read(name, content) if rtf.is_rtf(content) else read(name, content)
