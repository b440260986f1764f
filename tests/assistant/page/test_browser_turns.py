"""Numbers of quotes that come to stand for other words, in a browser."""

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from playwright.sync_api import expect

from assistant.answer import Answer, cite
from assistant.export.links import on_the_page
from index.document import Span
from tests.assistant.page.browsing import Visit, Visitor, needs_chromium, ready
from tests.assistant.page.test_page import NEWS, SPORT
from tests.scripted import ScriptedAssistant, quoted

pytestmark = needs_chromium

Serve = Callable[..., str]
BREAD = "Who bakes the bread?"
REGATTA = "Who won the regatta by lengths?"


def follow(made: Visit, block: str) -> str:
    """Follow the first citation below, and give its words."""
    quote = made.page.locator(f"{block} .pq-quote[data-number='1']").first
    quote.locator(".pq-cite").click()
    expect(made.page.locator("mark.pq-active").first).to_be_visible()
    return quote.locator(".pq-words").inner_text()


def test_the_quote_of_a_question_asked_anew_is_not_looked_for_in_the_old_answer(
    scripted: Serve, visit: Visitor
) -> None:
    assistant = ScriptedAssistant([NEWS, SPORT], model_host="model.example")
    made = visit(scripted(assistant))
    ready(made)
    made.ask(BREAD)
    expect(made.page.locator(".pq-article mark").first).to_be_visible()

    def slowly(question: str) -> Iterator[Answer]:
        for _ in range(100):
            yield replace(quoted(question, [NEWS, SPORT]), growing=True)
            time.sleep(0.2)

    assistant.script = slowly
    made.page.get_by_role("button", name="Edit this question").click()
    box = made.page.get_by_label("Your question")
    expect(box).to_have_value(BREAD)
    box.fill(REGATTA)
    box.press("Enter")
    expect(made.page.locator(".pq-words").first).to_contain_text("harbour crew")
    assert made.active() == "" or "harbour" in made.active()
    words = follow(made, ".pq-turn")
    expect(made.page.locator("mark.pq-active").first).to_contain_text("harbour")
    assert made.active() == words


def test_a_quote_of_before_a_restart_is_not_what_a_link_opened(
    scripted: Serve, visit: Visitor
) -> None:
    made = visit(scripted(ScriptedAssistant([NEWS, SPORT])))
    ready(made)
    made.ask(REGATTA)
    made.page.evaluate(
        """() => PullquoteEarlier.keep(
            document.querySelector("#pq-conversation .pq-turns").cloneNode(true),
            document.getElementById("pq-conversation"))"""
    )
    bakery = "The new bakery opens at seven."
    at = NEWS.text.index(bakery)
    link = on_the_page(cite(1, NEWS, Span(at, at + len(bakery))))
    made.page.evaluate("link => { location.hash = link }", link)
    expect(made.page.locator("mark.pq-active").first).to_have_text(bakery)
    words = follow(made, "#pq-earlier")
    expect(made.page.locator("mark.pq-active").first).to_contain_text("harbour")
    assert made.active() == words


def test_what_is_being_typed_stays_when_a_question_is_asked_again(
    scripted: Serve, visit: Visitor
) -> None:
    made = visit(scripted(ScriptedAssistant([NEWS, SPORT])))
    ready(made)
    made.ask(BREAD)
    box = made.page.get_by_label("Your question")
    box.fill("A long next question")
    made.page.get_by_role("button", name="Try again").click()
    made.page.wait_for_timeout(1_000)
    expect(made.page.locator(".pq-turn .pq-actions")).to_be_visible()
    expect(box).to_have_value("A long next question")


def test_a_last_line_selected_by_three_clicks_is_copied(scripted: Serve, visit: Visitor) -> None:
    made = visit(scripted(ScriptedAssistant([NEWS])))
    ready(made)
    made.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    text = made.page.locator(".pq-text")
    box = text.bounding_box()
    assert box
    made.page.mouse.click(box["x"] + 20, box["y"] + box["height"] - 12, click_count=3)
    made.page.get_by_role("button", name="Copy as quotation").click()
    expect(made.page.locator("#pq-note")).to_contain_text("Copied as a quotation")
    copied = made.page.evaluate("navigator.clipboard.readText()")
    assert NEWS.text.rstrip().splitlines()[-1] in copied
    made.page.evaluate("navigator.clipboard.writeText('something else')")
    made.page.mouse.click(box["x"] + 20, box["y"] + box["height"] - 12, click_count=3)
    made.page.get_by_role("button", name="Copy as quotation").click()
    made.page.wait_for_timeout(1_000)
    assert made.page.evaluate("navigator.clipboard.readText()") == copied
