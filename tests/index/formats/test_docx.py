import re
import time
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from index import formats
from index.errors import UnreadableDocumentError
from index.formats.limits import Limits, limited
from tests.index.formats.parts import blocks_of, is_read_or_refused, refusal_of
from tests.packages import Parts, R, W, docx, mutations, packed, paragraph, styles

NAME = "a.docx"

BUILT_IN = styles(
    Title="",
    heading_1='<w:pPr><w:outlineLvl w:val="0"/></w:pPr>',
    Own='<w:basedOn w:val="heading_1"/>',
    Looping='<w:basedOn w:val="Looping"/>',
    caption="",
    Quote="",
    Source_Code="",
    toc_1="",
    Secret="<w:rPr><w:vanish/></w:rPr>",
)


def text_of(body: str, parts: Parts | None = None) -> str:
    return formats.read(NAME, docx(body, parts)).text


def run(content: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr>{content}</w:r>"


def field(kind: str) -> str:
    return run(f'<w:fldChar w:fldCharType="{kind}"/>')


def cell(*paragraphs: str, columns: int = 1) -> str:
    span = f'<w:tcPr><w:gridSpan w:val="{columns}"/></w:tcPr>'
    return f"<w:tc>{span}{''.join(map(paragraph, paragraphs))}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


def test_paragraphs_stand_below_each_other_and_are_what_their_styles_say() -> None:
    body = (
        paragraph("Lamps", "Title")
        + paragraph("Oil", "heading_1")
        + paragraph("Wicks", "Own")
        + paragraph("Deep", "", '<w:outlineLvl w:val="2"/>')
        + paragraph("Oil burns.", "Looping")
        + paragraph("Trim it.", "", '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>')
        + paragraph("Fill it.", "", '<w:numPr><w:ilvl w:val="1"/><w:numId w:val="3"/></w:numPr>')
        + paragraph("Not an item.", "", '<w:numPr><w:numId w:val="0"/></w:numPr>')
        + paragraph("Figure 1: a lamp", "caption")
        + paragraph("I am a lamp.", "Quote")
        + paragraph("  light()", "Source_Code")
        + paragraph("  off()", "Source_Code")
    )
    content = formats.read(NAME, docx(body, {"word/styles.xml": BUILT_IN}))
    assert content.text == (
        "Lamps\n\nOil\n\nWicks\n\nDeep\n\nOil burns.\n\nTrim it.\nFill it.\n\nNot an item.\n\n"
        "Figure 1: a lamp\n\nI am a lamp.\n\n  light()\n  off()"
    )
    assert blocks_of(content) == [
        ("heading", 1, "Lamps"),
        ("heading", 1, "Oil"),
        ("heading", 1, "Wicks"),
        ("heading", 3, "Deep"),
        ("item", 1, "Trim it."),
        ("item", 2, "Fill it."),
        ("caption", 0, "Figure 1: a lamp"),
        ("quotation", 0, "I am a lamp."),
        ("code", 0, "  light()\n  off()"),
    ]


def test_what_stands_in_a_paragraph_is_what_word_shows() -> None:
    body = (
        "<w:p>"
        + run("<w:t>One</w:t><w:tab/><w:t>two</w:t><w:br/><w:t>three</w:t><w:noBreakHyphen/>")
        + run("<w:t>four\xadfive </w:t><w:softHyphen/>")
        + run('<w:sym w:font="Wingdings" w:char="F0E0"/><w:sym w:font="Symbol" w:char="F061"/>')
        + run('<w:sym w:font="Nobody knows" w:char="zz"/><w:sym w:font="Webdings" w:char="F021"/>')
        + "<m:oMath><m:r><m:t>x=2</m:t></m:r></m:oMath>".replace("m:", "w:")
        + "</w:p>"
    )
    assert text_of(body) == "One\ttwo\nthree\u2011fourfive →α!x=2"


def test_changes_are_read_as_accepted() -> None:
    body = (
        "<w:p>"
        + run("<w:t>It is </w:t>")
        + "<w:del>"
        + run("<w:delText>not </w:delText>")
        + "</w:del>"
        + "<w:ins>"
        + run("<w:t>very </w:t>")
        + "</w:ins>"
        + run("<w:t>dark.</w:t>")
        + "</w:p>"
        + "<w:p><w:moveFrom>"
        + run("<w:t>Moved.</w:t>")
        + "</w:moveFrom></w:p>"
        + paragraph("Half a ", "", "<w:rPr><w:del/></w:rPr>")
        + paragraph("sentence.")
        + "<w:p><w:moveTo>"
        + run("<w:t>Moved.</w:t>")
        + "</w:moveTo></w:p>"
        + f"<w:tbl>{row(cell('Kept'), cell('1'))}{row(cell('Gone'), properties='<w:del/>')}</w:tbl>"
    )
    assert text_of(body) == "It is very dark.\n\nHalf a sentence.\n\nMoved.\n\nKept | 1"


def test_hidden_words_comments_and_the_code_of_fields_are_left_out() -> None:
    body = (
        "<w:p>"
        + run("<w:t>Seen. </w:t>")
        + run("<w:t>Hidden.</w:t>", "<w:vanish/>")
        + run("<w:t>Shown.</w:t>", '<w:vanish w:val="0"/>')
        + "</w:p>"
        + paragraph("Hidden by its style.", "Secret")
        + "<w:p>"
        + run("<w:t>See </w:t>")
        + field("begin")
        + run("<w:instrText>REF x</w:instrText>")
        + field("begin")
        + run("<w:t>inner code</w:t>")
        + field("separate")
        + run("<w:t>inner</w:t>")
        + field("end")
        + field("separate")
        + run("<w:t>page 3</w:t>")
        + field("end")
        + run("<w:t>.</w:t>")
        + run('<w:commentReference w:id="0"/>')
        + "</w:p>"
        + "<w:p>"
        + field("begin")
        + run("<w:instrText>BROKEN</w:instrText>")
        + "</w:p>"
        + paragraph("Nothing is lost.")
    )
    comments = f"<w:comments {W}><w:comment>{paragraph('A remark')}</w:comment></w:comments>"
    found = text_of(body, {"word/styles.xml": BUILT_IN, "word/comments.xml": comments})
    assert found == "Seen. Shown.\n\nSee page 3.\n\nNothing is lost."


def test_a_row_is_a_line_with_the_words_of_a_header_that_is_marked() -> None:
    header = row(cell("City"), cell("Lamps:"), properties="<w:tblHeader/>")
    body = (
        f"<w:tbl>{header}{row(cell('Hull', 'on Humber'), cell('12'))}{row(cell('Ely'), cell(''))}</w:tbl>"
        + paragraph("Between.")
        + f"<w:tbl>{row(cell('Both', columns=2), cell('x'))}{row(cell('a'), cell('b'), cell('c'))}</w:tbl>"
    )
    content = formats.read(NAME, docx(body))
    assert content.text == (
        "City | Lamps:\nCity: Hull on Humber | Lamps: 12\nCity: Ely\n\nBetween.\n\n"
        "Both | x\na | b | c"
    )
    assert [kind for kind, _, _ in blocks_of(content)] == ["row"] * 5


def test_header_words_go_by_columns_that_cells_take() -> None:
    header = row(cell("Year", columns=2), cell("Lamps"), properties="<w:tblHeader/>")
    before = row(cell("7"), properties='<w:gridBefore w:val="2"/>')
    body = f"<w:tbl>{header}{row(cell('1847'), cell('May'), cell('3'))}{before}</w:tbl>"
    assert text_of(body) == "Year | Lamps\nYear: 1847 | Year: May | Lamps: 3\nLamps: 7"


def test_a_table_for_the_layout_is_read_cell_by_cell() -> None:
    inner = f"<w:tc><w:tbl>{row(cell('a'), cell('b'))}</w:tbl></w:tc>"
    body = f"<w:tbl>{row(cell('Left.', 'Below.'))}{row(cell('Beside.'), inner)}</w:tbl>"
    content = formats.read(NAME, docx(body))
    assert content.text == "Left.\n\nBelow.\n\nBeside.\n\na | b"
    assert blocks_of(content) == [("row", 0, "a | b")]


def test_boxes_follow_their_paragraph_once_and_notes_the_text() -> None:
    box = f"<w:txbxContent>{paragraph('Boxed.')}{paragraph('Twice.')}</w:txbxContent>"
    note = '<w:footnoteReference w:id="{}"/>'
    body = (
        "<w:p>"
        + run("<w:t>Before</w:t>")
        + f"<w:AlternateContent><w:Choice>{box}</w:Choice><w:Fallback>{box}</w:Fallback></w:AlternateContent>"
        + run("<w:t>, behind.</w:t>")
        + run(note.format(5))
        + run('<w:endnoteReference w:id="1"/>')
        + run(note.format(2))
        + "</w:p>"
        + paragraph("The end.")
    )
    notes = "".join(
        f'<w:footnote w:id="{number}">{paragraph(f"Note {number}.")}</w:footnote>'
        for number in (0, 2, 5)
    )
    found = text_of(
        body,
        {
            "word/footnotes.xml": f"<w:footnotes {W}>{notes}</w:footnotes>",
            "word/endnotes.xml": f'<w:endnotes {W}><w:endnote w:id="1">{paragraph("Last.")}</w:endnote></w:endnotes>',
        },
    )
    assert found == "Before, behind.\n\nBoxed.\n\nTwice.\n\nThe end.\n\nNote 5.\n\nNote 2.\n\nLast."


def test_running_heads_and_a_table_of_contents_are_furniture() -> None:
    contents = (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/></w:docPartObj>'
        f"</w:sdtPr><w:sdtContent>{paragraph('Oil 3')}</w:sdtContent></w:sdt>"
    )
    sections = (
        '<w:sectPr><w:headerReference r:id="header"/><w:footerReference r:id="footer"/></w:sectPr>'
    )
    body = contents + paragraph("Wax 4", "toc_1") + paragraph("Oil burns.") + sections * 2
    parts: Parts = {
        "word/styles.xml": BUILT_IN,
        "word/header.xml": f"<w:hdr {W}>{paragraph('Draft')}{paragraph('Draft')}</w:hdr>",
        "word/footer.xml": f"<w:ftr {W}>{paragraph('Page 1')}</w:ftr>",
    }
    content = formats.read(NAME, docx(body, parts))
    assert content.text == "Draft\nOil 3\nWax 4\n\nOil burns.\n\nPage 1"
    assert {kind for kind, _, _ in blocks_of(content)} == {"furniture"}


def test_an_initial_in_the_margin_begins_its_word() -> None:
    initial = paragraph("O", "", '<w:framePr w:dropCap="drop"/>')
    assert text_of(initial + paragraph("il burns.")) == "Oil burns."


def test_a_strict_file_and_parts_under_other_names_are_read() -> None:
    strict = "http://purl.oclc.org/ooxml/wordprocessingml/main"
    relations = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    content = packed(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels\\.rels": f'<Relationships><Relationship Id="a" Type="{relations}/officeDocument" Target="/Word/Main.xml"/></Relationships>',
            "word/main.xml": f'<document xmlns="{strict}"><body><p><r><t>Read.</t></r></p></body></document>',
        }
    )
    assert formats.read(NAME, content).text == "Read."


