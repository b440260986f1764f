"""Choosing which documents are asked, as a reader does it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from index.document import Document
from tests.assistant.page.browsing import Visitor, needs_chromium, ready
from tests.scripted import ScriptedAssistant

pytestmark = needs_chromium

SHELF = [
    Document(
        f"{n}.txt",
        f"Report {n}",
        f"Report {n}\n\nThe harbour earned {n} thousand pounds. Ship{n:02}aaaa called twice.",
        str(n),
        f"{n}.txt",
        {"published": f"2024-{n % 12 + 1:02}", "author": "Ada" if n % 2 else "Ben"},
    )
    for n in range(15)
]


@pytest.fixture
def shelf() -> ScriptedAssistant:
    return ScriptedAssistant(SHELF)


def test_boxes_choose_what_is_asked_over_a_reload(
    scripted: Callable[..., str], visit: Visitor, shelf: ScriptedAssistant
) -> None:
    made = visit(scripted(shelf))
    ready(made)
    page = made.page
    chip = page.locator(".pq-asks")
    expect(chip).to_have_text("Asks all 15 documents")
    page.get_by_label("Ask Report 3", exact=True).check()
    page.get_by_label("Ask Report 4", exact=True).press("Space")
    expect(chip).to_have_text("Asks 2 of 15 documents")
    expect(page.locator("#pq-live")).to_have_text("Asks 2 of 15 documents")
    made.ask("What did the harbour earn?")
    assert shelf.scopes[-1] == ("3.txt", "4.txt")
    page.reload()
    ready(made)
    expect(chip).to_have_text("Asks 2 of 15 documents")
    expect(page.get_by_label("Ask Report 3", exact=True)).to_be_checked()
    expect(page.get_by_label("Ask Report 5", exact=True)).not_to_be_checked()
    page.get_by_role("button", name="Ask all documents again").press("Enter")
    expect(chip).to_have_text("Asks all 15 documents")
    expect(page.get_by_label("Ask Report 3", exact=True)).not_to_be_checked()
    made.ask("What did the harbour earn?")
    assert not shelf.scopes[-1]


def test_the_open_document_is_asked_alone_and_then_all(
    scripted: Callable[..., str], visit: Visitor, shelf: ScriptedAssistant
) -> None:
    made = visit(scripted(shelf))
    ready(made)
    page = made.page
    page.get_by_role("button", name="Report 7 7.txt").click()
    only = page.get_by_role("button", name="Ask only this document")
    expect(only).to_have_attribute("aria-pressed", "false")
    only.click()
    expect(only).to_have_attribute("aria-pressed", "true")
    expect(page.locator(".pq-asks")).to_have_text("Asks only “Report 7”")
    made.ask("Ship03aaaa called?")
    assert shelf.scopes[-1] == ("7.txt",)
    page.get_by_role("button", name="Ask all documents", exact=True).click()
    expect(page.locator(".pq-quote").first).to_contain_text("Ship03aaaa called twice.")
    expect(page.locator(".pq-turn")).to_have_count(1)
    expect(page.locator(".pq-asks")).to_have_text("Asks all 15 documents")
    assert not shelf.scopes[-1]


def test_an_only_document_offers_no_choice(scripted: Callable[..., str], visit: Visitor) -> None:
    made = visit(scripted(ScriptedAssistant(SHELF[:1])))
    ready(made)
    expect(made.page.locator(".pq-asks")).to_have_text("Asks only “Report 0”")
    expect(made.page.locator(".pq-article")).to_be_visible()
    expect(made.page.locator(".pq-only")).to_be_hidden()
    expect(made.page.locator(".pq-clear")).to_have_count(0)


def test_rows_are_found_ordered_and_chosen_together(
    scripted: Callable[..., str], visit: Visitor, shelf: ScriptedAssistant
) -> None:
    made = visit(scripted(shelf))
    ready(made)
    page = made.page
    rows = page.locator(".pq-shelf > li")
    page.get_by_label("Order of the documents").select_option("Newest first")
    expect(rows.first).to_contain_text("December 2024")
    page.get_by_label("Order of the documents").select_option("By file name")
    expect(rows.first).to_contain_text("Report 0")
    page.locator(".pq-filter").fill("ada")
    expect(page.locator(".pq-shown")).to_have_text("7 of 15")
    rows.locator("visible=true").locator("[data-act=open]").first.click()
    expect(page.locator(".pq-article")).to_be_visible()
    page.locator("#pq-masthead [data-act=library]").click()
    expect(page.locator(".pq-filter")).to_have_value("ada")
    expect(page.locator(".pq-shelf > li[aria-current]")).to_have_count(1)
    expect(page.locator(".pq-shown")).to_have_text("7 of 15")
    page.get_by_role("button", name="Choose all shown").click()
    expect(page.locator(".pq-asks")).to_have_text("Asks 7 of 15 documents")
    page.get_by_role("button", name="Choose none").click()
    expect(page.locator(".pq-asks")).to_have_text("Asks all 15 documents")


def test_a_folder_is_shown_and_chosen_with_those_in_it(
    scripted: Callable[..., str], visit: Visitor
) -> None:
    names = ["top.txt", "minutes/may.txt", "minutes/2024/june.txt", "mail.zip/july.txt"]
    shelf = ScriptedAssistant(
        [replace(one, id=name, source=name) for one, name in zip(SHELF, names, strict=False)]
    )
    made = visit(scripted(shelf))
    ready(made)
    page = made.page
    folders = page.get_by_label("Folder")
    expect(folders.locator("option")).to_have_text(
        ["All folders", "No folder", "mail.zip", "minutes", "minutes/2024"]
    )
    folders.select_option("minutes")
    expect(page.locator(".pq-shelf > li:visible")).to_have_count(2)
    page.get_by_role("button", name="Choose all shown").click()
    expect(page.locator(".pq-asks")).to_have_text("Asks 2 of 4 documents")
    page.locator(".pq-shelf > li:visible [data-act=open]").first.click()
    expect(page.locator(".pq-article")).to_be_visible()
    page.locator("#pq-masthead [data-act=library]").click()
    expect(folders).to_have_value("minutes")
    folders.select_option("No folder")
    expect(page.locator(".pq-shelf > li:visible")).to_have_count(1)


def test_a_restarted_server_is_told_what_was_chosen(
    scripted: Callable[..., str], visit: Visitor, shelf: ScriptedAssistant
) -> None:
    made = visit(scripted(shelf))
    ready(made)
    made.page.get_by_label("Ask Report 3", exact=True).check()
    expect(made.page.locator(".pq-asks")).to_have_text("Asks only “Report 3”")
    chip = made.page.locator(".pq-chip")
    chip.evaluate("chip => { chip.dataset.choice = '0'; }")  # as from one that knows of none
    shelf.documents[3] = replace(SHELF[3], title="Report three")
    made.page.evaluate("PullquoteScope.changed()")
    expect(made.page.locator(".pq-asks")).to_have_text("Asks only “Report three”")
    expect(chip).to_have_attribute("data-choice", "1")


def test_a_phone_shows_the_chip_and_the_boxes(
    scripted: Callable[..., str], visit: Visitor, shelf: ScriptedAssistant
) -> None:
    made = visit(scripted(shelf), 390, 844)
    ready(made)
    page = made.page
    page.locator(".pq-asks").click()
    box = page.get_by_label("Ask Report 1", exact=True)
    expect(box).to_be_visible()
    box.check()
    page.get_by_role("button", name="Back to answer").click()
    chip = page.locator(".pq-asks")
    expect(chip).to_have_text("Asks only “Report 1”")
    expect(chip).to_be_in_viewport(ratio=1)
    clear = page.get_by_role("button", name="Ask all documents again")
    size = clear.bounding_box()
    assert size
    assert min(size["width"], size["height"]) >= 40
    clear.click()
    expect(chip).to_have_text("Asks all 15 documents")
