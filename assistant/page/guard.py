"""What stands between the network and the page: who may ask for what, and in which form.

Gradio mounts some sixty routes, of uploads, files, recordings and more; the page needs sixteen,
and two of its own: for drawn pages, and for a document that is brought. Here only those are open,
to requests that come from the page itself or from no browser at all. Bodies are a few kilobytes
that hold words and numbers; only a document's bytes are passed on as they come. Pure ASGI, so that
the server-sent events of the page pass through untouched.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.page.access import FORM, Token
from assistant.page.documents.uploads import PATH
from assistant.page.headers import App, Header, Message, Policed, Receive, Send

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

BODY_BYTES = 64 * 1024
"""Most bytes in a request; the longest question takes a fifth of it."""

ROUTES = {
    "GET": (
        r"/",
        r"/config",
        r"/theme\.css",
        r"/favicon\.ico",  # browsers ask before they have read which icon the page names
        r"/(?:assets|static)(?:/(?!\.)[\w.-]+)+",
        r"/gradio_api/info",
        r"/gradio_api/heartbeat/\w+",
        r"/gradio_api/queue/data",
        r"/gradio_api/call/ask/\w+",
        r"/drawn",
    ),
    "HEAD": (r"/",),
    "POST": (r"/gradio_api/(?:queue/join|run/predict|cancel|reset|call/ask)",),
    "PUT": (PATH,),
}
"""All that is open, by method; the page and Gradio's own client ask for nothing else."""

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9_.-]+)(?::\d{1,5})?", re.ASCII)
# What else a request says of itself, such as who forwarded it, is what anybody may claim.
_PASSED_ON = frozenset(
    {b"host", b"accept", b"accept-language", b"user-agent", b"range", b"cache-control",
     b"if-none-match", b"if-modified-since"}
)  # fmt: skip


class Refused(Exception):  # noqa: N818 - an answer rather than an error
    """Why a request is not let in, as its reply."""

    def __init__(self, status: int, sentence: str, *headers: Header, html: bool = False) -> None:
        super().__init__(sentence)
        self.status = status
        self.headers = headers
        self.html = html


class Guard:
    """Wraps an application: lets in what the page needs, and lets out what only it may read."""

    def __init__(
        self, app: App, *, hosts: Mapping[str, str], token: str = "", doors: "Doors | None" = None
    ) -> None:
        self.app = app
        self.doors = doors or PAGE
        self.hosts = hosts
        """Names that the page may be asked for by, each with its scheme: `http` or `https`."""

        self.token = Token(token)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, Policed(send))
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _answer(self, scope: Message, receive: Receive, send: Send) -> None:
        try:
            headers = _headers(scope)
            scheme = self._scheme(headers)
            _check_origin(scope, headers, f"{scheme}://{headers['host']}")
            self._check_token(scope, headers, secure=scheme == "https")
            self.doors.check(scope["method"], scope["path"])
            is_post, is_file = (scope["method"] == method for method in ("POST", "PUT"))
            body = await _body(headers, receive, self.doors.takes) if is_post else b""
            if is_file:
                _check_file(headers)
        except Refused as refused:
            kind, text = self.doors.told(refused)
            kept = [(b"content-type", kind), *refused.headers]
            await send({"type": "http.response.start", "status": refused.status, "headers": kept})
            await send({"type": "http.response.body", "body": text})
        else:
            come = receive if is_file else _replayed(body, receive)
            await self.app(_passed_on(scope, scheme, body), come, send)

    def _scheme(self, headers: Mapping[str, str]) -> str:
        """Whether the page is asked for by a name of its own, not by a stranger's; its scheme."""
        match = _HOST.fullmatch(headers.get("host", "").lower())
        scheme = self.hosts.get(match[1].strip("[]")) if match else None
        if scheme is None:
            raise Refused(
                421,
                "Pullquote answers only under its own address. Whoever runs it can add this name "
                "to PULLQUOTE_HOSTS.",
            )
        return scheme

    def _check_token(self, scope: Message, headers: Mapping[str, str], *, secure: bool) -> None:
        if self.token.is_shown(headers.get("cookie", ""), headers.get("authorization", "")):
            return
        if not self.doors.has_form or (scope["method"], scope["path"]) != ("GET", "/"):
            raise Refused(401, "This needs the access token: Authorization: Bearer TOKEN.")
        shown = self.token.is_in(scope["query_string"].decode("latin-1"))
        if shown:
            cookie = self.token.cookie(secure=secure).encode()
            raise Refused(303, "Welcome.", (b"location", b"/"), (b"set-cookie", cookie))
        asking = "This page asks for its access token once."
        wrong = "That is not the access token. Ask whoever runs Pullquote for it."
        raise Refused(401, FORM % (asking if shown is None else wrong), html=True)


