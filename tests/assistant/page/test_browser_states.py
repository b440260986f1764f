"""What becomes of the page when more is asked of it than a question: long texts, long pastes,
characters that nobody sees, a server that goes away."""

import re
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from assistant.answer import Answer
from assistant.query.question import LONGEST_QUESTION
from index.document import Document
from tests.assistant.page.browsing import Visit, Visitor, needs_chromium, ready
from tests.scripted import ScriptedAssistant, quoted
from tests.serving import free_port

pytestmark = needs_chromium

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
    button.last.evaluate("button => button.click()")  # a click of the mouse may scroll to it first
    made.page.wait_for_function(
        "words => document.querySelector('.pq-text').textContent.length > words + 30000", arg=words
    )
    (line, place), (was, stood) = (one.split(" at ") for one in (line_at(made.page, share), before))
    assert line == was
    assert abs(int(place) - int(stood)) <= 2  # heights are not whole pixels
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
        ".pq-question h2",
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


# --- a server that goes away ---


class Line:
    """What a page reaches a server through, to be cut and mended."""

    def __init__(self, port: int) -> None:
        self.port, self.to = free_port(), port
        self.open: list[socket.socket] = []
        self.mend()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def mend(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", self.port))
        threading.Thread(target=self._listen, args=(self.listener,), daemon=True).start()

    def cut(self) -> None:
        for end in (self.listener, *self.open):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
        self.open.clear()

    def _listen(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                near, _ = listener.accept()
                try:
                    far = socket.create_connection(("127.0.0.1", self.to))
                except OSError:  # the server is down
                    near.close()
                    continue
                self.open += [near, far]
                for pair in ((near, far), (far, near)):
                    threading.Thread(target=self._pass_on, args=pair, daemon=True).start()

    def _pass_on(self, one: socket.socket, other: socket.socket) -> None:
        with suppress(OSError):
            while data := one.recv(65_536):
                other.sendall(data)
        for end in (one, other):
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)


@pytest.fixture
def line() -> Iterator[Callable[[str], Line]]:
    lines: list[Line] = []

    def lay(address: str) -> Line:
        lines.append(Line(int(address.rstrip("/").rpartition(":")[2])))
        return lines[-1]

    yield lay
    for laid in lines:
        laid.cut()


Lay = Callable[[str], Line]


def without_refusals(made: Visit) -> None:
    """Forget what the browser itself notes about every request that reaches nobody."""
    made.page.wait_for_timeout(300)  # its notes come late
    made.complaints[:] = [text for text in made.complaints if "net::ERR_" not in text]


def test_a_restart_keeps_the_turns_their_quotes_and_the_next_question(
    scripted: Serve, line: Lay, visit: Visitor, garden: Document
) -> None:
    laid = line(scripted(ScriptedAssistant([garden])))
    made = visit(laid.address)
    ready(made)
    made.ask("What wants warm sun and water?")
    made.ask("Where do beans climb?")
    page, box = made.page, made.page.get_by_label("Your question")
    laid.cut()
    away = page.locator("#pq-away")
    expect(away).to_contain_text(
        "The connection to Pullquote was lost. This page goes on by itself"
    )
    box.fill("Does basil want warm sun?")
    box.press("Enter")
    box.press("Enter")
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(away).to_contain_text("Your question is asked as soon as it is back.")
    expect(box).to_have_value("Does basil want warm sun?")
    restarted = ScriptedAssistant([garden])
    laid.to = int(scripted(restarted).rstrip("/").rpartition(":")[2])
    laid.mend()
    earlier = page.locator("#pq-earlier")
    expect(earlier.locator(".pq-turn")).to_have_count(2, timeout=15_000)
    expect(earlier.locator(".pq-notice")).to_contain_text(
        "Pullquote was restarted: what stands above"
    )
    now = page.locator(".pq-conversation:not(#pq-earlier) .pq-turn")
    expect(now.locator("h2")).to_have_text(["Does basil want warm sun?"])
    expect(now.locator(".pq-actions")).to_be_visible()
    expect(away).to_be_hidden()
    assert [(asked, list(history)) for asked, history, _ in restarted.asked] == [
        ("Does basil want warm sun?", [])
    ]
    for number in range(earlier.locator(".pq-quote").count()):
        quote = earlier.locator(".pq-quote").nth(number)
        quote.locator(".pq-cite").click()
        expect(quote).to_have_class(re.compile("pq-active"))
        assert made.active() == quote.locator(".pq-words").text_content()
    page.keyboard.press("Escape")
    expect(earlier.locator(".pq-cite").last).to_be_focused()
    made.ask("And tomatoes, do they want sun?")
    expect(earlier.locator(".pq-turn")).to_have_count(2)
    assert [question for question, _ in restarted.asked[-1][1]] == ["Does basil want warm sun?"]
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".pq-turn")).to_have_count(0)
    assert page.locator(".toast-body, .error").count() == 0
    without_refusals(made)


