"""How quick the page is, in a browser: opening, citations, readers, uploads; and its picture."""

import json
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, sync_playwright

from benchmarks.data import DataError, SetDocument
from benchmarks.product import build_seconds, write_sources
from benchmarks.speed.figures import ROOT, ROUNDS, Figure
from benchmarks.speed.starting import free_port, is_served
from benchmarks.texts import load_texts

DOCUMENTS = 1000
LONG = 5_000_000
"""Characters of the long article."""

UPLOAD = 20_000_000
"""Bytes of the file that is brought."""

READERS = 10
ASKED = 5
"""Questions that each of them asks."""

SETTLE_SECONDS = 10
"""What it takes, at the most, to see that the index is in step with the documents."""

SHOWN = "When did Microsoft pitch facial recognition to the DEA?"
"""What the picture of the page shows asked, of the article in `seeds`."""

BOX = "document.querySelector('#pq-composer textarea')"


def measure_page() -> Iterator[Figure]:
    """Measure everything, yielding figures as they come."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        texts = [one.documents[0] for one in load_texts("calibrate")]
        many = [
            SetDocument(f"{number}", "", f"{text.text}\n\nThis is copy {number}.\n")
            for number, text in enumerate(islice(cycle(texts), DOCUMENTS))
        ]
        write_sources(folder / "many" / "sources", many)
        build_seconds(folder / "many")
        with app(folder / "many") as (address, process):
            yield from _opening(address, process)
            yield _upload(address, folder)
        questions = [one.questions[0].text for one in load_texts("calibrate") if one.questions]
        with app(folder / "many", "-m", "assistant", "serve") as (address, _):
            yield from _readers(address, questions, folder / "many" / "sources")
        long = "\n\n".join(islice(cycle(text.text for text in texts), LONG // 1500))[:LONG]
        write_sources(folder / "long" / "sources", [SetDocument("long", "", long)])
        build_seconds(folder / "long")
        with app(folder / "long") as (address, _):
            yield _citation(address, questions)


def picture(path: Path, width: int = 1280, height: int = 800) -> None:
    """Take a picture of an answer on the page, of the article in `seeds`."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        shutil.copytree(ROOT / "seeds", folder / "sources")
        with app(folder) as (address, _), browser() as opened:
            page = opened(address, width, height)
            _ask(page, SHOWN)
            page.locator(".pq-cite").first.click()
            page.locator("mark.pq-active").first.wait_for()
            page.wait_for_timeout(
                1500
            )  # until it has scrolled, and what was pressed is quiet again
            path.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=path)


@contextmanager
def app(folder: Path, *program: str) -> Iterator[tuple[str, "subprocess.Popen[bytes]"]]:
    """The product over `sources` and `store` of a folder: its address, and its process."""
    port = free_port()
    where = ["--sources", str(folder / "sources"), "--store", str(folder / "store")]
    with subprocess.Popen(  # noqa: S603 - this repository's own
        [sys.executable, *(program or ["app.py"]), "--port", str(port), *where],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        address = f"http://127.0.0.1:{port}/"
        try:
            while not is_served(address + ("api/v1/openapi.json" if program else "")):
                if process.poll() is not None:
                    raise RuntimeError("Pullquote ended before it served anything")
                time.sleep(0.05)
            yield address, process
        finally:
            process.terminate()


@contextmanager
def browser() -> Iterator[Callable[..., Page]]:
    """A Chromium; what it gives opens an address, once the page can be asked.

    Raises:
        DataError: There is no Chromium.
    """
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if program is None:
        raise DataError("There is no Chromium on the PATH. Install one, such as Debian's chromium.")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])

        def opened(address: str, width: int = 1280, height: int = 800) -> Page:
            page = chromium.new_page(viewport={"width": width, "height": height})
            page.goto(address)
            page.wait_for_function(f"{BOX} && !{BOX}.disabled", timeout=120_000)
            return page

        yield opened
        chromium.close()


