"""Rows → those of tables, of columns, and lines with wide spaces between their words."""

from itertools import pairwise
from statistics import median

from index.formats.pdf.lines import Line
from index.formats.pdf.rows import FAR, Row, joined

_CELL_LINES = 4

_PROSE = 20
"""Characters in a line from which it may be prose set in columns rather than a cell."""

_PROSE_SHARE = 0.25
"""Lines that begin in lower case, among those of prose; a table's cells hardly ever do."""

_CLEAR = 2
"""How many times more often spaces must go on than be crossed, in a table."""

_SLIT = 0.4
"""Of a line's size: how much of a space must stay free."""


def classified(rows: list[Row]) -> list[Row]:
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
    return reads_as_prose(lines)


def reads_as_prose(lines: list[Line]) -> bool:
    """Whether lines are rather those of columns than a table's cells."""
    if len(lines) <= _CELL_LINES or median(len(line.text) for line in lines) < _PROSE:
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
    return [Row([column], is_column=True) for column in columns]


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
    return last.base - first.base > FAR * first.size


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
