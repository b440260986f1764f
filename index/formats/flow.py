"""Paragraphs, tables, boxes and notes, as a walk through a file meets them → text and blocks."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from index.document import Block, BlockKind, Span
from index.formats.rows import Paragraph, Row, lines
from index.formats.title import cleaned, standing_title

_UNSEEN = re.compile("[\x00-\x08\x0e-\x1f\x7f\xad]")
"""Controls, and hyphens that show only where a line happens to end."""

_SET_CLOSE = frozenset({"item", "row", "code", "furniture"})
"""Kinds of which one follows the other without an empty line between them."""


@dataclass(slots=True)
class _Story:
    """What is read one after the other: the body, a cell, a box, a note."""

    pieces: list[str] = field(default_factory=list)
    paragraphs: list[Paragraph] = field(default_factory=list)
    boxes: list[Paragraph] = field(default_factory=list)
    tables: list[list[Row]] = field(default_factory=list)


class Flow:
    """Text as it is laid down; what opens must be closed."""

    def __init__(self) -> None:
        self._stories = [_Story()]

    def write(self, text: str) -> None:
        """Go on with the paragraph."""
        self._stories[-1].pieces.append(text)

    def end_paragraph(self, kind: BlockKind | None = None, level: int = 0) -> str:
        """End the paragraph and say what it is; the boxes that it held follow it."""
        story = self._stories[-1]
        text = _shown("".join(story.pieces), is_code=kind == "code")
        if text:
            story.paragraphs.append(Paragraph(text, kind, level))
        story.pieces.clear()
        story.paragraphs += story.boxes
        story.boxes.clear()
        return text

    def open(self) -> None:
        """Begin a story of its own: a note, a running head."""
        self._stories.append(_Story())

    def close(self) -> list[Paragraph]:
        """End it."""
        self.end_paragraph()
        while self._stories[-1].tables:
            self.end_table()
        if len(self._stories) > 1:
            return self._stories.pop().paragraphs
        paragraphs, self._stories[0].paragraphs = self._stories[0].paragraphs, []
        return paragraphs

    def close_box(self) -> None:
        """End a story that stands in a box beside the paragraph which holds it."""
        box = self.close()
        self._stories[-1].boxes += box

    def begin_table(self) -> None:
        """Begin a table."""
        self._stories[-1].tables.append([])

    def begin_row(self, *, is_header: bool) -> None:
        """Begin a row."""
        if tables := self._stories[-1].tables:
            tables[-1].append(Row(is_header=is_header))

    def end_cell(self, columns: int = 1) -> None:
        """End the story that is a cell."""
        cell = self.close()
        story = self._stories[-1]
        if story.tables and story.tables[-1]:
            story.tables[-1][-1].cells.append((cell, max(1, columns)))
        else:
            story.paragraphs += cell

    def end_table(self) -> None:
        """End the table."""
        story = self._stories[-1]
        if story.tables:
            story.paragraphs += lines(story.tables.pop())


def furniture(paragraphs: Iterable[Paragraph]) -> list[Paragraph]:
    """Paragraphs as what stands around a text, each once."""
    return [Paragraph(text, "furniture") for text in dict.fromkeys(one.text for one in paragraphs)]


def title_at_top(paragraphs: list[Paragraph]) -> str:
    """What the first paragraph says, where it is a heading or looks like a title."""
    first = next(iter(paragraphs), Paragraph("", "furniture"))
    if first.kind == "heading":
        return cleaned(first.text)
    return standing_title(first.text) if first.kind is None else ""


def laid_out(paragraphs: Iterable[Paragraph]) -> tuple[str, tuple[Block, ...]]:
    """Put paragraphs below each other: an empty line between them, none within a list or table."""
    pieces: list[str] = []
    blocks: list[Block] = []
    position = 0
    before: BlockKind | None = None
    for one in paragraphs:
        if pieces:
            pieces.append("\n" if one.kind == before and one.kind in _SET_CLOSE else "\n\n")
            position += len(pieces[-1])
        if one.kind is not None:
            span = Span(position, position + len(one.text))
            if one.kind == before == "code":
                span = Span(blocks.pop().span.start, span.end)
            blocks.append(Block(span, one.kind, one.level))
        pieces.append(one.text)
        position += len(one.text)
        before = one.kind
    return "".join(pieces), tuple(blocks)


def _shown(text: str, *, is_code: bool) -> str:
    text = _UNSEEN.sub("", text)
    if is_code:
        return text.rstrip().strip("\n")
    return "\n".join(filter(None, (line.strip() for line in text.split("\n"))))
