"""What is made of PDFs: their text in reading order, its parts, and what they say of themselves."""

import random
import re
from collections import Counter
from collections.abc import Iterator

import pypdfium2  # type: ignore[import-untyped]
import pytest

from index import formats
from index.document import Document, Span
from index.errors import UnreadableDocumentError
from index.formats.content import Content
from index.formats.limits import Limits, limited
from index.reading import Readers
from index.split import split_sentences
from tests.pdfs import FF, FI, Put, lines, pdf, row, wrapped

TIDE = (
    "The harbour council met on Tuesday to consider the northern breakwater, which the storm of "
    "January had damaged. Engineers reported that its foundations had shifted by almost forty "
    "centimetres, and that repairs would cost two million euros."
)
LAMP = "The lighthouse keeper had seen nothing of it, and the lamp was out that night."
FLEET = (
    "Several members objected to the timetable, arguing that the fishing fleet could not be moved "
    "before the end of the season. The vote was seventeen to eight, and the minutes were approved."
)


def read(*pages: list[Put], name: str = "a.pdf", **options: object) -> Content:
    return formats.read(name, pdf(*pages, **options))  # type: ignore[arg-type]


def parts(content: Content, kind: str) -> list[str]:
    return [block.span.of(content.text) for block in content.blocks if block.kind == kind]


def document(content: Content) -> Document:
    return Document("a.pdf", "A", content.text, "1", "a.pdf", pages=content.pages)


def page_of(content: Content, words: str) -> int | None:
    start = content.text.index(words)
    return document(content).page_of(Span(start, start + len(words)))


# --- paragraphs ---


def test_the_lines_of_a_paragraph_are_one() -> None:
    content = read(wrapped(70, 700, TIDE) + wrapped(70, 560, FLEET))
    assert content.text == f"{TIDE}\n\n{FLEET}"


def test_a_paragraph_that_is_set_in_begins_anew() -> None:
    first, second = wrapped(70, 700, TIDE, 46), wrapped(70, 0, FLEET, 46)
    second[0] = Put(94, 0, second[0].words)
    both = [Put(put.x, 700 - 13 * n, put.words) for n, put in enumerate([*first, *second])]
    assert read(both).text == f"{TIDE}\n{FLEET}"


def test_lines_that_are_short_for_a_reason_stay_lines() -> None:
    address = ("Harbour Office", "12 Pier Road", "Port Ellen")
    content = read(wrapped(70, 700, TIDE) + lines(70, 560, *address))
    assert content.text == TIDE + "\n\n" + "\n".join(address)


def test_a_word_that_the_end_of_a_line_divides_is_whole() -> None:
    content = read(
        lines(70, 700, "The founda-", "tions moved, and nobody had fore\xad", "seen it.")
    )
    assert content.text == "The foundations moved, and nobody had foreseen it."


def test_a_hyphen_stays_where_the_document_writes_the_word_with_it() -> None:
    content = read(
        lines(70, 700, "A well-known case.", "")
        + lines(70, 600, "It is a well-", "known Anglo-", "Saxon one.")
    )
    assert content.text.endswith("It is a well-known Anglo-Saxon one.")


def test_numbers_and_addresses_that_the_end_of_a_line_divides_are_whole() -> None:
    content = read(
        lines(70, 700, "From 1990–", "1995 see https://example.org/", "minutes for more.")
    )
    assert content.text == "From 1990–1995 see https://example.org/minutes for more."


def test_ligatures_and_spaces_are_as_they_are_typed() -> None:
    content = read(lines(70, 700, f"The sta{FF}  {FI}nds\xa0it."))
    assert content.text == "The staff finds it."


def test_the_same_bytes_give_the_same() -> None:
    data = pdf(wrapped(70, 700, TIDE), wrapped(70, 700, FLEET))
    assert formats.read("a.pdf", data) == formats.read("a.pdf", data)


# --- reading order ---


