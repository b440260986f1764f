import html
import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.answer import Answer, cite
from assistant.export import export
from assistant.hidden import closed, codes_of, hidden_in, names_of, without_hidden
from assistant.page.talk.render import answer_html, seen
from index.document import Document, Span

TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
texts = st.text(st.sampled_from(f"{TURNING}\u200e\u200f\u061cab 1‘’“”.<\n\u05d0"), max_size=40)


@given(texts)
def test_between_tags_whatever_turns_a_text_is_shut_in_alone(text: str) -> None:
    page = seen(text)
    assert html.unescape(re.sub("</?bdi>", "", page)) == text
    assert not set(TURNING) & set(re.sub("<bdi>.</bdi>", "", page))


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("plain “words”, naïve, 1–2\tand\nlines", ""),
        ("\u202ereversed", "U+202E"),
        ("an\u200bother and an\u200bother, \u00adsoft\ufeff", "U+200B, U+00AD, U+FEFF"),
        ("1 \u200f2", "U+200F"),
        ("a\u200dfter", "U+200D"),
        ("bell\x07 \U000e0041\U000e0042", "U+0007, U+E0041, U+E0042"),
        ("x\ufe00\ufe01", "U+FE00, U+FE01"),
        ("filled\u3164 in\u034f", "U+3164, U+034F"),
        (f"{TURNING}", "U+202A, U+202B, U+202C, U+202D and 5 more"),
        # what belongs to how a language or an emoji is written
        ("\U0001f469\u200d\U0001f469\u200d\U0001f467 \u2764\ufe0f 1\ufe0f\u20e3", ""),
        ("\U0001f44b\U0001f3fd\u200d\u2642\ufe0f", ""),
        ("\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f", ""),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", ""),
        ("\u05e9\u05dc\u05d5\u05dd\u200f (1) \u0915\u094d\u200d\u0937", ""),
    ],
)
def test_what_shows_nothing_is_named_unless_it_is_how_a_language_is_written(
    text: str, codes: str
) -> None:
    assert codes_of(hidden_in(text)) == codes


def test_hidden_characters_are_named_as_unicode_names_them() -> None:
    assert names_of(hidden_in("\u202e\x07")) == "U+202E right-to-left override, U+0007 control"
    assert names_of(hidden_in("\u2065")) == "U+2065 unassigned"


SHOWN = (
    "\0\t\n\r\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
)


def test_all_controls_and_format_characters_of_unicode_are_hidden_but_those_that_show() -> None:
    kinds = {"Cf", "Cc"}
    known = {char for char in map(chr, range(0x110000)) if unicodedata.category(char) in kinds}
    assert {char for char in known if hidden_in(char) != (char,)} == set(SHOWN)


@given(st.text() | st.text(st.characters(categories=["Cf", "Cc", "Co", "Cs", "Mn", "Zl", "Cn"])))
@example("\u3164 \u115f \u034f \u2800 \u180b \uffa0 \U00013430 \U0001bca0 \U0001d173 \u2065")
def test_without_what_is_hidden_nothing_is(text: str) -> None:
    left = without_hidden(text)
    assert hidden_in(left) == ()
    assert without_hidden(left) == left
    assert left.split() == [without_hidden(word) for word in text.split() if without_hidden(word)]


def levels_open(text: str) -> int:
    """How many directions a text sets and does not end, by the rules of Unicode's annex 9."""
    stack: list[str] = []
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind in {"LRE", "RLE", "LRO", "RLO", "LRI", "RLI", "FSI"}:
            stack.append(kind[2])
        elif kind == "PDF" and stack and stack[-1] != "I":
            stack.pop()
        elif kind == "PDI" and "I" in stack:
            del stack[len(stack) - 1 - stack[::-1].index("I") :]
        elif kind == "B":
            stack.clear()
    return len(stack)


@given(texts)
def test_a_closed_text_sets_no_direction_for_what_follows_it(text: str) -> None:
    assert closed(text).startswith(text)
    assert levels_open(closed(text)) == 0
    assert (closed(text) == text) == (levels_open(text) == 0)


def answer_of(quote: str, title: str = "A title") -> Answer:
    document = Document("a.txt", title, quote, "0", "a.txt")
    citation = cite(1, document, Span(0, len(quote)))
    return Answer("What?", "What?", f"It says: “{quote}” [1]", (citation,), answered=True)


def test_a_quote_with_hidden_characters_says_so_and_which() -> None:
    page = answer_html(answer_of("Also \u202eruobrah"), turn=0)
    assert 'aria-label="Hidden characters: U+202E right-to-left override"' in page
    assert ">hidden characters: U+202E</span>" in page
    assert "pq-hidden" not in answer_html(answer_of("Also the harbour"), turn=0)


def test_a_copy_carries_hidden_characters_and_is_not_turned_by_them() -> None:
    answer = answer_of("Also \u202eruobrah \u2067eht", title="The \u202eeltit")
    lines = export(answer).splitlines()
    assert "“Also \u202eruobrah \u2067eht”\u2069\u202c [1]" in lines[2]
    assert (
        lines[4]
        == "[1] The \u202eeltit\u202c, a.txt, characters 0–18, hidden characters: U+202E, U+2067"
    )
    assert all(levels_open(line) == 0 for line in lines)


def test_a_reason_that_quotes_the_question_is_not_turned_by_it() -> None:
    reason = "The documents don’t say: ‘Goo\u202egle’ does not occur in them."
    answer = Answer("Goo\u202egle?", "Goo\u202egle?", "", (), answered=False, reason=reason)
    first, _, last = export(answer).splitlines()
    assert first == "Goo\u202egle?\u202c"
    assert last == "The documents don’t say: ‘Goo\u202egle’\u202c does not occur in them."
    page = answer_html(answer, turn=0)
    assert "<bdi>‘Goo<bdi>\u202e</bdi>gle’</bdi> does not occur" in page
