import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.reader.words import are_whole_words, whole_words
from index.document import Span

PIECES = [
    *("word", "3.5", "don’t", "’s", "$", "—", "-", ".", "“", " ", "\n", "\r\n", "漢字", "\ud800"),
    *(
        "e\u0301",
        "\u0301",
        "\u200b",
        "\u200d",
        "\u202e",
        "\ufe0f",
        "👩‍👩‍👧",
        "👍🏽",
        "\u05e9\u05dc",
        "\u200f",
    ),
]
TEXTS = st.one_of(
    st.lists(st.sampled_from(PIECES), min_size=1, max_size=20).map("".join), st.text(min_size=1)
)


@pytest.mark.parametrize(
    ("found", "whole"),
    [
        ("It cost $[40].50 then.", "$40.50"),
        ("It cost forty-[two] pounds.", "forty-two"),
        ("They [don]’t know.", "don’t"),
        ("At 10:30, 1,[000] came.", "1,000"),
        ("At 10:[30], 1,000 came.", "10:30"),
        ("[Micro]soft’s offer", "Microsoft"),
        ("In [1914]–1918 (war)", "1914"),
        ("In 1914–1918 ([war])", "war"),
        ("a [cafe]\u0301 there", "cafe\u0301"),
        ("a 👩\u200d[👩]\u200d👧2 there", "👩\u200d👩\u200d👧2"),
        ("in re\u200b[cent] years", "re\u200bcent"),
        ("[old lamp] off", "old lamp"),
    ],
)
def test_a_span_is_widened_to_whole_words(found: str, whole: str) -> None:
    text = found.replace("[", "").replace("]", "")
    widened = whole_words(text, Span(found.index("["), found.index("]") - 1))
    assert widened.of(text) == whole
    assert are_whole_words(text, widened)


@given(TEXTS, st.data())
def test_what_is_widened_holds_what_was_found_and_cuts_nothing(
    text: str, data: st.DataObject
) -> None:
    ends = st.integers(0, len(text))
    start, end = sorted((data.draw(ends), data.draw(ends)))
    widened = whole_words(text, Span(start, end))
    assert widened.covers(Span(start, end))
    assert whole_words(text, widened) == widened
    for at in {widened.start, widened.end} - {0, len(text)}:
        assert not (text[at - 1].isalnum() and text[at].isalnum())


@pytest.mark.parametrize("words", ["", " ", "old ", " lamp", "la", "—", "lamp — o"])
def test_parts_of_words_spaces_and_signs_are_no_words(words: str) -> None:
    text = "An old lamp — off"
    at = text.index(words)
    assert not are_whole_words(text, Span(at, at + len(words)))


def test_what_reaches_beyond_a_text_is_no_words_of_it() -> None:
    assert are_whole_words("lamp", Span(0, 4))
    assert not are_whole_words("lamp", Span(0, 5))
