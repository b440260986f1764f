"""Pages of PDFs as pictures: the words of quotes are marked where they stand, and nothing else."""

import struct
import zlib
from itertools import pairwise

import pytest

from index import formats
from index.document import Span
from index.errors import UnreadableDocumentError
from index.formats.limits import Limits
from index.formats.pdf.draw import Drawing, draw
from index.reading import drawing
from tests.pdfs import HEIGHT, WIDTH, Put, lines, pdf, row, wrapped

TEXT = (
    "The harbour council met on Tuesday to consider the northern breakwater, which the storm of "
    "January had damaged. Engineers reported that its founda-"
)
PAGE = [*wrapped(70, 700, TEXT), *lines(70, 700 - 3 * 13, "tions had moved.")]


def span_of(data: bytes, words: str) -> Span:
    text = formats.read("a.pdf", data).text
    start = text.index(words)
    return Span(start, start + len(words))


def drawn(data: bytes, *quotes: str, page: int = 1) -> Drawing:
    return draw("a.pdf", data, page, [span_of(data, words) for words in quotes])


def is_marked(made: Drawing, x: float, y: float) -> bool:
    """Whether the paper at a place, in shares of the page from the top left, is marked."""
    at = 3 * (int(y * made.height) * made.width + int(x * made.width))
    red, green, blue = pixels(made.png)[at : at + 3]
    return (red, green, blue) != (255, 255, 255) and red > 200 and blue < 150


def pixels(png: bytes) -> bytes:
    at, packed, width = 8, b"", 0
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        kind, data = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        assert struct.unpack(">I", png[at + 8 + length : at + 12 + length])[0] == zlib.crc32(
            kind + data
        )
        width = struct.unpack(">I", data[:4])[0] if kind == b"IHDR" else width
        packed += data if kind == b"IDAT" else b""
        at += 12 + length
    rows = zlib.decompress(packed)
    return b"".join(rows[n + 1 : n + 1 + 3 * width] for n in range(0, len(rows), 3 * width + 1))


def test_a_quote_is_marked_where_it_stands() -> None:
    made = drawn(pdf(PAGE), "harbour council")
    (left, top, right, bottom) = made.boxes[0]
    # “The ” are four characters of six points; the words go on for fifteen.
    assert left == pytest.approx((70 + 4 * 6) / WIDTH, abs=0.003)
    assert right == pytest.approx((70 + 19 * 6) / WIDTH, abs=0.003)
    assert top < (HEIGHT - 700) / HEIGHT < bottom
    assert is_marked(made, left - 0.0007, (top + bottom) / 2)
    assert not is_marked(made, left - 0.005, (top + bottom) / 2)
    assert (made.width, made.height) == (1000, round(1000 * HEIGHT / WIDTH))


def test_a_quote_over_several_lines_has_a_box_on_each_of_them() -> None:
    made = drawn(pdf(PAGE), "breakwater, which the storm of January had damaged. Engineers")
    assert len(made.boxes) == 2
    assert all(one[3] < other[1] + 0.005 for one, other in pairwise(made.boxes))


def test_a_word_that_a_hyphen_divides_is_marked_whole() -> None:
    made = drawn(pdf(PAGE), "foundations")
    assert len(made.boxes) == 2
    assert made.boxes[1][0] == pytest.approx(70 / WIDTH, abs=0.003)
    assert made.boxes[1][2] == pytest.approx((70 + 5 * 6) / WIDTH, abs=0.003)


def test_only_what_stands_on_the_page_is_marked() -> None:
    whole = wrapped(70, 700, TEXT.rstrip("-"))
    data = pdf(whole[:1], whole[1:])
    quote = "northern breakwater, which"
    first, second = (drawn(data, quote, page=page) for page in (1, 2))
    assert len(first.boxes) + len(second.boxes) == 2
    assert not drawn(data, "harbour council", page=2).boxes


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
def test_pages_that_are_turned_are_marked_as_they_are_seen(rotate: int) -> None:
    data = pdf(PAGE, rotate=rotate)
    made = drawn(data, "harbour council")
    left, top, right, bottom = made.boxes[0]
    assert (made.height > made.width) == (rotate in {0, 180})
    assert (right - left > bottom - top) == (rotate in {0, 180})
    assert is_marked(made, left - 0.0007, (top + bottom) / 2)
    plain = drawn(data)
    changed = sum(a != b for a, b in zip(pixels(made.png), pixels(plain.png), strict=True))
    assert 0 < changed < 0.02 * made.width * made.height * 3


def test_cells_of_a_row_are_marked_and_not_the_space_between() -> None:
    data = pdf([*row(600, "Work", "Year", "Costs"), *row(585, "Lamp", "2021", "3000")])
    made = drawn(data, "Lamp | 2021 | 3000")
    assert [round(box[0] * WIDTH) for box in made.boxes] == pytest.approx([70, 250, 400], abs=2)
    assert not is_marked(made, 200 / WIDTH, made.boxes[0][1] + 0.001)


def test_a_page_that_there_is_none_of_is_refused() -> None:
    with pytest.raises(UnreadableDocumentError, match="it has no page 2"):
        drawn(pdf(PAGE), page=2)


# --- in a process of its own ---


def test_a_page_is_drawn_in_a_process_of_its_own() -> None:
    data = pdf([Put(70, 700, "The bakery opens at seven.")])
    made = drawing.draw("a.pdf", data, 1, [span_of(data, "bakery")])
    assert made.png == drawn(data, "bakery").png
    assert made.boxes == drawn(data, "bakery").boxes


def test_what_can_t_be_drawn_is_said() -> None:
    with pytest.raises(UnreadableDocumentError, match=r"'a\.pdf': it is a damaged PDF"):
        drawing.draw("a.pdf", b"%PDF-1.4", 1, [])
    with pytest.raises(UnreadableDocumentError, match="PULLQUOTE_MAX_SECONDS"):
        drawing.draw("a.pdf", pdf(PAGE), 1, [], Limits(max_seconds=0.01))
    with pytest.raises(UnreadableDocumentError, match="page 1 of it can't be drawn"):
        drawing.draw("a.pdf", pdf(PAGE), 1, [], Limits(max_memory_mb=30))
