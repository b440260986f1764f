"""A page's lines, as PDFium finds them: their characters, and where and how they are set.

PDFium is asked a few things of each line and none of each character, which would take ten times
as long as reading the text.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from ctypes import (
    CFUNCTYPE,
    byref,
    c_double,
    c_int,
    c_ushort,
    c_void_p,
    cast,
    create_string_buffer,
)
from itertools import pairwise
from math import atan2, hypot, pi
from typing import Any, NamedTuple, TypeAlias

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from index.formats.pdf.letters import BLANKS, ENDS, HYPHENS

ASKEW = 4
"""The turn of a line that runs in none of the four directions."""

_LINE = re.compile(rf"[^\r\n{ENDS}]+[{ENDS}]?")
_SHORTEST = 3
"""Characters from which a line is no hyphen left over."""

_SPACES = re.compile(r"\s+")

_GAP = 1.0
"""Space within a line, in its size, from which its sides may be parts of a table or of columns. A
word's space is a quarter; that of a justified line rarely reaches one."""

_WIDE = 0.75
"""Width of a character, in its size, from which a run of text may have such a space in itself."""

_LOW = 0.85
"""Share of a line's height that is too low for the size of its type."""

_BOLD = re.compile(rb"bold|black|heavy|demi(?!l)|\bbd\b", re.IGNORECASE)
_BOLD_WEIGHT = 600
_SLANT = 0.1
"""Radians by which a line may run off its direction."""

Box: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, right, top."""


class Line(NamedTuple):
    """A line of text on a page, or the part of one that stands in a column or a cell.

    Its places are those of the page turned so that the line is upright: `left < right` and
    `bottom < top` as it is read.
    """

    text: str
    """As PDFium gives it, without space around it."""

    characters: Sequence[int]
    """PDFium's number of each character; -1 for what was put in."""

    left: float
    bottom: float
    right: float
    top: float
    base: float
    size: float
    """Of its type, in points."""

    bold: bool
    turn: int
    """The quarters of a circle by which it is turned on the page, or `ASKEW`."""

    hang: float = 0.0
    """Where its text begins behind the label of a list's item; 0 without one."""


def _called(function: object, result: type = c_int) -> Callable[..., Any]:
    """A function of PDFium's, whose arguments are taken as they are.

    Checking their types takes twice as long as what the function does, and these are right.
    """
    address = cast(function, c_void_p).value  # type: ignore[arg-type] # it is one of ctypes'
    return CFUNCTYPE(result)(address or 0)


_count_rects = _called(pdfium.FPDFText_CountRects)
_get_rect = _called(pdfium.FPDFText_GetRect)
_get_char_box = _called(pdfium.FPDFText_GetCharBox)
_get_font_size = _called(pdfium.FPDFText_GetFontSize, c_double)
_get_matrix = _called(pdfium.FPDFText_GetMatrix)
_get_font_info = _called(pdfium.FPDFText_GetFontInfo)


