"""Pages drawn in a process of their own: a hostile file ends that process, and nothing else."""

import io
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, NamedTuple

from index.document import Span
from index.errors import PullquoteError, UnreadableDocumentError, reason_of
from index.formats.limits import Limits, above, limited
from index.reading import wire
from index.reading.worker import limit_memory

_PROGRAM = "from index.reading.drawing import main; main()"
_ROOT = str(Path(__file__).parents[2])
_MOST = 50_000_000
"""Bytes that a page as a picture may have."""


class Drawn(NamedTuple):
    """A page as a picture."""

    png: bytes
    boxes: tuple[tuple[float, ...], ...]
    """Where the words of the quotes stand: left, top, right and bottom, as shares of the page."""


def can_draw(name: str) -> bool:
    """Whether the pages of a document of this name are pictures that can be drawn."""
    return name.lower().endswith(".pdf")


def draw(
    name: str, content: bytes, page: int, quotes: Sequence[Span], limits: Limits | None = None
) -> Drawn:
    """Draw a page, and mark the words of some quotes on it.

    Args:
        name: The file's.
        content: Its bytes.
        page: The page's number, from 1.
        quotes: Spans into the document's text.
        limits: How long it may take, and how much memory.

    Raises:
        UnreadableDocumentError: It can't be drawn, or takes more than it may.
        PullquoteError: No process can be started.
    """
    limits = limits or Limits()
    asked = {
        "name": name, "page": page, "quotes": [(quote.start, quote.end) for quote in quotes],
        "limits": asdict(limits),
    }  # fmt: skip
    start = f"import sys; sys.path[:] = {[_ROOT, *filter(None, sys.path)]!r}; {_PROGRAM}"
    try:
        done = subprocess.run(  # noqa: S603 - of ours
            [sys.executable, "-P", "-c", start, json.dumps(asked)],
            input=content,
            capture_output=True,
            timeout=limits.max_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        most = f"{limits.max_seconds:g} seconds"
        raise above(name, "the time to draw it is", most, "PULLQUOTE_MAX_SECONDS") from error
    except OSError as error:
        raise PullquoteError(
            f"No process can be started to draw in: {reason_of(error)}."
        ) from error
    try:
        return _drawn(name, *wire.receive(io.BytesIO(done.stdout), _MOST))
    except (wire.BrokenOffError, ValueError, TypeError, KeyError) as error:
        raise UnreadableDocumentError(
            name, f"page {page} of it can't be drawn", "It may be damaged."
        ) from error


def _drawn(name: str, head: Mapping[str, Any], body: bytes) -> Drawn:
    if "refused" in head:
        reason, advice = map(str, head["refused"])
        raise UnreadableDocumentError(name, reason, advice)
    boxes = tuple(tuple(map(float, box)) for box in head["boxes"])
    if not body.startswith(b"\x89PNG"):
        raise ValueError("no picture")
    return Drawn(body, boxes)


def main() -> None:
    """Draw what the command line says, of the file on standard input."""
    asked = json.loads(sys.argv[1])
    limits = Limits(**asked["limits"])
    limit_memory(limits.max_memory_mb)
    from index.formats.pdf.draw import draw as draw_page

    quotes = [Span(start, end) for start, end in asked["quotes"]]
    try:
        with limited(limits):
            drawn = draw_page(asked["name"], sys.stdin.buffer.read(), asked["page"], quotes)
    except UnreadableDocumentError as error:
        wire.send(sys.stdout.buffer, {"refused": (error.reason[:1000], error.advice[:1000])})
    else:
        wire.send(sys.stdout.buffer, {"boxes": drawn.boxes}, drawn.png)
