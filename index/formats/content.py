"""What a format makes of a file."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from typing import get_args

from index.document import Block, BlockKind, Span

_KINDS = frozenset(get_args(BlockKind))


@dataclass(frozen=True, slots=True)
class Content:
    """A file's text, and what the file says of itself."""

    text: str
    title: str = ""
    """On one line; empty if it has none."""

    metadata: Mapping[str, str] = field(default_factory=dict)
    """As far as the file says: `author`, `published` and `modified` (ISO 8601, as exact as the file
    is), `site`, `url` (http or https), `language` (BCP 47), `to` (of a message)."""

    pages: tuple[Span, ...] = ()
    """Where each page stands in the text, in order; empty for a format without pages."""

    blocks: tuple[Block, ...] = ()
    """What the format marks as heading, item, row, …, by where they begin, the outer one first;
    none reaches half into another."""

    def __post_init__(self) -> None:
        """Refuse what is no content.

        Raises:
            ValueError: Pages or blocks lie outside the text, out of order, or over each other.
        """
        if any(before.end > after.start for before, after in pairwise(self.pages)):
            raise ValueError("its pages lie over each other")
        if any(page.end > len(self.text) for page in self.pages):
            raise ValueError("a page lies outside its text")
        if any(block.kind not in _KINDS for block in self.blocks):
            raise ValueError("a block is of no kind that there is")
        _check_nested([block.span for block in self.blocks], len(self.text))


def _check_nested(spans: list[Span], length: int) -> None:
    around: list[Span] = []
    last = 0
    for span in spans:
        while around and around[-1].end <= span.start:
            around.pop()
        if span.start < last or span.end > (around[-1].end if around else length):
            raise ValueError("its blocks are out of order, or half in each other")
        around.append(span)
        last = span.start


@dataclass(frozen=True, slots=True)
class Member:
    """A document in a file that holds several."""

    name: str
    """The file's name, a slash, and what it is called in there."""

    size: int
    """How many bytes it has, as far as the file says."""

    read: Callable[[], bytes]
    """Gives its bytes, or raises `UnreadableDocumentError`."""

    kind: str = ""
    """The suffix of its format, if it isn't that of its name."""
