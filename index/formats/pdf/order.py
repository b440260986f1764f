"""The lines of a page in reading order: columns one after the other, a table's cells row by row.

Nearly every program draws a page's text in the order in which it is read, and that order is kept.
Where it goes back up over its own column, the lines are put in order by where they stand.
"""

from collections import Counter
from itertools import pairwise

from index.formats.pdf.lines import Line
from index.formats.pdf.rows import SAME, Row, grouped, overlap
from index.formats.pdf.tables import classified, reads_as_prose

_OFTEN = 3


def rows_of(lines: list[Line], body: float) -> list[Row]:
    """A page's lines in reading order, those of a table's row together.

    Args:
        lines: Those of the page, without its furniture, as they are drawn.
        body: The size of most of the document.
    """
    runs = _runs(lines)
    ordered = _lifted(runs) if len(runs) > 1 else lines
    if _is_drawn_across(ordered) or _goes_back(ordered):
        ordered = _by_place(lines)
    return classified(grouped(ordered, body))


def _runs(lines: list[Line]) -> list[list[Line]]:
    """Lines as far as they don't go back up over what stands before them."""
    runs: list[list[Line]] = [[]]
    last = None
    for line in lines:
        if last and line.base > last.base + line.size and overlap(line, last):
            runs.append([])
        runs[-1].append(line)
        last = line
    return runs


def _is_above(line: Line, last: Line) -> bool:
    return line.base > last.base + line.size and overlap(line, last)


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


def _is_drawn_across(lines: list[Line]) -> bool:
    """Whether columns of prose were drawn line by line over all of them."""
    across = [
        line
        for last, line in pairwise(lines)
        if line.left > last.right and abs(line.base - last.base) < SAME * line.size
    ]
    return len(across) * 4 > len(lines) and reads_as_prose(across)


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
        if band and band[0].base - line.base > SAME * line.size:
            ordered += sorted(band, key=lambda one: one.left)
            band = []
        band.append(line)
    return ordered + sorted(band, key=lambda one: one.left)
