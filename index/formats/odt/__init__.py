"""ODT: what LibreOffice shows of it, in reading order; the README beside says what is left out."""

from index.formats.content import Content


def read(name: str, content: bytes) -> Content:
    """Read an ODT file.

    Raises:
        UnreadableDocumentError: It is damaged, encrypted, or of another kind.
    """
    from index.formats.odt.document import read_document  # what reads XML is slow to import

    return read_document(name, content)
