"""Processes that read documents: started when they are needed, ended when they hang or crash."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import IO, Self, cast
from weakref import WeakSet

from index.errors import PullquoteError, UnreadableDocumentError, reason_of
from index.formats.content import Content
from index.formats.limits import Limits, above
from index.reading import wire

PROGRAM = "from index.reading.worker import main; main()"

_START_SECONDS = 120.0
_OVERHEAD = 50_000_000
"""Bytes that a reply may have besides its text."""

_ROOT = str(Path(__file__).parents[2])
_STARTED: "WeakSet[_Reader]" = WeakSet()


class Readers:
    """Reads documents in processes, one per thread that asks; all end with the `with`."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._idle: list[_Reader] = []
        self._all: list[_Reader] = []
        self._lock = threading.Lock()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._closed = True
            readers, self._all, self._idle = self._all, [], []
        for reader in readers:
            reader.end()

    def read(self, name: str, content: bytes, kind: str) -> Content:
        """Read a document.

        Raises:
            UnreadableDocumentError: It can't be read, or takes more than it may.
            PullquoteError: No process can be started.
        """
        reader = self._take()
        try:
            return reader.read(name, content, kind)
        finally:
            self._give_back(reader)

    def _take(self) -> "_Reader":
        with self._lock:
            if self._closed:
                raise PullquoteError("The reading of documents was ended.")
            if self._idle:
                return self._idle.pop()
            reader = _Reader(self._limits)
            self._all.append(reader)
        reader.wait_until_ready()
        return reader

    def _give_back(self, reader: "_Reader") -> None:
        with self._lock:
            if reader.is_usable and not self._closed:
                self._idle.append(reader)
                return
            if reader in self._all:
                self._all.remove(reader)
        reader.end()


class _Reader:
    """One process."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.is_usable = True
        self._timed_out = False
        # Whatever can be imported here can be there, and nothing from the working folder.
        start = f"import sys; sys.path[:] = {[_ROOT, *filter(None, sys.path)]!r}; {PROGRAM}"
        try:
            self._process = subprocess.Popen(  # noqa: S603 - of ours
                [sys.executable, "-P", "-c", start, json.dumps(asdict(limits))],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
            )
        except OSError as error:
            raise _not_started(reason_of(error)) from error
        _STARTED.add(self)

    def wait_until_ready(self) -> None:
        """Give it time to import what it needs, which is not the documents' time."""
        try:
            self._hear(_START_SECONDS)
        except wire.BrokenOffError as error:
            self.end()
            raise _not_started(f"it ended at once, {self._ending()}") from error

    def read(self, name: str, content: bytes, kind: str) -> Content:
        """Read a document; after a failure that is not a plain refusal this is not usable."""
        usable, self.is_usable = self.is_usable, False
        try:
            head, body = self._asked(wire.request(name, kind), content)
            if head.get("memory"):
                most = f"{self._limits.max_memory_mb:g} MB of memory"
                raise above(name, "what it takes to read is", most, "PULLQUOTE_MAX_MEMORY_MB")
            found = wire.understood(name, head, body)
        except wire.BrokenOffError as error:
            raise self._failed(name) from error
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise UnreadableDocumentError(
                name, f"what was read of it makes no sense ({error})", "Remove it or save it anew."
            ) from error
        self.is_usable = usable
        if isinstance(found, UnreadableDocumentError):
            raise found
        return found

    def end(self) -> None:
        """End it, whatever it does."""
        self.is_usable = False
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                _close(pipe)

    def _asked(self, head: dict[str, object], content: bytes) -> tuple[dict[str, object], bytes]:
        asked = cast("IO[bytes]", self._process.stdin)
        with _Alarm(self._limits.max_seconds, self._time_out):
            try:
                wire.send(asked, head, content)
            except (OSError, ValueError) as error:  # the latter when it was closed meanwhile
                raise wire.BrokenOffError from error
            return self._heard()

    def _hear(self, seconds: float) -> None:
        with _Alarm(seconds, self._time_out):
            self._heard()

    def _heard(self) -> tuple[dict[str, object], bytes]:
        told = cast("IO[bytes]", self._process.stdout)
        try:
            return wire.receive(told, self._limits.max_unpacked_mb * 1e6 + _OVERHEAD)
        except (OSError, ValueError) as error:
            raise wire.BrokenOffError from error

    def _time_out(self) -> None:
        self._timed_out = True
        self._process.kill()

    def _failed(self, name: str) -> UnreadableDocumentError:
        if self._timed_out:
            most = f"{self._limits.max_seconds:g} seconds"
            return above(name, "the time that it takes to read is", most, "PULLQUOTE_MAX_SECONDS")
        self._process.kill()
        return UnreadableDocumentError(
            name,
            f"the program that reads it crashed over it, {self._ending()}",
            "It may be damaged: open and save it anew, or remove it.",
        )

    def _ending(self) -> str:
        code = self._process.wait()
        return f"by signal {-code}" if code < 0 else f"with status {code}"


class _Alarm:
    """Calls something unless it is left in time."""

    def __init__(self, seconds: float, ring: Callable[[], None]) -> None:
        self._timer = threading.Timer(min(seconds, threading.TIMEOUT_MAX), ring)
        self._timer.daemon = True

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()


def end_all() -> None:
    """End every process there is: for whoever ends without leaving the `with` of its readers."""
    for reader in list(_STARTED):
        reader.end()


def _close(pipe: IO[bytes]) -> None:
    try:
        pipe.close()
    except OSError:  # what was still to be written to a process that has ended
        return


def _not_started(reason: str) -> PullquoteError:
    return PullquoteError(
        f"No process can be started to read documents in: {reason}. Free memory, or raise "
        "PULLQUOTE_MAX_MEMORY_MB, then build again."
    )
