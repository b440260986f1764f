"""A page's lines, as PDFium finds them: their characters, and where and how they are set.

PDFium is asked a few things of each line and none of each character, which would take ten times
as long as reading the text.
"""

import re
from collections.abc import Iterator, Sequence
from ctypes import byref, c_double, c_ushort, create_string_buffer
from dataclasses import dataclass
from itertools import pairwise
from math import atan2, hypot, pi
from typing import TypeAlias

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

HYPHENS = "\ufffe\x02"
"""What PDFium puts for a hyphen at the end of a line, and no line's end after it."""

ASKEW = 4
"""The turn of a line that runs in none of the four directions."""

_LINE = re.compile(rf"[^\r\n{HYPHENS}]+[{HYPHENS}]?")
_SPACES = re.compile(r"\s+")

_GAP = 1.0
"""Space within a line, in its size, from which its sides may be parts of a table or of columns. A
word's space is a quarter; that of a justified line rarely reaches one."""

_WIDE = 0.75
"""Width of a character, in its size, from which a run of text may have such a space in itself."""

_BOLD = re.compile(rb"bold|black|heavy|demi(?!l)|\bbd\b", re.IGNORECASE)
_BOLD_WEIGHT = 600
_SLANT = 0.1
"""Radians by which a line may run off its direction."""

Box: TypeAlias = tuple[float, float, float, float]
"""Left, bottom, right, top."""


@dataclass(slots=True)
class Line:
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


class TextPage:
    """A page as PDFium reads it; holds PDFium's handles: use it in a `with`, the page open."""

    def __init__(self, page: object) -> None:
        self._handle = pdfium.FPDFText_LoadPage(page)
        self._box = [c_double() for _ in range(4)]
        self._refs = [byref(number) for number in self._box]
        self._matrix = pdfium.FS_MATRIX()
        self._matrix_ref = byref(self._matrix)
        self._font = create_string_buffer(80)
        self._bold: dict[bytes, bool] = {}

    def __enter__(self) -> "TextPage":
        return self

    def __exit__(self, *_: object) -> None:
        pdfium.FPDFText_ClosePage(self._handle)

    def lines(self) -> Iterator[Line]:
        """The lines, in the order in which the page draws them."""
        text, characters = self._text()
        for match in _LINE.finditer(text):
            words = match[0].strip()
            if words and words not in HYPHENS:
                start = match.start() + match[0].index(words[0])
                yield from self._pieces(words, characters[start : start + len(words)])

    def boxes(self, first: int, count: int) -> list[Box]:
        """Where characters stand on the page as it is, a box for each run of text."""
        left, top, right, bottom = self._box
        get, refs, handle = pdfium.FPDFText_GetRect, self._refs, self._handle
        found = []
        for number in range(pdfium.FPDFText_CountRects(handle, first, count)):
            if get(handle, number, *refs):
                found.append((left.value, bottom.value, right.value, top.value))
        return found

    def _text(self) -> tuple[str, Sequence[int]]:
        """Every character of the page, and the number that PDFium knows it by."""
        count = max(0, pdfium.FPDFText_CountChars(self._handle))
        buffer = (c_ushort * (count + 1))()
        length = max(0, pdfium.FPDFText_GetText(self._handle, 0, count, buffer) - 1)
        text = bytes(buffer)[: 2 * length].decode("utf-16-le", "replace")
        if len(text) == count:
            return text, range(count)
        unit, numbers = 0, []
        for character in text:
            numbers.append(pdfium.FPDFText_GetCharIndexFromTextIndex(self._handle, unit))
            unit += 1 + (character > "\uffff")
        return text, numbers

    def _pieces(self, words: str, characters: Sequence[int]) -> Iterator[Line]:
        """A line, or its parts where wide spaces divide it."""
        line, boxes = self._line(words, characters)
        if line is None:
            return
        if not (
            _has_gap(boxes, line.size) or line.right - line.left > _WIDE * line.size * len(words)
        ):
            yield line
            return
        start = 0
        for end, begin in [*self._gaps(line), (len(words), 0)]:
            part, _ = self._line(words[start:end], characters[start:end])
            if part is not None:
                yield part
            start = begin

    def _line(self, words: str, characters: Sequence[int]) -> tuple[Line | None, list[Box]]:
        """A line, and where the runs of its text stand; None if it has no extent."""
        place = len(words) // 2
        found = self.boxes(characters[0], characters[-1] + 1 - characters[0])
        if not found:
            return None, []
        size, turn, bold = self._look(characters[place])
        if len(found) > 1 and words[0].isalnum():
            # What is in the middle may be a note's number, or the only bold word.
            first, _, first_bold = self._look(characters[0])
            bold = bold and first_bold
            if first > size:
                size, place = first, 0
        boxes = [upright(box, turn) for box in found] if turn else found
        left, bottom, right, top = zip(*boxes, strict=True)
        base = self._base(characters[place], turn, min(bottom))
        return Line(
            words, characters, min(left), min(bottom), max(right), max(top), base, size, bold, turn
        ), boxes

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
        if not pdfium.FPDFText_GetCharBox(self._handle, number, *self._refs):
            return None
        return upright((left.value, bottom.value, right.value, top.value), turn)

    def _base(self, number: int, turn: int, otherwise: float) -> float:
        x, y = self._box[:2]
        if not pdfium.FPDFText_GetCharOrigin(self._handle, number, *self._refs[:2]):
            return otherwise
        return upright((x.value, y.value, x.value, y.value), turn)[1]

    def _look(self, number: int) -> tuple[float, int, bool]:
        """The size, the turn and the boldness of a character."""
        matrix, angle = self._matrix, 0.0
        size: float = pdfium.FPDFText_GetFontSize(self._handle, number)
        if pdfium.FPDFText_GetMatrix(self._handle, number, self._matrix_ref):
            size *= hypot(matrix.c, matrix.d)
            angle = atan2(matrix.b, matrix.a)
        turn = round(angle / (pi / 2))
        slanted = abs(angle - turn * pi / 2) > _SLANT
        pdfium.FPDFText_GetFontInfo(self._handle, number, self._font, 80, None)
        font = self._font.value
        if font not in self._bold:
            weight = pdfium.FPDFText_GetFontWeight(self._handle, number)
            self._bold[font] = weight >= _BOLD_WEIGHT or bool(_BOLD.search(font))
        return abs(size) or 1.0, ASKEW if slanted else turn % 4, self._bold[font]


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


def _has_gap(boxes: list[Box], size: float) -> bool:
    return any(_apart(one, other) > _GAP * size for one, other in pairwise(boxes))


def _apart(one: Box, other: Box) -> float:
    """The space between two boxes, whichever stands left: PDFium may join lines of two columns."""
    return max(other[0] - one[2], one[0] - other[2])
