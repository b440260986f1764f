"""Documents brought, removed and noticed, as a reader does it, over a real index."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from playwright.sync_api import Page, expect

from assistant.page.documents.keeper import Keeper
from assistant.page.serve import application
from index.settings import Settings
from tests.assistant.page.browsing import Visitor, needs_chromium, ready
from tests.scripted import ScriptedAssistant
from tests.serving import App, served

if TYPE_CHECKING:
    from assistant.ask import Assistant

pytestmark = needs_chromium

HARBOUR = "The harbour is deep and quiet. Ships call there at dawn.\n"

DROP = """([name, words]) => {
    const data = new DataTransfer();
    data.items.add(new File([words], name));
    for (const kind of ["dragenter", "dragover", "drop"]) {
        const options = { dataTransfer: data, bubbles: true, cancelable: true };
        const target = document.querySelector("#pq-composer textarea");
        if (target.dispatchEvent(new DragEvent(kind, options))) throw new Error(kind);
        if (kind === "dragover" && document.getElementById("pq-drop").hidden) throw new Error("cover");
    }
    if (!document.getElementById("pq-drop").hidden) throw new Error("cover");
}"""

PASTE = """words => {
    const data = new DataTransfer();
    data.setData("text/plain", words);
    const options = { clipboardData: data, bubbles: true, cancelable: true };
    document.body.dispatchEvent(new ClipboardEvent("paste", options));
}"""


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    folder = tmp_path / "sources"
    folder.mkdir()
    return folder


@pytest.fixture
def alone(sources: Path, tmp_path: Path) -> Iterator[str]:
    """The page without an index, where only bringing is of interest."""
    keeper = Keeper(Settings(sources=sources, store=tmp_path / "store"))
    assistant = cast("Assistant", ScriptedAssistant([]))
    with served(application(assistant, sources=sources, keeper=keeper)) as port:
        yield f"http://127.0.0.1:{port}/"


@pytest.fixture
def app(sources: Path, tmp_path: Path) -> Iterator[App]:
    started = App(sources, tmp_path / "store")
    assert started.first_line()
    yield started
    started.stop()


def counts(page: Page, words: str) -> None:
    expect(page.locator(".pq-state[data-act=library]")).to_have_text(words, timeout=60_000)


def test_an_empty_page_invites_and_what_is_brought_can_be_asked(
    app: App, visit: Visitor, sources: Path, tmp_path: Path
) -> None:
    made = visit(app.address)
    page = made.page
    expect(page.get_by_role("heading", name="Bring your documents")).to_be_visible(timeout=60_000)
    expect(page.locator(".pq-welcome")).to_contain_text(str(sources))
    good, bad = tmp_path / "harbour.txt", tmp_path / "run.exe"
    good.write_text(HARBOUR)
    bad.write_text("x")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Add documents").press("Enter")
    chooser.value.set_files([good, bad])
    brought = page.get_by_label("Documents that you add")
    expect(brought.get_by_role("status")).to_have_text(
        "‘harbour.txt’ can be asked now.", timeout=60_000
    )
    expect(brought).to_contain_text("‘run.exe’ is of the kind ‘.exe’, which can’t be read.")
    page.locator("#pq-masthead [data-act=library]").click()
    page.get_by_label("Search in all texts").fill("zebra")
    page.get_by_label("Search in all texts").press("Enter")
    expect(page.locator("#pq-reader")).to_contain_text("In no document there is")
    brought.get_by_role("button", name="Show in the list").click()
    expect(page.locator(".pq-shelf > li:visible")).to_contain_text("harbour.txt")
    assert [path.name for path in sources.iterdir()] == ["harbour.txt"]
    ready(made)
    made.ask("When do ships call at the harbour?")
    expect(page.locator(".pq-quote").first).to_contain_text("Ships call there at dawn.")


def test_a_drop_and_a_paste_bring_documents(app: App, visit: Visitor, sources: Path) -> None:
    made = visit(app.address)
    page = made.page
    counts(page, "No documents")
    page.evaluate(DROP, ["../harbour.txt", HARBOUR])
    counts(page, "1 document")
    page.evaluate(PASTE, "Owls hunt at night. They sleep by day.")
    dialog = page.get_by_role("dialog", name="Add a text")
    expect(dialog.get_by_label("Text", exact=True)).to_be_focused()
    expect(dialog.get_by_label("Text", exact=True)).to_have_value(
        "Owls hunt at night. They sleep by day."
    )
    dialog.get_by_label("Text", exact=True).press("Escape")
    expect(dialog).to_be_hidden()
    assert [path.name for path in sources.iterdir()] == ["harbour.txt"]
    page.evaluate(PASTE, "Owls hunt at night. They sleep by day.")
    dialog.get_by_role("button", name="Add to documents").click()
    counts(page, "2 documents")
    brought = sources / "Owls hunt at night. They sleep by day.txt"
    assert brought.read_text() == "Owls hunt at night. They sleep by day."
    made.ask("When do owls hunt?")
    expect(page.locator(".pq-quote").first).to_contain_text("Owls hunt at night.")
    page.get_by_label("Your question").fill("")
    page.locator("#pq-composer textarea").evaluate(
        "(box, words) => { const data = new DataTransfer(); data.setData('text/plain', words);"
        " box.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true })); }",
        "a question",
    )
    expect(dialog).to_be_hidden()


def test_what_is_removed_comes_back_and_what_is_put_there_is_noticed(
    app: App, visit: Visitor, sources: Path
) -> None:
    (sources / "harbour.txt").write_text(HARBOUR)
    (sources / "owls.txt").write_text("Owls hunt at night.\n")
    made = visit(app.address)
    page = made.page
    page.get_by_role("button", name="Update now").first.click()
    counts(page, "2 documents")
    page.locator(".pq-state[data-act=library]").click()
    page.get_by_role("button", name="Remove owls").click()
    undo = page.get_by_role("button", name="Put owls.txt back")
    expect(undo).to_be_focused()
    counts(page, "1 document")
    assert [path.name for path in sources.iterdir()] == ["harbour.txt"]
    undo.click()
    counts(page, "2 documents")
    assert (sources / "owls.txt").read_text() == "Owls hunt at night.\n"
    (sources / "rock.txt").write_text("The lighthouse stands on the rock.\n")
    warning = page.locator(".pq-warning")
    expect(warning).to_contain_text("rock.txt", timeout=20_000)  # by itself
    warning.get_by_role("button", name="Update now").click()
    counts(page, "3 documents")
    expect(warning).to_be_hidden()


def test_progress_is_seen_at_once(alone: str, visit: Visitor, sources: Path) -> None:
    page = visit(alone).page
    counts(page, "No documents")
    millis = page.evaluate(
        """async () => {
            const data = new DataTransfer();
            data.items.add(new File([new Uint8Array(19_000_000).fill(65)], "large.txt"));
            const started = performance.now();
            const options = { dataTransfer: data, bubbles: true, cancelable: true };
            document.body.dispatchEvent(new DragEvent("drop", options));
            const bar = () => document.querySelector("#pq-bring:not([hidden]) progress:not([hidden])");
            while (!bar()) await new Promise(requestAnimationFrame);
            return performance.now() - started;
        }"""
    )
    assert millis < 300
    expect(page.get_by_label("Documents that you add")).to_contain_text("added", timeout=30_000)
    assert (sources / "large.txt").stat().st_size == 19_000_000


def test_a_file_that_is_cut_off_is_told_by_its_name(alone: str, visit: Visitor) -> None:
    made = visit(alone)
    page = made.page
    counts(page, "No documents")
    page.route("**/documents?name=*", lambda route: route.abort())
    page.evaluate(DROP, ["harbour.txt", HARBOUR])
    brought = page.get_by_label("Documents that you add")
    expect(brought).to_contain_text("‘harbour.txt’ was not added: the connection")
    expect(brought.get_by_role("status")).to_have_text("Nothing was added.")
    brought.get_by_role("button", name="Close").click()
    expect(brought).to_be_hidden()
    made.complaints.clear()  # the browser's own about the request


def test_what_the_server_refuses_is_told_in_its_words(alone: str, visit: Visitor) -> None:
    made = visit(alone)
    page = made.page
    counts(page, "No documents")
    page.route(
        "**/documents?name=*",
        lambda route: route.fulfill(status=507, body="‘a.txt’ could not be written: no space."),
    )
    page.evaluate(DROP, ["a.txt", HARBOUR])
    brought = page.get_by_label("Documents that you add")
    expect(brought.get_by_role("listitem")).to_have_text("‘a.txt’ could not be written: no space.")
    made.complaints.clear()