@pytest.mark.parametrize(
    ("properties", "body", "title"),
    [
        pytest.param(
            {"title": "On  Lamps"}, paragraph("Lamps", "Title"), "On Lamps", id="property"
        ),
        pytest.param(
            {"title": "Microsoft Word - Document1"},
            paragraph("Lamps", "Title"),
            "Lamps",
            id="program",
        ),
        pytest.param(
            {"title": "Microsoft Word - On Lamps"},
            paragraph("x"),
            "On Lamps",
            id="program-and-title",
        ),
        pytest.param({"title": "lamps_v2.doc"}, paragraph("x is y."), "", id="file"),
        pytest.param({}, paragraph("Oil", "heading_1") + paragraph("x"), "Oil", id="heading"),
        pytest.param({}, paragraph("Oil burns.") + paragraph("Oil", "heading_1"), "", id="none"),
    ],
)
def test_title_is_what_the_document_says(properties: dict[str, str], body: str, title: str) -> None:
    assert (
        formats.read(NAME, docx(body, {"word/styles.xml": BUILT_IN}, **properties)).title == title
    )


def test_metadata_is_what_the_properties_say_and_no_program_put_there() -> None:
    said = formats.read(
        NAME,
        docx(
            paragraph("x"),
            creator="Imogen Tarrant",
            created="2024-03-05T07:08:09Z",
            modified="2024-04-01",
            language="en-gb",
        ),
    ).metadata
    assert said == {
        "author": "Imogen Tarrant",
        "published": "2024-03-05T07:08:09Z",
        "modified": "2024-04-01",
        "language": "en-gb",
    }
    none = docx(
        paragraph("x"), creator="python-docx", created="2013-12-23T23:15:00Z", modified="1601-01-01"
    )
    assert formats.read(NAME, none).metadata == {}


