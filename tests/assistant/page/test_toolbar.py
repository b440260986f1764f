import pytest

from assistant.answer import cite
from assistant.page.article.article import Highlights
from assistant.page.article.toolbar import LISTED, LONG, find, headings_of, tools_html
from index.document import Block, Document, Span


def document_of(text: str, *blocks: Block) -> Document:
    return Document("a.md", "A", text, "0", "a.md", blocks=blocks)


def with_headings(*levels: int) -> Document:
    line = "# Heading <b>\n"
    blocks = [
        Block(Span(at * len(line), (at + 1) * len(line) - 1), "heading", level)
        for at, level in enumerate(levels)
    ]
    return document_of(line * len(levels) + "Words.\n" * LONG, *blocks)


def test_a_long_document_has_contents_from_its_headings() -> None:
    tools = tools_html(with_headings(2, 3, 2), Highlights())
    assert tools.count('data-act="heading"') == 3
    assert '<li data-level="1"><button type="button" data-act="heading" data-start="14"' in tools
    assert "<bdi>Heading &lt;b&gt;</bdi>" in tools


@pytest.mark.parametrize("document", [document_of("# A\n# B\n# C\n"), with_headings(1, 1)])
def test_a_short_one_and_one_without_headings_have_none(document: Document) -> None:
    assert "pq-contents" not in tools_html(document, Highlights())


def test_headings_of_plain_text_are_told_by_their_look() -> None:
    text = "The first part\n\nSome words are here.\n\nThe second part\n\nAnd more of them.\n"
    spans = [span.of(text).strip() for span, _ in headings_of(document_of(text))]
    assert spans == ["The first part", "The second part"]


def test_of_too_many_headings_the_deeper_ones_are_left_out() -> None:
    document = with_headings(*([1] + [2] * 9) * (LISTED // 5))
    assert len(headings_of(document)) == LISTED // 5


def test_quotes_are_stepped_through_in_the_order_of_the_text() -> None:
    document = document_of("One. Two. Three.")
    citations = cite(1, document, Span(10, 16)), cite(2, document, Span(0, 4))
    tools = tools_html(document, Highlights(3, citations))
    assert 'data-turn="3" data-numbers="2 1"' in tools
    assert "pq-steps" not in tools_html(document, Highlights())


@pytest.mark.parametrize(
    ("near", "step", "number"), [(-1, 1, 1), (0, 1, 2), (8, 1, 1), (8, -1, 1), (0, -1, 2)]
)
def test_finding_goes_on_and_begins_anew_at_the_end(near: int, step: int, number: int) -> None:
    found = find("A.b and\na.B", "a.b", near, step)
    assert found
    assert (found.number, found.count) == (number, 2)


@pytest.mark.parametrize("words", ["", " ", "a.c", "a*b"])
def test_words_that_do_not_occur_are_not_found(words: str) -> None:
    assert find("A.b and aab", words, -1, 1) is None


def test_a_long_document_is_told_in_brief_by_sentences_that_lead_to_their_places() -> None:
    text = "The <lamp> burns. " + "Gulls cry. " * 600
    document = Document("a.txt", "Lamps", text, "d", "a.txt")
    shown = tools_html(document, Highlights(), [Span(0, 17)])
    assert "The &lt;lamp&gt; burns." in shown
    assert 'data-act="pinned" dir="auto" data-link="#quote=0-17-' in shown
    assert "In brief" not in tools_html(document, Highlights())
