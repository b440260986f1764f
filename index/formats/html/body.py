"""Tree → paragraphs, in reading order, as a browser shows them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborNode

from index.document import BlockKind
from index.formats.html.elements import (
    HEADINGS,
    LISTS,
    VERBATIM,
    is_block,
    is_hidden,
    is_navigation,
)
from index.formats.html.part import Element, Part
from index.formats.html.rows import Table

_SPACE = re.compile(r"[ \t\n\r\f]+")
_SPACES = re.compile(" {2,}")
_LINE_BREAK = re.compile(r" *\n *")
_PARAGRAPH_BREAK = re.compile(r"\n{2,}")
_UNSEEN = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f\xad]")
"""Controls, and hyphens that show only where a line happens to end."""

_KINDS: dict[str, BlockKind] = {
    "li": "item",
    "dt": "item",
    "dd": "item",
    "blockquote": "quotation",
    "figcaption": "caption",
    "caption": "caption",
    **dict.fromkeys(VERBATIM, "code"),
    **dict.fromkeys(HEADINGS, "heading"),
}


@dataclass(slots=True)
class _Story:
    """What is read one after the other: the page, or a cell of a table."""

    parts: list[Part] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)


def parts_of(root: LexborNode) -> list[Part]:
    """The paragraphs of a page, or of a part of one, that a reader sees."""
    reader = _Reader()
    for node, element in _walk(root):
        if element is None:
            reader.leave()
        elif node.is_text_node:
            reader.write(node.text_content or "", element)
        else:
            reader.enter(element)
    return reader.close()


def _walk(root: LexborNode) -> Iterator[tuple[LexborNode, Element | None]]:
    """Every text with the element it stands in, every element as it begins, None as it ends."""
    node: LexborNode | None = root
    around: list[Element] = []
    while node is not None:
        inner = None
        if node.is_text_node:
            if around:
                yield node, around[-1]
        elif node.is_element_node and (element := _element(node, around[-1] if around else None)):
            yield node, element
            inner = node.first_child
            if inner is None:
                yield node, None
            else:
                around.append(element)
        while inner is None and around:
            inner = node.next
            if inner is None:
                node = node.parent or root
                around.pop()
                yield node, None
        node = inner


def _element(node: LexborNode, parent: Element | None) -> Element | None:
    """Make an element of a node, unless it is hidden."""
    tag = node.tag or ""
    attributes = node.attributes
    if is_hidden(tag, attributes):
        return None
    element = Element(tag, attributes, parent, is_block=is_block(tag, attributes))
    if parent:
        element.kind, element.level = parent.kind, parent.level
        element.is_verbatim, element.is_link = parent.is_verbatim, parent.is_link
        element.lists, element.is_navigation = parent.lists, parent.is_navigation
    element.lists += tag in LISTS
    element.is_link |= tag in {"a", "button"}
    element.is_navigation |= is_navigation(tag, attributes)
    element.is_verbatim |= tag in VERBATIM
    if tag in _KINDS:
        element.kind = _KINDS[tag]
        element.level = HEADINGS.get(tag, element.lists if tag == "li" else 0)
    elif tag in {"td", "th"}:
        element.kind, element.level = None, 0
    return element


class _Reader:
    """Lays down what is met."""

    def __init__(self) -> None:
        self._stories = [_Story()]
        self._around: list[Element] = []
        self._pieces: list[str] = []
        self._linked = 0

    def write(self, text: str, element: Element) -> None:
        """Go on with the paragraph."""
        if not element.is_verbatim:
            text = _SPACE.sub(" ", text)
        if element.is_link:
            self._linked += len(text.strip())
        self._pieces.append(text)

    def enter(self, element: Element) -> None:
        """Begin an element."""
        if element.is_block:
            self._end_paragraph()
        self._around.append(element)
        if element.tag == "br":
            self._pieces.append("\n")
        elif element.tag == "table":
            self._stories[-1].tables.append(Table(element))
        elif element.tag == "tr":
            self._begin_row()
        elif element.tag in {"td", "th"}:
            self._stories.append(_Story())

    def leave(self) -> None:
        """End the element that began last."""
        element = self._around[-1]
        if element.is_block:
            self._end_paragraph()
        self._around.pop()
        if element.tag == "table":
            self._end_table()
        elif element.tag in {"td", "th"}:
            self._end_cell(element)

    def close(self) -> list[Part]:
        """End it all."""
        self._end_paragraph()
        return self._stories[0].parts

    def _end_paragraph(self) -> None:
        text, linked = "".join(self._pieces), self._linked
        self._pieces.clear()
        self._linked = 0
        if not self._around or not text.strip():
            return
        element = self._around[-1]
        for shown in _shown(text, is_verbatim=element.is_verbatim):
            part = Part(shown, element.kind, element.level, element, min(linked, len(shown)))
            self._stories[-1].parts.append(part)
            linked -= part.linked

    def _begin_row(self) -> None:
        if tables := self._stories[-1].tables:
            tables[-1].begin_row()

    def _end_cell(self, element: Element) -> None:
        cell = self._stories.pop().parts
        tables = self._stories[-1].tables
        if tables and tables[-1].rows:
            tables[-1].add_cell(cell, element)
        else:
            self._stories[-1].parts += cell

    def _end_table(self) -> None:
        story = self._stories[-1]
        story.parts += story.tables.pop().parts()


def _shown(text: str, *, is_verbatim: bool) -> Iterator[str]:
    """What a browser shows of a paragraph; two line breaks make two of it."""
    text = _UNSEEN.sub("", text)
    if is_verbatim:
        yield text.rstrip().strip("\n")
        return
    text = _LINE_BREAK.sub("\n", _SPACES.sub(" ", text))
    for paragraph in _PARAGRAPH_BREAK.split(text):
        if shown := paragraph.strip():
            yield shown
