"""Serve the page, or the API: listen, be there at once, bring the index in step beside it."""

import errno
import ipaddress
import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.page.documents.builder import Builder, end_now, say
from assistant.page.documents.keeper import Keeper
from assistant.page.documents.library import Startup
from assistant.page.documents.uploads import PATH, Uploads
from assistant.page.guard import LOOPBACK
from index.errors import PullquoteError, reason_of
from index.settings import NO_TOKEN, Settings

if TYPE_CHECKING:
    from fastapi import Response
    from uvicorn import Server

    from assistant.ask import Assistant
    from assistant.kept.conversations import Conversations
    from assistant.page.article.sheets import Sheets
    from assistant.page.headers import App

CANNOT_LISTEN = 2
# Read by Gradio when it is imported and when its queue is made. It reports to its makers unless
# told not to, and sums up every event of the page with pandas, for a monitor that is off here.
_QUIET = {
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",
    "GRADIO_ANALYTICS_MAX_EVENTS": "1",
}
_EVERYWHERE = frozenset({"0.0.0.0", "::", ""})  # noqa: S104 - only told apart from the others


def serve(
    settings: Settings,
    make: "Callable[[Settings, Builder], App] | None" = None,
    at: str = "",
) -> int:
    """Serve until interrupted.

    Args:
        settings: Where to listen, and what to serve.
        make: Makes what is served; the page, by default.
        at: The path that whoever starts it is told.

    Returns:
        The exit status: 0 after Ctrl-C or SIGTERM, 2 when the address cannot be used.
    """
    if not settings.token and (reached := _names_for_others(settings)):
        say(_needs_token(reached), sys.stderr)
        return CANNOT_LISTEN
    try:
        listener = _listen(settings)
    except OSError as error:
        say(_why_not(settings, error), sys.stderr)
        return CANNOT_LISTEN
    _make_folder(settings)
    builder = Builder(settings)
    # The server passes a signal on when it has ended; by default this one would end us untidily.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with suppress(KeyboardInterrupt):
        app = (make or _application)(settings, builder)
        _server(_at(settings, at), _for_others(settings), app, builder).run(sockets=[listener])
    return end_now()


def _make_folder(settings: Settings) -> None:
    """Make the folder that documents go into by default; one that was named must be there."""
    if settings.sources == Settings().sources:
        with suppress(OSError):  # the build says what is wrong with it
            settings.sources.mkdir(exist_ok=True)


