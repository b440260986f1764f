"""The lines of all pages → the text, whose sentences go on over the ends of pages and columns."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.document import Block, Span
from index.formats.pdf.furniture import find_furniture
from index.formats.pdf.lines import ASKEW, Line
from index.formats.pdf.order import rows_of
from index.formats.pdf.paragraphs import Paragraph, Type, paragraphs_of, same_size, type_of
from index.formats.pdf.rows import SMALL
from index.formats.pdf.text import Placed, Vocabulary, Written

_LEVELS = 6
_BETWEEN = 40
"""How many paragraphs a table, a figure and its lettering may come to."""

_CAPTION = re.compile(r"(?:fig(?:ure|\.)?|table|tab\.|abb(?:ildung|\.)?|tabelle)\s", re.IGNORECASE)
_ONWARD = re.compile(r"[,\-–—‐\ufffe\x02]$")


@dataclass(frozen=True, slots=True)
class Reading:
    """A document as it is read."""

    text: str
    pages: tuple[Span, ...]
    blocks: tuple[Block, ...]
    placed: tuple[Placed, ...]
    """Where each line went, in the order of the text."""

    body: float
    """The size of most of it."""


def read_lines(pages: Sequence[Sequence[Line]]) -> Reading:
    """Read the lines of all pages."""
    held = [_main_turn(lines) for lines in pages]
    upright = [
        [line for line in lines if line.turn == turn]
        for lines, turn in zip(pages, held, strict=True)
    ]
    kind = type_of(upright)
    sheets = []
    for number, (lines, body, furniture) in enumerate(
        zip(pages, upright, find_furniture(upright, kind.body, kind.usual), strict=True)
    ):
        rows = rows_of([line for line in body if id(line) not in furniture], kind.body)
        edge = sorted((line for line in body if id(line) in furniture), key=lambda x: -x.base)
        aside = [line for line in lines if line.turn != held[number]]
        sheets.append((paragraphs_of(number, rows, kind), _as_furniture(number, edge + aside)))
    paragraphs = _arranged(sheets, kind)
    _set_levels(paragraphs, kind)
    written = Written(Vocabulary(pages))
    for paragraph in paragraphs:
        written.paragraph(paragraph)
    text = "".join(written.parts)
    spans = _page_spans(written.placed, len(pages), len(text))
    return Reading(text, spans, tuple(written.blocks), tuple(written.placed), kind.body)


def _main_turn(lines: Sequence[Line]) -> int:
    turns: Counter[int] = Counter()
    for line in lines:
        if line.turn != ASKEW:
            turns[line.turn] += len(line.text)
    return max(turns, key=lambda turn: (turns[turn], -turn), default=0)


def _as_furniture(page: int, lines: Sequence[Line]) -> list[Paragraph]:
    return [
        Paragraph([line], [page], "furniture", is_close=number > 0)
        for number, line in enumerate(lines)
    ]


def _arranged(
    sheets: Sequence[tuple[list[Paragraph], list[Paragraph]]], kind: Type
) -> list[Paragraph]:
    """All paragraphs in the order of the text, those that go on joined.

    A page's furniture stands where the first paragraph ends that its page shows, so that it cuts
    none in two.
    """
    arranged: list[Paragraph] = []
    for page, (paragraphs, furniture) in enumerate(sheets):
        rest = furniture
        for paragraph in paragraphs:
            if not _is_joined(arranged, paragraph, page, kind):
                arranged += rest
                rest = []
                arranged.append(paragraph)
        arranged += rest
    return arranged


def _is_joined(arranged: list[Paragraph], paragraph: Paragraph, page: int, kind: Type) -> bool:
    """Join a paragraph to the one that it goes on with, if there is one."""
    if paragraph.kind is not None or not arranged:
        return False
    first = paragraph.lines[0]
    is_torn = page != arranged[-1].pages[-1] or first.base > arranged[-1].lines[-1].base
    if not is_torn and (len(paragraph.lines) == 1 or not first.text[0].islower()):
        return False
    place = _place_of_open(arranged, paragraph, page, kind)
    if place is None:
        return False
    last, between = arranged[place], arranged[place + 1 :]
    if any(one.pages[0] != last.pages[0] for one in between):
        return False  # what stands between would come to stand on the page before its own
    last.lines += paragraph.lines
    last.pages += paragraph.pages
    arranged[place:] = [*between, last]
    return True


def _place_of_open(
    arranged: Sequence[Paragraph], paragraph: Paragraph, page: int, kind: Type
) -> int | None:
    """The place of the paragraph that another goes on with, behind notes, tables and captions."""
    over_float = False
    for place in range(len(arranged) - 1, max(-1, len(arranged) - _BETWEEN), -1):
        last = arranged[place]
        if last.kind == "furniture" or _is_note(last, kind):
            continue
        if _goes_on(last, paragraph, page, over_float=over_float):
            return place
        if last.kind != "row" and (last.is_over and not _CAPTION.match(last.lines[0].text)):
            return None
        over_float = True
    return None


def _is_note(paragraph: Paragraph, kind: Type) -> bool:
    return paragraph.kind != "row" and paragraph.size < SMALL * kind.body


def _goes_on(last: Paragraph, paragraph: Paragraph, page: int, *, over_float: bool) -> bool:
    """Whether a paragraph goes on with what another, at the end of a page or column, breaks off."""
    end, begin = last.lines[-1], paragraph.lines[0]
    if last.is_over or last.kind not in {None, "item"} or not same_size(end, begin):
        return False
    if last.pages[-1] == page and begin.base <= end.base and not over_float:
        return False
    if over_float and min(len(last.lines), len(paragraph.lines)) == 1:
        return False  # not enough to tell a sentence from the lettering of a figure
    if begin.text[0].islower() or _ONWARD.search(end.text):
        return True
    margin = max(line.right for line in last.lines)
    is_full = len(last.lines) > 1 and end.right > margin - 2 * end.size
    return is_full and not over_float


def _set_levels(paragraphs: Sequence[Paragraph], kind: Type) -> None:
    headings = [paragraph for paragraph in paragraphs if paragraph.kind == "heading"]
    sizes = sorted({_shown_size(heading, kind) for heading in headings}, reverse=True)
    for heading in headings:
        heading.level = min(_LEVELS, 1 + sizes.index(_shown_size(heading, kind)))


def _shown_size(heading: Paragraph, kind: Type) -> int:
    return round(max(heading.size, kind.body))


def _page_spans(placed: Sequence[Placed], pages: int, length: int) -> tuple[Span, ...]:
    begins = list(_begins(placed, pages, length))
    return tuple(Span(begin, end) for begin, end in zip(begins, [*begins[1:], length], strict=True))


def _begins(placed: Sequence[Placed], pages: int, length: int) -> Iterator[int]:
    """Where each page begins: the first at the text's, one without text where the next does."""
    first: dict[int, int] = {}
    for one in placed:
        first.setdefault(one.page, one.start)
    begin, found = length, []
    for page in range(pages - 1, -1, -1):
        begin = first.get(page, begin)
        found.append(begin)
    found[-1:] = [0] if found else []
    yield from reversed(found)
