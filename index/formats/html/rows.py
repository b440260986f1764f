"""Cells of a table in a page → rows."""

import re
from dataclasses import dataclass, field

from index.formats.html.part import Element, Part
from index.formats.rows import Row, lines

_NUMBER = re.compile(r"\s*(\d{1,5})")
_MAX_COLUMNS = 200
"""Columns up to which it is known which header a cell stands under."""

_LONG_HEADER = 80
"""Characters above which the words over a column are not repeated in its cells."""

_LONG_CELL = 1_000
"""Characters above which a cell is a column of a layout."""


@dataclass(slots=True)
class Table:
    """A table as it is read."""

    element: Element
    rows: list[Row] = field(default_factory=list)
    column: int = 0
    """Where the next cell begins."""

    taken: dict[int, int] = field(default_factory=dict)
    """Columns that cells of rows above reach down into, and the last row they reach."""

    def begin_row(self) -> None:
        """Begin a row: a header, until a cell says otherwise."""
        self.rows.append(Row(is_header=True))
        self.column = 0
        self._leave_room()

    def add_cell(self, parts: list[Part], element: Element) -> None:
        """End a cell."""
        row = self.rows[-1]
        row.cells.append((list(parts), columns := _number(element, "colspan")))
        in_head = element.parent and element.parent.parent and element.parent.parent.tag == "thead"
        row.is_header &= element.tag == "th" or bool(in_head)
        row.is_layout |= sum(len(part.text) for part in parts) > _LONG_CELL
        last = len(self.rows) - 2 + _number(element, "rowspan")
        if last >= len(self.rows):
            end = min(self.column + columns, _MAX_COLUMNS)
            self.taken.update(dict.fromkeys(range(self.column, end), last))
        self.column += columns
        self._leave_room()

    def _leave_room(self) -> None:
        start = self.column
        while self.taken.get(self.column, -1) >= len(self.rows) - 1:
            self.column += 1
        if self.column > start:
            self.rows[-1].cells.append(([], self.column - start))

    def parts(self) -> list[Part]:
        """Its rows as lines; paragraphs that a table only lays out, as they are."""
        is_layout = (self.element.attributes.get("role") or "") in {"presentation", "none"}
        for row in self.rows:
            row.is_layout |= is_layout
            row.is_header &= _can_head(row)
        cells = [one for row in self.rows for cell, _ in row.cells for one in cell]
        linked = sum(one.linked for one in cells if isinstance(one, Part))
        share = linked / max(1, sum(len(one.text) for one in cells))
        return [
            one
            if isinstance(one, Part)
            else Part(one.text, one.kind, one.level, self.element, int(share * len(one.text)))
            for one in lines(self.rows)
        ]


def _can_head(row: Row) -> bool:
    sizes = [sum(len(one.text) for one in cell) for cell, _ in row.cells]
    return 1 < len(sizes) <= _MAX_COLUMNS and max(sizes) <= _LONG_HEADER


def _number(element: Element, attribute: str) -> int:
    found = _NUMBER.match(element.attributes.get(attribute) or "")
    return min(max(1, int(found[1])), 65_534 if attribute == "rowspan" else 1_000) if found else 1
