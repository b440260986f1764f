"""A page of a PDF as a picture, with the words of quotes marked on it."""

import struct
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from ctypes import byref, c_int, string_at
from dataclasses import dataclass

import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from index.document import Span
from index.errors import UnreadableDocumentError
from index.formats.pdf.file import lines_of, opened, page_of
from index.formats.pdf.letters import sources
from index.formats.pdf.lines import Box, TextPage
from index.formats.pdf.reading import Reading, read_lines

WIDTH = 1000
"""Pixels across a page that is not too high for it."""

HEIGHT = 2400
_WHITE = 0xFFFFFFFF
_FINE = 1_000_000
"""Steps across a page in which PDFium is asked for places, as it answers in whole ones."""

_MARK = (
    bytes(value * 0x5C // 0xFF for value in range(256)),
    bytes(value * 0xE6 // 0xFF for value in range(256)),
)
"""What a highlighter leaves of blue and of green."""

_MARGIN = 1
"""Pixels by which a mark reaches over what it marks."""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A page as a picture."""

    png: bytes
    width: int
    height: int
    boxes: tuple[Box, ...]
    """Where the words of the quotes stand: left, top, right and bottom, as shares of the page."""


def draw(name: str, content: bytes, page: int, quotes: Sequence[Span]) -> Drawing:
    """Draw a page, and mark what stands on it of some quotes.

    Args:
        name: The file's.
        content: Its bytes.
        page: The page's number, from 1.
        quotes: Spans into the text that `read` makes of it.

    Raises:
        UnreadableDocumentError: It is locked or damaged, or has no such page.
    """
    with opened(name, content) as document:
        if not 0 < page <= len(document):
            raise UnreadableDocumentError(
                name, f"it has no page {page}", f"It has {len(document):,}."
            )
        reading = read_lines(lines_of(name, document))
        with page_of(name, document, page - 1) as drawn:
            boxes = tuple(_shares(drawn, _boxes(drawn, reading, page - 1, quotes)))
            width, height = _size(drawn)
            pixels = _rendered(drawn, width, height)
    _mark(pixels, width, height, boxes)
    return Drawing(_png(pixels, width, height), width, height, boxes)


def _boxes(page: object, reading: Reading, number: int, quotes: Sequence[Span]) -> Iterator[Box]:
    """Where the words of quotes stand on a page, a box for each run of text."""
    with TextPage(page) as text:
        for quote in quotes:
            for placed in reading.placed:
                if placed.page == number and placed.start < quote.end and quote.start < placed.end:
                    from_ = sources(placed.line.text)
                    begin = max(0, quote.start - placed.start)
                    end = min(len(from_), quote.end - placed.start)
                    numbers = [placed.line.characters[place] for place in from_[begin:end]]
                    for first, count in _runs(numbers):
                        yield from text.boxes(first, count)


def _runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Characters that follow each other on the page: the first, and how many."""
    first, count = -1, 0
    for number in numbers:
        if count and first <= number <= first + count:
            count = number - first + 1
        elif number >= 0:
            if count:
                yield first, count
            first, count = number, 1
    if count:
        yield first, count


def _shares(page: object, boxes: Iterable[Box]) -> Iterator[Box]:
    for left, bottom, right, top in boxes:
        corners = _place(page, left, top), _place(page, right, bottom)
        (x1, x2), (y1, y2) = map(sorted, zip(*corners, strict=True))
        if 0 <= x1 < x2 <= 1 and 0 <= y1 < y2 <= 1:
            yield x1, y1, x2, y2


def _place(page: object, x: float, y: float) -> tuple[float, float]:
    across, down = c_int(), c_int()
    pdfium.FPDF_PageToDevice(page, 0, 0, _FINE, _FINE, 0, x, y, byref(across), byref(down))
    return across.value / _FINE, down.value / _FINE


def _size(page: object) -> tuple[int, int]:
    width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    if width <= 0 or height <= 0:
        return WIDTH, WIDTH
    scale = min(WIDTH / width, HEIGHT / height)
    return max(1, round(width * scale)), max(1, round(height * scale))


def _rendered(page: object, width: int, height: int) -> bytearray:
    """The pixels of a page on white, three bytes each: blue, green, red."""
    bitmap = pdfium.FPDFBitmap_CreateEx(width, height, pdfium.FPDFBitmap_BGR, None, 0)
    if not bitmap:
        raise MemoryError
    try:
        pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, _WHITE)
        pdfium.FPDF_RenderPageBitmap(bitmap, page, 0, 0, width, height, 0, pdfium.FPDF_ANNOT)
        stride = pdfium.FPDFBitmap_GetStride(bitmap)
        drawn = string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), stride * height)
    finally:
        pdfium.FPDFBitmap_Destroy(bitmap)
    rows = (drawn[row * stride : row * stride + 3 * width] for row in range(height))
    return bytearray(b"".join(rows))


def _mark(pixels: bytearray, width: int, height: int, boxes: Iterable[Box]) -> None:
    """Go over boxes with a highlighter."""
    for row, runs in _rows(width, height, boxes).items():
        for begin, end in _merged(runs):
            first, last = 3 * (row * width + begin), 3 * (row * width + end)
            for color, table in enumerate(_MARK):
                colored = slice(first + color, last, 3)
                pixels[colored] = pixels[colored].translate(table)


def _rows(width: int, height: int, boxes: Iterable[Box]) -> Mapping[int, list[tuple[int, int]]]:
    """From which pixel to which the boxes reach in each row."""
    rows: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for left, top, right, bottom in boxes:
        begin = max(0, int(left * width) - _MARGIN)
        end = min(width, int(right * width) + 1 + _MARGIN)
        low = min(height, int(bottom * height) + 1 + _MARGIN)
        for row in range(max(0, int(top * height) - _MARGIN), low):
            rows[row].append((begin, end))
    return rows


def _merged(runs: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The runs without what they share, which would be marked twice."""
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(runs):
        if merged and begin <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((begin, end))
    return merged


def _png(pixels: bytearray, width: int, height: int) -> bytes:
    """The pixels as a PNG."""
    pixels[0::3], pixels[2::3] = pixels[2::3], pixels[0::3]
    rows = (b"\0" + pixels[3 * width * row : 3 * width * (row + 1)] for row in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(b"".join(rows), 6)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
