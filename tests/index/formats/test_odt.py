import re
from io import BytesIO
from zipfile import ZipFile

import pytest

from index import formats
from tests.index.formats.parts import blocks_of, is_read_or_refused, refusal_of
from tests.packages import Parts, mutations, odt, odt_styles, packed

NAME = "a.odt"

STYLES = (
    '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Title"/>'
    '<style:style style:name="P2" style:family="paragraph" style:parent-style-name="Quotations"/>'
    '<style:style style:name="Title" style:family="paragraph" style:parent-style-name="Nowhere"/>'
    '<style:style style:name="P3" style:family="paragraph" style:parent-style-name="P3"/>'
    '<style:style style:name="T1" style:family="text"><style:text-properties text:display="none"/></style:style>'
)
BUILT_IN: Parts = {
    "styles.xml": odt_styles(
        '<office:styles><style:style style:name="Title" style:family="paragraph"/>'
        '<style:style style:name="Quotations" style:family="paragraph"/>'
        '<style:style style:name="Preformatted_20_Text" style:family="paragraph"/>'
        '<style:style style:name="Illustration" style:family="paragraph"/></office:styles>'
    )
}


def text_of(body: str, parts: Parts | None = None, style: str = "") -> str:
    return formats.read(NAME, odt(body, parts, style)).text


