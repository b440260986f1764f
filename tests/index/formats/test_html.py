import random
import time

import pytest

from index import formats
from index.document import Span
from index.errors import UnreadableDocumentError
from index.formats.content import Content
from tests.pages import PAGE

RUSSIAN = (
    "Лампа висит над дверью, и никто не знает, кто её повесил. Вчера вечером соседи видели её."
)
JAPANESE = (
    "これは日本語の文章です。昨日の夜、隣の人は古い郵便屋が家を出て、川へ歩いて行くのを見ました。"
)
CHINESE = "昨天晚上鄰居看見老郵差走出家門,慢慢地走向河邊。門上有一盞燈,沒有人知道是誰掛的。"
GERMAN = "Über die Straße geht ein müder Bär und grüßt schön."


def read(markup: str | bytes, name: str = "a.html") -> Content:
    return formats.read(name, markup if isinstance(markup, bytes) else markup.encode())


def of_kind(content: Content, kind: str) -> list[str]:
    return [block.span.of(content.text) for block in content.blocks if block.kind == kind]


def article_of(content: Content) -> str:
    kept = list(content.text)
    for block in content.blocks:
        if block.kind == "furniture":
            kept[block.span.start : block.span.end] = [""] * len(block.span)
    return "".join(kept)


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        pytest.param("<p>a  b\n\tc</p><p> d </p>", "a b c\n\nd", id="white space"),
        pytest.param("<p>a<b>b</b> <i>c </i> d</p>", "ab c d", id="inline"),
        pytest.param("a<br>b<br/>c", "a\nb\nc", id="line breaks"),
        pytest.param("a<br><br>b", "a\n\nb", id="two of them"),
        pytest.param("&lt;p&gt; &amp;amp; &eacute;&#8212;&#x41;", "<p> &amp; é—A", id="entities"),
        pytest.param("so&shy;ft", "soft", id="soft hyphen"),
        pytest.param("a&nbsp;&nbsp;b", "a\xa0\xa0b", id="no-break spaces"),
        pytest.param("<div>a<div>b</div>c</div>", "a\n\nb\n\nc", id="blocks in blocks"),
        pytest.param("<span style='display:block'>a</span>b", "a\n\nb", id="made a block"),
        pytest.param("<div style='display: inline'>a</div>b", "ab", id="made inline"),
        pytest.param("<ul><li>a<li>b<ul><li>c</ul></ul>", "a\nb\nc", id="lists, never closed"),
        pytest.param("<pre>  a\n\tb\n</pre>", "  a\n\tb", id="code"),
        pytest.param("<p>a<p>b<table><tr><td>c</table>d", "a\n\nb\n\nc\n\nd", id="a table of one cell"),
        pytest.param("<table>x<tr><td>a<td>b</table>", "x\n\na | b", id="words beside the cells"),
        pytest.param("a<script>b</script><style>c</style><!--d--><noscript>e</noscript>f", "af", id="scripts"),
        pytest.param("a<p hidden>b</p><p style='x:y; display:none'>c</p><p style='visibility:hidden'>d", "a", id="hidden"),
        pytest.param("a<template>b</template><select><option>c</select><textarea>d</textarea><svg><title>e</title></svg>", "a", id="not shown"),
        pytest.param("<img alt='b'>a", "a", id="words of pictures"),
        pytest.param("<dialog>a</dialog><dialog open>b</dialog><details><summary>c</summary>d</details>", "b\n\nc\n\nd", id="dialogs"),
    ],
)  # fmt: skip
def test_the_text_is_what_a_browser_shows(markup: str, text: str) -> None:
    assert read(f"<body>{markup}").text == text


def test_cells_stand_in_a_line_with_the_words_of_their_column() -> None:
    table = (
        "<table><tr><th>Town<th>Mayor<th></tr><tr><td>Hallan<td>Ann Lee<td>since 2019</tr>"
        "<tr><td>Eldermere<td><td>none</tr></table>"
    )
    content = read(table)
    assert of_kind(content, "row") == [
        "Town | Mayor",
        "Town: Hallan | Mayor: Ann Lee | since 2019",
        "Town: Eldermere | none",
    ]


def test_cells_that_reach_down_leave_the_others_in_their_columns() -> None:
    table = (
        "<table><tr><th>Year<th>Month<th>Ships</tr><tr><td rowspan=2>1847<td>May<td>4</tr>"
        "<tr><td>June<td>9</tr></table>"
    )
    assert of_kind(read(table), "row")[1:] == [
        "Year: 1847 | Month: May | Ships: 4",
        "Month: June | Ships: 9",
    ]


