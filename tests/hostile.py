"""Formats that do what hostile files make a library do; to be read in a process of their own."""

import os
import sys
import time

from index import formats
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
}
PROGRAM = "from tests.hostile import main; main()"


def main() -> None:
    """Run a worker that knows these formats too."""
    formats._FORMATS.update(HOSTILE)
    worker.main()
