"""Chromium, what it visits, and assistants that follow a script."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from assistant.kept.conversations import Conversations
from assistant.kept.file import KeptFile
from assistant.page.documents.library import Startup
from assistant.page.serve import application
from index.document import Document
from tests.assistant.page.browsing import Visit, Visitor
from tests.scripted import ScriptedAssistant
from tests.serving import served

if TYPE_CHECKING:
    from assistant.ask import Assistant


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    quiet = "--no-sandbox --disable-gpu --disable-background-networking --disable-sync"
    nowhere = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=[*quiet.split(), "--disable-component-update", "--no-first-run", nowhere],
        )
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visitor]:
    """Open a page; afterwards nothing may have been asked of another host, nor gone wrong."""
    visits: list[Visit] = []

    def open_page(address: str, width: int = 1280, height: int = 800, **options: object) -> Visit:
        size = {"width": width, "height": height}
        context = chromium.new_context(viewport=size, **options)  # type: ignore[arg-type]
        made = Visit(context.new_page())
        visits.append(made)
        made.page.on(
            "request",
            lambda r: (
                made.foreign.append(r.url)
                if not r.url.startswith((address, "data:", "blob:"))
                else None
            ),
        )
        made.page.on("pageerror", lambda error: made.complaints.append(str(error)))
        made.page.on(
            "console",
            lambda m: made.complaints.append(m.text) if m.type in {"error", "warning"} else None,
        )
        made.page.goto(address)
        expect(made.page.locator(".pq-masthead")).to_be_visible(timeout=30_000)
        return made

    yield open_page
    for made in visits:
        made.page.context.close()
        assert made.foreign == []
        assert made.complaints == []


@pytest.fixture
def scripted() -> Iterator[Callable[..., str]]:
    """Serve an assistant that follows a script."""
    with ExitStack() as servers:

        def start(
            assistant: ScriptedAssistant,
            startup: Callable[[], Startup] = Startup,
            sources: Path = Path("seeds"),
            kept: Path | None = None,
        ) -> str:
            app = application(
                cast("Assistant", assistant),
                sources=sources,
                startup=startup,
                kept=Conversations(KeptFile(kept)) if kept else None,
            )
            return f"http://127.0.0.1:{servers.enter_context(served(app))}/"

        yield start


@pytest.fixture
def garden() -> Document:
    beans = "Beans climb.\n\n" * 120
    text = f"The garden\n\nTomatoes want sun and water.\n\n{beans}Basil wants warm sun and water."
    return Document("garden.md", "The garden", text, "1", "garden.md")