def test_headers_that_are_no_names_are_not_repeated() -> None:
    long = "x" * 100
    table = f"<table><tr><th>{long}<th>b</tr><tr><td>c<td>d</tr></table>"
    assert of_kind(read(table), "row")[1] == "c | d"
    sideways = "<table><tr><th>Height<td>31 m</tr><tr><th>Steps<td>142</tr></table>"
    assert of_kind(read(sideways), "row") == ["Height | 31 m", "Steps | 142"]


def test_tables_for_the_layout_are_paragraphs() -> None:
    assert read("<table role=presentation><tr><td>a<td>b</table>").text == "a\n\nb"
    inner = "<table><tr><td><h2>a</h2><td><table><tr><td>b<td>c</table></table>"
    assert read(inner).text == "a\n\nb | c"


def test_blocks_are_what_the_page_marks() -> None:
    content = read(PAGE)
    assert of_kind(content, "heading") == ["Skerrow lamp is lit again", "What it cost"]
    assert [b.level for b in content.blocks if b.kind == "heading"] == [1, 2]
    assert of_kind(content, "row") == [
        "Year | Raised",
        "Year: 2022 | Raised: £14,000",
        "Year: 2023 | Raised: £21,500",
    ]
    assert of_kind(content, "quotation") == [
        "The lens is the old one, cleaned with vinegar and newspaper by hand."
    ]
    assert of_kind(content, "item") == ["Height of the tower: 31 metres", "Steps: 142"]


def test_the_same_bytes_give_the_same_text() -> None:
    assert read(PAGE) == read(PAGE)


@pytest.mark.parametrize(
    "line",
    [
        "Home",
        "We use cookies to improve your experience. Accept",
        "Share on Facebook Tweet this story",
        "Related stories",
        "Harbour dredging to begin in April after long delay",
        "Sign up for our morning newsletter and never miss a story.",
        "Lovely to hear, my father was the last keeper but one and would have been so proud of it all.",
        "© 2024 The Hallan Courier. All rights reserved.",
        "Contact us Privacy policy",
    ],
)
def test_what_surrounds_an_article_is_furniture_and_stays_in_the_text(line: str) -> None:
    content = read(PAGE)
    assert line in content.text
    assert line not in article_of(content)


@pytest.mark.parametrize(
    "words",
    [
        "a day later than the Trust had hoped",
        "Two hundred people watched from the quay. “I had not thought that I would see it,”",
        "sold at the market since 2016",
        "Visitors will be taken up in groups of six from June",
    ],
)
def test_the_article_is_no_furniture(words: str) -> None:
    assert words in article_of(read(PAGE))


def test_a_page_without_an_article_keeps_all_but_its_navigation() -> None:
    page = "<nav><a href=/>Home</a></nav><p>Closed on Mondays.</p><footer>© 2020 Pub</footer>"
    assert of_kind(read(page), "furniture") == ["Home", "© 2020 Pub"]


def test_a_page_says_what_it_is() -> None:
    content = read(PAGE)
    assert content.title == "Skerrow lamp is lit again"
    assert content.metadata == {
        "author": "Imogen Tarrant",
        "published": "2024-05-01T09:30:00+01:00",
        "modified": "2024-05-02",
        "site": "The Hallan Courier",
        "url": "https://courier.example/2024/lamp",
        "language": "en-GB",
    }


@pytest.mark.parametrize(
    ("head", "title"),
    [
        pytest.param("<title>The lamp - The Courier</title><meta property=og:site_name content='The Courier'>", "The lamp", id="site at the end"),
        pytest.param("<title>Courier: news | The lamp is lit</title><h1>The lamp is lit</h1>", "The lamp is lit", id="headline in it"),
        pytest.param("<title>Lamp | Courier</title><link rel=canonical href=https://courier.example/a>", "Lamp", id="host"),
        pytest.param("<title>War - and peace</title>", "War - and peace", id="a dash of its own"),
        pytest.param("<title>Fish &amp; chips &amp;amp; peas</title>", "Fish & chips & peas", id="escaped twice"),
        pytest.param("<title> \n </title><h1>The <i>lamp</i></h1>", "The lamp", id="headline alone"),
        pytest.param("<title>Home</title><meta property=og:title content='The lamp'><h1>The lamp</h1>", "The lamp", id="Open Graph"),
        pytest.param("<p>No title at all.</p>", "", id="none"),
    ],
)  # fmt: skip
def test_the_title_is_the_headline(head: str, title: str) -> None:
    assert read(head).title == title


