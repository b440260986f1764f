"""Notes that are written while other things happen, in a browser."""

from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import Locator, Page, expect

from assistant.kept.file import KeptFile
from assistant.kept.notes import Notes
from index.document import Document
from tests.assistant.page.browsing import Visit, Visitor, needs_chromium, ready
from tests.scripted import ScriptedAssistant

pytestmark = needs_chromium

Serve = Callable[..., str]
BASIL = "Does basil want warm sun?"


@pytest.fixture
def notes(tmp_path: Path) -> Notes:
    return Notes(KeptFile(tmp_path / "kept.sqlite"))


@pytest.fixture
def made(
    scripted: Serve, visit: Visitor, garden: Document, notes: Notes, request: pytest.FixtureRequest
) -> Visit:
    opened = visit(
        scripted(ScriptedAssistant([garden]), kept=notes.file.path), **getattr(request, "param", {})
    )
    ready(opened)
    return opened


def fields(page: Page) -> Locator:
    return page.locator("textarea.pq-jotted")


def show(page: Page) -> None:
    page.get_by_role("button", name="Notes", exact=True).click()
    expect(page.get_by_role("heading", name="Notes")).to_be_visible()


def open_from_notes(made: Visit) -> None:
    """Pin an answer's quotes, and open the first from the notes."""
    made.ask(BASIL)
    made.page.get_by_role("button", name="Pin quotes").click()
    show(made.page)
    made.page.locator(".pq-notes .pq-source").first.click()
    expect(made.page.locator("mark.pq-active").first).to_be_visible()


def test_each_note_shows_its_own_words_when_their_order_changes(made: Visit, notes: Notes) -> None:
    page = made.page
    show(page)
    page.get_by_role("button", name="Write a note").click()
    expect(fields(page)).to_be_focused()
    page.keyboard.type("first")
    page.get_by_role("button", name="Write below").click()
    expect(fields(page)).to_have_count(2)
    expect(fields(page).nth(1)).to_be_focused()
    expect(fields(page).nth(1)).to_have_value("")
    page.keyboard.type("second")
    page.get_by_role("button", name="Move down this note").first.click()
    expect(fields(page).nth(0)).to_have_value("second")
    expect(fields(page).nth(1)).to_have_value("first")
    fields(page).nth(0).press("End")
    page.keyboard.type("!")
    page.get_by_role("heading", name="Notes").click()
    expect(fields(page).nth(1)).to_have_value("first")
    page.wait_for_timeout(500)
    assert [note.words for note in notes.listed()] == ["second!", "first"]


def test_words_are_kept_while_they_are_typed(made: Visit, notes: Notes) -> None:
    page = made.page
    show(page)
    page.get_by_role("button", name="Write a note").click()
    expect(fields(page)).to_be_focused()
    page.keyboard.type("Ten minutes of writing")
    page.wait_for_timeout(1_500)
    assert [note.words for note in notes.listed()] == ["Ten minutes of writing"]
    page.keyboard.type(" and more")
    expect(fields(page)).to_have_value("Ten minutes of writing and more")
    expect(fields(page)).to_be_focused()


def test_what_is_copied_and_mailed_is_what_stands_there(made: Visit) -> None:
    page = made.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    made.ask(BASIL)
    page.get_by_role("button", name="Pin quotes").click()
    page.get_by_role("button", name="Show notes").click()
    fields(page).first.fill("For Monday.")
    page.get_by_role("button", name="Copy all with sources").click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("For Monday.\n\n“")
    assert "garden.md, characters" in copied
    page.evaluate(
        "() => { window.mails = []; PullquoteNotes.post = (link) => window.mails.push(link); }"
    )
    page.get_by_role("button", name="Mail").click()
    (link,) = page.evaluate("window.mails")
    assert unquote(link) == f"mailto:?subject=Quotes&body={copied}"
    fields(page).first.fill("Too long for a link. " * 200)
    page.get_by_role("button", name="Mail").click()
    expect(page.get_by_role("button", name="to be pasted")).to_be_visible()
    assert len(page.evaluate("window.mails")) == 1
    assert "Too long for a link." in page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize("made", [{"width": 390, "height": 800}], indirect=True)
def test_on_a_phone_a_note_that_was_removed_can_be_put_back(made: Visit, notes: Notes) -> None:
    page = made.page
    show(page)
    page.get_by_role("button", name="Write a note").click()
    fields(page).fill("Kept by mistake.")
    page.get_by_role("button", name="Remove this note").click()
    expect(fields(page)).to_have_count(0)
    page.locator("#pq-side").get_by_role("button", name="Undo").click()
    expect(fields(page)).to_have_value("Kept by mistake.")
    assert [note.words for note in notes.listed()] == ["Kept by mistake."]


def test_the_notes_of_another_window_are_seen_when_this_one_is_come_back_to(
    made: Visit, notes: Notes
) -> None:
    page = made.page
    show(page)
    notes.write("Written elsewhere.")
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(fields(page)).to_have_value("Written elsewhere.")


@pytest.mark.parametrize("made", [{"width": 390, "height": 800}], indirect=True)
def test_on_a_phone_the_way_back_from_a_pinned_quote_leads_to_the_notes(made: Visit) -> None:
    page = made.page
    open_from_notes(made)
    page.get_by_role("button", name="Back to notes").click()
    expect(page.get_by_role("heading", name="Notes")).to_be_visible()
    page.get_by_role("button", name="Back to answer").click()
    expect(page.get_by_label("Your question")).to_be_visible()
    expect(page.locator("#pq-sheet-said")).to_have_count(0)


def test_what_was_saved_is_said_for_a_while(made: Visit) -> None:
    page = made.page
    made.ask(BASIL)
    said = page.locator("#pq-note .pq-said")
    expect(said).to_contain_text("Every quote is cut")
    with page.expect_download():
        page.get_by_label("Take this answer away").select_option("md")
    expect(said).to_contain_text("Saved ")
    expect(said).to_contain_text("Every quote is cut", timeout=15_000)


def test_an_offer_to_undo_stays_when_the_window_is_come_back_to(made: Visit) -> None:
    page = made.page
    show(page)
    page.get_by_role("button", name="Write a note").click()
    page.get_by_role("button", name="Remove this note").click()
    undo = page.locator("#pq-note").get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_timeout(1_500)
    expect(undo).to_be_visible()


def test_a_button_that_said_something_has_its_label_again(made: Visit) -> None:
    page = made.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    show(page)
    page.get_by_role("button", name="Write a note").click()
    fields(page).fill("For Monday.")
    page.get_by_role("button", name="Copy all with sources").click()
    page.get_by_role("button", name="Write below").click()  # the notes are written anew meanwhile
    expect(fields(page)).to_have_count(2)
    page.wait_for_timeout(2_000)
    expect(page.get_by_role("button", name="Copy all with sources")).to_be_visible()


@pytest.mark.parametrize("made", [{"width": 390, "height": 800}], indirect=True)
def test_a_phone_that_is_turned_frees_the_page_below_a_pinned_quote(made: Visit) -> None:
    page = made.page
    open_from_notes(made)
    page.set_viewport_size({"width": 1200, "height": 800})
    page.get_by_label("Your question").click()
    expect(page.get_by_label("Your question")).to_be_focused()
