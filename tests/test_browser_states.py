"""What becomes of the page when more is asked of it than a question: long texts, long pastes,
characters that nobody sees, a server that goes away."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from assistant.question import LONGEST_QUESTION
from index.document import Document
from tests import test_browser as browsing
from tests.scripted import ScriptedAssistant
from tests.test_browser import Visitor, ready

pytestmark = browsing.pytestmark
chromium, visit, scripted, garden = (
    browsing.chromium, browsing.visit, browsing.scripted, browsing.garden
)  # fmt: skip

Serve = Callable[..., str]


# --- long documents ---


def line_at(page: Page, share: float) -> str:
    """The line of the article at some share of its pane's height, and where exactly."""
    line: str = page.evaluate(
        """share => {
            const pane = document.getElementById("pq-reader").getBoundingClientRect();
            const at = document.caretRangeFromPoint(pane.left + 60, pane.top + share * pane.height);
            const text = at.startContainer.data;
            const from = text.lastIndexOf("\\n", at.startOffset - 1) + 1;
            const top = Math.round(at.getBoundingClientRect().top);
            return `${text.slice(from, text.indexOf("\\n", from))} at ${top}`;
        }""",
        share,
    )
    return line


@pytest.mark.parametrize(("side", "share"), [("follows", 0.1), ("comes before", 0.8)])
def test_showing_more_of_a_long_document_leaves_what_is_read_where_it_is(
    scripted: Serve, visit: Visitor, side: str, share: float
) -> None:
    lines = "".join(f"This is line {number} of the text.\n" for number in range(30_000))
    long = Document("long.txt", "Long", lines, "1", "long.txt")
    made = visit(scripted(ScriptedAssistant([long])))
    ready(made)
    text = made.page.locator(".pq-text")
    expect(text).to_contain_text("This is line 1 of")
    button = made.page.get_by_role("button", name="Show what follows")
    if side == "comes before":  # from a part in the middle
        made.page.evaluate(
            """() => {
                const more = document.querySelector("[data-act=more]");
                more.dataset.start = 500000;
                more.dataset.end = 540000;
            }"""
        )
        button.click()
        expect(text).to_contain_text("This is line 16000 of")
        button = made.page.get_by_role("button", name="Show what comes before")
    button.last.evaluate("(button, atTop) => button.scrollIntoView(atTop)", share > 0.5)
    before, words = line_at(made.page, share), len(text.text_content() or "")
    button.last.click()
    made.page.wait_for_function(
        "words => document.querySelector('.pq-text').textContent.length > words + 30000", arg=words
    )
    assert line_at(made.page, share) == before
    assert "This is line 1 of" in (text.text_content() or "")


# --- characters that nobody sees ---

ORDER = """
selector => [...document.querySelectorAll(selector)].map(element => {
    const places = [];
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode;
        for (let at = 0; at < text.length; at++) {
            if (!/[a-z0-9.]/i.test(text.data[at])) continue;
            const range = document.createRange();
            range.setStart(text, at);
            range.setEnd(text, at + 1);
            const box = range.getBoundingClientRect();
            places.push([Math.round(box.bottom), box.left, text.data[at]]);
        }
    }
    places.sort((a, b) => Math.abs(a[0] - b[0]) > 8 ? a[0] - b[0] : a[1] - b[1]);
    return places.map(place => place[2]).join("");
})
"""
"""The letters and digits of elements in the order in which they are seen."""


def stored(text: str) -> str:
    return "".join(char for char in text if char.isascii() and (char.isalnum() or char == "."))


@pytest.mark.parametrize(
    "turned",
    [
        "\u202eruobrah eht raen olsO",
        "\u202dharbour\u2067 the near\u202b Oslo",
        "\u2067harbour 1 \u2013 2\u2069 or \u200f3 \u2013 4, \u061c5 \u2013 6",
        "\u202a\u202b\u2066\u2067\u2068harbour",
    ],
    ids=ascii,
)
def test_what_is_seen_is_what_is_stored(scripted: Serve, visit: Visitor, turned: str) -> None:
    name = f"harbour {turned}.txt"
    text = f"Quay notes\n\nThe harbour lies {turned} west of the quay.\nA last line. 12.\n"
    document = Document(name, f"Title {turned} of it", text, "1", name)
    made = visit(scripted(ScriptedAssistant([document])), color_scheme="light")
    ready(made)
    made.ask(f"Where {turned} does the harbour west of the quay lie?")
    page = made.page
    assert page.locator(".pq-text").text_content() == text
    for selector in (
        ".pq-words",
        ".pq-text",
        ".pq-question h3",
        "figcaption",
        ".pq-head h2",
        ".pq-head p",
    ):
        elements = page.locator(selector)
        assert page.evaluate(ORDER, selector) == [stored(t) for t in elements.all_text_contents()]
    quote = page.locator(".pq-quote").first
    assert quote.evaluate(
        """quote => {
            const words = [...quote.querySelector(".pq-words").getClientRects()].at(-1);
            const link = quote.querySelector(".pq-cite").getBoundingClientRect();
            return link.top > words.bottom || link.left >= words.right;
        }"""
    )
    expect(quote.get_by_role("note")).to_contain_text("hidden characters: U+")


# --- long questions ---


@pytest.mark.parametrize("piece", ["A", "word ", "A line.\n"])
def test_a_long_paste_is_cut_to_what_a_question_may_have_and_freezes_nothing(
    scripted: Serve, visit: Visitor, garden: Document, piece: str
) -> None:
    address = scripted(ScriptedAssistant([garden]))
    made = visit(address, permissions=["clipboard-read", "clipboard-write"])
    ready(made)
    page, box = made.page, made.page.get_by_label("Your question")
    page.evaluate("text => navigator.clipboard.writeText(text)", piece * (1_000_000 // len(piece)))
    page.evaluate(
        """() => {
            let last = performance.now();
            window.longest = 0;
            setInterval(() => {
                const now = performance.now();
                window.longest = Math.max(window.longest, now - last);
                last = now;
            }, 10);
        }"""
    )
    box.focus()
    page.keyboard.press("Control+v")
    expect(page.locator("#pq-count")).to_have_text(
        "2,000 of 2,000 characters: a question can’t be longer."
    )
    page.wait_for_timeout(500)
    assert len(box.input_value()) == LONGEST_QUESTION
    assert page.evaluate("window.longest") < 1_000


def test_a_question_is_counted_only_when_it_gets_long(
    scripted: Serve, visit: Visitor, garden: Document
) -> None:
    made = visit(scripted(ScriptedAssistant([garden])))
    ready(made)
    box, counter = made.page.get_by_label("Your question"), made.page.locator("#pq-count")
    box.fill("water " * 200)
    expect(counter).to_be_hidden()
    box.fill("water " * 300)
    expect(counter).to_have_text("1,800 of 2,000 characters")
    made.ask("What wants warm sun and water?" + " " * 1_900)
    expect(counter).to_be_hidden()