@pytest.mark.parametrize(
    ("value", "date"),
    [
        ("2024-05-01", "2024-05-01"),
        ("20240501", "2024-05-01"),
        ("May 1, 2024", "2024-05-01"),
        ("Wed, 01 May 2024 09:30:00 +0200", "2024-05-01T09:30:00+02:00"),
        ("01/05/2024", None),
        ("0000-00-00", None),
        ("yesterday", None),
        ("9" * 5000, None),
    ],
)
def test_a_date_is_kept_if_its_day_is_certain(value: str, date: str | None) -> None:
    page = f'<meta property="article:published_time" content="{value}"><p>x'
    assert read(page).metadata.get("published") == date


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "/relative",
        "http://",
        "https://user:word@host.example/",
        "https://a.example/\tb",
        "http://[::1",
        "https://a.example/" + "x" * 3000,
    ],
)
def test_only_addresses_of_the_web_are_kept(url: str) -> None:
    page = f'<base href="javascript:x"><link rel="canonical" href="{url}"><p>x'
    assert "url" not in read(page).metadata


def test_what_a_page_says_of_itself_may_be_anything() -> None:
    said = '{"@type": ["Article"], "headline": {"a": []}, "author": [[], {"name": ["\\u202eeve\\u0007"]}]}'
    nested = '{"@graph": [' * 300 + "{}" + "]}" * 300
    markup = "".join(
        f'<script type="application/ld+json">{one}</script>'
        for one in (said, nested, "[" * 50_000, "{", "null", "3")
    )
    content = read(f"<title>a\u202e b</title>{markup}<p>x")
    assert content.title == "a b"
    assert content.metadata == {"author": "eve"}


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        pytest.param(RUSSIAN, "cp1251", "windows-1251", id="windows-1251"),
        pytest.param(RUSSIAN, "cp1251", "", id="windows-1251, not said"),
        pytest.param(RUSSIAN, "cp1251", "utf-8", id="windows-1251, said to be UTF-8"),
        pytest.param(RUSSIAN, "cp1251", "iso-8859-1", id="windows-1251, said to be Western"),
        pytest.param(RUSSIAN, "koi8-r", "koi8-r", id="koi8-r"),
        pytest.param(RUSSIAN, "utf-8", "windows-1251", id="UTF-8, said to be windows-1251"),
        pytest.param(RUSSIAN, "utf-8-sig", "windows-1251", id="byte order mark"),
        pytest.param(RUSSIAN, "utf-16", "", id="UTF-16"),
        pytest.param(RUSSIAN, "utf-16-le", "", id="UTF-16 without a mark"),
        pytest.param(JAPANESE, "shift_jis", "Shift_JIS", id="Shift JIS"),
        pytest.param(JAPANESE, "shift_jis", "utf-16", id="Shift JIS, said to be UTF-16"),
        pytest.param(JAPANESE, "euc_jp", "euc-jp", id="EUC-JP"),
        pytest.param(JAPANESE, "iso2022_jp", "iso-2022-jp", id="ISO-2022-JP"),
        pytest.param(JAPANESE, "iso2022_jp", "", id="ISO-2022-JP, not said"),
        pytest.param(CHINESE, "big5", "big5", id="Big5"),
        pytest.param(CHINESE, "gb18030", "gb2312", id="GB"),
        pytest.param(GERMAN, "cp1252", "iso-8859-1", id="Western"),
        pytest.param(GERMAN, "cp1252", "rot13", id="said to be no encoding"),
        pytest.param(GERMAN, "utf-8", "unheard-of", id="said to be unknown"),
    ],
)
def test_the_encoding_is_told(text: str, encoding: str, said: str) -> None:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={said}">' if said else ""
    page = f"<html><head>{meta}</head><body><p>{text}</p><p>{text}</p></body></html>"
    assert read(page.encode(encoding)).text == f"{text}\n\n{text}"


def test_damage_in_a_page_that_says_its_encoding_is_marked() -> None:
    page = '<meta charset="utf-8"><p>plain words ' + "and more of them " * 20
    content = read(page.encode() + bytes(range(0x80, 0x100)))
    assert content.text.startswith("plain words and more")
    assert "\ufffd" in content.text


XMLNS = ' xmlns="http://www.w3.org/1999/xhtml"'


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        pytest.param("a.html", f'<?xml version="1.0"?><html{XMLNS}>', id="XML"),
        pytest.param("a.html", f"<!DOCTYPE html><!-- x --><html lang='en'{XMLNS}>", id="namespace"),
        pytest.param("a.XHTML", "<!DOCTYPE html><html>", id="name"),
    ],
)
@pytest.mark.parametrize("head", ["<title/>", '<script src="x"/>', "<style type='text/css'/>"])
def test_xhtml_closes_its_elements(name: str, beginning: str, head: str) -> None:
    page = f'{beginning}<head>{head}</head><body><p>a<a id="n"/> b<br/>c</p></body></html>'
    assert read(page, name).text == "a b\nc"


