"""What every reply carries: the content-security-policy, and no leave for other origins to read."""

import re
import secrets
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, TypeAlias

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]
Header: TypeAlias = tuple[bytes, bytes]

_SCRIPT = re.compile(rb"<script(?=[\s>])")
# Gradio's page names a picture and a site elsewhere for previews; nothing of ours lives there.
_PREVIEW = re.compile(rb'<meta\s+(?:property|name)="(?:og|twitter):[^>]*>')
_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
)


class Policed:
    """Sends on what an application sends, with the policy; HTML with a nonce on its scripts."""

    def __init__(self, send: Send) -> None:
        self.send = send
        self.held: Message | None = None
        self.body = bytearray()

    async def __call__(self, message: Message) -> None:
        """Send one message."""
        if message["type"] == "http.response.start":
            headers = [h for h in message["headers"] if not h[0].startswith(b"access-control-")]
            headers += _ALWAYS
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
