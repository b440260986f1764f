import re

import pytest

from index import formats
from tests.index.formats.parts import blocks_of, is_read_or_refused, refusal_of
from tests.packages import mutations

NAME = "a.rtf"

STYLES = (
    r"{\stylesheet{\s0 Normal;}{\s1\outlinelevel0 heading 1;}{\s2 heading 2;}{\s3 Title;}"
    r"{\s4 caption;}{\s5 toc 1;}{\*\cs10 Default Paragraph Font;}}"
)
FONTS = (
    r"{\fonttbl{\f0\fcharset0 Times;}{\f1\fcharset2 Symbol;}{\f2\fcharset204 Arial;}"
    r"{\f3\fcharset128 MS Gothic;}{\f4\fcharset2 Wingdings;}{\f5\fnil\cpg1253 Greek;}}"
)


def rtf(body: str, head: str = "") -> bytes:
    return rf"{{\rtf1\ansi\ansicpg1252\deff0{FONTS}{STYLES}{head} {body}}}".encode("latin-1")


def text_of(body: str, head: str = "") -> str:
    return formats.read(NAME, rtf(body, head)).text


def row(*cells: str, before: str = "") -> str:
    return (
        r"\trowd" + before + "".join(rf"\pard\intbl {cell}\cell" for cell in cells) + r"\row" + "\n"
    )


def test_paragraphs_stand_below_each_other_and_are_what_their_styles_say() -> None:
    content = formats.read(
        NAME,
        rtf(
            r"\pard\s3 Lamps\par\pard\s1 Oil\par\pard\s2 Wicks\par\pard\outlinelevel2 Deep\par"
            r"\pard Oil burns.\par {\listtext\pard 1.\tab}\pard\ls1 Trim it.\par"
            r"\pard\ls1\ilvl1 Fill it.\par{\pntext\'B7\tab}Old bullet.\par"
            r"\pard\s4 A lamp\par\pard\s5 Oil 3\par"
        ),
    )
    assert content.text == (
        "Lamps\n\nOil\n\nWicks\n\nDeep\n\nOil burns.\n\nTrim it.\nFill it.\nOld bullet.\n\nA lamp\n\nOil 3"
    )
    assert blocks_of(content) == [
        ("heading", 1, "Lamps"),
        ("heading", 1, "Oil"),
        ("heading", 2, "Wicks"),
        ("heading", 3, "Deep"),
        ("item", 1, "Trim it."),
        ("item", 2, "Fill it."),
        ("item", 2, "Old bullet."),
        ("caption", 0, "A lamp"),
        ("furniture", 0, "Oil 3"),
    ]


@pytest.mark.parametrize(
    ("written", "text"),
    [
        pytest.param(r"caf\'e9 \'80", "café €", id="code page"),
        pytest.param(r"{\f2 \'cb\'e0\'ec\'ef\'e0}", "Лампа", id="of a font"),
        pytest.param(r"{\f5 \'e1}", "α", id="code page of a font"),
        pytest.param(r"{\f3 \'83\'89\'83\'93\'83v}", "ランプ", id="two bytes, the second plain"),
        pytest.param(r"{\f1 ab\'b7}{\f4 \'e0}", "αβ•→", id="symbols"),
        pytest.param(r"\u955?\u8364\'80\u-3913 x", "λ€•", id="unicode and its stand-ins"),
        pytest.param(r"{\uc0\u955}{\uc2\u955 ab}c", "λλc", id="other lengths of stand-ins"),
        pytest.param(r"\u-10179?\u-9014?", "📊", id="two halves"),
        pytest.param(r"a\u-9014?b", "a\ufffdb", id="one half"),
        pytest.param(r"\ldblquote Oil\rdblquote\emdash\{\}\\", "“Oil”—{}\\", id="signs"),
        pytest.param(r"a\~b\_c\-d\line e\tab f", "a\xa0b\u2011cd\ne\tf", id="blanks and breaks"),
        pytest.param("split\r\n in lines", "split in lines", id="lines of the file"),
        pytest.param(r"a\bin5 }}}}}b", "ab", id="raw bytes"),
    ],
)
def test_characters_are_what_word_shows(written: str, text: str) -> None:
    assert text_of(written) == text


@pytest.mark.parametrize(
    ("head", "text"),
    [(r"\mac", "é"), (r"\ansicpg1251", "Ћ"), (r"\ansicpg65001", "\ufffd"), (r"\ansicpg99999", "Ž")],
)
def test_encoding_is_the_one_that_the_file_names(head: str, text: str) -> None:
    assert formats.read(NAME, rf"{{\rtf1{head} \'8e}}".encode()).text == text


def test_what_nobody_sees_is_left_out() -> None:
    assert (
        text_of(
            r"Seen. {\v Hidden.}{\deleted Gone.}{\revised Added.}\v Hidden.\v0  Shown.\par"
            r"{\field{\*\fldinst HYPERLINK x}{\fldrslt here}} {\*\unknown what}{\xe entry}{\*\bkmkstart b}"
            r"{\pict\pngblip 89504e47}{\object{\*\objdata 0105}{\result Result}}{\annotation A remark}"
            r"{\upr{plain}{\*\ud{better}}}{\b\*\cs10 bold}"
        )
        == "Seen. Added. Shown.\n\nhere Resultbetterbold"
    )


