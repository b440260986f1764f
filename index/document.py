"""What a document is made of: its exact text, and spans into it.

Every position in this project is a `Span`: half-open, counted in characters of the document's
stored text. Words are never kept apart from the place they came from.
"""

import hashlib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from index.languages import primary

BlockKind: TypeAlias = Literal[
    "heading", "item", "row", "quotation", "code", "caption", "furniture"
]
"""What a format knows a part of its text to be. `furniture` is what surrounds an article:
navigation, a running head, a page number."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of characters, `text[start:end]`."""

    start: int
    end: int

    def __post_init__(self) -> None:
        """Refuse what cannot be a range.

        Raises:
            ValueError: `start` is negative or behind `end`.
        """
        if not 0 <= self.start <= self.end:
            raise ValueError(f"not a span: start {self.start!r}, end {self.end!r}")

    def __len__(self) -> int:
        return self.end - self.start

    def of(self, text: str) -> str:
        """Cut the span out of `text`, the only way that a quote comes into being."""
        return text[self.start : self.end]

    def covers(self, other: "Span") -> bool:
        """Whether `other` lies inside this span."""
        return self.start <= other.start and other.end <= self.end

    def moved(self, by: int) -> "Span":
        """This span so many characters further on, as for a text that is part of another."""
        return Span(self.start + by, self.end + by)


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a text that is more than a paragraph, as its format says."""

    span: Span
    kind: BlockKind
    level: int = 0
    """Of a heading, or of an item in a list within a list: from 1."""


@dataclass(frozen=True, slots=True)
class Document:
    """One source, with the text that every span points into."""

    id: str
    """Posix path below the sources folder."""

    title: str

    text: str
    """The source's text, decoded, without byte order mark, line ends as `\\n`; else unchanged."""

    digest: str
    """SHA-256 of the source's bytes, in hexadecimal."""

    source: str
    """The same path as `id`, as a reader should see it; with every other name of the same bytes."""

    metadata: Mapping[str, str] = field(default_factory=dict)
    """What the source says of itself: `author`, `published`, `modified`, `site`, `url`, where
    known; and the `language` of the text (BCP 47), told by the text if it can be. If it was fetched
    from the web, `url` is where from, and `retrieved` when (ISO 8601, UTC); if it was edited since,
    `altered_since` in place of that."""

    pages: tuple[Span, ...] = ()
    """Where the pages stand, for formats that have them."""

    blocks: tuple[Block, ...] = ()
    """By where they begin, for formats that mark them; none reaches half into another."""

    @property
    def language(self) -> str:
        """The first part of its language's tag; English where it can't be told."""
        return primary(self.metadata.get("language", ""))

    def is_furniture(self, span: Span) -> bool:
        """Whether `span` lies in what surrounds the article, by what the format marks."""
        return any(one.kind == "furniture" and one.span.covers(span) for one in self.blocks)

    def of_the_article(self, spans: Iterable[Span]) -> list[Span]:
        """Those spans that don't lie in what surrounds the article."""
        around: list[Span] = []
        for block in self.blocks:
            if block.kind == "furniture" and not (around and around[-1].covers(block.span)):
                around.append(block.span)
        starts = [one.start for one in around]
        places = ((span, bisect_right(starts, span.start) - 1) for span in spans)
        return [span for span, at in places if at < 0 or not around[at].covers(span)]

    def page_of(self, span: Span) -> int | None:
        """Number of the page on which `span` starts, counted from 1; None without pages."""
        for number, page in enumerate(self.pages, start=1):
            if page.start <= span.start < page.end:
                return number
        return None


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of whole sentences of one section, within the token budget."""

    document_id: str
    digest: str
    span: Span
    sentences: tuple[Span, ...]
    heading: str = ""
    """The heading that the chunk stands under, if any."""

    @property
    def id(self) -> str:
        """The same for the same document, bytes and place, so that building is idempotent."""
        key = f"{self.document_id}\0{self.digest}\0{self.span.start}\0{self.span.end}"
        return hashlib.sha256(key.encode("utf-8", "surrogatepass")).hexdigest()[:24]
