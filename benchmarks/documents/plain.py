"""Any file → its text, by the plainest code that finds all of it, and nothing of the index."""

import csv
import email
import email.policy
import json
import re
from collections.abc import Callable, Collection, Iterator
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage, MIMEPart
from io import BytesIO, StringIO
from itertools import zip_longest
from pathlib import PurePosixPath
from typing import cast
from zipfile import BadZipFile, ZipFile

import pypdfium2  # type: ignore[import-untyped]
from charset_normalizer import from_bytes
from lxml import etree

from benchmarks.documents.markup import MOST_BYTES, docx_text, epub_text, html_text, odt_text
from benchmarks.documents.rich import rtf_text

_TOLD = (
    ("title", "headline", "subject", "name"),
    ("published", "date", "published_at", "created_at"),
    ("url", "link", "permalink"),
    ("author", "authors", "byline", "by"),
)
"""Columns that say something of the document, of each kind the first."""

Row = list[tuple[str | None, str | None]]
"""The names of columns and what stands in them; what is beyond the header has no name."""

DAMAGED = (
    ValueError, LookupError, EOFError, OSError, BadZipFile, NotImplementedError, RuntimeError,
    StopIteration, AttributeError, csv.Error, etree.LxmlError,
)  # fmt: skip
"""What is raised over files that are not what their names say; PDFium raises RuntimeErrors."""

_BOMS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_HEADERS = ("From", "To", "Cc", "Date", "Subject")


@dataclass(frozen=True, slots=True)
class Plain:
    """A file's text."""

    text: str
    pages: tuple[str, ...] = ()
    """That of each page, for PDF."""


def plain(name: str, data: bytes, columns: Collection[str]) -> Plain:
    """Read a file.

    Args:
        name: Its suffix says what it is.
        data: Its bytes.
        columns: The names of a table's column of text, the first that there is.

    Raises:
        Exception: One of `DAMAGED`.
    """
    kind = PurePosixPath(name).suffix.lower()
    if kind == ".pdf":
        pages = tuple(pdf_pages(data))
        return Plain("".join(pages), pages)
    if kind in _READ:
        return Plain(_READ[kind](data))
    if kind in {".csv", ".tsv", ".jsonl", ".ndjson"}:
        return Plain(_table(kind, _decoded(data), columns))
    return Plain("\n".join(_parts(kind, data, columns)))


def pdf_pages(data: bytes) -> list[str]:
    """The text of each page, as PDFium gives it to anybody."""
    document = pypdfium2.PdfDocument(data)
    pages = []
    try:
        for page in document:
            text = page.get_textpage()
            pages.append(text.get_text_range())
            text.close()
            page.close()
    finally:
        document.close()
    return pages


def _decoded(data: bytes) -> str:
    for mark, encoding in _BOMS.items():
        if data.startswith(mark):
            return data.decode(encoding)
    with suppress(UnicodeDecodeError):
        return data.decode("utf-8")
    return str(from_bytes(data).best() or "")


def _table(kind: str, text: str, columns: Collection[str]) -> str:
    """The column of text, with what is told nowhere else; without one, all of it."""
    rows = _records(kind, text) if kind in {".csv", ".tsv"} else _objects(text)
    names = [str(name).lower() for name, _ in rows[0]] if rows else []
    column = next((name for name in columns if name.lower() in names), "")
    if not column:
        return text
    return "\n".join("\n".join(_kept(row, column)) for row in rows)


def _records(kind: str, text: str) -> list[Row]:
    first = text.partition("\n")[0]
    divided = "\t" if kind == ".tsv" else max(",;\t|", key=first.count)
    header, *records = csv.reader(StringIO(text, newline=""), delimiter=divided)
    names = [name.strip() for name in header]
    return [list(zip_longest(names, cells)) for cells in records if cells]


def _objects(text: str) -> list[Row]:
    objects = (
        json.loads(line, parse_float=str, parse_int=str, object_pairs_hook=list)
        for line in text.splitlines() if line.strip()
    )  # fmt: skip
    return [[(name.strip(), _written(cell)) for name, cell in one] for one in objects]


def _written(cell: object) -> str:
    return cell if isinstance(cell, str) else "" if cell is None else json.dumps(cell)


def _kept(row: Row, column: str) -> list[str]:
    if any(name is None and cell for name, cell in row):  # more cells than columns
        return [cell for _, cell in row if cell]
    names = [str(name).lower() for name, _ in row]
    said = ((column,), *_TOLD)
    told = [next((names.index(n) for n in one if n in names), -1) for one in said]
    text = row[told[0]][1] if told[0] >= 0 else None
    if not (text and text.strip()):
        return []
    others = (one for place, one in enumerate(row) if place not in told)
    return [text, *(f"{name}: {cell}" for name, cell in others if cell)]


def _parts(kind: str, data: bytes, columns: Collection[str]) -> Iterator[str]:
    """The texts of what is in an archive, or in a message."""
    members = _members(data) if kind == ".zip" else _message(data)
    for name, content in members:
        with suppress(*DAMAGED):
            yield plain(name, content, columns).text


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    with ZipFile(BytesIO(data)) as archive:
        for member in archive.infolist():
            hidden = re.search(r"(?:^|/)(?:\.|__MACOSX/)", member.filename)
            if not hidden and not member.is_dir() and member.file_size < MOST_BYTES:
                with suppress(*DAMAGED):
                    yield member.filename, archive.read(member)


def _message(data: bytes) -> Iterator[tuple[str, bytes]]:
    message = _parsed(data)
    heads = "\n".join(f"{name}: {message[name]}" for name in _HEADERS if message[name])
    yield "headers.txt", heads.encode("utf-8", "replace")
    if body := message.get_body(("plain", "html")):
        yield _part(body)
    for part in message.iter_attachments():
        yield _part(part, part.get_filename() or "")


def _part(part: MIMEPart, name: str = "") -> tuple[str, bytes]:
    if part.get_content_type() == "message/rfc822":
        return "message.eml", part.get_content().as_bytes()
    if part.get_content_maintype() == "text" and not name:
        suffix = ".html" if part.get_content_subtype() == "html" else ".txt"
        return f"body{suffix}", str(part.get_content()).encode("utf-8", "replace")
    return name, cast("bytes", part.get_payload(decode=True) or b"")


def _parsed(data: bytes) -> EmailMessage:
    return email.message_from_bytes(data, policy=email.policy.default)


def _snapshot_text(data: bytes) -> str:
    """The first page of a web page saved as one file."""
    pages = (part for part in _parsed(data).walk() if part.get_content_type() == "text/html")
    return html_text(cast("bytes", next(pages).get_payload(decode=True)))


_READ: dict[str, Callable[[bytes], str]] = {
    ".docx": docx_text,
    ".epub": epub_text,
    ".htm": html_text,
    ".html": html_text,
    ".md": _decoded,
    ".mht": _snapshot_text,
    ".mhtml": _snapshot_text,
    ".odt": odt_text,
    ".rtf": rtf_text,
    ".txt": _decoded,
    ".xhtml": html_text,
}
