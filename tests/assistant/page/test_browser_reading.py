"""Reading: the drawn article, its contents, finding words, quote to quote, selected words."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from index.document import Document
from index.formats import read
from tests.assistant.page.browsing import Visitor, needs_chromium, ready
from tests.scripted import ScriptedAssistant

pytestmark = needs_chromium

Serve = Callable[..., str]

GUIDE = """---
author: Ada
---
# The harbour guide

Ships call here. The tide 𝛼 turns twice.

## Fees

- A small boat pays the harbour fee of ten pounds.
- A large boat
  pays the harbour fee of forty pounds.
  - A ferry pays nothing.

> The harbour master said so.

| boat | pounds |
|---|---|
| small | 10 |

```
pay --boat small
```

"""
FILLER = "".join(
    f"## Part {n}\n\n" + f"Gulls of part {n} cry over the quay. " * 20 + "\n\n" for n in range(1, 9)
)
FEES = "What is the harbour fee of a large boat?"


def guide(filler: str = FILLER) -> Document:
    content = read("guide.md", (GUIDE + filler).encode())
    title = "The harbour guide"
    said = content.said if hasattr(content, "said") else {}
    return Document(
        "guide.md", title, content.text, "1", "guide.md", dict(said), (), content.blocks
    )


@pytest.fixture
def served(scripted: Serve) -> str:
    return scripted(ScriptedAssistant([guide()]))


def all_copied(page: Page) -> str:
    """What a reader has on the clipboard who selects the article's text and copies it."""
    copied: str = page.evaluate(
        """() => {
            getSelection().selectAllChildren(document.querySelector(".pq-text"));
            const data = new DataTransfer();
            document.dispatchEvent(new ClipboardEvent("copy", { clipboardData: data, cancelable: true }));
            return data.getData("text/plain");
        }"""
    )
    return copied


def select(page: Page, words: str) -> None:
    page.evaluate("document.getElementById('pq-reader').scrollTop = 0")
    page.wait_for_timeout(200)  # what is scrolled takes the bar away
    page.evaluate(
        """words => {
            const walker = document.createTreeWalker(document.querySelector(".pq-text"), NodeFilter.SHOW_TEXT);
            while (walker.nextNode()) {
                const at = walker.currentNode.data.indexOf(words);
                if (at < 0) continue;
                getSelection().setBaseAndExtent(walker.currentNode, at, walker.currentNode, at + words.length);
                document.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
                return;
            }
            throw new Error("no such words");
        }""",
        words,
    )


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "light"), (1280, "dark")])
def test_the_drawn_article_is_copied_as_it_is_stored(
    served: str, visit: Visitor, width: int, scheme: str
) -> None:
    made = visit(served, width, color_scheme=scheme)
    ready(made)
    page = made.page
    if width < 760:
        made.ask(FEES)
        page.locator(".pq-cite").first.click()
    expect(page.locator(".pq-article .pq-heading").first).to_be_visible()
    assert all_copied(page) == guide().text
    size = "element => parseFloat(getComputedStyle(element).fontSize)"
    text = page.locator(".pq-text").evaluate(size)
    assert page.locator('.pq-heading[data-level="2"]').first.evaluate(size) > text
    assert page.locator(".pq-furniture").first.evaluate(size) < text
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    heights = page.evaluate(
        """() => [...document.querySelectorAll(".pq-item")].map(
            item => item.getClientRects().length)"""
    )
    assert heights == [1, 1, 1]


def test_words_are_found_and_gone_through(served: str, visit: Visitor) -> None:
    made = visit(served)
    ready(made)
    page = made.page
    box = page.get_by_label("Find in this document")
    box.fill("harbour FEE")
    said = page.locator(".pq-found")
    expect(said).to_have_text("1 of 2")
    box.press("Enter")
    expect(said).to_have_text("2 of 2")
    page.get_by_role("button", name="Next place").click()
    expect(said).to_have_text("1 of 2")
    page.get_by_role("button", name="Previous place").click()
    expect(said).to_have_text("2 of 2")
    marked = "[...CSS.highlights.get('pq-found-here')].map(String).join()"
    assert page.evaluate(marked) == "harbour fee"
    box.fill("walrus")
    expect(said).to_have_text("Not found")
    box.press("Escape")
    expect(said).to_have_text("")