def test_an_answer_that_a_restart_cuts_off_gives_its_question_back(
    scripted: Serve, line: Lay, visit: Visitor, garden: Document
) -> None:
    over = threading.Event()

    def slowly(question: str) -> Iterator[Answer]:
        yield quoted(question, [garden])
        over.wait(60)

    laid = line(scripted(ScriptedAssistant([garden], slowly)))
    made = visit(laid.address)
    ready(made)
    box = made.page.get_by_label("Your question")
    box.fill("What wants warm sun and water?")
    box.press("Enter")
    expect(made.page.locator(".pq-quote").first).to_be_visible()
    laid.cut()
    expect(made.page.locator("#pq-away")).to_be_visible()
    laid.to = int(scripted(ScriptedAssistant([garden])).rstrip("/").rpartition(":")[2])
    laid.mend()
    expect(made.page.locator("#pq-earlier .pq-stopped")).to_have_text(
        "Pullquote was restarted before this was answered.", timeout=15_000
    )
    over.set()
    expect(box).to_have_value("What wants warm sun and water?")
    expect(made.page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    box.press("Enter")
    expect(made.page.locator(".pq-turn .pq-actions").last).to_be_visible()
    without_refusals(made)


def test_a_lost_connection_comes_back_with_the_conversation(
    scripted: Serve, line: Lay, visit: Visitor, garden: Document
) -> None:
    assistant = ScriptedAssistant([garden])
    laid = line(scripted(assistant))
    made = visit(laid.address)
    ready(made)
    made.ask("What wants warm sun and water?")
    for again in range(2):  # the second time is noticed as well
        laid.cut()
        expect(made.page.locator("#pq-away")).to_be_visible()
        box = made.page.get_by_label("Your question")
        box.fill(f"Where do beans climb, {again}?")
        laid.mend()
        expect(made.page.locator("#pq-away")).to_be_hidden(timeout=15_000)
        made.page.wait_for_timeout(2_000)  # until it listens for the next time
        expect(box).to_have_value(f"Where do beans climb, {again}?")
        box.press("Enter")
        expect(made.page.locator(".pq-turn")).to_have_count(2 + again)
        expect(made.page.locator(".pq-turn .pq-actions").last).to_be_visible()
        assert len(assistant.asked[-1][1]) == 1 + again
    assert made.page.locator("#pq-earlier, .toast-body").count() == 0
    without_refusals(made)


def test_an_answer_that_the_line_cuts_off_is_stopped_and_frees_the_page(
    scripted: Serve, line: Lay, visit: Visitor, garden: Document
) -> None:
    def slowly(question: str) -> Iterator[Answer]:
        for _ in range(600):
            yield quoted(question, [garden])
            time.sleep(0.1)

    assistant = ScriptedAssistant([garden], slowly)
    laid = line(scripted(assistant))
    made = visit(laid.address)
    ready(made)
    box = made.page.get_by_label("Your question")
    box.fill("What wants warm sun and water?")
    box.press("Enter")
    expect(made.page.locator(".pq-quote").first).to_be_visible()
    laid.cut()
    expect(made.page.locator("#pq-away")).to_be_visible()
    laid.mend()
    expect(made.page.locator(".pq-stopped")).to_have_text("Stopped.", timeout=15_000)
    expect(made.page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    assistant.script = None
    made.page.get_by_role("button", name="Try again").click()
    expect(made.page.locator(".pq-stopped")).to_have_count(0)
    expect(made.page.locator(".pq-actions")).to_be_visible()
    without_refusals(made)


def test_a_citation_that_the_server_does_not_know_changes_nothing(
    scripted: Serve, visit: Visitor, garden: Document
) -> None:
    made = visit(scripted(ScriptedAssistant([garden])))
    ready(made)
    made.ask("What wants warm sun and water?")
    link = made.page.locator(".pq-cite").first
    link.evaluate("link => { link.dataset.turn = 99; }")
    link.click()
    made.page.wait_for_timeout(800)
    assert made.page.locator(".toast-body, .error").count() == 0
    expect(made.page.locator(".pq-article")).to_be_visible()


def test_a_dropped_file_is_told_where_documents_go(
    scripted: Serve, visit: Visitor, garden: Document
) -> None:
    made = visit(scripted(ScriptedAssistant([garden])))
    ready(made)
    for pane in ("#pq-masthead", "#pq-conversation", "#pq-composer textarea", "#pq-reader"):
        cancelled = made.page.locator(pane).evaluate(
            """pane => ["dragover", "drop"].map(kind => {
                const data = new DataTransfer();
                data.items.add(new File(["words"], "notes.txt"));
                const options = { dataTransfer: data, bubbles: true, cancelable: true };
                return !pane.dispatchEvent(new DragEvent(kind, options));
            })"""
        )
        assert cancelled == [True, True]
    expect(made.page.get_by_label("Documents that you add")).to_contain_text(
        f"Documents go into “{Path('seeds').absolute()}”"
    )
