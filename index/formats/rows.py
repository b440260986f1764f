"""Rows of a table → lines."""

from dataclasses import dataclass, field

from index.document import BlockKind

CELLS = " | "
"""What stands between the cells of a row."""

_MAX_PARAGRAPHS = 5
"""Paragraphs of a cell up to which it is one of a table; with more it is a column of a layout."""

_MAX_COLUMNS = 1000
_LAID_OUT = frozenset({"heading", "row", "code", "furniture"})


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, and what it is."""

    text: str
    kind: BlockKind | None = None
    level: int = 0


@dataclass(slots=True)
class Row:
    """The cells of a row: their paragraphs, and how many columns each takes."""

    cells: list[tuple[list[Paragraph], int]] = field(default_factory=list)
    is_header: bool = False
    is_layout: bool = False
    """Whether its file says that it is there for the layout."""


def lines(rows: list[Row]) -> list[Paragraph]:
    """Make each row one paragraph.

    Its cells stand on one line, those without text left out. If the table has one row that it
    marks as its header, each cell of the others stands behind the header's words and a colon.
    A row with a single cell, or with a cell that holds headings, a table, code or many paragraphs,
    is there for the layout: its paragraphs stay what they are, cell by cell.
    """
    headers = [row for row in rows if row.is_header]
    names = _names(headers[0]) if len(headers) == 1 and not _is_layout(headers[0]) else []
    found: list[Paragraph] = []
    for row in rows:
        if _is_layout(row):
            found += [one for cell, _ in row.cells for one in cell]
        elif line := CELLS.join(_texts(row, [] if row.is_header else names)):
            found.append(Paragraph(line, "row"))
    return found


def _is_layout(row: Row) -> bool:
    return (
        row.is_layout
        or len(row.cells) == 1
        or any(
            len(cell) > _MAX_PARAGRAPHS or any(one.kind in _LAID_OUT for one in cell)
            for cell, _ in row.cells
        )
    )


def _names(header: Row) -> list[str]:
    names: list[str] = []
    for cell, columns in header.cells:
        names += [_joined(cell)] * columns
    return names[:_MAX_COLUMNS]


def _texts(row: Row, names: list[str]) -> list[str]:
    texts: list[str] = []
    column = 0
    for cell, columns in row.cells:
        text = _joined(cell)
        name = names[column] if column < len(names) and columns == 1 else ""
        if text:
            texts.append(f"{name}{'' if name[-1] in ':?' else ':'} {text}" if name else text)
        column += columns
    return texts


def _joined(cell: list[Paragraph]) -> str:
    return " ".join(" ".join(one.text.split()) for one in cell)