def _opening(address: str, process: "subprocess.Popen[bytes]") -> Iterator[Figure]:
    with browser() as opened:
        opened(address).close()  # what the server does once
        times = []
        for _ in range(ROUNDS):
            started = time.perf_counter()
            page = opened(address)
            page.locator(".pq-shelf > li").first.wait_for()
            times.append(time.perf_counter() - started)
            page.close()
    what = f"first page with {DOCUMENTS:,} documents, until it can be asked"
    yield Figure(what, statistics.median(times), "s", limit=2.0)
    status = Path(f"/proc/{process.pid}/status")
    if status.exists():
        (line,) = (line for line in status.read_text().splitlines() if line.startswith("VmRSS"))
        yield Figure("memory of the app then", int(line.split()[1]) / 1000, "MB")


def _upload(address: str, folder: Path) -> Figure:
    file = folder / "large.txt"
    file.write_text("A large file of few words.\n" * (UPLOAD // 27))
    with browser() as opened:
        page = opened(address)
        page.evaluate(_WATCH)
        with page.expect_file_chooser() as chooser:
            page.get_by_role("button", name="Add documents").first.click()
        chooser.value.set_files(file)
        page.wait_for_function("window.shownAfter !== undefined")
        seconds = float(page.evaluate("window.shownAfter")) / 1000
    return Figure(f"{UPLOAD / 1e6:g} MB brought, until progress shows", seconds, "s", limit=0.3)


_WATCH = """() => document.addEventListener("change", () => {
    const begun = performance.now();
    const look = () => {
        const bar = document.querySelector("progress[aria-label=Sent]");
        if (bar?.getClientRects().length) window.shownAfter = performance.now() - begun;
        else requestAnimationFrame(look);
    };
    look();
}, { capture: true, once: true })"""


def _citation(address: str, questions: Sequence[str]) -> Figure:
    with browser() as opened:
        page = opened(address)
        for question in questions:
            _ask(page, question)
            if page.locator(".pq-turn:last-child .pq-cite").count():
                break
        page.wait_for_timeout(1000)
        times: list[float] = page.evaluate(_CLICKS)
    worst = max(times) / 1000
    return Figure(f"a click on a citation, in {LONG / 1e6:g} MB, until it is marked", worst, "s",
                  limit=0.1)  # fmt: skip


_CLICKS = """() => [...document.querySelectorAll(".pq-turn:last-child .pq-cite")].map((link) => {
    const begun = performance.now();
    link.click();
    document.querySelector("mark.pq-active").getBoundingClientRect();
    return performance.now() - begun;
})"""


def _readers(address: str, questions: Sequence[str], sources: Path) -> Iterator[Figure]:
    time.sleep(SETTLE_SECONDS)

    def seconds(question: str) -> float:
        return _seconds(address, question, sources)

    first, *asked = questions
    seconds(first)  # what the server does once
    alone = list(map(seconds, asked[:ASKED]))
    asked = list(islice(cycle(asked[ASKED:]), READERS * ASKED))
    with ThreadPoolExecutor(READERS) as readers:
        together = sorted(readers.map(seconds, asked))
    single = statistics.median(alone)
    late = together[int(0.95 * (len(together) - 1))]
    yield Figure(
        f"{READERS} readers at once, 95 of 100 answers within", late, "s", "a single one",
        single, limit=5 * single,
    )  # fmt: skip


def _seconds(address: str, question: str, sources: Path) -> float:
    """Ask over HTTP; the answer must be to that question, and its quotes stand in their files."""
    body = json.dumps({"question": question}).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(f"{address}api/v1/ask", body, headers)  # noqa: S310 - our own
    started = time.perf_counter()
    with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310
        answer: dict[str, Any] = json.load(response)
    seconds = time.perf_counter() - started
    if answer["question"] != question:
        raise RuntimeError(f"{question!r} got the answer to {answer['question']!r}")
    for cited in (*answer["citations"], *answer["nearest"]):
        text = (sources / cited["document_id"]).read_text("utf-8")
        if text[cited["span"]["start"] : cited["span"]["end"]] != cited["quote"]:
            raise RuntimeError(f"{cited['quote']!r} is not what {cited['document_id']} says there")
    return seconds


def _ask(page: Page, question: str) -> None:
    before = page.locator(".pq-turn").count()
    box = page.get_by_label("Your question")
    box.fill(question)
    box.press("Enter")
    page.locator(f".pq-turn:nth-child({before + 1}) .pq-actions").wait_for()