def test_columns_are_read_one_after_the_other() -> None:
    left, right = wrapped(70, 700, TIDE, 34), wrapped(310, 700, FLEET, 34)
    content = read([Put(70, 760, "Minutes of the Council", 18), *left, *right])
    assert content.text == f"Minutes of the Council\n\n{TIDE}\n\n{FLEET}"


def test_columns_that_are_drawn_line_by_line_are_read_one_after_the_other() -> None:
    left, right = wrapped(70, 700, TIDE, 34), wrapped(310, 700, FLEET, 34)
    both = [line for pair in zip(left, right, strict=False) for line in pair]
    rest = left[len(right) :] or right[len(left) :]
    assert read(both + rest).text == f"{TIDE}\n\n{FLEET}"


def test_a_sentence_goes_on_in_the_next_column() -> None:
    both = wrapped(70, 700, f"{TIDE} {FLEET}", 34)
    for number, line in enumerate(both[7:]):
        both[7 + number] = Put(310, 700 - 13 * number, line.words)
    assert read(both).text == f"{TIDE} {FLEET}"


def test_what_is_drawn_last_and_stands_first_is_read_first() -> None:
    content = read([*wrapped(70, 700, TIDE), Put(70, 780, "Minutes", 18)])
    assert content.text == f"Minutes\n\n{TIDE}"


def test_a_page_that_lies_on_its_side_is_read_as_it_is_held() -> None:
    put = [
        Put(100 + 13 * n, 70, line.words, degrees=90) for n, line in enumerate(wrapped(0, 0, TIDE))
    ]
    assert read(put).text == TIDE


def test_what_runs_across_the_page_is_furniture() -> None:
    content = read([*wrapped(70, 700, TIDE), Put(20, 200, "Draft of the ninth of May", degrees=45)])
    assert parts(content, "furniture") == ["Draft of the ninth of May"]
    assert content.text.replace("Draft of the ninth of May", "").strip() == TIDE


# --- pages ---


def book(pages: int = 4, first: int = 1) -> list[list[Put]]:
    """Pages with a running head, different on left and right ones, and with numbers."""
    return [
        [
            Put(70, 800, ("Annals of the Port", "The Breakwater")[number % 2], 8),
            *wrapped(70, 700, f"{TIDE} This is said of year {1900 + number}."),
            Put(290, 40, f"– {first + number} –", 8),
        ]
        for number in range(pages)
    ]


def test_running_heads_and_numbers_of_pages_are_furniture() -> None:
    content = read(*book())
    expected = ["Annals of the Port", "The Breakwater", *(f"– {n} –" for n in range(1, 5))]
    assert set(parts(content, "furniture")) == set(expected)
    assert len(parts(content, "furniture")) == 8


def test_every_page_begins_where_its_words_do() -> None:
    content = read(*book(first=7))
    assert [page_of(content, f"year {year}") for year in range(1900, 1904)] == [1, 2, 3, 4]
    assert [page_of(content, f"– {number} –") for number in range(7, 11)] == [1, 2, 3, 4]
    assert content.pages[0].start == 0
    assert content.pages[-1].end == len(content.text)


def test_a_sentence_goes_on_over_the_end_of_a_page_and_its_furniture() -> None:
    whole = wrapped(70, 700, f"{TIDE} {FLEET}")
    pages = book(3)
    pages[1][1:-1] = whole[:4]
    pages[2][1:-1] = [Put(line.x, line.y + 52, line.words) for line in whole[4:]]
    content = read(*pages)
    assert f"{TIDE} {FLEET}" in content.text
    assert page_of(content, "The harbour council met on Tuesday to consider the northern") == 1
    start = content.text.index(TIDE, 300)
    assert page_of(content, TIDE[-40:] + " " + FLEET[:40]) == 2
    assert content.pages[1].start < start < content.pages[2].start < start + len(f"{TIDE} {FLEET}")
    assert len(parts(content, "furniture")) == 5


