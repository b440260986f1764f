"""What changes on the page when something happens. Knows no Gradio."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypedDict

from assistant.page.render import told
from index.errors import PullquoteError

_log = logging.getLogger(__name__)

UNEXPECTED = "Something went wrong here. Try again; the details are in Pullquote's log."


@dataclass(frozen=True, slots=True)
class Composer:
    """How the box for the question changes; None leaves a thing as it is."""

    words: str | None = None
    busy: bool | None = None
    """Whether it offers to stop, instead of to ask."""

    ready: bool | None = None
    hint: str | None = None


class Changes(TypedDict, total=False):
    """The panes that change, and what each then shows."""

    masthead: str
    conversation: str
    scope: str
    composer: Composer
    note: str
    reader: str
    building: bool


def composer_of(*, documents: bool, building: bool) -> Composer:
    """The box for the question, by what there is to ask."""
    if documents:
        return Composer(busy=False, ready=True, hint="Ask your documents")
    waiting = "Reading your documents …" if building else "No documents to ask yet"
    return Composer(busy=False, ready=False, hint=waiting)


def guarded(handle: Callable[[], Changes]) -> Changes:
    """What a handler changes, or a sentence about why it could not."""
    try:
        return handle()
    except PullquoteError as error:
        return {"note": said(str(error))}
    except Exception:  # noqa: BLE001 - one that leaves a handler shows as "Error" over the page
        _log.exception("the page could not do this")
        return {"note": said(UNEXPECTED)}


def said(sentence: str, control: str = "") -> str:
    """A sentence for the line below the composer, and what can be pressed beside it."""
    return f'<p class="pq-said" role="status">{told(sentence)} {control}</p>'
