"""CSV, TSV and JSON Lines: each row a document, or the table one.

A row is a document if the table has a column of text: that cell is its text, and below it stand the
other columns with their names, a line each; the title, date, address and author are taken from
columns too, by their names. Other tables are one document, whose
text is the file's as it stands: each row is a row, the first one a heading if it has no numbers.
"""

import csv
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

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


@dataclass(frozen=True, slots=True)
class _Row:
    number: int
    span: Span
    cells: Mapping[str, str] | None
    """By the names of their columns, in lower case; None for a line that is no row."""


def rows(name: str, content: bytes, columns: Columns) -> Iterator[Member] | None:
    """List the documents in a table; None if it has no column of text.

    A row whose text is empty is none.

    Raises:
        UnreadableDocumentError: It is no text, or holds more rows than documents may be.
    """
    text = decode(name, content)
    found = _rows(name, text)
    first = next(found, None)
    if first is None or first.cells is None or _cell(first.cells, columns.text) is None:
        return None
    check_members(name, 1 + sum(1 for _ in found))
    return _members(name, _rows(name, text), columns)


def _members(name: str, rows: Iterator[_Row], columns: Columns) -> Iterator[Member]:
    for row in rows:
        called = f"{name}/{row.number}"
        if row.cells is None:
            yield Member(called, 0, partial(_refuse, called), ROW)
        elif (_cell(row.cells, columns.text) or "").strip():
            said = _document(row.cells, columns)
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


def _document(cells: Mapping[str, str], columns: Columns) -> bytes:
    """What a row holds, as the bytes that it is told from others by."""
    url = _cell(cells, columns.url) or ""
    said = {
        "text": (_cell(cells, columns.text), columns.text),
        "title": (_cell(cells, columns.title), columns.title),
        "author": (_cell(cells, columns.author), columns.author),
        "published": (_iso(_cell(cells, columns.date) or ""), columns.date),
        "url": (url if re.match(r"https?://\S+$", url) else "", columns.url),
    }
    kept: dict[str, object] = {key: value for key, (value, _) in said.items() if value}
    taken = {_column(cells, names) for value, names in said.values() if value}
    others = [(name, cell) for name, cell in cells.items() if name not in taken and cell.strip()]
    kept |= {"others": others} if others else {}
    return json.dumps(kept, ensure_ascii=False).encode("utf-8", "replace")


def _column(cells: Mapping[str, str], names: Iterable[str]) -> str | None:
    return next((name for name in names if name in cells), None)


def _cell(cells: Mapping[str, str], names: Iterable[str]) -> str | None:
    column = _column(cells, names)
    return None if column is None else cells[column]


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


def _rows(name: str, text: str) -> Iterator[_Row]:
    if not _is_csv(name):
        for number, span in enumerate(_lines(text), start=1):
            if line := span.of(text).strip():
                yield _Row(number, span, _object(line))
        return
    records = _records(text)
    header = [_name(cell) for cell in next(records, (Span(0, 0), []))[1]]
    number = 0
    for span, cells in records:
        if cells:
            number += 1
            yield _Row(number, span, dict(zip(header, cells, strict=False)))


def _object(line: str) -> dict[str, str] | None:
    try:
        # Numbers as they stand: 19.90 would become 19.9.
        found = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    return {
        _name(key): _written(value) for key, value in found.items() if isinstance(value, str | bool)
    }


def _written(value: str | bool) -> str:
    if isinstance(value, bool):
        return json.dumps(value)
    return _SURROGATE.sub("\ufffd", value).replace("\r\n", "\n").replace("\r", "\n")


def _name(header: str) -> str:
    return header.strip().lower()


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
