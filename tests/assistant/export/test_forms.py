"""Every form says the same, word for word, and takes no word of a document for its own markup."""

import io
import json
import re
import zipfile
from dataclasses import replace
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from markdown_it import MarkdownIt
from selectolax.lexbor import LexborHTMLParser

from assistant.answer import Answer, Claim, cite
from assistant.export.as_docx import as_docx
from assistant.export.as_html import as_html
from assistant.export.as_markdown import as_markdown
from assistant.export.forms import FORMS, cited_in, links, references, written
from assistant.export.sheet import sheet_of
from assistant.hidden import closed
from assistant.kept.record import KeptTurn, answer_from_data
from index.document import Document, Span

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
HOSTILE = (
    "<script>alert(1)</script> & <img src=x onerror=alert(2)> ![b](http://192.0.2.1/b.png) "
    "[press](javascript:alert(3)) `code` *bold* _it_ ~~no~~ | cell | # head\n- item\n1. one\n"
    "> quote\n    indented\n\n\n---\n</blockquote> ]]> &amp; \\ www.example.org http://a.b/ $x$ ${y}"
)
STRANGE = "\u202eturned\u202c \x00 \x07 \udc80 \ufffe tab\there  two \u2028 end"


def turn(text: str, *, answered: bool = True, **says: str) -> KeptTurn:
    document = Document(f"{text[:40]}.txt", text, text, "ab" * 32, "x.txt", metadata=says)
    quoted = cite(1, document, Span(0, len(text)))
    return KeptTurn(
        text,
        "2026-11-29T02:00:00+00:00",
        Answer(
            text,
            text,
            f"It says:\n\n“{text}” [1]" if answered else "",
            (quoted,) if answered else (),
            answered,
            nearest=() if answered else (quoted,),
        ),
    )


def seen(text: str) -> str:
    """What a form can hold at all."""
    return re.sub("[\0\ud800-\udfff]", "\ufffd", text)


def from_markdown(shown: str) -> tuple[str, LexborHTMLParser]:
    page = LexborHTMLParser(
        MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(shown)
    )
    words = page.css("blockquote p")[0].html or ""
    return LexborHTMLParser(words.replace("<br>\n", "\n")).text(), page


def from_docx(packed: bytes, style: str) -> str:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        document = etree.fromstring(archive.read("word/document.xml"))
        for name in archive.namelist():
            etree.fromstring(archive.read(name))
    signs = {f"{W}br": "\n", f"{W}tab": "\t"}
    for paragraph in document.iter(f"{W}p"):
        kind = paragraph.find(f"{W}pPr/{W}pStyle")
        if kind is not None and kind.get(f"{W}val") == style:
            return "".join(signs.get(str(one.tag), one.text or "") for one in paragraph.iter())
    return ""


@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize("text", [HOSTILE, STRANGE, "* * *", "1) one", "+ a\n+ b", "  ends  "])
def test_a_hostile_quote_is_only_words_in_markdown(text: str, answered: bool) -> None:
    words, page = from_markdown(as_markdown(sheet_of(text, [turn(text, answered=answered)])))
    assert seen(text) in words
    names = {node.tag for node in page.css("body *")}
    assert names <= {"h1", "h2", "p", "em", "blockquote", "br"}


@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize("text", [HOSTILE, STRANGE])
def test_a_hostile_quote_is_only_words_in_html(text: str, answered: bool) -> None:
    shown = as_html(sheet_of(text, [turn(text, answered=answered)]))
    page = LexborHTMLParser(shown)
    assert page.css("blockquote span")[0].text() == seen(text)
    assert {node.tag for node in page.css("body *")} <= {
        "h1", "h2", "p", "blockquote", "span", "cite", "bdi", "footer"
    }  # fmt: skip
    assert page.css("script, img, a, link, iframe") == []


@pytest.mark.parametrize("text", [HOSTILE, STRANGE])
def test_a_hostile_quote_is_only_words_in_docx(text: str) -> None:
    packed = as_docx(sheet_of(text, [turn(text)]))
    held = re.sub("[\x07\ufffe]", "\ufffd", seen(text))
    assert from_docx(packed, "Quote") == f"“{held}” [1]"


TEXTS = st.text(min_size=1, max_size=60).filter(str.strip)


@given(TEXTS)
def test_any_quote_is_verbatim_in_every_form(text: str) -> None:
    kept = turn(text)
    sheet = sheet_of("t", [kept])
    if "\r" not in text:  # which a reader of HTML takes for a line feed
        assert seen(text) in from_markdown(as_markdown(sheet))[0]
    page = LexborHTMLParser(as_html(sheet))
    assert page.css("blockquote span")[0].text() == seen(text)
    ends = closed(re.sub("[\n\u2029]", " ", text))
    assert len(from_docx(as_docx(sheet), "Quote")) == len(ends) + len("“” [1]")


@given(st.sampled_from(sorted(FORMS)), st.text(), st.text())
def test_no_words_keep_a_form_from_being_written(form: str, title: str, question: str) -> None:
    assert written(form, title, [KeptTurn(question, problem=title)])


