import re
import shutil
import threading
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from assistant.answer import Answer, Claim, cite
from assistant.page.documents.library import Startup
from index.document import Document, Span
from tests.assistant.page.browsing import Visitor, needs_chromium, ready
from tests.scripted import ScriptedAssistant, failing, quoted
from tests.serving import ROOT, App

pytestmark = needs_chromium

ARTICLE = ROOT / "seeds" / "000_7ff9b288b4a5e8d3.txt"
PITCHED = "When did Microsoft pitch facial recognition to the DEA?"
HOSTILE = (
    "The harbour master warns that <script>window.pwned=1</script> and "
    '<img src=x onerror="window.pwned=2"> and <svg width=300 height=60><a '
    'href="javascript:void(window.pwned=3)"><text y=30>press</text></a></svg> and '
    "![beacon](http://192.0.2.1/b.png) and [press](javascript:window.pwned=4) and "
    "${window.pwned=5} and {{constructor.constructor('window.pwned=6')()}} and "
    "<style>body{display:none}</style> are only words."
)


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real thing on the real article and a hostile document."""
    folder = tmp_path_factory.mktemp("real")
    sources = folder / "sources"
    sources.mkdir()
    shutil.copy(ARTICLE, sources)
    (sources / "<b>harbour & 'quay'.txt").write_text(
        f"Notes from the <i>harbour</i>\n\nThe tide was high. {HOSTILE} The gulls were loud.\n"
    )
    app = App(sources, folder / "store")
    assert "Pullquote is at" in app.first_line()
    yield app.address
    app.stop()


# --- with the real assistant ---


def test_a_question_is_answered_by_quotes_that_open_the_article_at_those_words(
    running: str, visit: Visitor
) -> None:
    source = ARTICLE.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    made = visit(running)
    ready(made)
    made.ask(PITCHED)
    quotes = made.page.locator(".pq-turn").last.locator(".pq-quote")
    for number in range(quotes.count()):
        words = quotes.nth(number).locator(".pq-words").text_content() or ""
        assert words in source
        quotes.nth(number).locator(".pq-cite").click()
        expect(made.page.locator("mark.pq-active").first).to_be_in_viewport()
        made.page.wait_for_timeout(700)
        assert made.active() == words
        assert made.is_in_view("mark.pq-active")
    assert "2018" in (quotes.first.text_content() or "")
    assert made.page.evaluate("scrollY") == 0


def test_the_words_that_answer_are_bold_in_the_quote_and_in_the_article(
    running: str, visit: Visitor
) -> None:
    made = visit(running)
    ready(made)
    made.ask(PITCHED)
    made.page.locator(".pq-cite").first.click()
    expect(made.page.locator("mark.pq-active").first).to_be_in_viewport()
    for place in (".pq-words", "mark.pq-active"):
        bold = made.page.locator(f"{place} b")
        expect(bold).to_have_text("2018")
        weights = bold.evaluate(
            "b => [b, b.parentElement].map((e) => getComputedStyle(e).fontWeight)"
        )
        assert weights == ["700", "400"]
    quote = made.page.locator(".pq-words").first
    assert (quote.text_content() or "").endswith("as recently as 2018.")


def test_a_click_on_the_quote_itself_opens_the_article(running: str, visit: Visitor) -> None:
    made = visit(running)
    ready(made)
    made.ask(PITCHED)
    words = made.page.locator(".pq-words").first
    words.click()
    expect(made.page.locator("mark.pq-active").first).to_be_in_viewport()
    assert made.active() == words.text_content()


def test_what_is_copied_is_what_the_source_file_says(running: str, visit: Visitor) -> None:
    source = ARTICLE.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    made = visit(running, permissions=["clipboard-read", "clipboard-write"])
    ready(made)
    made.ask(PITCHED)
    made.page.get_by_role("button", name="Copy with citations").click()
    expect(made.page.get_by_role("button", name="Copied")).to_be_visible()
    copied = made.page.evaluate("navigator.clipboard.readText()")
    places = re.findall(r"characters (\d+)–(\d+)", copied)
    assert places
    for start, end in places:
        assert f"“{source[int(start) : int(end)]}” [" in copied
    assert ARTICLE.name in copied


def test_a_hostile_document_is_only_text_in_both_panes(running: str, visit: Visitor) -> None:
    made = visit(running)
    ready(made)
    made.ask("What does the harbour master warn that are only words?")
    made.page.locator(".pq-cite").first.click()
    expect(made.page.locator("mark.pq-active").first).to_be_in_viewport()
    assert HOSTILE in (made.page.locator("#pq-conversation").text_content() or "")
    assert HOSTILE in (made.page.locator(".pq-text").text_content() or "")
    assert made.active() in made.page.locator(".pq-words").first.text_content()  # type: ignore[operator]
    assert "<b>harbour & 'quay'.txt" in (made.page.locator(".pq-head").text_content() or "")
    for pane in ("#pq-conversation", "#pq-side"):
        risky = made.page.locator(pane).locator(
            "script, img, svg, style, iframe, [href^='javascript']"
        )
        assert risky.count() == 0
    made.page.get_by_text("press").first.click()
    assert made.page.evaluate("window.pwned") is None


def test_a_hostile_question_is_only_text(running: str, visit: Visitor) -> None:
    made = visit(running)
    ready(made)
    made.ask(HOSTILE)
    assert made.page.locator(".pq-question h2").text_content() == HOSTILE
    assert made.page.evaluate("window.pwned") is None


@pytest.mark.parametrize(
    "question", ["x" * 50_000, "?!…", "Wie spät ist es in Zürich?", "\U0001f600"]
)
def test_an_odd_question_gets_a_sentence(running: str, visit: Visitor, question: str) -> None:
    made = visit(running)
    ready(made)
    made.ask(question)
    assert made.page.locator(".pq-answer p").first.text_content()
    ready(made)


def test_two_tabs_never_see_each_other(running: str, visit: Visitor) -> None:
    one, other = visit(running), visit(running)
    ready(one)
    ready(other)
    one.ask(PITCHED)
    other.ask("What did Amazon announce?")
    assert one.page.locator(".pq-turn").count() == other.page.locator(".pq-turn").count() == 1
    assert "Amazon announce" not in (one.page.locator("#pq-conversation").text_content() or "")


def test_the_documents_are_listed_and_open_from_the_list(running: str, visit: Visitor) -> None:
    made = visit(running)
    ready(made)
    made.page.get_by_role("button", name="2 documents", exact=True).click()
    made.page.locator("[data-act=open]").filter(has_text="Microsoft pitched").click()
    expect(made.page.locator(".pq-headline")).to_contain_text("newly-released emails show")


def test_an_example_question_is_asked_with_a_click(running: str, visit: Visitor) -> None:
    made = visit(running)
    ready(made)
    example = made.page.locator(".pq-examples button").first
    words = example.text_content()
    example.click()
    expect(made.page.locator(".pq-question h2")).to_have_text(words or "")
    expect(made.page.locator(".pq-actions")).to_be_visible(timeout=30_000)


# --- with a scripted one ---


def test_on_a_phone_the_article_is_a_sheet_with_a_way_back(
    scripted: Callable[..., str], visit: Visitor, garden: Document
) -> None:
    made = visit(scripted(ScriptedAssistant([garden])), width=390, height=844, has_touch=True)
    ready(made)
    made.ask("What wants warm sun and water?")
    assert made.page.evaluate("document.documentElement.scrollWidth") == 390
    expect(made.page.locator("#pq-side")).to_be_hidden()
    made.page.locator(".pq-cite").last.tap()
    expect(made.page.locator("mark.pq-active").first).to_be_in_viewport()
    made.page.wait_for_timeout(900)
    assert made.is_in_view("mark.pq-active")
    made.page.get_by_role("button", name="Back to answer").tap()
    expect(made.page.locator("#pq-side")).to_be_hidden()
    assert made.page.evaluate("document.activeElement.textContent") == "[2]"
    made.page.locator(".pq-cite").first.tap()
    expect(made.page.locator("#pq-side")).to_be_visible()
    made.page.go_back()
    expect(made.page.locator("#pq-side")).to_be_hidden()
    expect(made.page.locator(".pq-turn")).to_have_count(1)


def test_the_keyboard_reaches_a_citation_its_place_and_the_way_back(
    scripted: Callable[..., str], visit: Visitor, garden: Document
) -> None:
    made = visit(scripted(ScriptedAssistant([garden])), reduced_motion="reduce")
    ready(made)
    made.ask("What wants warm sun and water?")
    link = made.page.get_by_role("link", name="[1] Show in The garden")
    link.focus()
    made.page.keyboard.press("Enter")
    expect(made.page.locator("mark.pq-active")).to_be_focused()
    assert made.is_in_view("mark.pq-active")
    made.page.keyboard.press("Escape")
    expect(link).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_highlights_are_readable_in_light_and_dark(
    scripted: Callable[..., str], visit: Visitor, garden: Document, scheme: str
) -> None:
    made = visit(
        scripted(ScriptedAssistant([garden])), color_scheme=scheme, reduced_motion="reduce"
    )
    ready(made)
    made.ask("What wants warm sun and water?")
    made.page.locator(".pq-cite").first.click()
    pairs = made.page.evaluate(
        """() => [...document.querySelectorAll(
            "mark, .pq-text, .pq-lead, .pq-head p, .pq-cite, .pq-said")].map(e => {
            let at = e;
            while (getComputedStyle(at).backgroundColor === "rgba(0, 0, 0, 0)")
                at = at.parentElement;
            return [getComputedStyle(e).color, getComputedStyle(at).backgroundColor];
        })"""
    )
    assert len(pairs) >= 6
    assert min(contrast(*pair) for pair in pairs) >= 4.5


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(part) / 255 for part in re.findall(r"\d+", colour)[:3]]
        red, green, blue = (
            p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def test_retry_edit_and_clear_work_from_the_page(
    scripted: Callable[..., str], visit: Visitor, garden: Document
) -> None:
    assistant = ScriptedAssistant([garden])
    made = visit(scripted(assistant))
    ready(made)
    made.ask("What wants warm sun and water?")
    made.ask("Where do beans climb?")
    made.page.get_by_role("button", name="Try again").click()
    expect(made.page.get_by_role("button", name="Try again")).to_be_visible()
    made.page.wait_for_timeout(300)
    assert [asked[0] for asked in assistant.asked[1:]] == ["Where do beans climb?"] * 2
    made.page.get_by_role("button", name="Edit this question").first.click()
    box = made.page.get_by_label("Your question")
    expect(box).to_have_value("What wants warm sun and water?")
    box.fill("What wants water?")
    box.press("Enter")
    expect(made.page.locator(".pq-question h2")).to_have_text(["What wants water?"])
    made.page.get_by_role("button", name="New conversation").click()
    expect(made.page.locator(".pq-turn")).to_have_count(0)
    expect(made.page.locator(".pq-examples button").first).to_be_visible()


def test_stop_ends_a_long_answer_and_frees_the_page(
    scripted: Callable[..., str], visit: Visitor, garden: Document
) -> None:
    ended = threading.Event()

    def slowly(question: str) -> Iterator[Answer]:
        try:
            for _ in range(600):
                yield quoted(question, [garden])
                time.sleep(0.1)
        finally:
            ended.set()

    assistant = ScriptedAssistant([garden], slowly)
    made = visit(scripted(assistant))
    ready(made)
    box = made.page.get_by_label("Your question")
    box.fill("What wants warm sun and water?")
    box.press("Enter")
    made.page.get_by_role("button", name="Stop").click()
    expect(made.page.locator(".pq-stopped")).to_be_visible()
    assert ended.wait(5)
    assistant.script = None
    made.ask("Where do beans climb?")


def test_an_exception_does_not_lock_the_page(
    scripted: Callable[..., str], visit: Visitor, garden: Document
) -> None:
    assistant = ScriptedAssistant([garden], failing(RuntimeError("secret detail")))
    made = visit(scripted(assistant))
    ready(made)
    made.ask("Where do beans climb?")
    expect(made.page.locator(".pq-answer .pq-problem")).to_contain_text(
        "Something went wrong here."
    )
    assistant.script = None
    made.ask("Where do beans climb?")


def test_the_page_shows_the_build_and_becomes_usable_by_itself(
    scripted: Callable[..., str], visit: Visitor, garden: Document
) -> None:
    startup = [Startup(running=True, stage="Embedding", done=3, total=10)]
    assistant = ScriptedAssistant([])
    made = visit(scripted(assistant, lambda: startup[0]))
    expect(made.page.locator(".pq-progress")).to_contain_text("Embedding 3 of 10")
    expect(made.page.get_by_label("Your question")).to_be_disabled()
    assistant.documents.append(garden)
    startup[0] = Startup()
    ready(made)
    expect(made.page.locator(".pq-headline")).to_have_text("The garden")
    expect(made.page.locator(".pq-progress")).to_have_count(0)


def test_the_page_notices_new_documents_when_its_reader_comes_back(
    scripted: Callable[..., str], visit: Visitor, garden: Document
) -> None:
    assistant = ScriptedAssistant([])
    made = visit(scripted(assistant))
    expect(made.page.locator(".pq-welcome")).to_contain_text("Nothing to ask yet")
    assistant.documents.append(garden)
    made.page.evaluate("window.dispatchEvent(new Event('focus'))")
    ready(made)
    expect(made.page.locator(".pq-shelf button")).to_have_count(1)


def test_a_citation_in_another_document_opens_that_one(
    scripted: Callable[..., str], visit: Visitor, garden: Document
) -> None:
    pond = Document(
        "pond.md", "The pond", "The pond\n\nLilies want still water and sun.", "2", "pond.md"
    )
    made = visit(scripted(ScriptedAssistant([garden, pond])))
    ready(made)
    made.ask("What do lilies and tomatoes want, sun and water?")
    for title in ("The pond", "The garden", "The pond"):
        made.page.get_by_role("link", name=f"Show in {title}").first.click()
        expect(
            made.page.locator(f".pq-article[aria-label='{title}'] mark.pq-active")
        ).to_be_in_viewport()


def test_a_very_long_document_opens_at_the_citation_and_grows_on_asking(
    scripted: Callable[..., str], visit: Visitor
) -> None:
    text = (
        "A line about nothing.\n" * 200_000
        + "Basil wants warm sun.\n"
        + "Another line.\n" * 100_000
    )
    long = Document("long.txt", "Long", text, "1", "long.txt")
    at = text.index("Basil")
    citation = cite(1, long, Span(at, at + 21))
    answer = Answer("Basil?", "Basil?", f"“{citation.quote}” [1]", (citation,), answered=True)
    made = visit(
        scripted(ScriptedAssistant([long], lambda _: iter([answer]))), reduced_motion="reduce"
    )
    ready(made)
    made.ask("Basil?")
    made.page.locator(".pq-cite").click()
    assert made.active() == "Basil wants warm sun."
    assert made.is_in_view("mark.pq-active")
    shown = len(made.page.locator(".pq-text").text_content() or "")
    made.page.get_by_role("button", name="Show what comes before").first.click()
    made.page.wait_for_timeout(800)
    assert len(made.page.locator(".pq-text").text_content() or "") > shown + 30_000


def test_prose_shows_whose_words_are_whose_and_what_has_no_proof(
    scripted: Callable[..., str], visit: Visitor, garden: Document
) -> None:
    citation = cite(1, garden, Span(12, 40))
    text = "Tomatoes want sun [1]. They cost 3 euros [1]. They are loved."
    claims = (
        Claim(Span(0, 22), (1,), "no mismatch found"),
        Claim(Span(23, 45), (1,), "mismatch", ("‘3’ is not in the quoted text",)),
        Claim(Span(46, 61), (), "no citation"),
    )
    answer = Answer("What?", "What?", text, (citation,), answered=True, claims=claims, mode="prose")
    made = visit(scripted(ScriptedAssistant([garden], lambda _: iter([answer]))))
    ready(made)
    made.ask("What?")
    assert made.page.locator(".pq-claim[data-verdict='mismatch']").text_content() == text[23:45]
    expect(made.page.locator(".pq-missing").first).to_contain_text("‘3’ is not in the quoted text")
    made.page.locator(".pq-prose .pq-cite").first.click()
    expect(made.page.locator("mark.pq-active")).to_have_text(citation.quote)
