"""The parts of a text as they are drawn: styled, and not a character changed."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import cite
from assistant.page.article.article import Highlights, article_html
from assistant.page.article.blocks import drawn_blocks
from index.document import Block, BlockKind, Document, Span
from index.formats import read
from tests.assistant.page.test_render import Marks, showable

KINDS: list[BlockKind] = ["heading", "item", "row", "quotation", "code", "caption", "furniture"]

TEXT = """# The garden

Words.

## Beds

- one
- two
  - a bed in it

> Said.

| a | b |
|---|---|
| 1 | 2 |
"""


def markdown(text: str = TEXT) -> Document:
    content = read("a.md", text.encode())
    title = content.title or "a.md"
    return Document("a.md", title, content.text, "0", "a.md", blocks=content.blocks)


def drawn(document: Document) -> list[tuple[str, str]]:
    spans = drawn_blocks(document, Span(0, len(document.text)))
    named = [(re.findall(r"pq-(\w+)", one.tag)[-1], one.span) for one in spans]
    return [(name, span.of(document.text)) for name, span in named]


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A text with blocks in blocks, none half in another, and borders anywhere."""
    text = draw(st.text("ab# \n\t<&\u202e", min_size=1, max_size=60))
    blocks: list[Block] = []

    def fill(start: int, end: int, depth: int) -> None:
        at = start
        while at < end and draw(st.booleans()):
            first = draw(st.integers(at, end - 1))
            last = draw(st.integers(first + 1, end))
            kind = draw(st.sampled_from(KINDS))
            blocks.append(Block(Span(first, last), kind, draw(st.integers(0, 9))))
            if depth:
                fill(first, last, depth - 1)
            at = last

    fill(0, len(text), 2)
    title = draw(st.sampled_from([text.strip().split("\n")[0], "Another"]))
    return Document("a", title, text, "0", "a", blocks=tuple(blocks))


class Nested(Marks):
    """Also that every element ends where it may."""

    def __init__(self, source: str) -> None:
        self.open: list[str] = []
        super().__init__(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        super().handle_endtag(tag)
        assert self.open.pop() == tag


@given(documents(), st.data())
def test_blocks_change_no_character_and_no_mark(document: Document, data: st.DataObject) -> None:
    length = len(document.text)
    start = data.draw(st.integers(0, length - 1))
    span = Span(start, data.draw(st.integers(start + 1, length)))
    page = Nested(article_html(document, Highlights(0, (cite(1, document, span),))))
    assert page.words == showable(document.text)
    assert page.marked == {1: showable(span.of(document.text))}
    assert list(page.targets) == ["cite-0-1"]
    assert page.open == []


@given(documents(), st.data())
def test_a_part_is_drawn_as_within_the_whole(document: Document, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(document.text) - 1))
    part = Span(start, data.draw(st.integers(start + 1, len(document.text))))
    page = Nested(article_html(document, parts=[part]))
    assert showable(part.of(document.text)) in page.words
    assert page.open == []


def test_a_block_takes_the_break_behind_it_so_that_no_line_is_added() -> None:
    assert drawn(markdown()) == [
        ("heading", "# The garden\n"),
        ("sign", "# "),
        ("heading", "## Beds\n"),
        ("sign", "## "),
        ("item", "- one\n"),
        ("item", "- two\n  - a bed in it\n"),
        ("item", "  - a bed in it\n"),
        ("quotation", "> Said.\n"),
        ("row", "| a | b |\n"),
        ("row", "| 1 | 2 |\n"),
    ]


@pytest.mark.parametrize(
    ("text", "is_whole"), [("x\nab\ny", True), ("x ab\ny", False), ("ab y", False)]
)
def test_only_what_fills_its_lines_is_set_apart(text: str, is_whole: bool) -> None:
    at = text.index("ab")
    document = Document("a", "A", text, "0", "a", blocks=(Block(Span(at, at + 2), "code"),))
    assert ("pq-line" in drawn_blocks(document, Span(0, len(text)))[0].tag) == is_whole


def test_headings_are_read_out_without_a_gap_in_their_levels() -> None:
    page = article_html(markdown("# One\n\n#### Deep\n\n## Two\n"))
    assert re.findall(r'aria-level="(\d)"', page) == ["3", "4", "4"]
    assert re.findall(r'data-level="(\d)"', page) == ["1", "4", "2"]


def test_a_legend_says_what_is_drawn_small_where_anything_is() -> None:
    assert "is not quoted" in article_html(markdown("---\nauthor: Ada\n---\nWords.\n"))
    assert "is not quoted" not in article_html(markdown())


def test_a_legend_names_the_marks_where_there_are_any() -> None:
    document = markdown()
    citations = (cite(1, document, Span(14, 20)),)
    assert "pq-legend" not in article_html(document)
    assert ">Quoted<" in article_html(document, Highlights(0, citations))
    assert "no answer" in article_html(document, Highlights(0, citations, near=True))
