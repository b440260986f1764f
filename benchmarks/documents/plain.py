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
    if kind in {".csv", ".tsv"}:
        first = text.partition("\n")[0]
        divided = "\t" if kind == ".tsv" else max(",;\t|", key=first.count)
        rows = [
            {key.strip().lower(): value for key, value in row.items() if key and value}
            for row in csv.DictReader(StringIO(text, newline=""), delimiter=divided)
        ]
        names = [name.strip().lower() for name in next(csv.reader([first], delimiter=divided), [])]
    else:
        rows = [_cells(line) for line in text.splitlines() if line.strip()]
        names = list(rows[0]) if rows else []
    column = next((name for name in columns if name.lower() in names), "")
    if not column:
        return text
    told = {column, *(next((n for n in said if n in names), "") for said in _TOLD)}
    return "\n".join(
        "\n".join([row[column], *(f"{n}: {row[n]}" for n in row if n not in told)])
        for row in rows
        if str(row.get(column) or "").strip()
    )


def _cells(line: str) -> dict[str, str]:
    row = json.loads(line)
    return {str(key).strip().lower(): value for key, value in row.items()}


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