class TextPage:
    """A page as PDFium reads it; holds PDFium's handles: use it in a `with`, the page open."""

    def __init__(self, page: object) -> None:
        self._text_page = pdfium.FPDFText_LoadPage(page)
        if not self._text_page:
            raise MemoryError
        self.characters = max(0, pdfium.FPDFText_CountChars(self._text_page))
        """How many there are."""

        self._handle = cast(self._text_page, c_void_p)
        self._box = [c_double() for _ in range(4)]
        self._refs = [byref(number) for number in self._box]
        self._matrix = pdfium.FS_MATRIX()
        self._matrix_ref = byref(self._matrix)
        self._font = create_string_buffer(80)
        self._bold: dict[bytes, bool] = {}

    def __enter__(self) -> "TextPage":
        return self

    def __exit__(self, *_: object) -> None:
        pdfium.FPDFText_ClosePage(self._text_page)

    def lines(self) -> Iterator[Line]:
        """The lines, in the order in which the page draws them."""
        text, characters = self._text()
        for match in _LINE.finditer(text):
            words = match[0].strip()
            if not words or words[0] < "!" or words[0] in BLANKS or words[-1] in BLANKS:
                words = words.strip(BLANKS)
            if len(words) < _SHORTEST and not words.strip(HYPHENS):
                continue
            start = match.start() + match[0].index(words[0])
            numbers = characters[start : start + len(words)]
            boxes = self.boxes(numbers[0], numbers[-1] + 1 - numbers[0])
            if len(boxes) > 1:
                yield from self._parts(words, numbers, boxes)
            elif boxes:
                line = self._line(words, numbers, boxes)
                if _is_wide(line):
                    yield from self._spread(line)
                else:
                    yield line

    def boxes(self, first: int, count: int) -> list[Box]:
        """Where characters stand on the page as it is, a box for each run of text."""
        handle, refs = self._handle, self._refs
        left, top, right, bottom = self._box
        return [
            (left.value, bottom.value, right.value, top.value)
            for number in range(_count_rects(handle, first, count))
            if _get_rect(handle, number, *refs)
        ]

    def _text(self) -> tuple[str, Sequence[int]]:
        """Every character of the page, and the number that PDFium knows it by."""
        count = self.characters
        buffer = (c_ushort * (count + 1))()
        length = max(0, pdfium.FPDFText_GetText(self._text_page, 0, count, buffer) - 1)
        text = bytes(buffer)[: 2 * length].decode("utf-16-le", "replace")
        if len(text) == count:
            return text, range(count)
        unit, numbers = 0, []
        for character in text:
            numbers.append(pdfium.FPDFText_GetCharIndexFromTextIndex(self._text_page, unit))
            unit += 1 + (character > "\uffff")
        return text, numbers

    def _parts(self, words: str, characters: Sequence[int], boxes: list[Box]) -> Iterable[Line]:
        """A line, or its parts where wide spaces divide it."""
        line = self._line(words, characters, boxes)
        wide = _GAP * line.size
        gaps = [
            number
            for number, (one, other) in enumerate(pairwise(boxes), start=1)
            if other[0] - one[2] > wide or one[0] - other[2] > wide
        ]
        if gaps:
            return self._divided(line, boxes, gaps)
        return self._spread(line) if _is_wide(line) else (line,)

    def _divided(self, line: Line, boxes: list[Box], gaps: list[int]) -> Iterator[Line]:
        """The parts of a line that wide spaces between its runs of text divide."""
        words, characters = line.text, line.characters
        start = run = 0
        for space in _SPACES.finditer(words):
            gap = gaps[0]
            # It stands in the gap if a run behind the gap begins with what follows it.
            if space.start() > start and run + self._runs(characters, start, space.end()) > gap:
                end = space.start()
                part = self._line(words[start:end], characters[start:end], boxes[run:gap])
                yield from self._spread(part) if _is_wide(part) else (part,)
                start, run = space.end(), gap
                gaps = [one for one in gaps if one > gap]
                if not gaps:
                    break
        rest = self._line(words[start:], characters[start:], boxes[run:])
        yield from self._spread(rest) if _is_wide(rest) else (rest,)

    def _runs(self, characters: Sequence[int], start: int, end: int) -> int:
        """How many runs of text begin between two characters."""
        first = characters[start]
        runs: int = _count_rects(self._handle, first, characters[end] + 1 - first)
        return runs

    def _spread(self, line: Line) -> Iterator[Line]:
        """The parts of a line that wide spaces within one run of text divide."""
        words, start = line.text, 0
        for end, begin in [*self._gaps(line), (len(words), 0)]:
            characters = line.characters[start:end]
            if boxes := self.boxes(characters[0], characters[-1] + 1 - characters[0]):
                yield self._line(words[start:end], characters, boxes)
            start = begin

    def _line(self, words: str, characters: Sequence[int], boxes: list[Box]) -> Line:
        """A line of some runs of text."""
        middle = len(words) // 2
        size, turn, base, bold = self._look(characters[middle - words[middle].isspace()])
        if len(boxes) == 1:
            left, bottom, right, top = upright(boxes[0], turn) if turn else boxes[0]
            return Line(words, characters, left, bottom, right, top, base, size, bold, turn)
        if turn:
            boxes = [upright(box, turn) for box in boxes]
        lefts, bottoms, rights, tops = zip(*boxes, strict=True)
        left, bottom, right, top = min(lefts), min(bottoms), max(rights), max(tops)
        if (bold or size < _LOW * (top - bottom)) and words[0].isalnum():
            # What is in the middle may be a note's number, or the only bold word.
            first = self._look(characters[0])
            bold = bold and first[3]
            if first[0] > size and first[1] == turn:
                size, turn, base, _ = first
        return Line(words, characters, left, bottom, right, top, base, size, bold, turn)

    def _gaps(self, line: Line) -> Iterator[tuple[int, int]]:
        """Where wide spaces begin and end in a line."""
        for space in _SPACES.finditer(line.text):
            before = self._character(line.characters[space.start() - 1], line.turn)
            after = self._character(line.characters[space.end()], line.turn)
            if before and after and _apart(before, after) > _GAP * line.size:
                yield space.span()

    def _character(self, number: int, turn: int) -> Box | None:
        # PDFium gives these in another order than those of a run.
        left, right, bottom, top = self._box
        if not _get_char_box(self._handle, number, *self._refs):
            return None
        return upright((left.value, bottom.value, right.value, top.value), turn)

    def _look(self, number: int) -> tuple[float, int, float, bool]:
        """The size, the turn, the base and the boldness of a character."""
        handle, matrix, turn = self._handle, self._matrix, 0
        size: float = _get_font_size(handle, number)
        if _get_matrix(handle, number, self._matrix_ref):
            b, d = matrix.b, matrix.d
            size *= hypot(matrix.c, d) if b else d
            if b or d < 0 or matrix.a < 0:
                turn = _turn(atan2(b, matrix.a))
        base: float = matrix.f
        if turn:
            base = upright((matrix.e, base, matrix.e, base), turn)[1]
        _get_font_info(handle, number, self._font, 80, None)
        font = self._font.value
        if font not in self._bold:
            weight = pdfium.FPDFText_GetFontWeight(self._text_page, number)
            self._bold[font] = weight >= _BOLD_WEIGHT or bool(_BOLD.search(font))
        return abs(size) or 1.0, turn, base, self._bold[font]


def _turn(angle: float) -> int:
    quarters = round(angle / (pi / 2))
    return ASKEW if abs(angle - quarters * pi / 2) > _SLANT else quarters % 4


def upright(box: Box, turn: int) -> Box:
    """A box on the page turned back by quarters of a circle."""
    left, bottom, right, top = box
    if turn == 1:
        return bottom, -right, top, -left
    if turn == 2:  # noqa: PLR2004 - quarters
        return -right, -top, -left, -bottom
    if turn == 3:  # noqa: PLR2004
        return -top, left, -bottom, right
    return box


def _is_wide(line: Line) -> bool:
    """Whether there may be a wide space within a run of its text."""
    return line.right - line.left > _WIDE * line.size * len(line.text)


def _apart(one: Box, other: Box) -> float:
    """The space between two boxes, whichever stands left: PDFium may join lines of two columns."""
    return max(other[0] - one[2], one[0] - other[2])
