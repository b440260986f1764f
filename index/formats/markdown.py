"""Markdown, as it stands in the file; the title is the first heading, or the first line."""

import re

from index.formats.content import Content
from index.formats.encoding import decode
from index.formats.title import beginning, first_lines, title_among

_HEADING = re.compile(r"^[ ]{0,3}#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_EMPHASIS = re.compile(r"(\*\*|__|\*|`)(\S(?:.*?\S)?)\1")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)")


def read(name: str, content: bytes) -> Content:
    """Read a Markdown text.

    Raises:
        UnreadableDocumentError: It is no text.
    """
    text = decode(name, content)
    begun = beginning(text)
    heading = _HEADING.search(_FENCE.sub("", begun))
    lines = [heading[1]] if heading else []
    return Content(text, title_among(_plain(line) for line in [*lines, *first_lines(begun)]))


def _plain(line: str) -> str:
    return _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", line))
