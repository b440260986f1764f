"""What a format makes of a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from index.document import Block, Span


@dataclass(frozen=True, slots=True)
class Content:
    """A file's text, and what the file says of itself."""

    text: str
    title: str = ""
    """On one line; empty if it has none."""

    metadata: Mapping[str, str] = field(default_factory=dict)
    """As far as the file says: `author`, `published` and `modified` (ISO 8601, as exact as the file
    is), `site`, `url` (http or https), `language` (BCP 47)."""

    pages: tuple[Span, ...] = ()
    """Where each page stands in the text, in order; empty for a format without pages."""

    blocks: tuple[Block, ...] = ()
    """What the format marks as heading, item, row, …, by where they begin; none reaches half into
    another."""
