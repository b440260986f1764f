"""Lines → segments: which lines belong together, and which are headings.

What a format says of the parts of a text, its blocks, is believed; how lines look tells the rest.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.document import Block, BlockKind, Span

WRAP_WIDTHS = range(40, 161)
"""Widths, in characters, at which plain text is usually wrapped by hand or by a mail program."""

_LINE = re.compile(r"[^\n\v\f\x1c-\x1e\x85\u2028\u2029]*")
_HEADING = re.compile(r"[ \t]{0,3}#{1,6}[ \t]+\S")
_UNDERLINE = re.compile(r"[ ]{0,3}(?:={3,}|-{3,})[ \t]*$")
_RULE = re.compile(r"[ \t]{0,3}([-=_*])(?:[ \t]*\1){2,}[ \t]*$")
ITEM = re.compile(r"\s*(?:[•◦▪‣●·∙*+–—-]|\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})[.)])[ \t\xa0]+\S")
_BLOCK = re.compile(r"\s*(?:>|\||```|~~~|<)")
_SENTENCE_END = re.compile(r"[.!?…:;。!?।؟][\"'”’»)\]*_]*\s*$")


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of text that no sentence reaches out of."""

    span: Span
    is_heading: bool
    is_row: bool = False
    """Whether it is one sentence, if that isn't too long."""

    is_furniture: bool = False


def segments(text: str, blocks: Sequence[Block] = ()) -> Iterator[Segment]:
    """Join the lines that belong together; a hard line break or a block's border ends a segment.

    Args:
        text: The whole text.
        blocks: Of the text, by where they begin, the outer one first, none half in another.
    """
    for span, around in _pieces(len(text), blocks):
        is_furniture = any(block.kind == "furniture" for block in around)
        for found in _within(text, span, around[-1].kind if around else None):
            is_heading = found.is_heading and not is_furniture
            yield Segment(found.span, is_heading, found.is_row, is_furniture)


def _within(text: str, span: Span, kind: BlockKind | None) -> Iterator[Segment]:
    """Divide a part of a text that is all of one kind."""
    if kind in ("heading", "row"):
        if span.of(text).strip():
            yield Segment(span, kind == "heading", kind == "row")
    elif kind in ("code", "furniture"):
        for run in _runs(text, span):
            yield from (Segment(line, is_heading=False) for line in run)
    elif kind in ("item", "caption"):
        for run in _runs(text, span):
            yield Segment(Span(run[0].start, run[-1].end), is_heading=False)
    else:
        yield from _by_look(text, span)


def _pieces(length: int, blocks: Sequence[Block]) -> Iterator[tuple[Span, tuple[Block, ...]]]:
    """Cut a text at the borders of its blocks; each piece comes with the blocks around it."""
    around: list[Block] = []
    at = 0
    for block in (*blocks, Block(Span(length, length), "furniture")):
        while around and around[-1].span.end <= block.span.start:
            end = around[-1].span.end
            if end > at:
                yield Span(at, end), tuple(around)
            at = max(at, end)
            around.pop()
        if block.span.start > at:
            yield Span(at, block.span.start), tuple(around)
            at = block.span.start
        around.append(block)


def _by_look(text: str, within: Span) -> Iterator[Segment]:
    for run in _runs(text, within):
        width = max(line.end - line.start for line in run)
        first = 0
        for number, line in enumerate(run):
            following = run[number + 1] if number + 1 < len(run) else None
            if following is None or _is_hard_break(line.of(text), following.of(text), width):
                span = Span(run[first].start, line.end)
                underlined = following is not None and _UNDERLINE.match(following.of(text))
                alone = first == number and bool(len(run) == 1 or underlined)
                yield Segment(span, _is_heading(span.of(text), alone=alone))
                first = number + 1


def _runs(text: str, within: Span) -> Iterator[list[Span]]:
    """Find the runs of lines that have something on them."""
    run: list[Span] = []
    position = within.start
    while position <= within.end:
        match = _LINE.match(text, position, within.end)
        end = match.end() if match else position
        if text[position:end].strip():
            run.append(Span(position, end))
        elif run:
            yield run
            run = []
        if run and end < within.end and text[end] != "\n":
            yield run
            run = []
        position = end + 1
    if run:
        yield run


def _is_hard_break(line: str, following: str, width: int) -> bool:
    """Tell a line break that means something from one that only keeps lines short.

    A break keeps lines short when the next word would not have fitted into the width that the
    block is set in, or when the next line goes on in lower case.
    """
    if any(_HEADING.match(x) or _RULE.match(x) or _BLOCK.match(x) for x in (line, following)):
        return True
    if ITEM.match(following):
        return True
    if _SENTENCE_END.search(line) and width not in WRAP_WIDTHS:
        return True
    word = following.split(maxsplit=1)[0]
    if word[0].islower() and len(line) >= WRAP_WIDTHS.start and not _SENTENCE_END.search(line):
        return False
    if width not in WRAP_WIDTHS:
        return True
    return len(line.rstrip()) + 1 + len(word) <= width


def _is_heading(segment: str, *, alone: bool) -> bool:
    """Tell a heading or caption: marked as one, or a short line by itself that no stop ends."""
    if _HEADING.match(segment):
        return True
    line = segment.strip()
    if not alone or len(line) > 80 or ITEM.match(segment) or _BLOCK.match(segment):  # noqa: PLR2004
        return False
    return line[0].isalnum() and not line[0].islower() and not _SENTENCE_END.search(line)
