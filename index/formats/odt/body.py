"""The body of an OpenDocument text → paragraphs, in reading order."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml import etree

from index.document import BlockKind
from index.formats.flow import Flow
from index.formats.odt.styles import Style, Styles, number
from index.formats.package import Element, attribute, local_name
from index.formats.rows import Paragraph
from index.formats.symbols import without_private

_Start: TypeAlias = Callable[[Element], bool | None]
"""What is done where an element begins; False leaves it out."""

_End: TypeAlias = Callable[[Element], None]

_SKIPPED = frozenset(
    {
        *("tracked-changes", "annotation", "annotation-end", "forms", "event-listeners", "script"),
        *("note-citation", "ruby-text", "title", "desc", "object", "object-ole"),
        *("sequence-decls", "variable-decls", "user-field-decls", "dde-connection-decls"),
        *("table-of-content-source", "alphabetical-index-source", "illustration-index-source"),
        *("table-index-source", "object-index-source", "user-index-source", "bibliography-source"),
        *("number", "list-style", "image-map", "table-source", "binary-data", "math"),
    }
)
"""What was deleted, comments, templates, descriptions of pictures, and numbers of lists."""

_INDEXES = frozenset(
    {
        *("table-of-content", "alphabetical-index", "illustration-index", "table-index"),
        *("object-index", "user-index"),
    }
)
_BOXES = frozenset(
    {
        *("text-box", "custom-shape", "rect", "ellipse", "circle", "line", "connector", "polygon"),
        *("polyline", "path", "regular-polygon", "measure"),
    }
)
_STORIES = _BOXES | {"note-body", "table-cell"}
_BLANK = re.compile(r"[ \t\r\n]+")
_MAX_SPACES = 100
_MAX_COLUMNS = 64
_LEVELS = 10


@dataclass(slots=True)
class _Place:
    """How far a story has come: the body, a cell, a box, a note."""

    is_open: bool = False
    """Whether a paragraph of it has begun."""

    after_blank: bool = True
    """Whether a blank has just been written, so that further ones count for nothing."""

    lists: list[bool] = field(default_factory=list)
    """For each list that is open: whether an item has begun of which no paragraph has come."""

    covered: int = 0
    """How many of the next cells lie under the one before."""


class Body:
    """A walk through a part; what it meets goes into a flow."""

    def __init__(self, styles: Styles, flow: Flow) -> None:
        self.flow = flow
        self.notes: dict[str, list[Paragraph]] = {"footnote": [], "endnote": []}
        self.title = ""
        """The first paragraph that is styled as the title."""

        self._styles = styles
        self._places = [_Place()]
        self._indexes = 0
        self._header_rows = 0
        self._starts: dict[str, _Start] = {
            **dict.fromkeys(("h", "p"), self._begin_paragraph),
            **dict.fromkeys(_STORIES, self._begin_story),
            **dict.fromkeys(_INDEXES, lambda _: self._count_index(1)),
            **dict.fromkeys(("section", "variable-set", "hidden-text"), _is_displayed),
            "line-break": lambda _: self._write("\n"),
            "list": lambda _: self._places[-1].lists.append(False),
            "list-item": self._begin_item,
            "s": self._spaces,
            "span": lambda one: not self._styles.of(attribute(one, "style-name")).is_hidden,
            "tab": lambda _: self._write("\t"),
            "table": lambda _: self.flow.begin_table(),
            "table-header-rows": lambda _: self._count_header(1),
            "table-row": lambda _: self.flow.begin_row(is_header=self._header_rows > 0),
        }
        self._ends: dict[str, _End] = {
            **dict.fromkeys(("h", "p"), self._end_paragraph),
            **dict.fromkeys(_BOXES, lambda _: self._end_box()),
            **dict.fromkeys(_INDEXES, lambda _: self._count_index(-1)),
            "covered-table-cell": lambda _: self._cover(),
            "list": lambda _: self._end_list(),
            "note-body": self._end_note,
            "table": lambda _: self.flow.end_table(),
            "table-cell": self._end_cell,
            "table-header-rows": lambda _: self._count_header(-1),
        }

    def walk(self, root: Element) -> None:
        """Walk through a part, or an element of one."""
        walk = etree.iterwalk(root, events=("start", "end"))
        left_out: Element | None = None
        for event, element in walk:
            name = local_name(element)
            if event == "start" and not self._enter(name, element):
                left_out = element
                walk.skip_subtree()
            elif event == "end":
                if element is not left_out and name in self._ends:
                    self._ends[name](element)
                if element is not root:
                    self._say(element.tail)

    def close(self) -> list[Paragraph]:
        """End what has been walked through."""
        self._places = [_Place()]
        return self.flow.close()

    def _enter(self, name: str, element: Element) -> bool:
        if not name or name in _SKIPPED:
            return False
        start = self._starts.get(name)
        if start is not None and start(element) is False:
            return False
        self._say(element.text)
        return True

    def _say(self, text: str | None) -> None:
        """Write what stands between marks, where blanks count as one and line ends as blanks."""
        place = self._places[-1]
        if text and place.is_open:
            text = _BLANK.sub(" ", text)
            self._write(text[1:] if place.after_blank and text[0] == " " else text)

    def _write(self, text: str) -> None:
        if text:
            self._places[-1].after_blank = text[-1] in " \n"
            self.flow.write(without_private(text))

    def _spaces(self, element: Element) -> None:
        self._write(" " * min(number(element, "c", 1), _MAX_SPACES))
        self._places[-1].after_blank = False

    def _begin_paragraph(self, element: Element) -> bool:
        hiding = (one for one in element if local_name(one) == "hidden-paragraph")
        if any(attribute(one, "is-hidden") == "true" for one in hiding):
            return False
        if self._styles.of(attribute(element, "style-name")).is_hidden:
            return False
        self._places[-1].is_open = self._places[-1].after_blank = True
        return True

    def _end_paragraph(self, element: Element) -> None:
        style = self._styles.of(attribute(element, "style-name"))
        kind, level = self._kind(element, style)
        text = self.flow.end_paragraph(kind, level)
        self._places[-1].is_open = False
        if text and style.is_title and not self.title:
            self.title = text

    def _kind(self, element: Element, style: Style) -> tuple[BlockKind | None, int]:
        lists = self._places[-1].lists
        if self._indexes:
            return "furniture", 0
        own = number(element, "outline-level", 1) if local_name(element) == "h" else style.level
        if own or style.is_title or local_name(element) == "h":
            return "heading", min(max(own, 1), _LEVELS)
        if lists and lists[-1]:
            lists[-1] = False
            return "item", len(lists)
        return style.kind, 0

    def _begin_item(self, _: Element) -> None:
        if lists := self._places[-1].lists:
            lists[-1] = True

    def _end_list(self) -> None:
        if self._places[-1].lists:
            self._places[-1].lists.pop()

    def _begin_story(self, _: Element) -> None:
        self.flow.open()
        self._places.append(_Place())

    def _end_box(self) -> None:
        self._places.pop()
        self.flow.close_box()

    def _end_note(self, element: Element) -> None:
        self._places.pop()
        note = element.getparent()
        kind = attribute(note, "note-class") if note is not None else None
        self.notes["endnote" if kind == "endnote" else "footnote"] += self.flow.close()

    def _end_cell(self, element: Element) -> None:
        self._places.pop()
        columns = number(element, "number-columns-spanned", 1)
        self._places[-1].covered = columns - 1
        repeated = number(element, "number-columns-repeated", 1)
        self.flow.end_cell(min(max(columns, repeated), _MAX_COLUMNS))

    def _cover(self) -> None:
        place = self._places[-1]
        if place.covered > 0:
            place.covered -= 1
        else:  # it lies under a cell of a row above
            self.flow.open()
            self.flow.end_cell()

    def _count_index(self, change: int) -> None:
        self._indexes += change

    def _count_header(self, change: int) -> None:
        self._header_rows += change


def _is_displayed(element: Element) -> bool:
    is_hidden = attribute(element, "is-hidden") == "true"
    return not is_hidden and attribute(element, "display") != "none"
