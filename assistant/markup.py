"""Text as HTML: nothing in it means anything to a browser, and a reader sees every character."""

import html
import re

from assistant.hidden import turning
from index.characters import SURROGATES

# HTML cannot hold these; one for one, so that no position shifts.
_UNSHOWABLE = re.compile(f"[\0{SURROGATES}]")


def escape(text: str) -> str:
    """Make `text` safe between tags and in quoted attributes; a reader sees it unchanged."""
    shown = html.escape(_UNSHOWABLE.sub("\ufffd", text))
    # A bare carriage return would reach the page as a line feed.
    return shown.replace("\r", "&#13;")


def seen(text: str) -> str:
    """Make `text` safe between tags; it is seen in the order in which it is stored.

    What would turn the direction of other characters is shut in with itself.
    """
    return turning(text).sub(r"<bdi>\g<0></bdi>", escape(text))
