"""What becomes of the page when more is asked of it than a question: long texts, long pastes,
characters that nobody sees, a server that goes away."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

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
