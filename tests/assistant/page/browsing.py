"""A page in a real browser, as the tests of this folder see it."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Page, expect

expect.set_options(timeout=20_000)  # a machine may be busy with other things

needs_chromium = pytest.mark.skipif(not shutil.which("chromium"), reason="needs Chromium")


@dataclass
class Visit:
    """A page in a browser of its own, and what it did that it should not have."""

    page: Page
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def ask(self, question: str) -> None:
        turns = self.page.locator(".pq-turn")
        self.page.wait_for_timeout(200)  # Gradio closes the last answer's stream a little later
        before = turns.count()
        box = self.page.get_by_label("Your question")
        box.fill(question)
        box.press("Enter")
        expect(turns).to_have_count(before + 1)
        expect(turns.last.locator(".pq-actions")).to_be_visible(timeout=30_000)

    def active(self) -> str:
        return "".join(self.page.locator("mark.pq-active").all_text_contents())

    def is_in_view(self, selector: str) -> bool:
        inside: bool = self.page.evaluate(
            """selector => {
                const mark = document.querySelector(selector).getBoundingClientRect();
                const pane = document.getElementById("pq-reader").getBoundingClientRect();
                const line = document.querySelector(selector).getClientRects()[0];
                const seen = document.elementFromPoint(line.left + 4, line.top + 4);
                return mark.top >= pane.top && mark.bottom <= pane.bottom
                    && !!seen?.closest(selector);
            }""",
            selector,
        )
        return inside


Visitor = Callable[..., Visit]


def ready(made: Visit) -> None:
    expect(made.page.get_by_label("Your question")).to_be_enabled(timeout=120_000)