def test_a_note_at_the_foot_cuts_no_sentence_in_two() -> None:
    whole = wrapped(70, 700, f"{TIDE} {FLEET}")
    note = lines(70, 90, "1   As the ledger of the port has it.", size=7)
    content = read(whole[:4] + note, whole[4:])
    assert content.text == f"1 As the ledger of the port has it.\n\n{TIDE} {FLEET}"
    assert [page_of(content, words) for words in ("1 As the", "The harbour")] == [1, 1]


def test_a_page_that_a_paragraph_fills_keeps_its_furniture() -> None:
    pages = book(3)
    for number, page in enumerate(pages):
        page[1:-1] = wrapped(
            70, 700, f"The year {1900 + number} brought wind and rain and wind and"
        )
    content = read(*pages)
    for number, span in enumerate(content.pages):
        assert f"– {number + 1} –" in span.of(content.text)
        assert f"year {1900 + number}" in span.of(content.text)


def test_furniture_needs_no_space_between_it_and_the_text() -> None:
    pages = [
        [*wrapped(70, 700, text), *lines(70, 70, f"{text[:30]}.", f"– {n} –", size=8)]
        for n, text in enumerate((TIDE, FLEET, LAMP), start=1)
    ]
    assert parts(read(*pages), "furniture") == ["– 1 –", "– 2 –", "– 3 –"]


def test_what_form_letters_have_in_common_is_no_furniture() -> None:
    pages = [
        [Put(70, 800, "Harbour Office", 8), *wrapped(70, 700, f"{TIDE} {FLEET} Yours, clerk {n}.")]
        for n in range(3)
    ]
    content = read(*pages)
    assert parts(content, "furniture") == ["Harbour Office"] * 3
    assert content.text.count(f"{TIDE} {FLEET}") == 3


def test_numbers_of_lines_in_the_margin_are_furniture() -> None:
    pages = [
        [*wrapped(100, 700, f"{text} {FLEET}"), *lines(60, 700, *map(str, range(1, 7)))]
        for text in (TIDE, LAMP, FLEET)
    ]
    content = read(*pages)
    assert len(parts(content, "furniture")) == 18
    assert f"{TIDE} {FLEET}" in content.text


def test_rows_of_numbers_at_the_foot_of_pages_are_no_furniture() -> None:
    pages = [
        [*wrapped(70, 700, TIDE), *lines(70, 100, f"{n}2.5     {n * 7}.1", f"{n}3.5     {n * 3}.9")]
        for n in range(3, 7)
    ]
    assert not parts(read(*pages), "furniture")


def test_a_headline_that_two_pages_share_is_no_furniture() -> None:
    pages = [[Put(70, 760, "Results", 20), *wrapped(70, 700, text)] for text in (TIDE, FLEET)]
    assert parts(read(*pages), "heading") == ["Results", "Results"]


def test_the_number_of_an_only_page_is_furniture() -> None:
    content = read([*wrapped(70, 700, TIDE), Put(290, 40, "Page 1 of 1")])
    assert parts(content, "furniture") == ["Page 1 of 1"]


# --- headings, lists, tables ---


def test_headings_are_told_by_size_and_by_weight() -> None:
    content = read(
        [
            Put(70, 780, "Minutes of the Council", 20),
            Put(70, 740, "Proceedings", 14),
            *wrapped(70, 700, TIDE),
            Put(70, 600, "Objections", bold=True),
            *wrapped(70, 580, FLEET),
        ]
    )
    assert parts(content, "heading") == ["Minutes of the Council", "Proceedings", "Objections"]
    assert [block.level for block in content.blocks] == [1, 2, 3]


