"""A paragraph of a page, with the elements around it."""

from dataclasses import dataclass, field

from index.document import BlockKind
from index.formats.rows import Paragraph


@dataclass(slots=True, eq=False)
class Element:
    """An element, and what stands in it."""

    tag: str
    attributes: dict[str, str | None]
    parent: "Element | None"
    kind: BlockKind | None = None
    """What paragraphs in it are."""

    level: int = 0
    is_verbatim: bool = False
    is_link: bool = False
    is_block: bool = False
    is_navigation: bool = False
    """Whether the page says that it surrounds what the page is about."""

    lists: int = 0
    """Lists that it stands in."""


@dataclass(frozen=True, slots=True)
class Part(Paragraph):
    """A paragraph, and where in the page it stands."""

    element: Element = field(default_factory=lambda: Element("body", {}, None))
    linked: int = 0
    """Characters of it that are links."""
