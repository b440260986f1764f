"""The access token: what a page that others can reach asks for before it shows anything."""

import hashlib
import hmac
from urllib.parse import parse_qs

FORM = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Pullquote</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:26rem;margin:20vh auto;padding:0 1rem}
input,button{font:inherit;padding:.4rem .6rem}</style></head>
<body><h1>Pullquote</h1><p>%s</p>
<form action="/"><label>Access token <input name="token" type="password" autofocus></label>
<button>Open</button></form></body></html>
"""
"""Where a reader types the token; `%s` is a sentence of ours."""


class Token:
    """Tells who has shown the access token; with an empty one, everybody has."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        # Derived rather than random, so that a restart asks nobody again; named after the token,
        # since the cookies of all ports of a machine are in one jar.
        self._pass = hmac.new(self._secret, b"pullquote cookie", hashlib.sha256).hexdigest()
        name = hmac.new(self._secret, b"pullquote name", hashlib.sha256).hexdigest()
        self._name = f"pullquote_{name[:8]}"

    def is_shown(self, cookie: str, authorization: str) -> bool:
        """Whether a request carries it, by these two of its headers."""
        if not self._secret:
            return True
        scheme, _, given = authorization.partition(" ")
        if scheme.lower() == "bearer" and self._is(given.strip()):
            return True
        # Taken apart by hand: whatever others on this machine keep there may stand before ours.
        kept = (pair.partition("=") for pair in cookie.split(";"))
        return any(
            name.strip() == self._name and _same(value.strip(), self._pass)
            for name, _, value in kept
        )

    def is_in(self, query: str) -> bool | None:
        """Whether it is the `token` of a query; None when the query has none."""
        try:
            given = parse_qs(query, max_num_fields=10).get("token")
        except ValueError:
            return False
        return self._is(given[0]) if given else None

    def cookie(self, *, secure: bool) -> str:
        """What the browser keeps instead of the token, which it can't be turned back into."""
        flags = "; Secure" if secure else ""
        return f"{self._name}={self._pass}; Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000{flags}"

    def _is(self, given: str) -> bool:
        return _same(given, self._secret.decode())


def _same(given: str, wanted: str) -> bool:
    return hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())