def test_items_are_whole_and_have_their_level() -> None:
    content = read(
        [
            *wrapped(70, 700, TIDE),
            *(Put(80, 600, "•"), Put(100, 600, "The northern breakwater, which was")),
            Put(100, 587, "damaged by the storm"),
            *(Put(110, 574, "–"), Put(130, 574, "its foundations")),
            *(Put(80, 561, "2."), Put(100, 561, "The lighthouse")),
        ]
    )
    assert parts(content, "item") == [
        "• The northern breakwater, which was damaged by the storm",
        "– its foundations",
        "2. The lighthouse",
    ]
    assert [block.level for block in content.blocks] == [1, 2, 1]


def test_the_cells_of_a_row_are_on_one_line() -> None:
    content = read(
        wrapped(70, 700, TIDE)
        + row(600, "Work", "Year", "Costs")
        + row(585, "Dredging", "2021", "3000")
        + row(570, "Lighthouse lamp", "2022", "4500")
    )
    assert parts(content, "row") == [
        "Work | Year | Costs",
        "Dredging | 2021 | 3000",
        "Lighthouse lamp | 2022 | 4500",
    ]


def test_a_cell_of_several_lines_stays_in_its_row() -> None:
    content = read(
        [
            *row(600, "Work", "Remarks"),
            *(Put(70, 580, "Dredging"), Put(250, 580, "Delayed until spring")),
            Put(250, 567, "by ice"),
            *row(547, "Lamp", "Replaced"),
        ]
    )
    assert parts(content, "row") == [
        "Work | Remarks",
        "Dredging | Delayed until spring by ice",
        "Lamp | Replaced",
    ]


def test_wide_spaces_between_the_words_of_a_line_make_no_table() -> None:
    put = [line for y, words in enumerate(wrapped(0, 0, TIDE, 28)) for line in spread(y, words)]
    content = read(put)
    assert content.text.replace("\n", " ") == TIDE
    assert not content.blocks


def spread(number: int, line: Put) -> list[Put]:
    """The words of a line, the spaces between them as wide as its column wants them."""
    words = line.words.split()
    free = 172 - 6 * sum(map(len, words))
    x, put = 70.0, []
    for word in words:
        put.append(Put(x, 700 - 13 * number, word))
        x += 6 * len(word) + free / max(1, len(words) - 1)
    return put


# --- what it says of itself ---


def test_a_title_is_a_property_or_the_headline() -> None:
    page = [Put(70, 780, "Minutes of the Council", 20), *wrapped(70, 700, TIDE)]

    def title(said: str, name: str = "a.pdf") -> str:
        return read(page, name=name, info={"Title": said} if said else None).title

    assert title("Council Minutes") == "Council Minutes"
    for said in (
        "",
        "Microsoft Word - draft7.doc",
        "untitled",
        "minutes.indd",
        "scan_0417",
        "Quarterly Figures",
    ):
        assert title(said) == "Minutes of the Council"
    assert title("Minutes", "minutes.pdf") == "Minutes of the Council"


def test_a_page_without_a_headline_gives_no_title() -> None:
    assert read(wrapped(70, 700, TIDE), info={"Title": "Document1"}).title == ""
    assert read([Put(70, 780, "Contents", 20), *wrapped(70, 700, TIDE)]).title == ""


@pytest.mark.parametrize(
    ("said", "date"),
    [
        ("D:20240229143005+02'00'", "2024-02-29T14:30:05+02:00"),
        ("D:20240229143005Z", "2024-02-29T14:30:05Z"),
        ("D:202402291430", "2024-02-29T14:30:00"),
        ("D:2024", "2024"),
        ("20240229", "2024-02-29"),
        ("D:20240230", ""),
        ("yesterday", ""),
    ],
)
def test_dates_are_as_iso_has_them(said: str, date: str) -> None:
    content = read(wrapped(70, 700, TIDE), info={"CreationDate": said, "ModDate": said})
    assert content.metadata.get("published", "") == content.metadata.get("modified", "") == date


