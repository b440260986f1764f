"""Starting: from a command to its first page, or to its help."""

import socket
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.data import SetDocument
from benchmarks.product import build_seconds, write_sources
from benchmarks.speed.figures import ROOT, ROUNDS, Figure, median_of, process_seconds

FIRST_PAGE_SECONDS = 120
LIBRARIES = (
    "gradio, fastapi, uvicorn, chromadb, onnxruntime, tokenizers, llama_index.core.embeddings"
)
PAGE_LIBRARIES = "gradio, fastapi, uvicorn"


def first_page_figures(folder: Path, documents: Sequence[SetDocument]) -> Iterator[Figure]:
    """Time `python app.py`, index present, to the first page; beside importing its libraries."""
    write_sources(folder / "sources", documents)
    build_seconds(folder)
    pages, everything, for_page = [], [], []
    for _ in range(ROUNDS):
        pages.append(first_page_seconds(folder))
        everything.append(process_seconds(["-c", f"import {LIBRARIES}"]))
        for_page.append(process_seconds(["-c", f"import {PAGE_LIBRARIES}"]))
    page = statistics.median(pages)
    for name, times in (
        ("importing all its libraries", everything),
        ("importing the page's libraries", for_page),
    ):
        baseline = statistics.median(times)
        limit = 1.3 * baseline if times is everything else None
        yield Figure("python app.py to the first page", page, "s", name, baseline, limit)


def first_page_seconds(folder: Path) -> float:
    """Start the app, wait for its page, stop it.

    Raises:
        RuntimeError: The page did not come.
    """
    port = free_port()
    sources, store = str(folder / "sources"), str(folder / "store")
    arguments = ["app.py", "--port", str(port), "--sources", sources, "--store", store]
    started = time.perf_counter()
    with subprocess.Popen(  # noqa: S603 - this repository's own
        [sys.executable, *arguments], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            while time.perf_counter() - started < FIRST_PAGE_SECONDS and process.poll() is None:
                if is_served(f"http://127.0.0.1:{port}/"):
                    return time.perf_counter() - started
                time.sleep(0.02)
        finally:
            process.terminate()
    raise RuntimeError("app.py served no page")


def help_figure() -> Figure:
    """Time `python -m index --help`."""
    seconds = median_of(lambda: process_seconds(["-m", "index", "--help"]))
    return Figure("python -m index --help", seconds, "s", limit=0.5)


def free_port() -> int:
    """A port that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def is_served(address: str) -> bool:
    """Whether a page is there."""
    try:
        with urllib.request.urlopen(address, timeout=5) as response:  # noqa: S310 - our own page
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
