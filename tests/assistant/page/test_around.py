from hypothesis import given
from hypothesis import strategies as st

from assistant.page.talk.around import around
from index.document import Document, Span


def document_of(text: str) -> Document:
    return Document("a.txt", "A", text, "0", "a.txt")


def test_the_sentences_before_and_after_are_given_whole() -> None:
    text = "First one. It was Dr. Ada who came.\n\nThe quote. Then we left. And so on."
    start = text.index("The quote.")
    assert around(document_of(text), Span(start, start + 10)) == (
        "It was Dr. Ada who came.",
        "Then we left.",
    )


def test_at_the_ends_of_a_text_there_is_nothing() -> None:
    assert around(document_of("All of it."), Span(0, 10)) == ("", "")


def test_what_is_long_loses_what_is_further_from_the_quote() -> None:
    text = "many words and " * 100
    before, after = around(document_of(text), Span(600, 603))
    assert before.startswith("… ")
    assert after.endswith(" …")
    assert text[:600].rstrip().endswith(before.removeprefix("… ").rstrip())
    assert max(len(before), len(after)) < 290


@given(st.text(min_size=1, max_size=80), st.data())
def test_what_is_around_stands_in_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    before, after = around(document_of(text), Span(start, end))
    assert before in text[:start]
    assert after in text[end:]