def _listen(settings: Settings) -> socket.socket:
    """Take the port before the slow imports, so that a taken one is told at once."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((settings.host, settings.port))
        listener.listen(128)
    except OSError:
        listener.close()
        raise
    return listener


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _names_for_others(settings: Settings) -> list[str]:
    """The address and the names by which others than this machine reach the page."""
    named = [host.rpartition("://")[2] for host in settings.hosts]
    return [host for host in (settings.host, *named) if not _is_loopback(host)]


def _for_others(settings: Settings) -> str:
    """Where others find the page; empty when it is for this machine alone."""
    if settings.host not in _EVERYWHERE:
        return ""
    schemes = hosts_of(settings)
    named = [name for name in schemes if not _is_loopback(name)]
    if not named:
        return "For others, list the names it is reached by in PULLQUOTE_HOSTS."
    return "Others find it at " + ", ".join(
        _url(schemes[name], name, None if schemes[name] == "https" else settings.port)
        for name in named
    )


def _url(scheme: str, host: str, port: int | None) -> str:
    shown = f"[{host}]" if ":" in host else host
    return f"{scheme}://{shown}" + (f":{port}" if port else "")


def _needs_token(reached: list[str]) -> str:
    return (
        f"Others on the network can reach the page by {' and '.join(reached)}. Set an access token "
        f"for them, such as PULLQUOTE_TOKEN={secrets.token_urlsafe(15)}, or "
        f"PULLQUOTE_TOKEN={NO_TOKEN} if all of them may read every document."
    )


def hosts_of(settings: Settings) -> dict[str, str]:
    """The names that the page may be asked for by, each with its scheme."""
    names = {*LOOPBACK, settings.host.lower()} - _EVERYWHERE
    schemes = dict.fromkeys(names, "http")
    for host in settings.hosts:
        scheme, _, name = host.rpartition("://")
        schemes[name] = scheme or "http"
    return schemes


def is_read_only(settings: Settings) -> bool:
    """Whether the page leaves the documents as they are: if nothing is said, when others see it."""
    if settings.read_only == "auto":
        return bool(_names_for_others(settings))
    return settings.read_only == "yes"


def _why_not(settings: Settings, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"Port {settings.port} on {settings.host} is taken. Stop what uses it, or choose "
            "another with --port or PULLQUOTE_PORT."
        )
    return (
        f"Cannot listen on {settings.host} port {settings.port}: {reason_of(error)}. "
        "Choose another with --host or --port."
    )


def _server(address: str, others: str, app: "App", builder: Builder) -> "Server":
    import uvicorn

    class Announcing(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if self.started:
                say(f"Pullquote is at {address} (stop it with Ctrl-C)")
                if others:
                    say(others)
                builder.start()

    config = uvicorn.Config(
        app,
        log_level="critical",
        timeout_graceful_shutdown=0,
        server_header=False,
        proxy_headers=False,
    )
    return Announcing(config)


def _at(settings: Settings, path: str) -> str:
    host = "127.0.0.1" if settings.host in _EVERYWHERE else settings.host
    return _url("http", host, settings.port) + path


def _application(settings: Settings, builder: Builder) -> "App":
    from assistant.ask import Assistant
    from assistant.kept.conversations import conversations_of

    return application(
        Assistant.from_settings(settings),
        sources=settings.sources,
        startup=builder.now,
        hosts=hosts_of(settings),
        token="" if settings.token == NO_TOKEN else settings.token,
        kept=conversations_of(settings),
        keeper=Keeper(settings, builder.start, read_only=is_read_only(settings)),
    )


def application(  # noqa: PLR0913 - all but one by name
    assistant: "Assistant",
    *,
    sources: Path,
    startup: Callable[[], Startup] = Startup,
    hosts: Mapping[str, str] | None = None,
    token: str = "",
    kept: "Conversations | None" = None,
    keeper: Keeper | None = None,
) -> "App":
    """The page as an ASGI application, behind its guard.

    Args:
        assistant: Answers the questions and knows the documents.
        sources: The folder that the documents come from.
        startup: How far the build at start has come.
        hosts: Names that the page may be asked for by, each with its scheme; by default those of
            this machine for itself.
        token: What has to be shown before anything else is; empty for nothing.
        kept: Where conversations are kept, if they are.
        keeper: Brings and removes documents and has them indexed; None where there is none.
    """
    os.environ |= _QUIET
    import gradio as gr
    from fastapi import FastAPI

    from assistant.page.article.sheets import ROUTE, Sheets
    from assistant.page.guard import Guard
    from assistant.page.head import page_head
    from assistant.page.page import build_page, page_theme

    own = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    own.add_route(PATH, Uploads(keeper).put, methods=["PUT"])
    own.add_api_route(ROUTE, _drawing(Sheets(assistant, sources)), methods=["GET"])
    app = gr.mount_gradio_app(
        own,
        build_page(assistant, sources=sources, startup=startup, kept=kept, keeper=keeper),
        path="/",
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
        show_error=False,
        max_file_size="100kb",
        theme=page_theme(),
        head=page_head(),
    )
    return Guard(
        app, hosts=dict.fromkeys(LOOPBACK, "http") if hosts is None else hosts, token=token
    )


def _drawing(sheets: "Sheets") -> Callable[[str, int, str], "Response"]:
    from fastapi import Response

    def drawn(document: str, page: int, quotes: str) -> Response:
        try:
            png = sheets.png(document, page, quotes)
        except PullquoteError as error:
            return Response(f"{error}\n", 404, media_type="text/plain")
        return Response(png, media_type="image/png", headers={"cache-control": "private"})

    return drawn
