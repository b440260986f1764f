"""CSV, TSV and JSON Lines: each row a document, or the table one.

A row is a document if the table has a column of text: that cell is its text, and below it stand the
other columns with their names, a line each; the title, date, address and author are taken from
columns too, by their names. A row with more cells than there are columns is text as it stands.
Other tables are one document, whose text is the file's as it stands: each row is a row, the first
one a heading if it has no numbers.
"""

import csv
import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice

from index.characters import SURROGATES
from index.document import Block, Span
from index.errors import UnreadableDocumentError
from index.formats.content import Content, Member
from index.formats.encoding import decode
from index.formats.limits import check_members
from index.formats.title import standing_title

ROW = ".row"
KINDS = frozenset({".csv", ".tsv", ".jsonl", ".ndjson"})

_SURROGATE = re.compile(f"[{SURROGATES}]")
_ISO = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2}(?:[T ]\d{2}:\d{2}\S*)?)?)?")
_DATES = ("%Y/%m/%d", "%d %B %Y", "%B %d, %Y", "%d %b %Y", "%b %d, %Y", "%a, %d %b %Y %H:%M:%S %z")
_NUMBER = re.compile(r"[\s$€£%+-]*\d[\d.,\s%€-]*")

csv.field_size_limit(min(sys.maxsize, 2**31 - 1))  # how large a file may be is told elsewhere


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of columns, in any case, the first that a table has; what each holds."""

    text: tuple[str, ...]
    title: tuple[str, ...]
    date: tuple[str, ...]
    url: tuple[str, ...]
    author: tuple[str, ...]


Cells = Sequence[tuple[str, str]]
"""Each with the name of its column before it."""


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    cells: Cells | None
    """None for a line that is no row."""


def rows(name: str, content: bytes, columns: Columns) -> Iterator[Member] | None:
    """List the documents in a table; None if it has no column of text.

    A row whose text is empty is none.

    Raises:
        UnreadableDocumentError: It is no text, or holds more rows than documents may be.
    """
    text = decode(name, content)
    if _place(_lower(_columns(name, text)), columns.text) is None:
        return None
    count = sum(1 for _ in _rows(name, text, columns))
    check_members(name, count)
    if not count:
        return None
    return _members(name, _rows(name, text, columns), columns)


def _members(name: str, rows: Iterator[_Row], columns: Columns) -> Iterator[Member]:
    for row in rows:
        called = f"{name}/{row.number}"
        if row.cells is None:
            yield Member(called, 0, partial(_refuse, called), ROW)
        elif said := _document(row.cells, columns):
            yield Member(called, len(said), partial(bytes, said), ROW)


def read_row(name: str, content: bytes) -> Content:  # noqa: ARG001 - as every format
    """Read a row that is a document."""
    said = json.loads(content)
    text = said.pop("text")
    title = said.pop("title", "") or standing_title(text)
    blocks: list[Block] = []
    for column, cell in said.pop("others", ()):
        line = f"{column}: {' '.join(cell.split())}".removeprefix(": ")
        text += "\n" if blocks else "\n\n"
        blocks.append(Block(Span(len(text), len(text) + len(line)), "row"))
        text += line
    return Content(text, title, said, blocks=tuple(blocks))


def read(name: str, content: bytes) -> Content:
    """Read a table as one document.

    Raises:
        UnreadableDocumentError: It is no text.
    """
    text = decode(name, content)
    spans = [span for span, _ in _records(text)] if _is_csv(name) else list(_lines(text))
    blocks = [Block(span, "row") for span in spans if span.of(text).strip()]
    if blocks and _is_csv(name) and _is_header(next(_records(text))[1]):
        blocks[0] = Block(blocks[0].span, "heading", 1)
    return Content(text, blocks=tuple(blocks))


def _document(cells: Cells, columns: Columns) -> bytes:
    """What a row holds, as the bytes that it is told from others by; none if its text is empty."""
    wanted: dict[str, tuple[tuple[str, ...], Callable[[str], str]]] = {
        "text": (columns.text, str),
        "title": (columns.title, str),
        "author": (columns.author, str),
        "published": (columns.date, _iso),
        "url": (columns.url, _address),
    }
    said: dict[str, str] = {}
    taken = set()
    named = _lower(column for column, _ in cells)
    for key, (names, understood) in wanted.items():
        place = _place(named, names)
        if place is not None and (value := understood(cells[place][1])):
            said[key] = value
            taken.add(place)
    if not said.get("text", "").strip():
        return b""
    others = [cell for place, cell in enumerate(cells) if place not in taken and cell[1].strip()]
    kept = {**said, "others": others} if others else said
    return json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace")


def _place(columns: Sequence[str], names: Iterable[str]) -> int | None:
    """Where the first of some names is that columns have, theirs in lower case."""
    return next((columns.index(name) for name in names if name in columns), None)


def _lower(columns: Iterable[str]) -> list[str]:
    return [column.lower() for column in columns]


def _address(cell: str) -> str:
    return cell if re.match(r"https?://\S+$", cell) else ""


def _iso(date: str) -> str:
    """A date as ISO 8601 has it; empty if it isn't certain which day is meant."""
    date = date.strip()
    if _ISO.fullmatch(date):
        return date
    for form in _DATES:
        with suppress(ValueError):
            found = datetime.strptime(date, form)  # noqa: DTZ007 - a day, wherever
            return found.isoformat() if found.tzinfo else found.date().isoformat()
    return ""


