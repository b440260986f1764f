"""Markup → tree, as the HTML standard says that a browser makes one."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html import escape

from selectolax.lexbor import LexborHTMLParser

from index.errors import UnreadableDocumentError

_MAX_STEPS = 200_000_000
"""Steps up the tree that parsing may take, about; it takes a second or two for as many."""

_MAX_REPEATED = 3_000_000
"""Elements that it may make anew because they were not closed, about."""

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)([^<>]*)")
_ATTRIBUTE = re.compile(r"[^\s/>=]+(?:\s*=\s*(?:\"[^\"]*\"?|'[^']*'?|[^\s>]*))?")
_LONG_TAG = 10_000

_VOID = frozenset(
    """
    area base br col embed frame hr img input link meta param source track wbr
    """.split()  # noqa: SIM905 - a list would be unreadable
)
_NEVER_DEEP = _VOID | frozenset(
    """
    p li dt dd td th tr thead tbody tfoot caption colgroup option optgroup html head body script
    style title
    """.split()  # noqa: SIM905
)
"""Elements that hold nothing, or that the next of their kind ends."""

_FORMATTING = frozenset(
    """
    a b big code em font i nobr s small strike strong tt u
    """.split()  # noqa: SIM905
)
"""Elements that go on, if they are not closed, in every block that follows."""

_EMPTY = re.compile(r"<([a-zA-Z][\w.:-]*)((?:\s[^<>]*)?)/>")
_CHARACTERS = re.compile(
    r"<!\[CDATA\[((?:(?!<!\[CDATA\[|\]\]>).)*)\]\]>(?![\s/*>-]*</(?:script|style)\b)", re.DOTALL
)
"""What XHTML takes for text, tags and all; in scripts and style sheets HTML does so too."""

_BEGINNING = 4096
_IS_XHTML = re.compile(
    r"\A[\ufeff\s]*<\?xml|<html\b[^<>]*\sxmlns\s*=\s*[\"']http://www\.w3\.org/1999/xhtml[\"']",
    re.IGNORECASE,
)


def parse(name: str, markup: str, *, is_xhtml: bool = False) -> LexborHTMLParser:
    """Parse a page; in XHTML `<a/>` is `<a></a>`.

    Args:
        name: The document's.
        markup: The page.
        is_xhtml: Whether it is XHTML though it may not say so.

    Raises:
        UnreadableDocumentError: It is built so that parsing it would take too long.
    """
    if is_xhtml or _IS_XHTML.search(markup[:_BEGINNING]):
        markup = _CHARACTERS.sub(lambda found: escape(found[1], quote=False), markup)
        markup = _EMPTY.sub(_closed, markup)
    if _takes_too_long(markup):
        raise UnreadableDocumentError(
            name,
            "its elements are nested too deep, or too many are never closed",
            "Save it anew from a browser, or save its text.",
        )
    return LexborHTMLParser(markup)


def _closed(empty: re.Match[str]) -> str:
    tag = empty[1]
    return empty[0] if tag.lower() in _VOID else f"<{tag}{empty[2]}></{tag}>"


def _takes_too_long(markup: str) -> bool:
    """Estimate how much work the standard demands, which can be the square of the length."""
    effort = _Effort()
    for tag in _TAG.finditer(markup):
        effort.add(*tag.groups())
        if effort.steps > _MAX_STEPS or effort.repeated > _MAX_REPEATED:
            return True
    return False


@dataclass(slots=True)
class _Effort:
    """What parsing takes, so far."""

    steps: int = 0
    repeated: int = 0
    depth: int = 0
    going_on: int = 0
    opened: Counter[str] = field(default_factory=Counter)

    def add(self, closing: str, written: str, rest: str) -> None:
        """Meet a tag."""
        tag = written.lower()
        if len(rest) > _LONG_TAG:
            self.steps += len(_ATTRIBUTE.findall(rest)) ** 2
        if tag not in _NEVER_DEEP:
            change = self._change(tag, closing)
            self.depth += change
            self.going_on += change * (tag in _FORMATTING)
        self.steps += self.depth
        self.repeated += self.going_on

    def _change(self, tag: str, closing: str) -> int:
        change = -min(1, self.opened[tag]) if closing else 1
        self.opened[tag] += change
        return change
