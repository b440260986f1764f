"""Formats that do what hostile files make a library do; to be read in a process of their own."""

import os
import re
import sys
import time

from index import formats
from index.document import Block, Span
from index.formats.content import Content
from index.reading import worker


def _loop(name: str, content: bytes) -> Content:  # noqa: ARG001 - as every format
    while True:
        pass


def _eat(name: str, content: bytes) -> Content:  # noqa: ARG001
    eaten = []
    while True:
        eaten.append(bytearray(50_000_000))


def _abort(name: str, content: bytes) -> Content:  # noqa: ARG001
    os.abort()


def _exit(name: str, content: bytes) -> Content:  # noqa: ARG001
    os._exit(3)


def _hold(name: str, content: bytes) -> Content:  # noqa: ARG001
    """Let no other thread run, as a pattern that takes forever does."""
    re.match(r"(a|a)*b", "a" * 1000)
    return Content("")


def _nonsense(name: str, content: bytes) -> Content:  # noqa: ARG001
    return Content("Text", metadata={str(number): "x" for number in range(1000)})


def _blocks(name: str, content: bytes) -> Content:  # noqa: ARG001
    return Content("Some text.", blocks=(Block(Span(0, 5), "row"), Block(Span(3, 8), "row")))


def _pages(name: str, content: bytes) -> Content:  # noqa: ARG001
    text = content.decode()
    return Content(text, pages=tuple(Span(m.start(), m.end()) for m in re.finditer(r"\w+", text)))


def _recurse(name: str, content: bytes) -> Content:
    return _recurse(name, content)


def _fail(name: str, content: bytes) -> Content:  # noqa: ARG001
    raise LookupError("no such\nobject")


def _chatter(name: str, content: bytes) -> Content:  # noqa: ARG001
    os.write(1, b"\0" * 1000)
    sys.stdout.write("Warning: all is well.")
    sys.stdout.flush()
    return Content(content.decode())


def _slow(name: str, content: bytes) -> Content:  # noqa: ARG001
    time.sleep(0.05)
    return Content(f"{os.getpid()}")


HOSTILE = {
    ".loop": _loop,
    ".eat": _eat,
    ".abort": _abort,
    ".recurse": _recurse,
    ".fail": _fail,
    ".chatter": _chatter,
    ".slow": _slow,
    ".exit": _exit,
    ".hold": _hold,
    ".nonsense": _nonsense,
    ".blocks": _blocks,
    ".pages": _pages,
}
PROGRAM = "from tests.hostile import main; main()"


def main() -> None:
    """Run a worker that knows these formats too."""
    formats._FORMATS.update(HOSTILE)
    worker.main()
