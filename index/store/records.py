"""What the store knows of a document, a chunk and a sentence, apart from their text."""

from dataclasses import dataclass

from index.document import Span
from index.languages import ENGLISH


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document without its text."""

    id: str
    title: str
    source: str
    digest: str
    language: str
    """A BCP 47 tag; empty where it can't be told."""

    sentences: int


@dataclass(frozen=True, slots=True)
class StoredSentence:
    """A sentence as the store knows it."""

    number: int
    chunk: int
    span: Span
    terms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """A chunk as the store knows it."""

    number: int
    document_id: str
    title: str
    span: Span
    heading: str
    terms: tuple[str, ...]
    """Those of the document's title and the heading, which the chunk's own sentences may lack."""

    language: str = ENGLISH
    """The document's, as `index.languages` has it."""