def p(content: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{content}</text:p>'


def cell(content: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}>{p(content) if content else ''}</table:table-cell>"


def row(*cells: str) -> str:
    return f"<table:table-row>{''.join(cells)}</table:table-row>"


def test_paragraphs_stand_below_each_other_and_are_what_they_are_marked_as() -> None:
    body = (
        p("Lamps", "P1")
        + '<text:h text:outline-level="2">Oil</text:h>'
        + p("Oil burns.", "P3")
        + "<text:list><text:list-header><text:p>To do:</text:p></text:list-header>"
        + f"<text:list-item>{p('Trim it.')}{p('Slowly.')}<text:list><text:list-item>"
        + f"{p('Fill it.')}</text:list-item></text:list></text:list-item></text:list>"
        + p("A lamp", "Illustration")
        + p("I am a lamp.", "P2")
        + p("light()", "Preformatted_20_Text")
    )
    automatic = re.sub(r"<style:style style:name=\"Title\".*?/>", "", STYLES)
    content = formats.read(NAME, odt(body, BUILT_IN, automatic))
    assert content.text == (
        "Lamps\n\nOil\n\nOil burns.\n\nTo do:\n\nTrim it.\n\nSlowly.\n\nFill it.\n\nA lamp\n\n"
        "I am a lamp.\n\nlight()"
    )
    assert blocks_of(content) == [
        ("heading", 1, "Lamps"),
        ("heading", 2, "Oil"),
        ("item", 1, "Trim it."),
        ("item", 2, "Fill it."),
        ("caption", 0, "A lamp"),
        ("quotation", 0, "I am a lamp."),
        ("code", 0, "light()"),
    ]
    assert content.title == "Lamps"


def test_a_paragraph_in_a_style_of_headings_is_one() -> None:
    named = {
        "Heading_20_1": "",
        "Section": 'style:default-outline-level="3"',
        "Heading_20_2": 'style:default-outline-level=""',
    }
    made = "".join(
        f'<style:style style:name="{name}" style:family="paragraph" {said}/>'
        for name, said in named.items()
    )
    parts: Parts = {"styles.xml": odt_styles(f"<office:styles>{made}</office:styles>")}
    first = '<style:style style:name="P1" style:family="paragraph" style:parent-style-name="Heading_20_1"/>'
    body = p("Lamps", "P1") + p("Oil", "Section") + p("It burns.", "Heading_20_2")
    content = formats.read(NAME, odt(body, parts, first))
    assert blocks_of(content) == [("heading", 1, "Lamps"), ("heading", 3, "Oil")]


def test_blanks_count_as_the_format_says() -> None:
    body = p(
        '\n  One <text:span> two</text:span>\n three<text:s text:c="3"/>four<text:tab/>five'
        "<text:line-break/> six\xad<text:span>th</text:span> "
    )
    assert text_of(body) == "One two three   four\tfive\nsixth"
    assert len(text_of(p('a<text:s text:c="999999999"/>b'))) < 200


def test_changes_are_read_as_accepted_and_what_is_hidden_is_left_out() -> None:
    body = (
        f"<text:tracked-changes><text:changed-region><text:deletion>{p('Gone.')}</text:deletion>"
        "</text:changed-region></text:tracked-changes>"
        + p(
            'Kept<text:change/>, <text:change-start/>added<text:change-end/>.<text:span text:style-name="T1">Hidden.</text:span>'
        )
        + p("<office:annotation><text:p>A remark</text:p></office:annotation>Said.")
        + p('<text:hidden-paragraph text:is-hidden="true"/>Hidden.')
        + f'<text:section text:display="none">{p("Hidden.")}</text:section>'
        + f'<text:section text:display="condition" text:is-hidden="false">{p("Shown.")}</text:section>'
        + p(
            '<text:hidden-text text:is-hidden="true">Hidden</text:hidden-text>'
            '<text:page-number>3</text:page-number><text:variable-set text:display="none">9</text:variable-set>'
        )
    )
    assert text_of(body, style=STYLES) == "Kept, added.\n\nSaid.\n\nShown.\n\n3"


def test_a_row_is_a_line_with_the_words_of_its_header() -> None:
    header = f"<table:table-header-rows>{row(cell('City'), cell('Lamps'), cell('Oil'))}</table:table-header-rows>"
    both = cell("Ely", 'table:number-columns-spanned="2"') + "<table:covered-table-cell/>"
    below = "<table:covered-table-cell/>"
    body = (
        "<table:table>"
        + header
        + row(cell("Hull"), cell("12"), cell("yes"))
        + row(both, cell("no"))
        + row(below, cell("3"), cell(""))
        + "</table:table>"
    )
    content = formats.read(NAME, odt(body))
    assert content.text == (
        "City | Lamps | Oil\nCity: Hull | Lamps: 12 | Oil: yes\nEly | Oil: no\nLamps: 3"
    )
    assert [kind for kind, _, _ in blocks_of(content)] == ["row"] * 4


def test_two_rows_of_headers_are_put_before_no_cell() -> None:
    header = f"<table:table-header-rows>{row(cell('a'), cell('b')) * 2}</table:table-header-rows>"
    assert text_of(f"<table:table>{header}{row(cell('1'), cell('2'))}</table:table>") == (
        "a | b\na | b\n1 | 2"
    )


def test_boxes_follow_their_paragraph_and_notes_the_text() -> None:
    note = (
        '<text:note text:note-class="{}"><text:note-citation>1</text:note-citation>'
        f"<text:note-body>{p('{}')}</text:note-body></text:note>"
    )
    body = p(
        "Before"
        + note.format("endnote", "Last.")
        + f"<draw:frame><draw:text-box>{p('Boxed.')}</draw:text-box></draw:frame>, "
        + f"<draw:custom-shape>{p('Shaped.')}</draw:custom-shape>behind."
        + note.format("footnote", "Note.")
    ) + p("The end.")
    assert text_of(body) == "Before, behind.\n\nBoxed.\n\nShaped.\n\nThe end.\n\nNote.\n\nLast."


def test_running_heads_and_indexes_are_furniture() -> None:
    masters = odt_styles(
        "<office:master-styles><style:master-page>"
        f"<style:header>{p('Draft')}</style:header><style:footer>{p('Page 1')}</style:footer>"
        f'<style:header-left style:display="false">{p("Old")}</style:header-left>'
        f"<style:header-first>{p('Draft')}</style:header-first></style:master-page></office:master-styles>"
    )
    contents = (
        "<text:table-of-content><text:table-of-content-source>Template</text:table-of-content-source>"
        f"<text:index-body>{p('Oil 3')}</text:index-body></text:table-of-content>"
    )
    content = formats.read(NAME, odt(contents + p("Oil burns."), {"styles.xml": masters}))
    assert content.text == "Draft\nOil 3\n\nOil burns.\n\nPage 1"
    assert {kind for kind, _, _ in blocks_of(content)} == {"furniture"}


def test_metadata_is_what_the_file_says() -> None:
    meta = (
        "<dc:title>On Lamps</dc:title><meta:initial-creator>Imogen Tarrant</meta:initial-creator>"
        "<dc:creator>Someone else</dc:creator><meta:creation-date>2024-03-05T07:08:09.123</meta:creation-date>"
        "<dc:date>2024-04-01T00:00:00</dc:date><dc:language>en-GB</dc:language>"
    )
    content = formats.read(NAME, odt(p("x"), meta=meta))
    assert content.title == "On Lamps"
    assert content.metadata == {
        "author": "Imogen Tarrant",
        "published": "2024-03-05T07:08:09",
        "modified": "2024-04-01T00:00:00",
        "language": "en-GB",
    }


@pytest.mark.parametrize(
    ("country", "language"), [("DE", "de-DE"), ("none", "de")], ids=["country", "none"]
)
def test_language_is_that_of_the_styles_where_nothing_else_says_it(
    country: str, language: str
) -> None:
    default = odt_styles(
        '<office:styles><style:default-style style:family="paragraph"><style:text-properties '
        f'fo:language="de" fo:country="{country}"/></style:default-style></office:styles>'
    )
    content = formats.read(NAME, odt(p("x"), {"styles.xml": default}))
    assert content.metadata == {"language": language}


def test_every_paragraph_is_a_slice_that_the_file_has() -> None:
    content = odt(
        '<text:h text:outline-level="1">Oil &amp; wax</text:h>' + p("Oil burns. It smells.")
    )
    with ZipFile(BytesIO(content)) as archive:
        written = re.findall(r"<text:[hp][^>]*>([^<]*)", archive.read("content.xml").decode())
    found = formats.read(NAME, content)
    assert [one.replace("&amp;", "&") for one in written] == found.text.split("\n\n")
    assert blocks_of(found) == [("heading", 1, "Oil & wax")]


LOCKED = "<manifest><file-entry><encryption-data/></file-entry></manifest>"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(
            odt(p("x"), {"META-INF/manifest.xml": LOCKED}), "protected by a password", id="locked"
        ),
        pytest.param(
            odt(p("x"), {"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
            "it is no text but '.*spreadsheet'. Convert it",
            id="spreadsheet",
        ),
        pytest.param(b"%PDF-1.4", "it is no ODT file, though its name says so", id="pdf"),
        pytest.param(
            odt(p("x"), {"content.xml": None}),
            "it is damaged, or no ODT file. Open it in",
            id="no content",
        ),
        pytest.param(packed({"a.txt": "x"}), "it is damaged, or no ODT file", id="zip of anything"),
        pytest.param(
            odt(p("<text:span>" * 300 + "</text:span>" * 300)), "too deep in each other", id="deep"
        ),
        pytest.param(odt(p("oil " * 3_000_000)), "packed .* to 1", id="bomb"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(content: bytes, said: str) -> None:
    assert re.search(said, refusal_of(NAME, content))


def test_no_mutation_hangs_or_crashes_the_reader() -> None:
    header = (
        f"<table:table-header-rows>{row(cell('City'), cell('Lamps'))}</table:table-header-rows>"
    )
    whole = odt(
        f"<table:table>{header}{row(cell('Hull'), cell('12'))}</table:table>"
        f"<text:list><text:list-item>{p('Trim it.')}</text:list-item></text:list>"
        + p(f"<draw:frame><draw:text-box>{p('Boxed.')}</draw:text-box></draw:frame>"),
        BUILT_IN,
        STYLES,
    )
    read = [is_read_or_refused(NAME, content) for content in mutations(whole, 150)]
    assert 10 < sum(read) < 140
