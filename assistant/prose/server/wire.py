"""The wire to a model's server: a client that sends nothing but what it is given.

A request that the server refuses for its form is made again in a form that it takes, which is
remembered. What it sends is put into the one form that the client reads, a stream of events with
plain text, whether or not it streamed.
"""

import json
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import chain
from typing import TYPE_CHECKING, Any

import httpx
from llama_index.llms.openai_like import OpenAILike  # type: ignore[import-untyped]

from assistant.prose.server.failure import MOST_BYTES, OversizeError
from assistant.prose.server.quirks import Body, ServerQuirks, fitted, wanted
from index.settings import Settings

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

    from assistant.prose.server.call import Call

_CONNECT_SECONDS = 10.0
_HEADERS = frozenset(
    "host accept accept-encoding connection user-agent content-type content-length".split()  # noqa: SIM905
)
_LONGEST_REFUSAL = 1000
_FRAMING = frozenset(("content-encoding", "content-length", "transfer-encoding"))
_UNREADABLE = b"data: none that can be read\n\n"


def client_for(
    settings: Settings, reply_tokens: int, quirks: ServerQuirks, call: "Call", opened: ExitStack
) -> "LLM":
    """A client for one request.

    Args:
        settings: They name the server and the model.
        reply_tokens: How long the reply may be.
        quirks: What the server is known to want otherwise.
        call: Learns of the connection, and of what the client does not tell.
        opened: Closes the connection.
    """

    def only_ours(request: httpx.Request) -> None:
        # The client adds keys and headers that it finds in OPENAI_… variables.
        for name in [name for name in request.headers if name.lower() not in _HEADERS]:
            del request.headers[name]
        if settings.llm_api_key:
            request.headers["authorization"] = f"Bearer {settings.llm_api_key}"

    wire = _Wire(
        quirks,
        call,
        timeout=httpx.Timeout(settings.llm_seconds, connect=_CONNECT_SECONDS),
        # A server may close a connection after a refusal without saying so: each try has its own.
        limits=httpx.Limits(max_keepalive_connections=0),
        follow_redirects=False,  # passages go to the host that was named, and to no other
        event_hooks={"request": [only_ours, call.watch]},
    )
    opened.enter_context(wire)
    made: LLM = OpenAILike(
        model=settings.llm_model,
        api_base=settings.llm_base_url,
        api_key="none",  # or it would take OPENAI_API_KEY
        api_version="none",
        is_chat_model=True,
        context_window=settings.llm_context,
        max_tokens=reply_tokens,
        temperature=0.0,
        max_retries=0,
        timeout=settings.llm_seconds,
        http_client=wire,
    )
    return made


class _Wire(httpx.Client):
    """Sends a request in the form that the server takes."""

    def __init__(self, quirks: ServerQuirks, call: "Call", **options: Any) -> None:  # noqa: ANN401 - the client's own
        super().__init__(**options)
        self._quirks = quirks
        self._call = call

    def send(self, request: httpx.Request, **how: Any) -> httpx.Response:  # noqa: ANN401
        """Send a request, again if need be, and remember how it was taken."""
        body = json.loads(request.content)
        changes = self._quirks.changes
        while True:
            form = fitted(body, changes)
            response = super().send(self._with(request, form), **how)
            if response.is_success:
                self._quirks.changes = changes
                return _in_one_form(response, self._call)
            said = _whole(response.iter_bytes())
            response.close()
            more = wanted(form, response.status_code, said.decode(errors="replace")) - changes
            if not more:
                return _refusal(response, said)
            changes |= more

    def _with(self, request: httpx.Request, body: Body) -> httpx.Request:
        headers = {k: v for k, v in request.headers.items() if k.lower() != "content-length"}
        return self.build_request(
            request.method, request.url, json=body, headers=headers, extensions=request.extensions
        )


def _refusal(response: httpx.Response, body: bytes) -> httpx.Response:
    """A refusal as it came, its body read."""
    headers = [(name, value) for name, value in response.headers.items() if name not in _FRAMING]
    return httpx.Response(
        response.status_code, headers=headers, content=body, request=response.request
    )


