import re
import time
from io import BytesIO
from zipfile import ZipFile

import pytest

from index import formats
from tests.index.formats.parts import blocks_of, is_read_or_refused, refusal_of
from tests.packages import Parts, epub, mutations, packed, xhtml

NAME = "a.epub"
OPF = "OPS/book.opf"
CHAPTERS = {
    "one.xhtml": "<h1>Oil</h1><p>Oil burns.</p>",
    "two.xhtml": "<h2>Wax</h2><p>So does it.</p>",
}


def package(spine: str, meta: str = "", **hrefs: str) -> str:
    items = "".join(
        f'<item id="{name}" href="{href}" media-type="application/xhtml+xml" properties="{name}"/>'
        for name, href in hrefs.items()
    )
    return f"<package><metadata>{meta}</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>"


def metadata_of(meta: str) -> dict[str, str]:
    return dict(formats.read(NAME, epub(CHAPTERS, meta=meta)).metadata)


def test_chapters_are_read_in_the_order_of_the_book() -> None:
    content = formats.read(NAME, epub(CHAPTERS))
    assert content.text == "Oil\n\nOil burns.\n\nWax\n\nSo does it."
    assert blocks_of(content) == [("heading", 1, "Oil"), ("heading", 2, "Wax")]
    assert content.title == "Oil"


def test_what_stands_beside_the_book_comes_last_and_its_contents_are_furniture() -> None:
    spine = '<itemref idref="a" linear="no"/><itemref idref="nav"/><itemref idref="b"/><itemref idref="b"/>'
    parts: Parts = {
        OPF: package(spine, a="notes.xhtml", nav="nav.xhtml", b="the%20text.xhtml#x"),
        "OPS/notes.xhtml": xhtml("<p>A note.</p>"),
        "OPS/nav.xhtml": xhtml("<nav><ol><li>Oil</li></ol></nav>"),
        "OPS/the text.xhtml": xhtml(
            '<section epub:type="toc"><p>Oil</p></section><p>Oil burns.'
            '<span epub:type="pagebreak">12</span></p>'
        ),
    }
    content = formats.read(NAME, epub({}, parts))
    assert content.text == "Oil\nOil\n\nOil burns.12\n\nA note."
    assert blocks_of(content) == [("furniture", 0, "Oil"), ("furniture", 0, "Oil")]


def test_chapters_close_their_elements_whatever_they_begin_with() -> None:
    page = "<html><head>{}</head><body><p>{}</p></body></html>"
    parts: Parts = {
        "OPS/one.xhtml": "<!DOCTYPE html>" + page.format("<title/>", "Oil burns."),
        "OPS/two.xhtml": page.format('<style type="text/css"/>', "So does wax."),
    }
    assert formats.read(NAME, epub(CHAPTERS, parts)).text == "Oil burns.\n\nSo does wax."


def test_what_is_not_there_or_no_page_is_left_out() -> None:
    spine = '<itemref idref="gone"/><itemref idref="a"/><itemref idref="b"/>'
    opf = package(spine, a="a.xhtml", b="b.xhtml").replace(
        'href="b.xhtml" media-type="application/xhtml+xml"',
        'href="b.svg" media-type="image/svg+xml"',
    )
    parts: Parts = {OPF: opf, "OPS/a.xhtml": xhtml("<p>Read.</p>"), "OPS/b.svg": "<svg/>"}
    assert formats.read(NAME, epub({}, parts)).text == "Read."


@pytest.mark.parametrize(
    ("meta", "title"),
    [
        pytest.param("<dc:title>On  Lamps</dc:title>", "On Lamps", id="title"),
        pytest.param(
            '<dc:title id="s">A Book</dc:title><dc:title id="m">On Lamps</dc:title>'
            '<meta refines="#m" property="title-type">main</meta>',
            "On Lamps",
            id="main title",
        ),
        pytest.param("<dc:title>Untitled document</dc:title>", "Oil", id="none"),
        pytest.param(
            "<dc-metadata><dc:title>On Lamps</dc:title></dc-metadata>", "On Lamps", id="old"
        ),
    ],
)
def test_title_is_what_the_book_says(meta: str, title: str) -> None:
    assert formats.read(NAME, epub(CHAPTERS, meta=meta)).title == title


