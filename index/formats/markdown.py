"""Markdown, as it stands in the file.

Its headings, items, rows, quotations and code are blocks. The title is that of the front matter,
or the first heading, or a first line that looks like one; author, date and address are those of the
front matter.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

from index.document import Block, BlockKind, Span
from index.formats.content import Content
from index.formats.encoding import decode
from index.formats.title import beginning, cleaned, standing_title

if TYPE_CHECKING:
    from markdown_it.token import Token

_KINDS: dict[str, BlockKind] = {
    "heading_open": "heading",
    "list_item_open": "item",
    "tr_open": "row",
    "blockquote_open": "quotation",
    "fence": "code",
    "code_block": "code",
}
_BEGINNING = 2_000
"""What a title is looked for in: patterns take the square of its length in time."""

_FRONT_CHARACTERS = 100_000
_FRONT = re.compile(
    r"\s*---[ \t]*\n((?:[\w-]+:.*\n|[ \t]+\S.*\n|-[ \t].*\n|#.*\n|\n)*?)---[ \t]*(?:\n|$)"
)
_ENTRY = re.compile(r"^([\w-]+):[ \t]+(\S.*)$", re.MULTILINE)
_SAID = {"author": "author", "date": "published", "url": "url", "link": "url", "lang": "language"}
_ISO = re.compile(r"\d{4}(?:-\d{2}(?:-\d{2}\S*)?)?$")
_EMPHASIS = re.compile(r"(\*\*|__|\*|`)(\S(?:.*?\S)?)\1")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)")


def read(name: str, content: bytes) -> Content:
    """Read a Markdown text.

    Raises:
        UnreadableDocumentError: It is no text.
    """
    text = decode(name, content)
    front = _FRONT.match(text, 0, _FRONT_CHARACTERS)
    body = front.end() if front else 0
    said = _said(front[1] if front else "")
    blocks = tuple(_blocks(text, body))
    heading = next((block for block in blocks if block.kind == "heading"), None)
    title = said.pop("title", "") or (_title(heading.span.of(text)) if heading else "")
    title = title or standing_title(_plain(beginning(text[body : body + _BEGINNING])))
    return Content(text, title, said, (), blocks)


def _said(front: str) -> dict[str, str]:
    entries = {
        key.lower(): value.rstrip(" \t").strip("\"'") for key, value in _ENTRY.findall(front)
    }
    said = {_SAID[key]: value for key, value in entries.items() if key in _SAID}
    if not _ISO.match(said.get("published", "")):
        said.pop("published", None)
    if not said.get("url", "").startswith(("http://", "https://")):
        said.pop("url", None)
    return said | {"title": entries.get("title", "")}


def _blocks(text: str, start: int) -> Iterator[Block]:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark").enable("table").disable("inline")
    body = text[start:]
    ends = [*accumulate((len(line) + 1 for line in body.split("\n")), initial=start), len(text)]
    lists = 0
    if start:
        yield Block(Span(0, start), "furniture")
    for token in parser.parse(body):
        lists += token.nesting * (token.type in ("bullet_list_open", "ordered_list_open"))
        lists += token.nesting * (token.type in ("bullet_list_close", "ordered_list_close"))
        if kind := _KINDS.get(token.type):
            level = int(token.tag[1:]) if kind == "heading" else lists * (kind == "item")
            yield Block(_span(text, token, ends), kind, level)


def _span(text: str, token: "Token", ends: Sequence[int]) -> Span:
    first, last = token.map or (0, 0)
    if token.type == "heading_open" and token.markup in ("=", "-"):
        last = max(first + 1, last - 1)  # without the line below it
    start, end = ends[first], min(ends[last], len(text))
    return Span(start, start + len(text[start:end].rstrip()))


def _title(heading: str) -> str:
    return cleaned(_plain(beginning(heading[:_BEGINNING])))


def _plain(line: str) -> str:
    return _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", line))
