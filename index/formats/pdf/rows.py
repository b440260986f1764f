"""Lines in reading order → rows: which of them stand side by side."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.formats.pdf.lines import Line

LABEL = re.compile(
    r"(?:[•◦▪‣●·∙○■□►➢✓*+–—-]|[\ue000-\uf8ff]|[§Øo](?=$|\s)"
    r"|\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,4})[.)]|\d{1,2}(?:\.\d{1,2})+\.?|\[\d{1,3}\])(?=\s|$)"
)
"""What stands before an item of a list, and before a numbered heading."""

SMALL = 0.93
"""Times the size of the body: what is smaller is a note or a caption."""

_NOTE = re.compile(r"\d{1,3}|[*†‡§¶]{1,3}")
"""What stands before a note."""

SAME = 0.5
"""Of a line's size: how far apart the bases of lines of one row may be."""

_TOUCHING = 0.3
"""Of a line's size: how far one may reach into the next column."""

FAR = 2.2
"""Of a line's size: how far below the last line of a cell the next may stand."""

_DROP_CAP = 1.6


@dataclass(slots=True)
class Row:
    """Cells that stand side by side; prose is a row of one cell."""

    cells: list[list[Line]]
    is_table: bool = False
    is_column: bool = False
    """Whether it is one of several columns, each with margins of its own."""


def grouped(lines: Sequence[Line], body: float) -> list[Row]:
    """Rows of cells, in the order of the lines.

    Args:
        lines: Those of a page, in reading order.
        body: The size of most of the document.
    """
    rows: list[Row] = []
    for line in lines:
        last = rows[-1].cells[-1][-1] if rows else None
        if last is None:
            rows.append(Row([[line]]))
        elif line.left > last.right - _TOUCHING * line.size and _is_level(last, line):
            _add_right(rows, line)
        elif line.base < last.base:
            _add_below(rows, line, last)
        else:
            rows.append(Row([[line]]))
    return [_without_note(row, body) for row in rows]


def _without_note(row: Row, body: float) -> Row:
    """A row, or the line that the number and the words of a note make."""
    first, last = row.cells[0][0], row.cells[-1][0]
    if len(row.cells) == 1 or last.size >= SMALL * body or not _NOTE.fullmatch(first.text):
        return row
    number, words, *rest = row.cells
    if rest or len(number) > 1:
        return row
    return Row([[joined(first, words[0], " "), *words[1:]]])


def _is_level(last: Line, line: Line) -> bool:
    """Whether a line stands no lower than the one before it."""
    return line.base > last.base - SAME * line.size or line.base > last.bottom


def _add_right(rows: list[Row], line: Line) -> None:
    """Put a line beside what it stands right of: the label of an item, a cell, or a column."""
    cell = rows[-1].cells[-1]
    begin = len(cell)
    while begin and cell[begin - 1].right < line.left + _TOUCHING * line.size:
        begin -= 1
        if abs(cell[begin].base - line.base) < SAME * line.size:
            break
        if cell[begin].base > line.base:
            begin = len(cell)
            break
    beside = cell[begin:]
    if not beside or abs(beside[0].base - line.base) >= SAME * line.size:
        if beside[-1:] and _is_drop_cap(cell[-1], line):
            cell[-1] = joined(cell[-1], line, "")
        else:
            rows.append(Row([[line]]))
    elif len(beside) == 1 and LABEL.fullmatch(beside[0].text):
        cell[-1] = joined(beside[0], line, " ")
    elif begin:
        del cell[begin:]
        rows.append(Row([beside, [line]]))
    else:
        rows[-1].cells.append([line])


def _add_below(rows: list[Row], line: Line, last: Line) -> None:
    cells = rows[-1].cells
    if not overlap(line, last):
        rows.append(Row([[line]]))
    elif len(cells) == 1:
        cells[0].append(line)
    elif (
        line.left > max(one.right for one in cells[-2]) - _TOUCHING * line.size
        and last.base - line.base < FAR * line.size
    ):
        cells[-1].append(line)
    else:
        rows.append(Row([[line]]))


def overlap(one: Line, other: Line) -> bool:
    """Whether something of a line stands above, or below, another."""
    return one.left < other.right and other.left < one.right


def _is_drop_cap(letter: Line, line: Line) -> bool:
    is_letter = len(letter.text) == 1 and letter.text.isalpha()
    return is_letter and letter.size > _DROP_CAP * line.size and line.base > letter.bottom


def joined(one: Line, other: Line, between: str) -> Line:
    """Two lines of one row as one; what the first begins with is a label if `between` is space."""
    put_in = [-1] * len(between)
    return other._replace(
        text=one.text + between + other.text,
        characters=[*one.characters, *put_in, *other.characters],
        left=one.left,
        bottom=min(one.bottom, other.bottom),
        right=max(one.right, other.right),
        top=max(one.top, other.top),
        hang=other.left if between and LABEL.fullmatch(one.text) else one.hang,
    )