def _headers(scope: Message) -> dict[str, str]:
    """What a request says of itself; one that says a thing twice says nothing for certain."""
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, said = name.decode("latin-1").lower(), value.decode("latin-1")
        headers[key] = f"{headers[key]}, {said}" if key in headers else said
    return headers


def _check_origin(scope: Message, headers: Mapping[str, str], own: str) -> None:
    """Refuse what another page makes a reader's browser ask; a link that is followed is no harm."""
    is_own = headers.get("sec-fetch-site", "none") in {"same-origin", "none"}
    follows_link = (
        scope["method"] in {"GET", "HEAD"}
        and scope["path"] == "/"
        and headers.get("sec-fetch-mode") == "navigate"
        and headers.get("sec-fetch-dest") == "document"
    )
    if headers.get("origin", own) != own or not (is_own or follows_link):
        raise Refused(403, "Pullquote answers its own page, and no other site's.")


def _check_file(headers: Mapping[str, str]) -> None:
    """Refuse what a form could send: other pages may make a browser send one."""
    if headers.get("content-type", "").strip().lower() != "application/octet-stream":
        raise Refused(415, "Send a document as application/octet-stream.")
    if "content-encoding" in headers:
        raise Refused(415, "Send a document as it is, not compressed.")


async def _body(
    headers: Mapping[str, str], receive: Receive, takes: Callable[[Mapping[str, object]], str]
) -> bytes:
    """Read a request's body, and write it anew as what was understood of it."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refused(415, "Pullquote takes JSON.")
    too_long = Refused(413, f"Pullquote takes at most {BODY_BYTES:,} bytes at once.")
    declared = headers.get("content-length", "0")
    if not declared.isdecimal() or int(declared) > BODY_BYTES:
        raise too_long
    body, more = bytearray(), True
    while more:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > BODY_BYTES:
            raise too_long
        more = message.get("more_body", False)
    try:
        asked = json.loads(body.decode("utf-8"))
        written = json.dumps(asked, allow_nan=False).encode()
    except (ValueError, RecursionError):
        raise Refused(400, "This is not JSON.") from None
    problem = takes(asked) if isinstance(asked, dict) else "This is no JSON object."
    if problem:
        raise Refused(400, problem)
    return written


def _plain(asked: Mapping[str, object]) -> str:
    """What is wrong with a request: it holds what Gradio could take for a file.

    Words and numbers stand in it, in the list `data` and in the object `event_data`; no object or
    list stands in these.
    """
    data, event = asked.get("data", []), asked.get("event_data") or {}
    if not isinstance(data, list) or not isinstance(event, dict):
        return _NOT_PLAIN
    rest = [value for key, value in asked.items() if key not in {"data", "event_data"}]
    found = any(isinstance(one, dict | list) for one in (*data, *event.values(), *rest))
    return _NOT_PLAIN if found else ""


@dataclass(frozen=True, slots=True)
class Doors:
    """What a guard leaves open, and how it speaks with who comes."""

    routes: Mapping[str, Sequence[str]]
    """Regular expressions of the paths that are open, by method."""

    takes: Callable[[Mapping[str, object]], str] = lambda _: ""
    """What is wrong with the object in a request's body, as a sentence; empty if nothing is."""

    has_form: bool = False
    """Whether `/` asks for the access token, and keeps it in a cookie."""

    in_json: bool = False
    """Whether a refusal is an object with the sentence in `error`."""

    def check(self, method: str, path: str) -> None:
        """Let nobody in where no door is.

        Raises:
            Refused: There is none.
        """
        routes = "|".join(self.routes.get(method, ()))
        if not routes or not re.fullmatch(routes, path, re.ASCII | re.DOTALL):
            raise Refused(404, "There is nothing here.")

    def told(self, refused: Refused) -> tuple[bytes, bytes]:
        """The kind and the words of a refusal."""
        if self.in_json:
            return b"application/json", json.dumps({"error": str(refused)}).encode()
        kind = b"text/html" if refused.html else b"text/plain"
        return kind + b"; charset=utf-8", f"{refused}\n".encode()


_NOT_PLAIN = "The page takes an object whose `data` are words and numbers."
PAGE = Doors(ROUTES, takes=_plain, has_form=True)


def _passed_on(scope: Message, scheme: str, body: bytes) -> Message:
    """The request as the page gets it; uncompressed, since that would hide HTML from the nonce."""
    headers = [header for header in scope["headers"] if header[0].lower() in _PASSED_ON]
    if scope["method"] == "POST":
        headers.append((b"content-type", b"application/json"))
        headers.append((b"content-length", str(len(body)).encode()))
    elif scope["method"] == "PUT":
        headers += [header for header in scope["headers"] if header[0].lower() == b"content-length"]
    return {**scope, "scheme": scheme, "headers": headers}


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A body that has been read, once more; after it, what else comes from the network."""
    waiting: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay
