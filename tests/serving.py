"""`python app.py` as a user starts it, and an application in a thread of the test's."""

import os
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import uvicorn

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(app: Any) -> Iterator[int]:
    """Serve an application; the port that it is at."""
    port = free_port()
    config = uvicorn.Config(
        app, port=port, log_level="critical", timeout_graceful_shutdown=0, proxy_headers=False
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    try:
        yield port
    finally:
        server.should_exit = True
        thread.join(10)


class App:
    """The process, and where its page is."""

    def __init__(self, sources: Path, store: Path, *more: str, **variables: str) -> None:
        self.port = free_port()
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PULLQUOTE_")}
        options = [
            "--sources",
            str(sources),
            "--store",
            str(store),
            "--port",
            str(self.port),
            *more,
        ]
        self.process = subprocess.Popen(
            [sys.executable, "app.py", *options],
            cwd=ROOT,
            env=environment | variables,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    def first_line(self, seconds: float = 60) -> str:
        assert self.process.stdout
        ready, _, _ = select.select([self.process.stdout], [], [], seconds)
        return self.process.stdout.readline() if ready else ""

    def stop(self) -> tuple[int, str]:
        self.process.send_signal(signal.SIGINT)
        _, errors = self.process.communicate(timeout=10)
        return self.process.returncode, errors