def test_words_are_found_where_the_document_is_not_shown(scripted: Serve, visit: Visitor) -> None:
    text = "𝛼 line of text.\n" * 60_000 + "The zebra stands here.\n" + "More of it.\n" * 20_000
    made = visit(scripted(ScriptedAssistant([Document("l.txt", "Long", text, "1", "l.txt")])))
    ready(made)
    page = made.page
    box = page.get_by_label("Find in this document")
    box.fill("zebra")
    expect(page.locator(".pq-found")).to_have_text("Press Enter")
    box.press("Enter")
    expect(page.locator(".pq-found")).to_have_text("1 of 1")
    assert page.evaluate("[...CSS.highlights.get('pq-found-here')].map(String).join()") == "zebra"
    expect(box).to_be_focused()
    top = page.evaluate("[...CSS.highlights.get('pq-found-here')][0].getBoundingClientRect().top")
    assert 60 < top < 800


def test_contents_lead_to_a_heading(served: str, visit: Visitor) -> None:
    made = visit(served)
    ready(made)
    page = made.page
    page.get_by_text("Contents", exact=True).click()
    page.get_by_role("button", name="Part 7").click()
    expect(page.get_by_label("Contents of the document")).to_be_hidden()
    expect(page.get_by_role("heading", name="Part 7")).to_be_in_viewport()


def test_quotes_are_gone_through_by_button_and_key(served: str, visit: Visitor) -> None:
    made = visit(served)
    ready(made)
    made.ask(FEES)
    page = made.page
    said = page.locator(".pq-steps output")
    expect(said).to_have_text("3 quotes")
    page.get_by_role("button", name="Next quote").click()
    expect(said).to_have_text("1 of 3")
    first = made.active()
    page.get_by_role("button", name="Previous quote").click()
    expect(said).to_have_text("3 of 3")
    assert made.active() != first


def test_selected_words_are_asked_about_and_copied_with_their_source(
    served: str, visit: Visitor
) -> None:
    made = visit(served, permissions=["clipboard-read", "clipboard-write"])
    ready(made)
    page = made.page
    select(page, "tide 𝛼 turns twice.")
    page.get_by_role("button", name="Copy as quotation").click()
    expect(page.locator(".pq-copied")).to_be_visible()
    at = guide().text.index("tide")
    page.wait_for_function(
        "navigator.clipboard.readText().then(text => text.includes('characters'))"
    )
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith(
        f"“tide 𝛼 turns twice.” — The harbour guide, guide.md, characters {at}–{at + 19}"
    )
    select(page, "tide 𝛼 turns twice.")
    page.get_by_role("button", name="Ask about this").press("Enter")
    expect(page.get_by_label("Your question")).to_have_value(
        "What is said about “tide 𝛼 turns twice.”?"
    )
    expect(page.get_by_label("Your question")).to_be_focused()


def test_a_citation_shows_what_stands_around_its_quote(served: str, visit: Visitor) -> None:
    made = visit(served)
    ready(made)
    made.ask(FEES)
    page = made.page
    cite = page.locator(".pq-cite").first
    cite.hover()
    card = page.locator("#pq-card")
    expect(card).to_be_visible()
    words = page.locator(".pq-words").first.text_content() or ""
    expect(card.locator(".pq-card-quote")).to_have_text(f"“{words}”")
    expect(card.locator(".pq-card-place")).to_contain_text("The harbour guide · guide.md")
    expect(card.locator(".pq-card-before, .pq-card-after").first).not_to_be_empty()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()


def test_a_click_in_five_megabytes_marks_at_once(scripted: Serve, visit: Visitor) -> None:
    filler = "".join(
        f"## Part {n}\n\n" + "Gulls cry over the quay. " * 40 + "\n\n" for n in range(5000)
    )
    assert len(GUIDE + filler) > 5_000_000
    made = visit(scripted(ScriptedAssistant([guide(filler)])))
    ready(made)
    made.ask(FEES)
    taken = made.page.evaluate(
        """() => {
            const links = [...document.querySelectorAll(".pq-cite")];
            return links.map(link => {
                const start = performance.now();
                link.click();
                document.querySelector("mark.pq-active").getBoundingClientRect();
                return performance.now() - start;
            });
        }"""
    )
    assert sorted(taken)[len(taken) // 2] < 100
