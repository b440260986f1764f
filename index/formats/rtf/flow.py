"""The flow of an RTF file, in which a cell or a row is what a mark at its end makes one."""

from dataclasses import dataclass, field

from index.document import BlockKind
from index.formats.flow import Flow
from index.formats.rows import Paragraph

_MAX_DEPTH = 20


@dataclass(slots=True)
class _Table:
    """How far a table has come that is open."""

    in_row: bool = False
    in_cell: bool = False


@dataclass(slots=True)
class _Place:
    """How far a story has come."""

    tables: list[_Table] = field(default_factory=list)
    """Those that are open, each in a cell of the one before."""

    row_defined: bool = False
    """Whether a row has been described that has not ended; not all programs mark its cells."""

    is_header: bool = False


class RtfFlow:
    """Paragraphs, which lie in tables by their own word."""

    def __init__(self) -> None:
        self._flow = Flow()
        self._places = [_Place()]

    def open(self) -> None:
        """Begin a story of its own."""
        self._flow.open()
        self._places.append(_Place())

    def close(self) -> list[Paragraph]:
        """End it."""
        self._leave(0)
        if len(self._places) > 1:
            self._places.pop()
        return self._flow.close()

    def close_box(self) -> None:
        """End a story that stands in a box."""
        self._leave(0)
        self._places.pop()
        self._flow.close_box()

    def write(self, text: str, depth: int) -> None:
        """Go on with a paragraph, which lies in as many tables as `depth` says."""
        self._enter(depth)
        self._flow.write(text)

    def end_paragraph(self, kind: BlockKind | None, level: int, depth: int) -> str:
        """End the paragraph and say what it is."""
        self._enter(depth)
        return self._flow.end_paragraph(kind, level)

    def define_row(self) -> None:
        """Begin to describe a row."""
        place = self._places[-1]
        place.row_defined = True
        place.is_header = False

    def mark_header(self) -> None:
        """Say that it is one of the header."""
        self._places[-1].is_header = True

    def end_cell(self, depth: int = 1) -> None:
        """End a cell of the table that lies in as many as `depth` says, itself among them."""
        depth = self._enter(max(depth, 1))
        self._flow.end_cell()
        self._places[-1].tables[depth - 1].in_cell = False

    def end_row(self, depth: int = 1) -> None:
        """End a row."""
        place = self._places[-1]
        self._leave(depth)
        if depth <= len(place.tables):
            self._end_row(place.tables[depth - 1])
        if depth == 1:
            place.row_defined = False

    def _enter(self, depth: int) -> int:
        """Begin the tables, rows and cells that a paragraph lies in, and end those it doesn't."""
        place = self._places[-1]
        depth = min(max(depth, place.row_defined), _MAX_DEPTH)
        self._leave(depth)
        for number in range(depth):
            if number == len(place.tables):
                self._flow.end_paragraph()
                self._flow.begin_table()
                place.tables.append(_Table())
            table = place.tables[number]
            if not table.in_row:
                self._flow.begin_row(is_header=place.is_header and number == 0)
                table.in_row = True
            if not table.in_cell:
                self._flow.open()
                table.in_cell = True
        return depth

    def _leave(self, depth: int) -> None:
        tables = self._places[-1].tables
        while len(tables) > depth:
            self._end_row(tables.pop())
            self._flow.end_table()

    def _end_row(self, table: _Table) -> None:
        if table.in_cell:
            self._flow.end_cell()
        table.in_cell = table.in_row = False