def test_metadata_is_what_the_book_says() -> None:
    assert metadata_of(
        '<dc:creator id="a">Imogen Tarrant</dc:creator><dc:creator opf:role="aut">Josiah Penhale</dc:creator>'
        '<dc:creator opf:role="ill">A Painter</dc:creator><dc:creator id="t">A Translator</dc:creator>'
        '<meta refines="#t" property="role">trl</meta><dc:date>1851-10</dc:date>'
        '<meta property="dcterms:modified">2024-03-05T07:08:09Z</meta><dc:language>EN-GB</dc:language>'
        "<dc:source>https://lamps.example/book</dc:source>"
    ) == {
        "author": "Imogen Tarrant, Josiah Penhale",
        "published": "1851-10",
        "modified": "2024-03-05T07:08:09Z",
        "language": "en-GB",
        "url": "https://lamps.example/book",
    }


def test_dates_of_events_are_told_apart() -> None:
    assert metadata_of(
        '<dc:date opf:event="creation">2020</dc:date><dc:date opf:event="modification">2024-01-02</dc:date>'
        '<dc:date opf:event="publication">2021</dc:date><dc:source>urn:isbn:1</dc:source>'
    ) == {"published": "2021", "modified": "2024-01-02"}


def test_a_crowd_of_authors_takes_no_square_of_time() -> None:
    authors = "".join(f'<dc:creator id="a{number}">A</dc:creator>' for number in range(20_000))
    start = time.process_time()
    assert metadata_of(authors)["author"] == "A"
    assert time.process_time() - start < 8


def test_every_paragraph_is_a_slice_that_the_file_has() -> None:
    content = epub({"a.xhtml": "<h1>Oil &amp; wax</h1><p>Oil burns. It smells.</p>"})
    with ZipFile(BytesIO(content)) as archive:
        written = re.findall(r"<(?:h1|p)>([^<]*)", archive.read("OPS/a.xhtml").decode())
    found = formats.read(NAME, content)
    assert [one.replace("&amp;", "&") for one in written] == found.text.split("\n\n")


def locked(part: str) -> Parts:
    return {
        "META-INF/encryption.xml": f'<encryption><EncryptedData><CipherData><CipherReference URI="{part}"/></CipherData></EncryptedData></encryption>'
    }


def test_a_font_may_be_locked() -> None:
    assert formats.read(NAME, epub(CHAPTERS, locked("OPS/font.otf"))).title == "Oil"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(
            epub(CHAPTERS, locked("OPS/two.xhtml")),
            r"against copying \(DRM\). Get a copy",
            id="locked",
        ),
        pytest.param(b"<html></html>", "it is no EPUB file, though its name says so", id="html"),
        pytest.param(
            packed({"a.txt": "x"}), "it is damaged, or no EPUB file", id="zip of anything"
        ),
        pytest.param(epub(CHAPTERS, {OPF: None}), "it is damaged", id="no package document"),
        pytest.param(epub(CHAPTERS, {OPF: "<package>"}), "it is damaged", id="no XML"),
        pytest.param(epub({}), "it is damaged", id="no chapters"),
        pytest.param(
            epub(CHAPTERS, {OPF: f'<!DOCTYPE p [<!ENTITY a "b">]>{package("&a;")}'}),
            "uses XML entities",
            id="entities",
        ),
        pytest.param(epub({"a.xhtml": "<p>oil " * 2_000_000}), "packed .* to 1", id="bomb"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(content: bytes, said: str) -> None:
    assert re.search(said, refusal_of(NAME, content))


def test_no_mutation_hangs_or_crashes_the_reader() -> None:
    whole = epub(CHAPTERS, meta="<dc:title>On Lamps</dc:title><dc:date>2024</dc:date>")
    read = [is_read_or_refused(NAME, content) for content in mutations(whole, 150)]
    assert 10 < sum(read) < 140
