"""What the store knows of a document, a chunk and a sentence, apart from their text."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from index.document import Span
from index.languages import ENGLISH


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A document without its text."""

    id: str
    title: str
    source: str
    digest: str
    sentences: int
    metadata: Mapping[str, str] = field(default_factory=dict)
    """What it says of itself, as in `Document`."""

    @property
    def language(self) -> str:
        """A BCP 47 tag; empty where it can't be told."""
        return self.metadata.get("language", "")


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