def test_a_row_is_a_line_with_the_words_of_its_header() -> None:
    content = formats.read(
        NAME,
        rtf(
            row("City", "Lamps", before=r"\trhdr")
            + row(r"Hull\par on Humber", "12")
            + row("Ely", "")
            + r"\pard Between.\par"
            + row("a", "b")
            + r"\pard\par"
        ),
    )
    assert content.text == (
        "City | Lamps\nCity: Hull on Humber | Lamps: 12\nCity: Ely\n\nBetween.\n\na | b"
    )
    assert [kind for kind, _, _ in blocks_of(content)] == ["row"] * 4


def test_cells_that_are_not_marked_as_such_and_tables_in_tables_are_read() -> None:
    assert text_of(r"\trowd\pard a\cell b\cell\row\pard c\par") == "a | b\n\nc"
    inner = r"\pard\intbl\itap2 x\nestcell y\par z\nestcell{\*\nesttableprops\trowd\nestrow}{\nonesttables\par}"
    assert text_of(row("Left", inner + r"\pard\intbl Below.")) == "Left\n\nx | y z\n\nBelow."


def test_boxes_follow_their_paragraph_and_notes_the_text() -> None:
    content = formats.read(
        NAME,
        rtf(
            r"{\header\pard Draft\par}{\footerf\pard Page 1\par}"
            r"Before{\footnote{\chftn} Note.}{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt\pard Boxed.\par}}"
            r"{\shprslt{\*\do\dptxbx{\dptxbxtext\pard Boxed.\par}}}}, behind.\par"
            r"{\*\do\dptxbx{\dptxbxtext\pard Old box.\par}}The end.\par{\v x{\footnote Hidden.}}"
        ),
    )
    assert content.text == (
        "Draft\n\nBefore, behind.\n\nBoxed.\n\nThe end.\n\nOld box.\n\nNote.\n\nPage 1"
    )
    assert blocks_of(content) == [("furniture", 0, "Draft"), ("furniture", 0, "Page 1")]


def test_metadata_is_what_the_file_says() -> None:
    info = (
        r"\deflang2057{\info{\title On \'4camps}{\author Imogen Tarrant}{\operator X}{\company Y}"
        r"{\creatim\yr2024\mo3\dy5\hr7\min8}{\revtim\yr2024\mo4}}"
    )
    content = formats.read(NAME, rtf("Oil burns.", info))
    assert content.title == "On Lamps"
    assert content.text == "Oil burns."
    assert content.metadata == {
        "author": "Imogen Tarrant",
        "published": "2024-03-05T07:08",
        "modified": "2024-04",
        "language": "en-GB",
    }
    unicode_title = r"{\info{\upr{\title ?}{\*\ud{\title \u955?}}}}"
    assert formats.read(NAME, rtf("x", unicode_title)).title == "λ"


@pytest.mark.parametrize(
    ("body", "title"),
    [(r"\pard\s1 Oil\par x", "Oil"), (r"x\par\pard\s3 Lamps\par", "Lamps"), ("Oil burns.", "")],
)
def test_title_is_a_styled_paragraph_where_no_property_says_it(body: str, title: str) -> None:
    assert formats.read(NAME, rtf(body, r"{\info{\title Document1}}")).title == title


def test_every_paragraph_is_a_slice_that_the_file_has() -> None:
    content = rtf(r"\pard\s1 Oil and wax\par\pard Oil burns. It smells.\par")
    written = re.findall(r"\\pard(?:\\s1)? ([^\\]+)\\par", content.decode())
    assert written == formats.read(NAME, content).text.split("\n\n")


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(
            rb"{\rtf1 Cut ", "it is cut off: its end is missing. Get it anew", id="cut off"
        ),
        pytest.param(rb"{\rtf1 Cut\bin999 x}", "it is cut off", id="within raw bytes"),
        pytest.param(b"{\\rtf1 Cut\\", "it is cut off", id="within a sign"),
        pytest.param(b"PK\x03\x04", "it is no RTF file, though its name says so", id="zip"),
        pytest.param(b"{\\rtf1" + b"{" * 600 + b"}" * 601, "more than 500 groups deep", id="deep"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(content: bytes, said: str) -> None:
    assert re.search(said, refusal_of(NAME, content))


def test_megabytes_of_a_picture_are_passed_by() -> None:
    picture = "ffd8\n" * 1_000_000
    assert text_of(rf"a{{\pict\jpegblip {picture}}}b{{}}" + "{}" * 100_000) == "ab"


def test_what_follows_the_end_is_not_read() -> None:
    assert formats.read(NAME, rb"{\rtf1 Read.}} not this {").text == "Read."


def test_no_mutation_hangs_or_crashes_the_reader() -> None:
    whole = rtf(
        row("City", "Lamps", before=r"\trhdr")
        + row("Hull", "12")
        + r"\pard Before{\footnote Note.}{\shp{\*\shpinst{\shptxt\pard Boxed.\par}}}\par"
        + r"{\field{\*\fldinst x}{\fldrslt here}}\u955?\'e9\par",
    )
    read = [is_read_or_refused(NAME, content) for content in mutations(whole, 300)]
    assert 30 < sum(read) < 290
