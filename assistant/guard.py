"""What stands between the network and the page: host check and content-security-policy.

Pure ASGI, so that the server-sent events of the page pass through untouched.
"""

import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias
from urllib.parse import urlsplit

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

_SCRIPT = re.compile(rb"<script(?=[\s>])")
# Gradio's page names a picture and a site elsewhere for previews; nothing of ours lives there.
_PREVIEW = re.compile(rb'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>')
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
)


class Guard:
    """Wraps an application: only known hosts get in, only our own scripts run."""

    def __init__(self, app: App, *, hosts: frozenset[str] | None) -> None:
        self.app = app
        self.hosts = hosts
        """Names that the page may be asked for by; None for any."""

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif not self._is_known(scope):
            await _refuse(send)
        else:
            await self.app(_asking_for_plain_bytes(scope), receive, _Policed(send))

    def _is_known(self, scope: Message) -> bool:
        """Whether the page is asked for by its own name, not by a stranger's that points here."""
        if self.hosts is None:
            return True
        host = dict(scope["headers"]).get(b"host", b"").decode("latin-1")
        try:
            return urlsplit(f"//{host}").hostname in self.hosts
        except ValueError:
            return False


class _Policed:
    """Sends on what the application sends, with the policy; HTML with a nonce on its scripts."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.held: Message | None = None
        self.body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [*message["headers"], *_ALWAYS]
            message = {**message, "headers": headers}
            if dict(headers).get(b"content-type", b"").startswith(b"text/html"):
                self.held = message
                return
            headers.append((b"content-security-policy", _policy(None)))
        elif self.held is not None:
            self.body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._release(self.held)
            return
        await self.send(message)

    async def _release(self, start: Message) -> None:
        nonce = secrets.token_urlsafe(16)
        body = _PREVIEW.sub(b"", bytes(self.body))
        body = _SCRIPT.sub(b'<script nonce="' + nonce.encode() + b'"', body)
        headers = [(name, value) for name, value in start["headers"] if name != b"content-length"]
        headers += [
            (b"content-length", str(len(body)).encode()),
            (b"content-security-policy", _policy(nonce)),
        ]
        await self.send({**start, "headers": headers})
        await self.send({"type": "http.response.body", "body": body})


def _policy(nonce: str | None) -> bytes:
    allowed = f"'nonce-{nonce}' 'strict-dynamic' " if nonce else ""
    # Gradio compiles the templates of its HTML components, and sets styles on elements.
    return (
        f"default-src 'self'; script-src {allowed}'self' 'unsafe-eval'; "
        "style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'; "
        "form-action 'self'"
    ).encode()


def _asking_for_plain_bytes(scope: Message) -> Message:
    """The request without its wish for compression, which would hide HTML from the nonce."""
    headers = [(name, value) for name, value in scope["headers"] if name != b"accept-encoding"]
    return {**scope, "headers": headers}


async def _refuse(send: Send) -> None:
    body = b"Pullquote answers only under its own address.\n"
    headers = [(b"content-type", b"text/plain; charset=utf-8"), *_ALWAYS]
    await send({"type": "http.response.start", "status": 421, "headers": headers})
    await send({"type": "http.response.body", "body": body})