def _refuse(name: str) -> bytes:
    raise UnreadableDocumentError(name, "its line is no JSON object", "Mend or remove the line.")


def _is_csv(name: str) -> bool:
    return name.lower().endswith((".csv", ".tsv"))


def _rows(name: str, text: str, columns: Columns) -> Iterator[_Row]:
    if not _is_csv(name):
        for number, span in enumerate(_lines(text), start=1):
            if line := span.of(text).strip():
                yield _Row(number, _object(line))
        return
    header = _columns(name, text)
    place = _place(_lower(header), columns.text)
    filled = ((span, cells) for span, cells in islice(_records(text), 1, None) if cells)
    for number, (span, cells) in enumerate(filled, start=1):
        if place is not None and any(cell.strip() for cell in cells[len(header) :]):
            # It may be the text that an unquoted comma divided.
            yield _Row(number, [(header[place], span.of(text))])
        else:
            yield _Row(number, list(zip(header, cells, strict=False)))


def _columns(name: str, text: str) -> list[str]:
    """The names of a table's columns: those of its header, or of its first line of JSON."""
    if _is_csv(name):
        return [cell.strip() for _, cells in islice(_records(text), 1) for cell in cells]
    lines = (span.of(text).strip() for span in _lines(text))
    return [column for column, _ in _object(next(filter(None, lines), "")) or ()]


def _object(line: str) -> Cells | None:
    try:
        # Numbers as they stand: 19.90 would become 19.9. An object can have two parts of a name.
        found = json.loads(
            line, parse_float=str, parse_int=str, parse_constant=str, object_pairs_hook=tuple
        )
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, tuple):
        return None
    return [(key.strip(), _written(value)) for key, value in found if isinstance(value, str | bool)]


def _written(value: str | bool) -> str:
    if isinstance(value, bool):
        return json.dumps(value)
    return _SURROGATE.sub("\ufffd", value).replace("\r\n", "\n").replace("\r", "\n")


def _records(text: str) -> Iterator[tuple[Span, list[str]]]:
    """The records of a CSV file, each with its place; a quoted cell may have several lines."""
    at = 0

    def lines() -> Iterator[str]:
        nonlocal at
        for line in text.split("\n"):
            at += len(line) + 1
            yield f"{line}\n"

    beginning = text[: text.find("\n")] if "\n" in text else text
    delimiter = max(",;\t|", key=beginning.count)
    start = 0
    for cells in csv.reader(lines(), delimiter=delimiter):
        end = min(at - 1, len(text))
        yield Span(start, end), cells
        start = min(at, len(text))


def _lines(text: str) -> Iterator[Span]:
    start = 0
    for line in text.split("\n"):
        yield Span(start, start + len(line))
        start += len(line) + 1


def _is_header(cells: Iterable[str]) -> bool:
    return all(cell.strip() and not _NUMBER.fullmatch(cell) for cell in cells)