def _in_one_form(response: httpx.Response, call: "Call") -> httpx.Response:
    return httpx.Response(
        response.status_code,
        headers={"content-type": "text/event-stream"},
        stream=_Events(response, call),
        request=response.request,
        extensions=response.extensions,
    )


class _Events(httpx.SyncByteStream):
    """A reply as a stream of events."""

    def __init__(self, response: httpx.Response, call: "Call") -> None:
        self._response = response
        self._call = call

    def __iter__(self) -> Iterator[bytes]:
        """Give out the events as they come; a reply that is no stream, when it is whole."""
        lines = _lines(self._response)
        first = next((line for line in lines if line.strip()), b"")
        if first.lstrip().startswith(b"{"):
            yield from self._of_whole(_whole([first], lines))
        elif first.lstrip().startswith(b"<"):
            yield _UNREADABLE
        else:
            yield self._of_line(first)
            yield from map(self._of_line, lines)

    def close(self) -> None:
        """Close the connection."""
        self._response.close()

    def _of_line(self, line: bytes) -> bytes:
        if not line.startswith(b"data:"):
            return line
        said = line[len(b"data:") :].strip()
        if said.startswith(b"[DONE]"):
            self._call.is_done = True
            return line
        try:
            event = json.loads(said)
        except ValueError:
            return line  # the client tells that it can't be read
        delta = _first(event).get("delta")
        return self._event(event) if isinstance(delta, dict) and self._put_plain(delta) else line

    def _of_whole(self, body: bytes) -> Iterator[bytes]:
        try:
            reply = json.loads(body)
        except ValueError:
            yield _UNREADABLE
            return
        choice = _first(reply)
        delta = choice.get("message")
        if isinstance(delta, dict):
            self._put_plain(delta)
            finish = choice.get("finish_reason") or "stop"
            choices = [{"index": 0, "delta": delta, "finish_reason": finish}]
            yield self._event({**reply, "object": "chat.completion.chunk", "choices": choices})
        elif "error" in reply:
            said = reply["error"]
            yield self._event({"error": said if isinstance(said, dict) else {"message": said}})
        else:
            yield _UNREADABLE

    def _event(self, event: Body) -> bytes:
        return b"data: " + json.dumps(event).encode() + b"\n\n"

    def _put_plain(self, delta: Body) -> bool:
        """Make text of what a message holds; False when it held nothing else."""
        if isinstance(refusal := delta.get("refusal"), str):
            self._call.refusal = (self._call.refusal + refusal)[:_LONGEST_REFUSAL]
        parts = delta.get("content")
        if not isinstance(parts, list):
            return False
        delta["content"] = "".join(_text(part, "text") for part in parts)
        delta["reasoning_content"] = "".join(_text(part, "thinking") for part in parts) or None
        return True


def _lines(response: httpx.Response) -> Iterator[bytes]:
    """The lines as they come; a blank one ends an event, which must not be too long."""
    begun: list[bytes] = []
    length = 0
    for received in response.iter_bytes():
        *ended, rest = received.split(b"\n")
        for end in ended:
            line = b"".join([*begun, end, b"\n"])
            begun = []
            length = length + len(end) if line.strip() else 0
            yield line
        begun.append(rest)
        length += len(rest)
        if length > MOST_BYTES:
            raise OversizeError
    if any(begun):
        yield b"".join(begun)


def _whole(*pieces: Iterable[bytes]) -> bytes:
    """What belongs together, unless it is too much."""
    held: list[bytes] = []
    length = 0
    for piece in chain(*pieces):
        length += len(piece)
        if length > MOST_BYTES:
            raise OversizeError
        held.append(piece)
    return b"".join(held)


def _first(event: object) -> Body:
    """The first choice of a reply, or of a piece of one."""
    choices = event.get("choices") if isinstance(event, dict) else None
    first = choices[0] if isinstance(choices, list) and choices else None
    return first if isinstance(first, dict) else {}


def _text(part: object, key: str) -> str:
    """The text of a part of a message; that of a thought is a list of parts itself."""
    if isinstance(part, str):
        return part if key == "text" else ""
    held = part.get(key) if isinstance(part, dict) else ""
    if isinstance(held, list):
        return "".join(_text(one, "text") for one in held)
    return held if isinstance(held, str) else ""
