"""The page for everyone: axe, keys, the divider, paper, narrow screens."""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.assistant.page.browsing import Visitor, needs_chromium, ready
from tests.assistant.page.test_browser_reading import FEES, guide
from tests.scripted import ScriptedAssistant

pytestmark = needs_chromium

PACKAGE = find_spec("axe_playwright_python")
assert PACKAGE
assert PACKAGE.origin
AXE = Path(PACKAGE.origin).with_name("axe.min.js")


@pytest.fixture
def served(scripted: Callable[..., str], tmp_path: Path) -> str:
    return scripted(ScriptedAssistant([guide()]), kept=tmp_path / "kept.sqlite")


@pytest.mark.parametrize(
    ("width", "scheme"),
    [(1920, "light"), (1280, "light"), (1280, "dark"), (390, "dark"), (320, "light")],
)
def test_axe_finds_nothing_and_nothing_is_wider_than_the_page(
    served: str, visit: Visitor, width: int, scheme: str
) -> None:
    made = visit(served, width, color_scheme=scheme, bypass_csp=True)
    ready(made)
    made.ask(FEES)
    made.ask("Who rang?")
    made.page.evaluate(AXE.read_text(encoding="utf-8"))
    complaints = "axe.run().then(found => found.violations.map(one => one.id))"
    assert made.page.evaluate(complaints) == []
    assert made.page.evaluate("document.documentElement.scrollWidth") <= width
    made.page.get_by_role("button", name="Pin quotes").first.click()
    made.page.get_by_role("button", name="Show notes").click()
    made.page.get_by_role("button", name="Write a note").click()
    expect(made.page.locator(".pq-jotted").first).to_be_focused()
    assert made.page.evaluate(complaints) == []
    assert made.page.evaluate("document.documentElement.scrollWidth") <= width


def test_keys_do_what_their_list_says(served: str, visit: Visitor) -> None:
    made = visit(served)
    ready(made)
    made.ask(FEES)
    page = made.page
    box = page.get_by_label("Your question")
    box.press("ArrowUp")
    expect(box).to_have_value(FEES)
    box.fill("")
    page.locator("#pq-reader").focus()
    page.keyboard.press("j")
    expect(page.locator(".pq-steps output")).to_have_text("1 of 3")
    page.keyboard.press("k")
    expect(page.locator(".pq-steps output")).to_have_text("3 of 3")
    page.keyboard.press("f")
    expect(page.get_by_label("Find in this document")).to_be_focused()
    page.locator("#pq-reader").focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_hidden()
    page.locator("#pq-reader").focus()
    page.keyboard.press("/")
    expect(box).to_be_focused()


def test_the_divider_is_moved_by_key_and_kept(served: str, visit: Visitor) -> None:
    made = visit(served)
    ready(made)
    page = made.page
    divider = page.get_by_role("separator", name="Width of the conversation")
    width = "document.getElementById('pq-talk').getBoundingClientRect().width"
    before = page.evaluate(width)
    for _ in range(5):
        divider.press("ArrowRight")
    wider = page.evaluate(width)
    assert wider > before + 60
    page.reload()
    ready(made)
    assert abs(page.evaluate(width) - wider) < 3


def test_the_pane_that_was_used_last_is_printed_whole(served: str, visit: Visitor) -> None:
    made = visit(served)
    ready(made)
    made.ask(FEES)
    page = made.page
    page.locator(".pq-text").click(position={"x": 5, "y": 5})
    page.emulate_media(media="print")
    expect(page.locator(".pq-conversation")).to_be_hidden()
    expect(page.locator(".pq-article")).to_be_visible()
    assert page.evaluate(
        "document.documentElement.scrollHeight > document.querySelector('.pq-text').scrollHeight"
    )
    page.emulate_media(media="screen")
    page.get_by_label("Your question").click()
    page.emulate_media(media="print")
    expect(page.locator(".pq-article")).to_be_hidden()
    expect(page.locator(".pq-turn")).to_be_visible()
    expect(page.locator("#pq-composer")).to_be_hidden()
