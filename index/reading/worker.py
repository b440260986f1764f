"""What runs in a reading process: one file after the other, until the build is gone."""

import faulthandler
import json
import os
import queue
import signal
import sys
import threading
from contextlib import suppress
from typing import IO, Any

from index import formats
from index.errors import UnreadableDocumentError
from index.formats.limits import Limits, limited
from index.reading import wire

_GRACE_SECONDS = 5.0


def main() -> None:
    """Read what is asked for on standard input; end when nobody can ask any more."""
    limits = Limits(**json.loads(sys.argv[1]))
    limit_memory(limits.max_memory_mb)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the build gets it too, and ends this
    # What a library prints must not be taken for a reply.
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    requests: queue.SimpleQueue[tuple[dict[str, Any], bytes]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, requests), daemon=True).start()
    wire.send(replies, {"ready": True})
    while True:
        head, body = requests.get()
        # Ends this process whatever holds it up, should the build be gone and not do so.
        faulthandler.dump_traceback_later(limits.max_seconds + _GRACE_SECONDS, exit=True)
        with limited(limits):
            answer = _answer(head, body)
        wire.send(replies, *answer)
        faulthandler.cancel_dump_traceback_later()


def _listen(from_: IO[bytes], requests: "queue.SimpleQueue[tuple[dict[str, Any], bytes]]") -> None:
    while True:
        try:
            requests.put(wire.receive(from_, float("inf")))
        except wire.BrokenOffError:
            os._exit(0)


def limit_memory(megabytes: float) -> None:
    """Have the system refuse more; where it can't, as on Windows, only the time is limited."""
    try:
        import resource
    except ImportError:
        return
    with suppress(OSError, ValueError):
        most = int(min(megabytes * 1e6, sys.maxsize))
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(head: dict[str, Any], body: bytes) -> tuple[dict[str, object], bytes]:
    try:
        return wire.reply(formats.read(head["name"], body, head["kind"]))
    except UnreadableDocumentError as error:
        return {"refused": (error.reason[:1000], error.advice[:1000])}, b""
    except MemoryError:
        return {"memory": True}, b""
