"""File → document."""

from pathlib import Path

from index import formats
from index.document import Document
from index.errors import UnreadableDocumentError
from index.names import showable
from index.sources import Source


def load_document(source: Source) -> Document:
    """Make a document of a source.

    Raises:
        UnreadableDocumentError: There is no text in it.
    """
    content = formats.read(source.name, source.content)
    if not content.text.strip():
        raise UnreadableDocumentError(
            source.name, "there is no text in it", "Remove it or fill it."
        )
    title = content.title or showable(Path(source.name).stem)
    return Document(
        id=source.name,
        title=title,
        text=content.text,
        digest=source.digest,
        source=showable(source.name),
        metadata=content.metadata,
        pages=content.pages,
        blocks=content.blocks,
    )
