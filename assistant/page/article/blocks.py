"""The parts of a text as spans that only style it: headings, items, rows. Knows no Gradio.

The text stays as it is stored, every mark of its format included: nothing is put into it, and
nothing left out. A part that stands on lines of its own takes the break behind them with it, so
that drawing it as a block adds no line.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.document import Block, Document, Span

_SIGN = re.compile(r"[ \t]*#{1,6}[ \t]+")
_DEEPEST = 6

TITLE = 2
"""Level at which the title of a document is read out."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A stretch of text within one element."""

    span: Span
    tag: str
    """What opens the element; `</span>` closes it."""

    @property
    def is_heading(self) -> bool:
        """Whether it is read out as one."""
        return 'role="heading"' in self.tag


def drawn_blocks(document: Document, part: Span) -> list[Drawn]:
    """What is drawn around a part of a text: the outer one first, none half in another."""
    within = [b for b in document.blocks if b.span.end > part.start and b.span.start < part.end]
    outline, lines = _Outline(), _Lines(document.text, [block.span.start for block in within])
    drawn: list[Drawn] = []
    for block in within:
        span, is_whole = lines.around(block.span)
        shown = Span(max(span.start, part.start), max(part.start, min(span.end, part.end)))
        if shown.start >= shown.end:
            continue
        drawn.append(Drawn(shown, _tag(block, outline, is_whole=is_whole)))
        if block.kind == "heading" and (sign := _sign(document.text, shown)):
            drawn.append(Drawn(sign, '<span class="pq-sign">'))
    return drawn


class Nesting:
    """Opens and closes elements, from one place of a text to the next."""

    def __init__(self, drawn: Sequence[Drawn]) -> None:
        self._drawn = drawn
        self._opened = 0
        self._open: list[Drawn] = []

    def tags_at(self, place: int) -> str:
        """The tags that stand at a place: of what ends there, then of what begins."""
        tags = ""
        while self._open and self._open[-1].span.end <= place:
            self._open.pop()
            tags += "</span>"
        while self._opened < len(self._drawn) and self._drawn[self._opened].span.start <= place:
            self._open.append(self._drawn[self._opened])
            self._opened += 1
            tags += self._open[-1].tag
        return tags


def _tag(block: Block, outline: "_Outline", *, is_whole: bool) -> str:
    line = " pq-line" if is_whole else ""
    if block.kind == "heading":
        level = min(max(block.level, 1), _DEEPEST)
        return (
            f'<span class="pq-block{line} pq-heading" data-level="{level}" role="heading" '
            f'aria-level="{outline.level_of(level)}">'
        )
    return f'<span class="pq-block{line} pq-{block.kind}">'


def _sign(text: str, span: Span) -> Span | None:
    """The mark by which Markdown makes a line a heading."""
    found = _SIGN.match(text, span.start, span.end)
    return Span(*found.span()) if found else None


@dataclass
class _Outline:
    """Levels as they are read out: without a gap, whatever a document leaves out."""

    _above: list[int] = field(default_factory=list)

    def level_of(self, level: int) -> int:
        while self._above and self._above[-1] >= level:
            self._above.pop()
        self._above.append(level)
        return min(TITLE + len(self._above), _DEEPEST)


@dataclass
class _Lines:
    """Widens blocks, one after the other, to the lines that they fill."""

    text: str
    starts: Sequence[int]
    _around: list[Span] = field(default_factory=list)
    _last: int = 0

    def around(self, span: Span) -> tuple[Span, bool]:
        """The block with the white space of its lines, and whether it fills them."""
        while self._around and self._around[-1].end <= span.start:
            self._last = self._around.pop().end
        floor = max(self._last, self._around[-1].start if self._around else 0)
        ceiling = self._around[-1].end if self._around else len(self.text)
        begin, end = self._begin(span, floor), self._end(span, ceiling)
        is_whole = begin is not None and end is not None
        wide = Span(begin, end) if begin is not None and end is not None else span
        self._around.append(wide)
        return wide, is_whole

    def _begin(self, span: Span, floor: int) -> int | None:
        at = max(span.start, floor)
        while at > floor and self.text[at - 1] in " \t":
            at -= 1
        return at if at in (0, floor) or self.text[at - 1] == "\n" else None

    def _end(self, span: Span, ceiling: int) -> int | None:
        at = span.end
        if at > span.start and self.text[at - 1] == "\n":
            return at
        while at < ceiling and self.text[at] in " \t":
            at += 1
        if at < ceiling and self.text[at] != "\n":
            return None
        end = min(at + 1, ceiling)
        following = bisect_left(self.starts, span.end)
        reaches_into = following < len(self.starts) and self.starts[following] < end
        return span.end if reaches_into else end