def test_json_holds_the_quote_its_place_and_what_the_document_says_of_itself() -> None:
    kept = turn(STRANGE, url="https://example.org/", author="A", published="2024-03", site="S")
    data = json.loads(written("json", "t", [kept]))
    answer = data["turns"][0]["answer"]
    assert answer_from_data(answer) == kept.answer
    first = answer["citations"][0]
    assert first["span"] == {"start": 0, "end": len(STRANGE)}
    assert (first["digest"], first["url"], first["published"], first["author"]) == (
        "ab" * 32, "https://example.org/", "2024-03", "A",
    )  # fmt: skip


def test_the_words_that_answer_are_pointed_out() -> None:
    document = Document("a.txt", "A", "It was in 2018.", "d", "a.txt")
    answer = Answer("?", "?", "“It was in 2018.” [1]", (cite(1, document, Span(0, 15), Span(10, 14)),), True)  # fmt: skip
    sheet = sheet_of("t", [KeptTurn("When?", answer=answer)])
    assert sheet_of("When?", [KeptTurn("When?", answer=answer)]).pieces == sheet.pieces[1:]
    assert "the answer in it: “2018”" in as_markdown(sheet)
    assert "<strong>2018</strong>" in as_html(sheet)
    assert from_docx(as_docx(sheet), "Quote") == "“It was in 2018.” [1]"


def test_prose_shows_what_its_check_found_and_then_the_quotes() -> None:
    document = Document("a.txt", "A", "It was high.", "d", "a.txt")
    answer = Answer(
        "?", "?", "It was low [1].", (cite(1, document, Span(0, 12)),), True, mode="prose",
        claims=(Claim(Span(0, 15), (1,), "mismatch", ("‘low’ is missing",)),),
    )  # fmt: skip
    shown = as_markdown(sheet_of("t", [KeptTurn("Was it?", answer=answer)]))
    assert "It was low \\[1\\]. (Does not match its quote: ‘low’ is missing)" in shown
    assert "> “It was high.” \\[1\\]" in shown


def test_only_a_web_address_becomes_a_link() -> None:
    for url, count in [("https://example.org/a?b=<c>", 0), ("https://example.org/a", 1),
                       ("javascript:alert(1)", 0), ("http://", 0), ("//x", 0)]:  # fmt: skip
        sheet = sheet_of("t", [turn("Some words.", url=url)])
        assert len(LexborHTMLParser(as_html(sheet)).css("a[href^=http]")) == count
        assert as_markdown(sheet).count("[original](") == count
        with zipfile.ZipFile(io.BytesIO(as_docx(sheet))) as archive:
            assert archive.read("word/_rels/document.xml.rels").count(b"External") == count


@pytest.mark.parametrize(
    "url",
    ["https://x.org/?a=1&lt;b=2&copy;=3&#60;", "https://x.org/?a=1&b=2", "https://x.org/\\*a\\&"],
)
def test_a_link_in_markdown_is_to_the_address_as_it_is(url: str) -> None:
    shown = as_markdown(sheet_of("t", [turn("Words.", url=url)]))
    (link,) = LexborHTMLParser(MarkdownIt("commonmark").render(shown)).css("a")
    address = (link.attributes["href"] or "").partition(":~:")[0].removesuffix("#")
    assert unquote(address) == url


def test_no_direction_that_a_document_sets_goes_on_behind_its_words() -> None:
    turned = "a \u202eb\nc"
    document = Document(
        f"{turned}.txt", turned, turned, "d", "x", metadata={"author": turned, "site": turned}
    )
    quoted = cite(1, document, Span(0, len(turned)))
    notice = "These are from ‘a \u202eb’, as far as they say."
    kept = KeptTurn("?", answer=Answer("?", "?", f"“{turned}” [1]", (quoted,), True, notice=notice))
    packed = as_docx(sheet_of("t", [kept]))
    for style in ("Quote", "Source", "Said"):
        paragraph = from_docx(packed, style)
        assert paragraph.count("\u202e") == paragraph.count("\u202c") > 0
    assert from_docx(packed, "Quote") == f"“{turned}”\u202c [1]"
    for style in ("apa", "chicago", "bibtex"):
        assert references(style, [quoted]).count("\u202c") == 3
    assert links([quoted]).startswith("“a \u202eb c”\u202c\n")
    assert as_markdown(sheet_of("t", [kept])).count("’\u202c, as far") == 1


def test_documents_are_referred_to_once_each() -> None:
    kept = turn("Some words.")
    assert references("apa", cited_in([kept, kept])).count("Some words.") == 1
    assert references("bibtex", cited_in([KeptTurn("?")])) == ""


def test_no_two_bibtex_entries_have_one_key() -> None:
    document = Document("a.pdf", "T", "Two words.", "d", "a.pdf", metadata={"author": "A"})
    first = replace(cite(1, document, Span(0, 3)), page=1)
    second = replace(cite(2, document, Span(4, 10)), page=2)
    assert references("bibtex", [first, second]).count("@online") == 1
    others = [replace(first, title="T2", digest="e"), replace(first, document_id="b.pdf")]
    shown = references("bibtex", [first, second, *others])
    keys = re.findall(r"@online\{(.*),", shown)
    assert len(keys) == len(set(keys)) == 3
    assert "pages" not in shown
