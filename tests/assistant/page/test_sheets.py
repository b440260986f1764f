"""The pages of a PDF beside its text: shown as long as the file is what was indexed."""

import http.client
import io
import re
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import expect

from assistant.page.article import sheets
from assistant.page.article.sheets import Sheets, sheets_of
from assistant.page.desk.desk import Desk
from assistant.page.documents.library import Startup
from assistant.page.session import Session
from index.document import Document, Span
from index.errors import PullquoteError
from index.load import load_document
from index.members import read_documents
from index.settings import Settings
from index.sources import Source, read_source
from tests.assistant.page.browsing import Visitor, needs_chromium, ready
from tests.pdfs import Put, pdf, wrapped
from tests.scripted import ScriptedAssistant

if TYPE_CHECKING:
    from assistant.ask import Assistant

TIDE = (
    "The harbour council met on Tuesday to consider the northern breakwater, which the storm of "
    "January had damaged. Engineers reported that repairs would cost two million euros."
)
REPORT = pdf(
    [Put(70, 780, "Minutes of the Council", 20), *wrapped(70, 700, TIDE)],
    wrapped(70, 700, "The fishing fleet objected to the timetable."),
)
QUESTION = "What did the harbour council consider about the breakwater?"


@pytest.fixture
def report(tmp_path: Path) -> Document:
    (tmp_path / "R&D report.pdf").write_bytes(REPORT)
    return load_document(read_source(tmp_path, "R&D report.pdf", max_bytes=10**6))


def reader(folder: Path, document: Document, question: str = QUESTION) -> str:
    """What the article pane shows after a question."""
    assistant = ScriptedAssistant([document])
    desk = Desk(cast("Assistant", assistant), folder, Startup)
    *_, last = desk.ask(Session(), question)
    return last["reader"]


def text_in(html: str) -> str:
    text = html.split('<div class="pq-text"', 1)[1].split(">", 1)[1]
    return unescape(re.sub(r"<[^>]+>", "", text))


def test_the_page_of_a_quote_stands_beside_it_and_changes_no_word(
    tmp_path: Path, report: Document
) -> None:
    shown = reader(tmp_path, report)
    assert shown.count("<img ") == 1
    assert 'data-page="1"' in shown
    assert text_in(shown) == report.text
    where = unescape(re.findall(r'<img src="([^"]+)"', shown)[0])
    asked = parse_qs(urlsplit(where).query)
    assert asked["document"] == ["R&D report.pdf"]
    for quote in asked["quotes"][0].split(","):
        start, end = map(int, quote.split("-"))
        assert f">{report.text[start:end]}</mark>" in shown


def test_a_quote_that_goes_over_the_end_of_a_page_has_both_pages(report: Document) -> None:
    end = report.pages[0].end
    shown = "".join(sheets_of(report, [Span(end - 30, end + 20)]).values())
    assert re.findall(r'data-page="(\d)"', shown) == ["1", "2"]


def test_the_page_stands_a_little_before_a_quote_deep_in_a_paragraph() -> None:
    text = "word " * 400
    document = Document("a.pdf", "A", text, "1", "a.pdf", pages=(Span(0, len(text)),))
    (place,) = sheets_of(document, [Span(1500, 1520)])
    assert 1200 < place < 1300
    assert text[place - 1 : place + 1] == " w"


def test_a_file_that_has_changed_is_said_and_its_text_shown(
    tmp_path: Path, report: Document
) -> None:
    (tmp_path / report.id).write_bytes(REPORT + b"\n")
    shown = reader(tmp_path, report)
    assert "has changed since it was indexed: its pages are not shown." in shown
    assert "<img" not in shown
    assert text_in(shown) == report.text


def test_a_file_that_is_gone_leaves_its_text(tmp_path: Path, report: Document) -> None:
    (tmp_path / report.id).unlink()
    shown = reader(tmp_path, report)
    assert "<img" not in shown
    assert "pq-problem" not in shown
    assert text_in(shown) == report.text


def test_without_a_quote_no_page_is_shown(tmp_path: Path, report: Document) -> None:
    assert "<img" not in reader(tmp_path, report, "Who rang?")


# --- the picture ---


def sheets_in(folder: Path, document: Document) -> Sheets:
    return Sheets(cast("Assistant", ScriptedAssistant([document])), folder)


