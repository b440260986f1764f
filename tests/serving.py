"""`python app.py` as a user starts it."""

import os
import select
import signal
import socket
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class App:
    """The process, and where its page is."""

    def __init__(self, sources: Path, store: Path) -> None:
        self.port = free_port()
        environment = {k: v for k, v in os.environ.items() if not k.startswith("PULLQUOTE_")}
        options = ["--sources", str(sources), "--store", str(store), "--port", str(self.port)]
        self.process = subprocess.Popen(
            [sys.executable, "app.py", *options],
            cwd=ROOT,
            env=environment,
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
