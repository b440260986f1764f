"""A small server that speaks OpenAI's chat interface and says what a test tells it to."""

import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Said:
    """One reply. Numbers among its pieces are pauses in seconds, bytes go out as they are."""

    pieces: Iterable[str | float | bytes] = ()
    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    finish: str | None = "stop"
    error: str = ""
    """What a reply that is no success says; with status 200, an error within the stream."""

    whole: str = ""
    """A body that is sent at once, in place of a stream."""

    delay: float = 0.0
    """Seconds before the first byte."""

    cut: bool = False
    """Whether the connection ends without the last chunk."""


Script = Callable[[dict[str, Any]], Said]


@dataclass
class ModelServer:
    """What it is asked stays in `requests` and `headers`."""

    script: Script = lambda _: Said()
    requests: list[dict[str, Any]] = field(default_factory=list)
    headers: list[dict[str, str]] = field(default_factory=list)
    hung_up: threading.Event = field(default_factory=threading.Event)
    """Set when a client ends the connection before the reply's end."""

    _server: ThreadingHTTPServer | None = None

    def __enter__(self) -> "ModelServer":
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._server
        self._server.shutdown()
        self._server.server_close()

    @property
    def host(self) -> str:
        assert self._server
        return f"127.0.0.1:{self._server.server_address[1]}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/v1"

    def says(self, *pieces: str | float | bytes, **how: Any) -> None:
        self.script = lambda _: Said(pieces, **how)

    @property
    def last_prompt(self) -> str:
        return "\n".join(message["content"] for message in self.requests[-1]["messages"])


def labels(request: dict[str, Any]) -> dict[str, int]:
    """What each labelled sentence of a request says, with its label."""
    prompt = request["messages"][-1]["content"]
    return {
        text: int(number) for number, text in re.findall(r"^\[(\d+)\] (.*)$", prompt, re.MULTILINE)
    }


def label_of(request: dict[str, Any], words: str) -> int:
    """The label of the sentence that holds some words."""
    return next(number for text, number in labels(request).items() if words in text)


def in_pieces(text: str, size: int = 3, pause: float = 0.0) -> Iterator[str | float]:
    for start in range(0, len(text), size):
        yield text[start : start + size]
        if pause:
            yield pause


def _handler(served: ModelServer) -> type[BaseHTTPRequestHandler]:  # noqa: C901 - one class
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            served.requests.append(body)
            served.headers.append({name.lower(): value for name, value in self.headers.items()})
            said = served.script(body)
            try:
                self._wait(said.delay)
                if said.status != 200:
                    self._refuse(said)
                elif said.whole:
                    self._send(said.whole.encode(), ())
                else:
                    self._stream(said)
            except (BrokenPipeError, ConnectionError):
                served.hung_up.set()
            self.close_connection = True

        def _wait(self, seconds: float) -> None:
            """Wait, but notice when the client is gone."""
            until = time.monotonic() + seconds
            self.connection.setblocking(False)
            try:
                while time.monotonic() < until:
                    try:
                        if self.connection.recv(1) == b"":
                            raise ConnectionError
                    except BlockingIOError:
                        time.sleep(0.01)
            finally:
                self.connection.setblocking(True)

        def _refuse(self, said: Said) -> None:
            body = json.dumps({"error": {"message": said.error, "type": "error"}}).encode()
            self._send(body, said.headers, said.status)

        def _send(
            self, body: bytes, headers: tuple[tuple[str, str], ...], status: int = 200
        ) -> None:
            self.send_response(status)
            for name, value in (*headers, ("Content-Type", "application/json")):
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def _stream(self, said: Said) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            self._event({"role": "assistant", "content": ""})
            for piece in said.pieces:
                if isinstance(piece, float):
                    self._wait(piece)
                elif isinstance(piece, bytes):
                    self._chunk(piece)
                else:
                    self._event({"content": piece})
            if said.error:
                self._chunk(f"data: {json.dumps({'error': {'message': said.error}})}\n\n".encode())
            if said.cut:
                self.connection.close()
                return
            if said.finish:
                self._event({}, said.finish)
                self._chunk(b"data: [DONE]\n\n")
            self.wfile.write(b"0\r\n\r\n")

        def _event(self, delta: dict[str, str], finish: str | None = None) -> None:
            event = {
                "id": "1",
                "object": "chat.completion.chunk",
                "created": 0,
                "model": "scripted",
                "choices": [{"index": 0, "delta": delta, "finish_reason": finish}],
            }
            self._chunk(f"data: {json.dumps(event)}\n\n".encode())

        def _chunk(self, data: bytes) -> None:
            self.wfile.write(f"{len(data):x}\r\n".encode() + data + b"\r\n")
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    return Handler
