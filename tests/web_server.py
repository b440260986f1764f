"""A server that sends what a test tells it to, byte for byte, and the web that consists of it.

No test reaches further than this machine: names are looked up in a table, and every connection,
wherever it is meant to go, goes to the server.
"""

import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpcore

from index.web.fetch import Web

PUBLIC = "93.184.215.14"
"""Where the names of these tests are."""

Pieces = Iterable[bytes | float]
"""Numbers are pauses in seconds."""


def reply(
    body: bytes = b"", type_: str = "text/plain", status: int = 200, **headers: str
) -> list[bytes | float]:
    """A reply with its length; an underscore in a header's name stands for a hyphen."""
    said = {"Content-Type": type_, "Content-Length": str(len(body))}
    said |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = "".join(f"{name}: {value}\r\n" for name, value in said.items() if value)
    return [f"HTTP/1.1 {status} Said\r\n{lines}\r\n".encode(), body]


@dataclass
class WebServer:
    """Every request gets what `script` makes of its path."""

    script: Callable[[str], Pieces] = lambda _: reply(b"The lamp was lit in 1847.")
    tls: ssl.SSLContext | None = None
    names: dict[str, list[list[str]]] = field(default_factory=dict)
    """What a name is at, at each look-up; the last of it for good. Others are at `PUBLIC`."""

    patience: float = 10
    """Seconds that it waits for a request."""

    requests: list[str] = field(default_factory=list)
    """The heads of requests."""

    dialled: list[tuple[str, int]] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "WebServer":
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.05)
        self._ended = threading.Event()
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()

    @property
    def port(self) -> int:
        return int(self._socket.getsockname()[1])

    def says(self, *pieces: bytes | float) -> None:
        self.script = lambda _: pieces

    def web(
        self, max_bytes: int = 100_000, seconds: float = 20, tls: ssl.SSLContext | None = None
    ) -> Web:
        return Web(max_bytes, seconds, resolve=self.resolve, dial=self.dial, tls=tls)

    def resolve(self, host: str, _: int) -> list[str]:
        found = self.names.get(host, [[PUBLIC]])
        return found.pop(0) if len(found) > 1 else found[0]

    def dial(self, address: str, port: int, seconds: float) -> httpcore.NetworkStream:
        self.dialled.append((address, port))
        return httpcore.SyncBackend().connect_tcp("127.0.0.1", self.port, seconds)

    def _serve(self) -> None:
        with self._socket:
            while not self._ended.is_set():
                with suppress(TimeoutError):
                    connection, _ = self._socket.accept()
                    threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        try:
            connection.settimeout(self.patience)
            if self.tls:
                connection = self.tls.wrap_socket(connection, server_side=True)
            with connection:
                head = b""
                while b"\r\n\r\n" not in head:
                    if not (came := connection.recv(4096)):
                        return
                    head += came
                self.requests.append(head.decode())
                for piece in self.script(head.decode().split(" ")[1]):
                    self._send(connection, piece)
        except OSError:
            self.hung_up.set()

    def _send(self, connection: socket.socket, piece: bytes | float) -> None:
        if isinstance(piece, bytes):
            connection.sendall(piece)
        elif not self._ended.is_set():
            time.sleep(piece)


def certified(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's side and a client's that trusts it, for a host of this name."""
    key, certificate = str(folder / "key.pem"), str(folder / "certificate.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
         "-nodes", "-days", "2", "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
         "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    return server, ssl.create_default_context(cafile=certificate)