def test_author_and_language_are_kept_and_no_user_s_name() -> None:
    content = read(wrapped(70, 700, TIDE), info={"Author": "Aiko Watanabe"}, language="de_AT")
    assert content.metadata == {"author": "Aiko Watanabe", "language": "de-AT"}
    assert not read(wrapped(70, 700, TIDE), info={"Author": "Administrator"}).metadata


# --- what can't be read ---


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (pdf(wrapped(70, 700, TIDE), encrypted=True), "locked with a password"),
        (pdf([], [], picture=True), "pages are pictures"),
        (pdf([]), "no text on its pages"),
        (pdf(), "damaged PDF"),
        (pdf(wrapped(70, 700, TIDE))[:200], "damaged PDF"),
        (b"%PDF-1.4", "damaged PDF"),
        (b"", "damaged PDF"),
        (b"Minutes of the Council", "damaged PDF"),
    ],
)
def test_what_can_t_be_read_is_refused_for_what_it_is(content: bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocumentError, match=f"'a.pdf': .*{reason}"):
        formats.read("a.pdf", content)


def test_too_many_pages_are_refused_by_the_setting() -> None:
    with limited(Limits(max_pages=3)), pytest.raises(UnreadableDocumentError, match="MAX_PAGES"):
        read(*book(4))


def mutants(count: int, seed: int) -> Iterator[bytes]:
    """Damaged copies: bytes changed, left out, doubled, and ends cut off."""
    chance = random.Random(seed)
    whole = [pdf(*book(3), info={"Title": "Minutes"}), pdf(*book(2)[:1], picture=True)]
    for _ in range(count):
        made = bytearray(chance.choice(whole))
        for _ in range(chance.choice((1, 3, 20))):
            at = chance.randrange(len(made))
            end = at + chance.randrange(1, 40)
            how = chance.randrange(4)
            made[at:end] = (b"", made[at:end] * 2, chance.randbytes(end - at), b"")[how]
            if how == 3 and chance.random() < 0.2:
                del made[at:]
        yield bytes(made)


def test_damaged_files_are_read_or_refused() -> None:
    outcomes: Counter[str] = Counter()
    with Readers(Limits(max_seconds=20)) as readers:
        for made in mutants(40, seed=12):
            try:
                content = readers.read("a.pdf", made, ".pdf")
            except UnreadableDocumentError as error:
                outcomes[error.reason.split("(")[0]] += 1
            else:
                outcomes["read"] += 1
                assert content.pages[-1].end == len(content.text)
    assert outcomes["read"] > 5
    assert not [reason for reason in outcomes if "crashed" in reason or "seconds" in reason]


# --- nothing is lost ---


def letters(text: str) -> Counter[str]:
    whole = text.replace("ﬁ", "fi").replace("ﬀ", "ff")
    return Counter(character for character in whole if character.isalnum())


def plain(data: bytes) -> list[str]:
    found = pypdfium2.PdfDocument(data)
    return [page.get_textpage().get_text_range() for page in found]


@pytest.mark.parametrize(
    "data",
    [
        pdf(*book()),
        pdf([*wrapped(70, 700, TIDE, 34), *wrapped(310, 700, FLEET, 34)]),
        pdf(row(600, "Work", "Year", "Costs") + row(585, f"Sta{FF}", "2021", "3000")),
        pdf(lines(70, 700, "The founda-", "tions moved."), wrapped(70, 700, FLEET), rotate=90),
    ],
)
def test_every_letter_of_a_page_is_in_its_text_once(data: bytes) -> None:
    content = formats.read("a.pdf", data)
    for page, expected in zip(content.pages, plain(data), strict=True):
        assert letters(page.of(content.text)) == letters(expected)


def test_every_sentence_is_a_slice_of_one_line() -> None:
    content = read(*book())
    sentences = [span.of(content.text) for span in split_sentences(content.text)]
    assert sum(bool(re.fullmatch(r"This is said of year 190\d\.", one)) for one in sentences) == 4
