"""Serve the API: behind the guard, with the index brought in step beside it."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from assistant.api.routes import DESCRIPTION, ROUTES, api_of
from assistant.kept.conversations import Conversations, conversations_of
from assistant.page.documents.builder import Builder
from assistant.page.guard import LOOPBACK, Doors, Guard
from assistant.page.serve import hosts_of, serve
from index.settings import NO_TOKEN, Settings

if TYPE_CHECKING:
    from assistant.ask import Assistant

DOORS = Doors(ROUTES, in_json=True)


def serve_api(settings: Settings) -> int:
    """Serve until interrupted; the exit status, as of `serve`."""
    return serve(settings, _application, at=DESCRIPTION)


def application(
    assistant: "Assistant",
    *,
    kept: Conversations | None = None,
    hosts: Mapping[str, str] | None = None,
    token: str = "",
) -> Guard:
    """The API as an ASGI application, behind its guard; the arguments are those of the page."""
    names = dict.fromkeys(LOOPBACK, "http") if hosts is None else hosts
    return Guard(api_of(assistant, kept), hosts=names, token=token, doors=DOORS)


def _application(settings: Settings, _: Builder) -> Guard:
    from assistant.ask import Assistant

    token = "" if settings.token == NO_TOKEN else settings.token
    return application(
        Assistant(settings), kept=conversations_of(settings), hosts=hosts_of(settings), token=token
    )
