"""The lines of a page in reading order: columns one after the other, a table's cells row by row.

Nearly every program draws a page's text in the order in which it is read, and that order is kept.
Where it goes back up over its own column, the lines are put in order by where they stand.
"""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

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

_SAME = 0.5
"""Of a line's size: how far apart the bases of lines of one row may be."""

_TOUCHING = 0.3
"""Of a line's size: how far one may reach into the next column."""

_FAR = 2.2
"""Of a line's size: how far below the last line of a cell the next may stand."""

_CELL_LINES = 4
_PROSE = 20
"""Characters in a line from which it may be prose set in columns rather than a cell."""

_PROSE_SHARE = 0.25
"""Lines that begin in lower case, among those of prose; a table's cells hardly ever do."""

_OFTEN = 3
_CLEAR = 2
"""How many times more often spaces must go on than be crossed, in a table."""

_SLIT = 0.4
"""Of a line's size: how much of a space must stay free."""

_DROP_CAP = 1.6


@dataclass(slots=True)
class Row:
    """Cells that stand side by side; prose is a row of one cell."""

    cells: list[list[Line]]
    is_table: bool = False


def rows_of(lines: list[Line], body: float) -> list[Row]:
    """A page's lines in reading order, those of a table's row together.

    Args:
        lines: Those of the page, without its furniture, as they are drawn.
        body: The size of most of the document.
    """
    ordered = _lifted(_runs(lines))
    if _is_drawn_across(ordered) or _goes_back(ordered):
        ordered = _by_place(lines)
    return _classified([_without_note(row, body) for row in _grouped(ordered)])


def _without_note(row: Row, body: float) -> Row:
    """A row, or the line that the number and the words of a note make."""
    first, last = row.cells[0][0], row.cells[-1][0]
    is_note = len(row.cells) == 2 and last.size < SMALL * body and _NOTE.fullmatch(first.text)
    if not is_note or len(row.cells[0]) > 1:
        return row
    return Row([[joined(first, last, " "), *row.cells[1][1:]]])


def _runs(lines: list[Line]) -> list[list[Line]]:
    """Lines as far as they don't go back up over what stands before them."""
    runs: list[list[Line]] = []
    for line in lines:
        if runs and not _is_above(line, runs[-1][-1]):
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _is_above(line: Line, last: Line) -> bool:
    return line.base > last.base + line.size and _overlap(line, last)


def _lifted(runs: list[list[Line]]) -> list[Line]:
    """Put runs that stand wholly above what was drawn before them where they belong."""
    ordered: list[tuple[float, float, list[Line]]] = []
    for run in runs:
        low, high = min(line.base for line in run), max(line.base for line in run)
        place = len(ordered)
        while place and ordered[place - 1][1] < low:
            place -= 1
        ordered.insert(place, (low, high, run))
    return [line for _, _, run in ordered for line in run]


def _goes_back(lines: list[Line]) -> bool:
    """Whether the lines are drawn in no order that is one of reading."""
    back = sum(_is_above(line, last) for last, line in pairwise(lines))
    return back >= _OFTEN and back * 10 > len(lines)


def _grouped(lines: list[Line]) -> list[Row]:
    """Rows of cells, in the order of the lines."""
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
    return rows


def _is_drawn_across(lines: list[Line]) -> bool:
    """Whether columns of prose were drawn line by line over all of them."""
    across = [
        line
        for last, line in pairwise(lines)
        if line.left > last.right and abs(line.base - last.base) < _SAME * line.size
    ]
    return len(across) * 4 > len(lines) and _reads_as_prose(across)


def _is_level(last: Line, line: Line) -> bool:
    """Whether a line stands no lower than the one before it."""
    return line.base > last.base - _SAME * line.size or line.base > last.bottom


def _add_right(rows: list[Row], line: Line) -> None:
    """Put a line beside what it stands right of: the label of an item, a cell, or a column."""
    cell = rows[-1].cells[-1]
    begin = len(cell)
    while begin and cell[begin - 1].right < line.left + _TOUCHING * line.size:
        begin -= 1
        if abs(cell[begin].base - line.base) < _SAME * line.size:
            break
        if cell[begin].base > line.base:
            begin = len(cell)
            break
    beside = cell[begin:]
    if not beside or abs(beside[0].base - line.base) >= _SAME * line.size:
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
    if not _overlap(line, last):
        rows.append(Row([[line]]))
    elif len(cells) == 1:
        cells[0].append(line)
    elif (
        line.left > max(one.right for one in cells[-2]) - _TOUCHING * line.size
        and last.base - line.base < _FAR * line.size
    ):
        cells[-1].append(line)
    else:
        rows.append(Row([[line]]))


