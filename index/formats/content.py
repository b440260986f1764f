"""What a format makes of a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from index.document import Span


@dataclass(frozen=True, slots=True)
class Content:
    """A file's text, and what the file says of itself."""

    text: str
    title: str = ""
    """On one line; empty if it has none."""

    metadata: Mapping[str, str] = field(default_factory=dict)
    pages: tuple[Span, ...] = ()
    """Where each page stands in the text, in order; empty for a format without pages."""
