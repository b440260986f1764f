"""Lines → segments: which lines belong together, and which are headings."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from index.document import Span

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


def segments(text: str) -> Iterator[Segment]:
    """Join the lines that belong together; a hard line break ends a segment."""
    for block in _blocks(text):
        width = max(line.end - line.start for line in block)
        first = 0
        for number, line in enumerate(block):
            following = block[number + 1] if number + 1 < len(block) else None
            if following is None or _is_hard_break(line.of(text), following.of(text), width):
                span = Span(block[first].start, line.end)
                underlined = following is not None and _UNDERLINE.match(following.of(text))
                alone = first == number and bool(len(block) == 1 or underlined)
                yield Segment(span, _is_heading(span.of(text), alone=alone))
                first = number + 1


def _blocks(text: str) -> Iterator[list[Span]]:
    """Find the runs of lines that have something on them."""
    block: list[Span] = []
    position = 0
    while position <= len(text):
        match = _LINE.match(text, position)
        end = match.end() if match else position
        if text[position:end].strip():
            block.append(Span(position, end))
        elif block:
            yield block
            block = []
        if block and text[end : end + 1] not in {"\n", ""}:
            yield block
            block = []
        position = end + 1
    if block:
        yield block


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