def _overlap(one: Line, other: Line) -> bool:
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


def _by_place(lines: list[Line]) -> list[Line]:
    """Lines from top to bottom; where a gutter divides them, column by column."""
    lines = sorted(lines, key=lambda line: (-line.base, line.left))
    gutter = _gutter(lines)
    if gutter is None:
        return _level(lines)
    ordered: list[Line] = []
    left: list[Line] = []
    right: list[Line] = []
    for line in lines:
        if line.right <= gutter:
            left.append(line)
        elif line.left >= gutter:
            right.append(line)
        else:
            ordered += [*_by_place(left), *_by_place(right), line]
            left, right = [], []
    return [*ordered, *_by_place(left), *_by_place(right)]


def _gutter(lines: list[Line]) -> float | None:
    """Where a column begins, so that few lines reach over it."""
    begins = Counter(round(line.left / 4) for line in lines)
    for begin, _ in begins.most_common(5):
        at = begin * 4 - 2.0
        before = sum(1 for line in lines if line.right <= at)
        behind = sum(1 for line in lines if line.left >= at)
        over = len(lines) - before - behind
        if min(before, behind) >= max(3, len(lines) // 5) and over <= len(lines) // 5:
            return at
    return None


def _level(lines: list[Line]) -> list[Line]:
    """Lines by height, those of one height from left to right."""
    ordered: list[Line] = []
    band: list[Line] = []
    for line in lines:
        if band and band[0].base - line.base > _SAME * line.size:
            ordered += sorted(band, key=lambda one: one.left)
            band = []
        band.append(line)
    return ordered + sorted(band, key=lambda one: one.left)


def _classified(rows: list[Row]) -> list[Row]:
    """Tell tables from columns and from lines with wide spaces between their words."""
    done: list[Row] = []
    region: list[Row] = []
    for row in [*rows, Row([])]:
        if len(row.cells) > 1:
            region.append(row)
            continue
        if region:
            done += _settled(region, [*done[-1:], *region, row])
            region = []
        done.append(row)
    return done[:-1]


def _settled(region: list[Row], surrounded: list[Row]) -> list[Row]:
    if _is_prose(region):
        return _columns(region)
    if len(region) > 1 and _stand_in_columns(surrounded):
        for row in region:
            row.is_table = True
        return region
    return [row for one in region for row in _single(one)]


def _is_prose(region: list[Row]) -> bool:
    """Whether rows are columns of prose that stand side by side."""
    lines = [line for row in region for cell in row.cells for line in cell]
    if median(len(cell) for row in region for cell in row.cells) > _CELL_LINES:
        return True
    return _reads_as_prose(lines)


def _reads_as_prose(lines: list[Line]) -> bool:
    if len(lines) < 2 * _CELL_LINES or median(len(line.text) for line in lines) < _PROSE:
        return False
    return sum(line.text[0].islower() for line in lines) >= _PROSE_SHARE * len(lines)


def _columns(region: list[Row]) -> list[Row]:
    """Prose in columns: each column's lines through all its rows, then the next column's."""
    columns: list[list[Line]] = []
    for row in region:
        for number, cell in enumerate(row.cells):
            if number == len(columns):
                columns.append([])
            columns[number] += cell
    return [Row([column]) for column in columns]


def _stand_in_columns(rows: list[Row]) -> bool:
    """Whether the spaces between cells go on from row to row, rather than being crossed by words.

    Those between the words of a justified line are soon crossed by the next.
    """
    crossed = clear = 0
    for one, other in pairwise(rows):
        if not one.cells or not other.cells or _is_far(one, other):
            continue
        for row, beside in ((one, other), (other, one)):
            for left, right in pairwise(row.cells):
                begin = max(line.right for line in left)
                end = min(line.left for line in right)
                if _crosses(beside, begin, end):
                    crossed += 1
                else:
                    clear += 1
    return clear > _CLEAR * crossed


def _is_far(one: Row, other: Row) -> bool:
    last, first = one.cells[0][-1], other.cells[0][0]
    return last.base - first.base > _FAR * first.size


def _crosses(row: Row, begin: float, end: float) -> bool:
    """Whether a row leaves nothing free of a space."""
    for cell in row.cells:
        for line in cell:
            if line.left < begin + _SLIT * line.size and line.right > end - _SLIT * line.size:
                return True
    return False


def _single(row: Row) -> list[Row]:
    """A row that is no table's: one line, if that is what it is; else its cells by themselves."""
    if any(len(cell) > 1 for cell in row.cells):
        return [Row([cell]) for cell in row.cells]
    line = row.cells[0][0]
    for cell in row.cells[1:]:
        line = joined(line, cell[0], " ")
    return [Row([[line]])]
