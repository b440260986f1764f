"""What elements are to a reader: blocks, lines, or nothing that shows."""

import re
from collections.abc import Mapping

_HIDDEN = frozenset(
    # what is not drawn, or only by a program; annotations: what stands in a formula for programs
    """
    annotation annotation-xml area audio base canvas colgroup datalist embed head iframe link map
    meta noembed noframes noscript object param script select source style svg template textarea
    title track video
    """.split()  # noqa: SIM905 - a list would be unreadable
)
_BLOCKS = frozenset(
    """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset
    figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main
    menu nav ol optgroup p plaintext pre search section summary table tbody td tfoot th thead tr
    ul xmp
    """.split()  # noqa: SIM905
)
_NAVIGATION = frozenset({"aside", "button", "dialog", "footer", "nav"})
_NAVIGATING = frozenset(
    {"banner", "complementary", "contentinfo", "dialog", "navigation", "search"}
)
VERBATIM = frozenset({"pre", "listing", "plaintext", "xmp"})
HEADINGS = {f"h{level}": level for level in range(1, 7)}
LISTS = frozenset({"ul", "ol", "menu", "dir", "dl"})

_DISPLAY = re.compile(r"(?:^|;)\s*display\s*:\s*([a-z-]+)", re.IGNORECASE)
_INVISIBLE = re.compile(r"(?:^|;)\s*visibility\s*:\s*(?:hidden|collapse)\b", re.IGNORECASE)
_STYLE_CHARACTERS = 2_000
"""How much of an element's style is looked at."""


def is_hidden(tag: str, attributes: Mapping[str, str | None]) -> bool:
    """Whether a browser shows nothing of an element, as far as the element says."""
    if tag in _HIDDEN or "hidden" in attributes or (tag == "dialog" and "open" not in attributes):
        return True
    style = _style(attributes)
    return bool(style) and (_display(style) == "none" or bool(_INVISIBLE.search(style)))


def is_block(tag: str, attributes: Mapping[str, str | None]) -> bool:
    """Whether an element begins a line of its own."""
    display = _display(_style(attributes))
    if not display:
        return tag in _BLOCKS
    return not display.startswith(("inline", "contents", "ruby")) or tag in {"td", "th", "tr"}


def is_navigation(tag: str, attributes: Mapping[str, str | None]) -> bool:
    """Whether an element is for finding one's way, and not what a page is about."""
    return tag in _NAVIGATION or attributes.get("role") in _NAVIGATING


def _style(attributes: Mapping[str, str | None]) -> str:
    return (attributes.get("style") or "")[:_STYLE_CHARACTERS]


def _display(style: str) -> str:
    found = _DISPLAY.search(style) if style else None
    return found[1].lower() if found else ""