def test_a_picture_is_drawn_once(
    tmp_path: Path, report: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    drawing = sheets_in(tmp_path, report)
    first = drawing.png(report.id, 1, "0-7")
    assert first.startswith(b"\x89PNG")
    monkeypatch.setattr(sheets, "draw", None)
    assert drawing.png(report.id, 1, "0-7") is first


@pytest.mark.parametrize(
    ("document_id", "page", "quotes"),
    [
        ("other.pdf", 1, "0-7"),
        ("../R&D report.pdf", 1, "0-7"),
        ("R&D report.pdf", 9, "0-7"),
        ("R&D report.pdf", 0, "0-7"),
        ("R&D report.pdf", -1, "0-7"),
        ("R&D report.pdf", 1, ""),
        ("R&D report.pdf", 1, "0-7;1-2"),
        ("R&D report.pdf", 1, ",".join(["0-7"] * 21)),
    ],
)
def test_what_is_no_page_of_a_document_is_not_drawn(
    tmp_path: Path, report: Document, document_id: str, page: int, quotes: str
) -> None:
    with pytest.raises(PullquoteError):
        sheets_in(tmp_path, report).png(document_id, page, quotes)


def zipped(content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("2026/plan.pdf", content)
    return file.getvalue()


def attached(content: bytes) -> bytes:
    mail = EmailMessage()
    mail["Subject"] = "The plan"
    mail.set_content("Here it is.")
    mail.add_attachment(content, maintype="application", subtype="pdf", filename="plan.pdf")
    return bytes(mail)


@pytest.mark.parametrize(
    ("holder", "inner", "hold"),
    [("old.zip", "2026/plan.pdf", zipped), ("the plan.eml", "plan.pdf", attached)],
)
def test_a_file_that_lies_in_another_is_drawn_as_long_as_it_is_the_same(
    tmp_path: Path, holder: str, inner: str, hold: Callable[[bytes], bytes]
) -> None:
    (tmp_path / "sub").mkdir()
    file, called = tmp_path / "sub" / holder, f"sub/{holder}/{inner}"
    file.write_bytes(hold(REPORT))
    found = next(read_documents(Settings(tmp_path), {f"sub/{holder}"}, [called]))
    assert isinstance(found, Source)
    document = load_document(found)
    assert 'data-page="1"' in reader(tmp_path, document)
    assert sheets_in(tmp_path, document).png(called, 1, "0-7").startswith(b"\x89PNG")
    file.write_bytes(hold(pdf([Put(70, 700, "Something else.")])))
    with pytest.raises(PullquoteError, match="has changed since it was indexed"):
        sheets_in(tmp_path, document).png(called, 1, "0-7")


def test_a_file_that_has_changed_is_not_drawn(tmp_path: Path, report: Document) -> None:
    (tmp_path / report.id).write_bytes(pdf([Put(70, 700, "Something else.")]))
    with pytest.raises(PullquoteError, match="has changed since it was indexed"):
        sheets_in(tmp_path, report).png(report.id, 1, "0-7")


def test_text_is_not_drawn(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(TIDE)
    document = load_document(read_source(tmp_path, "a.txt", max_bytes=1000))
    with pytest.raises(PullquoteError, match="no such page"):
        sheets_in(tmp_path, document).png("a.txt", 1, "0-7")


def test_the_picture_comes_over_the_page_s_own_route(
    tmp_path: Path, report: Document, scripted: Callable[..., str]
) -> None:
    address = urlsplit(scripted(ScriptedAssistant([report]), sources=tmp_path))

    def asked(path: str, **headers: str) -> tuple[int, str, bytes]:
        connection = http.client.HTTPConnection(address.netloc, timeout=30)
        connection.request("GET", path, headers=headers)
        reply = connection.getresponse()
        found = reply.status, reply.headers["content-type"], reply.read()
        connection.close()
        return found

    where = sheets.address(report, 1, [Span(0, 7)])
    status, kind, png = asked(where)
    assert (status, kind) == (200, "image/png")
    assert png.startswith(b"\x89PNG")
    assert asked(where.replace("page=1", "page=9"))[0] == 404
    assert asked(where.replace("page=1", "page=x"))[0] == 422
    assert asked(where, **{"Sec-Fetch-Site": "cross-site"})[0] == 403
    (tmp_path / report.id).write_bytes(REPORT + b"\n")
    status, kind, said = asked(where.replace("0-7", "0-8"))
    assert (status, kind) == (404, "text/plain; charset=utf-8")
    assert b"has changed since it was indexed" in said


# --- in a browser ---


@needs_chromium
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_is_seen_beside_the_quote(
    tmp_path: Path, report: Document, scripted: Callable[..., str], visit: Visitor, width: int
) -> None:
    made = visit(scripted(ScriptedAssistant([report]), sources=tmp_path), width=width)
    ready(made)
    made.ask(QUESTION)
    made.page.locator(".pq-cite").first.click()
    picture = made.page.locator(".pq-sheet img").first
    expect(picture).to_be_visible()
    made.page.wait_for_function("document.querySelector('.pq-sheet img').naturalWidth === 1000")
    shown, pane = picture.bounding_box(), made.page.locator("#pq-reader").bounding_box()
    assert shown
    assert pane
    assert pane["x"] <= shown["x"]
    assert shown["x"] + shown["width"] <= pane["x"] + pane["width"]
    share = shown["width"] / pane["width"]
    assert 0.35 < share < 0.5 if width == 1280 else share > 0.85
    assert made.is_in_view("mark.pq-active")


@needs_chromium
def test_a_page_that_can_t_be_drawn_leaves_its_text_alone(
    tmp_path: Path, report: Document, scripted: Callable[..., str], visit: Visitor
) -> None:
    made = visit(scripted(ScriptedAssistant([report]), sources=tmp_path))
    made.page.route("**/drawn?*", lambda route: route.fulfill(status=200, body="no picture"))
    ready(made)
    made.ask(QUESTION)
    expect(made.page.locator(".pq-article mark").first).to_be_visible()
    expect(made.page.locator(".pq-sheet")).to_have_count(0)
