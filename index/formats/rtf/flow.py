"""The flow of an RTF file, in which a cell or a row is what a mark at its end makes one."""

from dataclasses import dataclass

from index.document import BlockKind
from index.formats.flow import Flow
from index.formats.table import CELLS, Paragraph


@dataclass(slots=True)
class _Place:
    """How far a story has come with its table."""

    in_table: bool = False
    in_row: bool = False
    in_cell: bool = False
    row_defined: bool = False
    """Whether a row has been described that has not ended; not all programs mark its cells."""

    is_header: bool = False
    inner_cell_ended: bool = False


class RtfFlow:
    """Paragraphs, which lie in a table by their own word."""

    def __init__(self) -> None:
        self._flow = Flow()
        self._places = [_Place()]

    def open(self) -> None:
        """Begin a story of its own."""
        self._flow.open()
        self._places.append(_Place())

    def close(self) -> list[Paragraph]:
        """End it."""
        self._end_table()
        if len(self._places) > 1:
            self._places.pop()
        return self._flow.close()

    def close_box(self) -> None:
        """End a story that stands in a box."""
        self._end_table()
        self._places.pop()
        self._flow.close_box()

    def write(self, text: str, depth: int) -> None:
        """Go on with a paragraph, which lies in as many tables as `depth` says."""
        self._enter(depth)
        place = self._places[-1]
        if place.inner_cell_ended:
            self._flow.write(CELLS)
            place.inner_cell_ended = False
        self._flow.write(text)

    def end_paragraph(self, kind: BlockKind | None, level: int, depth: int) -> str:
        """End the paragraph and say what it is; in a table in a table it goes on."""
        self._enter(depth)
        if depth > 1:
            self._flow.write(" ")
            return ""
        return self._flow.end_paragraph(kind, level)

    def define_row(self) -> None:
        """Begin to describe a row."""
        place = self._places[-1]
        place.row_defined = True
        place.is_header = False

    def mark_header(self) -> None:
        """Say that it is one of the header."""
        self._places[-1].is_header = True

    def end_cell(self) -> None:
        """End a cell."""
        self._enter(1)
        self._flow.end_cell()
        self._places[-1].in_cell = False

    def end_row(self) -> None:
        """End a row."""
        place = self._places[-1]
        if place.in_cell:
            self.end_cell()
        place.in_row = place.row_defined = False

    def end_inner_cell(self) -> None:
        """End a cell of a table in a cell."""
        self._enter(1)
        self._places[-1].inner_cell_ended = True

    def end_inner_row(self) -> None:
        """End a row of a table in a cell."""
        self._enter(1)
        self._places[-1].inner_cell_ended = False
        self._flow.end_paragraph("row")

    def _enter(self, depth: int) -> None:
        place = self._places[-1]
        if depth <= 0 and not place.row_defined:
            self._end_table()
            return
        if not place.in_table:
            self._flow.end_paragraph()
            self._flow.begin_table()
            place.in_table = True
        if not place.in_row:
            self._flow.begin_row(is_header=place.is_header)
            place.in_row = True
        if not place.in_cell:
            self._flow.open()
            place.in_cell = True

    def _end_table(self) -> None:
        place = self._places[-1]
        if place.in_table:
            self.end_row()
            self._flow.end_table()
            place.in_table = False