def test_language_is_that_of_the_styles_where_no_property_says_it() -> None:
    lang = '<w:docDefaults><w:rPrDefault><w:rPr><w:lang w:val="de-DE"/></w:rPr></w:rPrDefault></w:docDefaults>'
    content = docx(paragraph("x"), {"word/styles.xml": f"<w:styles {W}>{lang}</w:styles>"})
    assert formats.read(NAME, content).metadata == {"language": "de-DE"}


def test_every_block_and_paragraph_is_a_slice_that_the_file_has() -> None:
    body = paragraph("Oil &amp; wax", "heading_1") + paragraph("Oil burns. It smells.")
    content = docx(body, {"word/styles.xml": BUILT_IN})
    with ZipFile(BytesIO(content)) as archive:
        written = re.findall(r"<w:t [^>]*>([^<]*)", archive.read("word/document.xml").decode())
    found = formats.read(NAME, content)
    assert [one.replace("&amp;", "&") for one in written] == found.text.split("\n\n")
    assert blocks_of(found) == [("heading", 1, "Oil & wax")]


OLE = bytes.fromhex("d0cf11e0a1b11ae1")
DOCUMENT = "word/document.xml"
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"


def of_type(kind: str) -> bytes:
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
    return docx(paragraph("x"), {"[Content_Types].xml": types})


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(
            OLE + "EncryptedPackage".encode("utf-16-le"),
            "a password. Save it without",
            id="encrypted",
        ),
        pytest.param(
            OLE + b"\0" * 99,
            "of Word before 2007. Open it in Word or LibreOffice and save it as .docx",
            id="doc",
        ),
        pytest.param(b"<html></html>", "no DOCX file, though its name says so. Give it", id="html"),
        pytest.param(docx(paragraph("x"))[:-60], "it is damaged", id="cut off"),
        pytest.param(
            of_type(MACROS), "holds macros, .* Save it as .docx without macros", id="macros"
        ),
        pytest.param(of_type(SHEET), "it is a spreadsheet, not a text", id="spreadsheet"),
        pytest.param(
            packed({"a.txt": "x"}), "it is damaged, or no DOCX file", id="zip of anything"
        ),
        pytest.param(docx("", {DOCUMENT: None}), "it is damaged", id="no body"),
        pytest.param(docx("", {DOCUMENT: "<w:document"}), "it is damaged", id="no XML"),
        pytest.param(docx("<w:r>" * 300 + "</w:r>" * 300), "lie too deep in each other", id="deep"),
        pytest.param(
            docx(
                "",
                {
                    DOCUMENT: f'<!DOCTYPE d [<!ENTITY a "lol"><!ENTITY b "&a;&a;">]><w:document {W}>&b;</w:document>'
                },
            ),
            "uses XML entities",
            id="entities",
        ),
        pytest.param(
            docx(
                "",
                {
                    DOCUMENT: f'<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document {W}>&a;</w:document>'
                },
            ),
            "uses XML entities",
            id="entity of a file",
        ),
        pytest.param(
            docx(
                "",
                {
                    DOCUMENT: f'<!DOCTYPE d SYSTEM "file:///etc/passwd"><w:document {W}>&a;</w:document>'
                },
            ),
            "uses XML entities",
            id="entity of another file",
        ),
        pytest.param(docx(paragraph("oil " * 3_000_000)), "packed .* to 1", id="bomb"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(content: bytes, said: str) -> None:
    assert re.search(said, refusal_of(NAME, content))


def test_what_is_unpacked_is_bounded_over_all_parts() -> None:
    long = paragraph("".join(chr(0x4E00 + number * 7919 % 20000) for number in range(400_000)))
    with (
        limited(Limits(max_unpacked_mb=1)),
        pytest.raises(UnreadableDocumentError, match="_UNPACKED_MB"),
    ):
        formats.read(NAME, docx(long))


def test_fields_without_end_take_no_square_of_time() -> None:
    unended = field("begin") + field("separate")
    content = docx(f"<w:p>{unended * 20_000}</w:p>{paragraph('Read.') * 20_000}")
    start = time.process_time()
    with limited(Limits(max_ratio=1_000_000)):
        assert formats.read(NAME, content).text.count("Read.") == 20_000
    assert time.process_time() - start < 8


def test_names_of_parts_lead_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    relations = f'<Relationships {R}><Relationship Id="a" Type="x/styles" Target="../../../etc/passwd"/></Relationships>'
    content = docx(
        paragraph("Read."), {"../../evil.xml": "x", "word/_rels/document.xml.rels": relations}
    )
    assert formats.read(NAME, content).text == "Read."
    assert list(tmp_path.iterdir()) == []


def test_a_doc_is_refused_unless_it_is_something_else() -> None:
    assert "save it as .docx" in refusal_of("a.doc", OLE + b"\0" * 99)
    assert formats.read("a.doc", b"{\\rtf1 Read.}").text == "Read."
    assert formats.read("a.doc", docx(paragraph("Read."))).text == "Read."
    assert ".doc" not in formats.known_suffixes()


def test_no_mutation_hangs_or_crashes_the_reader() -> None:
    header = row(cell("City"), cell("Lamps"), properties="<w:tblHeader/>")
    box = f"<w:txbxContent>{paragraph('Boxed.')}</w:txbxContent>"
    whole = docx(
        f"<w:tbl>{header}{row(cell('Hull'), cell('12'))}</w:tbl><w:p>{run(box)}</w:p>"
        + "<w:p>"
        + field("begin")
        + field("separate")
        + run('<w:footnoteReference w:id="2"/>')
        + "</w:p>",
        {"word/styles.xml": BUILT_IN},
    )
    read = [is_read_or_refused(NAME, content) for content in mutations(whole, 150)]
    assert 10 < sum(read) < 140
