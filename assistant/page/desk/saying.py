"""The sentence below the composer, and what becomes of a handler that fails. Knows no Gradio."""

import logging
from collections.abc import Callable

from assistant.page.desk.changes import Changes
from assistant.page.talk.render import told
from index.errors import PullquoteError

_log = logging.getLogger(__name__)

UNEXPECTED = "Something went wrong here. Try again; the details are in Pullquote's log."


def guarded(handle: Callable[[], Changes]) -> Changes:
    """What a handler changes, or a sentence about why it could not."""
    try:
        return handle()
    except PullquoteError as error:
        return {"note": said(str(error))}
    except Exception:  # noqa: BLE001 - one that leaves a handler shows as "Error" over the page
        _log.exception("the page could not do this")
        return {"note": said(UNEXPECTED)}


def said(sentence: str, control: str = "", *, is_idle: bool = False) -> str:
    """A sentence below the composer; an idle one stands there when there is nothing to say."""
    idle = " pq-idle" if is_idle else ""
    return f'<p class="pq-said{idle}" role="status">{told(sentence)} {control}</p>'
