"""Conversations that outlive the page, in a browser."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from index.document import Document
from tests.assistant.page.browsing import Visit, Visitor, needs_chromium, ready
from tests.scripted import ScriptedAssistant

pytestmark = needs_chromium

Serve = Callable[..., str]

BASIL = "Does basil want warm sun?"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept.sqlite"


def rows(made: Visit) -> Locator:
    return made.page.locator(".pq-conversations > li")


def show_list(made: Visit) -> None:
    made.page.get_by_role("button", name="Conversations", exact=True).click()
    expect(made.page.get_by_role("heading", name="Conversations")).to_be_visible()


def turns(made: Visit) -> Locator:
    return made.page.locator(".pq-turn")


def test_a_reload_brings_the_conversation_back_and_a_question_builds_on_it(
    scripted: Serve, visit: Visitor, garden: Document, kept: Path
) -> None:
    assistant = ScriptedAssistant([garden])
    made = visit(scripted(assistant, kept=kept))
    ready(made)
    made.ask(BASIL)
    made.page.reload()
    ready(made)
    expect(turns(made).locator("h2")).to_have_text([BASIL])
    quote = turns(made).locator(".pq-words").first.text_content()
    turns(made).locator(".pq-cite").first.click()
    expect(made.page.locator("mark.pq-active").first).to_be_in_viewport()
    assert made.active() == quote
    made.ask("And do tomatoes want water?")
    assert [asked for asked, _ in assistant.asked[-1][1]] == [BASIL]


def test_after_a_restart_it_is_in_the_list_with_working_citations(
    scripted: Serve, visit: Visitor, garden: Document, kept: Path
) -> None:
    first = visit(scripted(ScriptedAssistant([garden]), kept=kept))
    ready(first)
    first.ask(BASIL)
    restarted = ScriptedAssistant([garden])
    made = visit(scripted(restarted, kept=kept))
    ready(made)
    show_list(made)
    expect(rows(made)).to_have_count(1)
    rows(made).locator(".pq-reopen").click()
    expect(turns(made).locator("h2")).to_have_text([BASIL])
    expect(made.page.locator("mark").first).to_be_visible()
    turns(made).locator(".pq-cite").last.click()
    expect(made.page.locator("mark.pq-active").first).to_be_in_viewport()
    made.ask("And do tomatoes want water?")
    assert [asked for asked, _ in restarted.asked[-1][1]] == [BASIL]
    show_list(made)
    expect(rows(made).locator(".pq-reopen span")).to_contain_text("2 questions")


def test_a_new_conversation_loses_nothing(
    scripted: Serve, visit: Visitor, garden: Document, kept: Path
) -> None:
    made = visit(scripted(ScriptedAssistant([garden]), kept=kept))
    ready(made)
    made.ask(BASIL)
    made.page.get_by_role("button", name="New conversation").click()
    expect(turns(made)).to_have_count(0)
    made.ask("Do tomatoes want water?")
    show_list(made)
    expect(rows(made).locator("strong")).to_have_text(["Do tomatoes want water?", BASIL])
    made.page.reload()
    ready(made)
    expect(turns(made).locator("h2")).to_have_text(["Do tomatoes want water?"])


def test_a_conversation_is_found_renamed_deleted_and_restored(
    scripted: Serve, visit: Visitor, garden: Document, kept: Path
) -> None:
    made = visit(scripted(ScriptedAssistant([garden]), kept=kept))
    ready(made)
    made.ask(BASIL)
    made.page.get_by_role("button", name="New conversation").click()
    expect(turns(made)).to_have_count(0)
    made.ask("Who bakes the bread here?")
    show_list(made)
    expect(rows(made)).to_have_count(2)
    search = made.page.get_by_label("Find a conversation by words in it")
    search.press_sequentially("warm sun")
    expect(rows(made).locator("strong")).to_have_text([BASIL])
    expect(search).to_be_focused()

    rows(made).get_by_role("button", name="Rename").click()
    name = made.page.get_by_label(f"New name of {BASIL}")
    name.fill("Herbs <b>warm sun</b>")
    name.press("Enter")
    expect(rows(made).locator("strong")).to_have_text(["Herbs <b>warm sun</b>"])

    rows(made).get_by_role("button", name="Delete").click()
    expect(rows(made)).to_have_count(0)
    expect(made.page.locator("#pq-note")).to_contain_text("Deleted “Herbs <b>warm sun</b>”.")
    made.page.get_by_role("button", name="Undo").click()
    expect(rows(made).locator("strong")).to_have_text(["Herbs <b>warm sun</b>"])


def test_deleting_the_open_conversation_leaves_a_new_one(
    scripted: Serve, visit: Visitor, garden: Document, kept: Path
) -> None:
    made = visit(scripted(ScriptedAssistant([garden]), kept=kept))
    ready(made)
    made.ask(BASIL)
    show_list(made)
    rows(made).get_by_role("button", name="Delete").click()
    expect(turns(made)).to_have_count(0)
    made.page.reload()
    ready(made)
    expect(made.page.locator(".pq-welcome")).to_be_visible()
    show_list(made)
    expect(rows(made)).to_have_count(0)


def test_a_citation_of_a_changed_or_vanished_document_still_shows_its_words(
    scripted: Serve, visit: Visitor, garden: Document, kept: Path
) -> None:
    first = visit(scripted(ScriptedAssistant([garden]), kept=kept))
    ready(first)
    first.ask(BASIL)
    words = first.page.locator(".pq-words").all_text_contents()

    lost = Document("garden.md", "The garden", "The garden\n\nNothing grows.", "2", "garden.md")
    moved = replace(garden, text=f"A preface.\n\n{garden.text}", digest="3")
    for documents, said, note in [
        ([lost], "‘garden.md’ has changed since", "has changed"),
        ([moved], "‘garden.md’ has changed since", ""),
        ([], "‘garden.md’ is no longer among the documents", "no longer"),
    ]:
        other = Document("other.md", "Other", "Other words.", "9", "other.md")
        made = visit(scripted(ScriptedAssistant([*documents, other]), kept=kept))
        ready(made)
        show_list(made)
        rows(made).locator(".pq-reopen").click()
        expect(turns(made).locator(".pq-notice")).to_contain_text(said)
        assert made.page.locator(".pq-words").all_text_contents() == words
        turns(made).locator(".pq-cite").first.click()
        if note:
            expect(
                made.page.locator("#pq-note, #pq-reader").filter(has_text=note)
            ).not_to_have_count(0)
        else:
            expect(made.page.locator("mark.pq-active").first).to_be_in_viewport()
            assert made.active() == words[0]


def test_a_file_that_cannot_be_written_is_told_and_answers_come(
    scripted: Serve, visit: Visitor, garden: Document, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("no folder")
    made = visit(scripted(ScriptedAssistant([garden]), kept=tmp_path / "file" / "kept.sqlite"))
    ready(made)
    made.ask(BASIL)
    expect(turns(made).locator(".pq-quote").first).to_be_visible()
    expect(made.page.locator("#pq-note")).to_contain_text(
        "Conversations and notes can’t be kept in"
    )
    show_list(made)


def test_without_keeping_there_is_no_list(
    scripted: Serve, visit: Visitor, garden: Document
) -> None:
    made = visit(scripted(ScriptedAssistant([garden])))
    ready(made)
    made.ask(BASIL)
    assert made.page.get_by_role("button", name="Conversations", exact=True).count() == 0


def test_on_a_phone_the_list_is_a_sheet_that_closes_on_opening(
    scripted: Serve, visit: Visitor, garden: Document, kept: Path
) -> None:
    made = visit(scripted(ScriptedAssistant([garden]), kept=kept), width=390, height=780)
    ready(made)
    made.ask(BASIL)
    made.page.get_by_role("button", name="New conversation").click()
    expect(turns(made)).to_have_count(0)
    show_list(made)
    rows(made).locator(".pq-reopen").click()
    expect(turns(made).locator("h2")).to_have_text([BASIL])
    expect(turns(made).locator("h2")).to_be_in_viewport()
    assert made.page.evaluate("document.documentElement.scrollWidth") == 390


@pytest.mark.parametrize(
    ("form", "name"),
    [("md", "does-basil-want-warm-sun.md"), ("docx", "does-basil-want-warm-sun.docx")],
)
def test_an_answer_is_saved_as_a_file(
    scripted: Serve, visit: Visitor, garden: Document, form: str, name: str
) -> None:
    made = visit(scripted(ScriptedAssistant([garden])))
    ready(made)
    made.ask(BASIL)
    with made.page.expect_download() as saved:
        made.page.get_by_label("Take this answer away").select_option(form)
    assert saved.value.suggested_filename == name
    content = Path(saved.value.path()).read_bytes()
    assert (
        (b"word/document.xml" in content)
        if form == "docx"
        else ("“Basil wants warm sun and water.”".encode() in content)
    )


def test_a_conversation_is_saved_twice_from_the_list_and_as_it_stands(
    scripted: Serve, visit: Visitor, garden: Document, kept: Path
) -> None:
    made = visit(scripted(ScriptedAssistant([garden]), kept=kept))
    ready(made)
    made.ask(BASIL)
    made.ask("Do tomatoes want water?")
    show_list(made)
    take = made.page.get_by_label("Take this conversation away")
    listed = made.page.get_by_label(f"Take {BASIL} away")
    for choose in (take, take, listed):
        with made.page.expect_download() as saved:
            choose.select_option("json")
        data = json.loads(Path(saved.value.path()).read_text())
        assert [turn["question"] for turn in data["turns"]] == [BASIL, "Do tomatoes want water?"]
        assert data["turns"][0]["answer"]["citations"][0]["digest"] == garden.digest


def test_a_web_page_that_was_taken_away_shows_hostile_words_as_words(
    scripted: Serve, visit: Visitor, tmp_path: Path
) -> None:
    words = "Harbour gulls <script>window.pwned=1</script> <img src=x onerror='window.pwned=2'>."
    hostile = Document("h.txt", "Harbour", words, "1", "h.txt")
    made = visit(scripted(ScriptedAssistant([hostile])))
    ready(made)
    made.ask("What about the harbour gulls?")
    with made.page.expect_download() as saved:
        made.page.get_by_label("Take this answer away").select_option("html")
    file = tmp_path / "saved.html"
    saved.value.save_as(file)
    opened = made.page.context.new_page()
    opened.goto(file.as_uri())
    assert opened.locator("blockquote span").text_content() == words
    assert opened.evaluate("window.pwned") is None
    assert opened.locator("script, img").count() == 0


def test_references_are_copied(scripted: Serve, visit: Visitor, garden: Document) -> None:
    made = visit(
        scripted(ScriptedAssistant([garden])), permissions=["clipboard-read", "clipboard-write"]
    )
    ready(made)
    made.ask(BASIL)
    made.page.get_by_label("Take this answer away").select_option("apa")
    expect(made.page.locator("#pq-note")).to_contain_text("Copied.")
    assert made.page.evaluate("navigator.clipboard.readText()") == "The garden. (n.d.)."


def test_a_link_to_a_quote_opens_the_document_at_it(
    scripted: Serve, visit: Visitor, garden: Document
) -> None:
    address = scripted(ScriptedAssistant([garden, replace(garden, id="b.md", digest="2")]))
    made = visit(address, permissions=["clipboard-read", "clipboard-write"])
    ready(made)
    made.ask(BASIL)
    made.page.get_by_label("Take this answer away").select_option("links")
    expect(made.page.locator("#pq-note")).to_contain_text("Copied.")
    _, link, *_ = made.page.evaluate("navigator.clipboard.readText()").split("\n")
    assert link.startswith(f"{address}#quote=")
    words = made.page.locator(".pq-words").first.text_content()
    opened = visit(address)
    opened.page.goto("about:blank")
    opened.page.goto(link)
    expect(opened.page.locator("mark.pq-active").first).to_be_in_viewport(timeout=30_000)
    assert opened.active() == words
    opened.page.evaluate(
        "location.hash = location.hash.replace(/-[0-9a-f]{12}-/, '-0123456789ab-')"
    )
    expect(opened.page.locator("#pq-note")).to_contain_text("the linked quote stands there no more")


def test_quotes_are_pinned_put_in_order_and_found_again(
    scripted: Serve, visit: Visitor, garden: Document, kept: Path
) -> None:
    made = visit(scripted(ScriptedAssistant([garden]), kept=kept))
    ready(made)
    made.ask(BASIL)
    quote = turns(made).locator(".pq-words").first.text_content() or ""
    turns(made).locator(".pq-quote").first.hover()
    turns(made).get_by_role("button", name="Pin quote 1 to the notes").click()
    made.page.get_by_role("button", name="Show notes").click()
    pinned = made.page.locator(".pq-notes > li")
    expect(pinned).to_have_count(1)
    made.page.get_by_role("button", name="Write below").click()
    expect(made.page.locator(".pq-jotted")).to_be_focused()
    made.page.keyboard.type("For Monday.")
    made.page.keyboard.press("Tab")
    made.page.get_by_role("button", name="Move up this note").click()
    expect(made.page.get_by_role("button", name="Move down this note")).to_be_focused()
    made.page.reload()
    ready(made)
    made.page.get_by_role("button", name="Notes", exact=True).click()
    expect(pinned.first.locator(".pq-jotted")).to_have_value("For Monday.")
    expect(pinned.last.locator(".pq-words")).to_have_text(quote)
    pinned.last.locator(".pq-source").click()
    expect(made.page.locator("mark.pq-active").first).to_be_in_viewport()
    assert made.active() == quote
    assert made.complaints == []