def test_elements_that_xhtml_closes_are_not_taken_for_open() -> None:
    assert read(f"<html{XMLNS}><body>" + '<p><a id="n"/>a</p>' * 5_000).text.count("a") == 5_000


def test_what_xhtml_takes_for_text_is_text() -> None:
    script = "<script>//<![CDATA[\nlet a = 1 < 2;\n//]]></script>"
    page = (
        f"<html{XMLNS}><body>{script}<p>If <![CDATA[a > b && <br/> < c]]> then.</p></body></html>"
    )
    assert read(page).text == "If a > b && <br/> < c then."
    assert read(f"<html{XMLNS}><body><p>x" + "<![CDATA[" * 200_000 + "</p>").text.startswith("x")


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param("<div>" * 100_000, id="nested"),
        pytest.param("<b><p>" * 20_000, id="nested, both ways"),
        pytest.param("".join(f"<font size={n}><p>" for n in range(5000)), id="never closed"),
        pytest.param("<ul><li>" * 50_000, id="lists"),
        pytest.param("<div>" * 50_000 + "</p>" * 50_000, id="ends without beginnings"),
        pytest.param("<p " + " ".join(f"a{n}" for n in range(200_000)) + ">", id="attributes"),
    ],
)
def test_what_would_take_too_long_to_parse_is_refused(markup: str) -> None:
    started = time.monotonic()
    with pytest.raises(
        UnreadableDocumentError, match=r"'a\.html': its elements are nested too deep"
    ):
        read(f"{markup}x")
    assert time.monotonic() - started < 10


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param('<p title="' + "a" * 3_000_000 + '">x</p>', id="attribute"),
        pytest.param("<" * 1_000_000, id="beginnings of tags"),
        pytest.param("&" * 1_000_000, id="beginnings of entities"),
        pytest.param("x<br>" * 200_000, id="line breaks"),
        pytest.param("<table>" + "<tr><td rowspan=65534 colspan=1000>x" * 5_000, id="spans"),
        pytest.param("<table><tr>" + "<td colspan=1000>x" * 50_000, id="one row"),
        pytest.param("<title>" + " - x" * 500_000, id="title"),
        pytest.param('<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + "&b;" * 9000, id="entities"),
        pytest.param("<div>" * 2_000 + "<p>x" * 2_000, id="deep"),
    ],
)  # fmt: skip
def test_what_is_large_is_read_in_time(markup: str) -> None:
    started = time.monotonic()
    content = read(f"<body>y {markup}")
    assert time.monotonic() - started < 20
    assert len(content.text) < 2 * len(markup)


def test_headers_are_not_repeated_without_end() -> None:
    header = "".join(f"<th>{'h' * 79}</th>" for _ in range(300))
    table = f"<table><tr>{header}</tr>" + f"<tr>{'<td>x' * 300}</tr>" * 100
    assert len(read(table).text) < 2 * len(table)


def test_mutated_pages_are_read_or_refused_by_name() -> None:
    chance = random.Random(12)
    pieces = [
        b"<div>" * 50,
        b"<!--",
        b"</",
        b"<script>",
        b"&#xD800;",
        b"\0",
        b"<table><td>",
        b"<b>",
    ]
    whole = PAGE.encode()
    refused: list[str] = []
    for _ in range(60):
        page = bytearray(whole)
        for _ in range(chance.choice((1, 3, 20))):
            at = chance.randrange(len(page) + 1)
            match chance.randrange(4):
                case 0:
                    page[at : at + 30] = chance.randbytes(20)
                case 1:
                    del page[at : at + chance.randrange(1, 400)]
                case 2:
                    page[at:at] = chance.choice(pieces)
                case _:
                    page[at:at] = page[: chance.randrange(300)]
        started = time.monotonic()
        try:
            content = read(bytes(page))
        except UnreadableDocumentError as error:
            refused.append(error.name)
        else:
            assert all(block.span.of(content.text) for block in content.blocks)
        assert time.monotonic() - started < 5
    assert set(refused) <= {"a.html"}


def test_a_citation_is_a_slice_of_the_text() -> None:
    content = read(PAGE)
    start = content.text.index("Two hundred")
    assert Span(start, start + 40).of(content.text) in content.text
    assert content.text.count("Two hundred people") == 1
