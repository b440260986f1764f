"""The body of a Word document (WordprocessingML) → paragraphs, in reading order."""

from collections.abc import Callable
from typing import TypeAlias

from lxml import etree

from index.document import BlockKind
from index.formats.docx.styles import Styles, number, value
from index.formats.flow import Flow
from index.formats.package import Element, attribute, child, local_name
from index.formats.symbols import symbol, without_private

_Start: TypeAlias = Callable[[Element], bool | None]
"""What is done where an element begins; False leaves it out."""

_End: TypeAlias = Callable[[Element], None]

_SKIPPED = frozenset(
    {
        *("pPr", "rPr", "tblPr", "tblGrid", "trPr", "tcPr", "sectPr", "sdtPr", "sdtEndPr"),
        *("del", "moveFrom", "delText", "instrText", "delInstrText", "fldData", "ffData"),
        *("rt", "customXmlPr", "smartTagPr", "oMathParaPr", "ctrlPr", "binData"),
    }
)
"""Properties, what was deleted, the code of fields, and readings above characters."""

_CODE, _RESULT = "code", "result"
_WRITTEN = {"br": "\n", "cr": "\n", "tab": "\t", "ptab": "\t", "noBreakHyphen": "\u2011"}
_MAX_COLUMNS = 64
_MAX_FIELDS = 100
"""Fields within fields; programs write three."""


class Body:
    """A walk through a part; what it meets goes into a flow."""

    def __init__(self, styles: Styles, flow: Flow) -> None:
        self.flow = flow
        self.notes: dict[str, list[str]] = {"footnote": [], "endnote": []}
        """The ids of the notes that the text refers to, in order."""

        self.title = ""
        """The first paragraph that is styled as the title."""

        self._styles = styles
        self._fields: list[str] = []
        self._contents = 0
        self._paragraphs: list[Element | None] = []
        self._starts: dict[str, _Start] = {
            "Choice": _is_first,
            "endnoteReference": self._refer,
            "Fallback": _is_first,
            "fldChar": self._field,
            "footnoteReference": self._refer,
            "p": self._begin_paragraph,
            "r": self._is_shown,
            "sdt": self._begin_content_control,
            "sym": self._symbol,
            "t": self._text,
            "tbl": lambda _: self.flow.begin_table(),
            "tc": lambda _: self.flow.open(),
            "tr": self._begin_row,
            "txbxContent": lambda _: self.flow.open(),
        }
        self._ends: dict[str, _End] = {
            "p": self._end_paragraph,
            "sdt": self._end_content_control,
            "tbl": lambda _: self.flow.end_table(),
            "tc": self._end_cell,
            "txbxContent": lambda _: self.flow.close_box(),
        }

    def walk(self, root: Element) -> None:
        """Walk through a part, or an element of one."""
        walk = etree.iterwalk(root, events=("start", "end"))
        left_out: Element | None = None
        for event, element in walk:
            name = local_name(element)
            if event == "end":
                if element is not left_out and name in self._ends:
                    self._ends[name](element)
            elif not self._enter(name, element):
                left_out = element
                walk.skip_subtree()

    def _enter(self, name: str, element: Element) -> bool:
        if name in _SKIPPED:
            return False
        if name in _WRITTEN:
            self._write(_WRITTEN[name])
        start = self._starts.get(name)
        return start is None or start(element) is not False

    def _write(self, text: str) -> None:
        if _CODE not in self._fields:
            self.flow.write(text)

    def _text(self, element: Element) -> None:
        run = element.getparent()
        fonts = child(run, "rPr", "rFonts")
        font = "" if fonts is None else attribute(fonts, "ascii") or ""
        self._write(without_private((element.text or "").replace("\n", " "), font))

    def _symbol(self, element: Element) -> None:
        code = attribute(element, "char") or ""
        if all(digit in "0123456789abcdefABCDEF" for digit in code) and 0 < len(code) <= 4:  # noqa: PLR2004
            self._write(symbol(int(code, 16), attribute(element, "font") or ""))

    def _field(self, element: Element) -> None:
        kind = attribute(element, "fldCharType")
        if kind == "begin" and len(self._fields) < _MAX_FIELDS:
            self._fields.append(_CODE)
        elif self._fields and kind == "separate":
            self._fields[-1] = _RESULT
        elif self._fields and kind == "end":
            self._fields.pop()

    def _refer(self, element: Element) -> None:
        identity = attribute(element, "id")
        if identity and _CODE not in self._fields:
            self.notes[local_name(element).removesuffix("Reference")].append(identity)

    def _is_shown(self, element: Element) -> bool:
        properties = child(element, "rPr")
        paragraph = self._paragraphs[-1] if self._paragraphs else None
        return not self._styles.hides(properties, paragraph)

    def _begin_paragraph(self, element: Element) -> None:
        self._paragraphs.append(child(element, "pPr"))

    def _end_paragraph(self, _: Element) -> None:
        properties = self._paragraphs.pop()
        self._fields = [one for one in self._fields if one == _RESULT]  # none is left without end
        if _goes_on(properties):
            return
        kind, level = self._kind(properties)
        text = self.flow.end_paragraph(kind, level)
        if text and not self.title and self._styles.is_title(properties):
            self.title = text

    def _kind(self, properties: Element | None) -> tuple[BlockKind | None, int]:
        return ("furniture", 0) if self._contents else self._styles.kind(properties)

    def _begin_content_control(self, element: Element) -> None:
        self._contents += _is_contents(element)

    def _end_content_control(self, element: Element) -> None:
        self._contents -= _is_contents(element)

    def _begin_row(self, element: Element) -> bool:
        properties = child(element, "trPr")
        if child(properties, "del") is not None:
            return False
        header = child(properties, "tblHeader")
        self.flow.begin_row(is_header=header is not None and value(header) not in {"0", "false"})
        if before := number(child(properties, "gridBefore")):
            self.flow.open()
            self.flow.end_cell(min(before, _MAX_COLUMNS))
        return True

    def _end_cell(self, element: Element) -> None:
        columns = number(child(element, "tcPr", "gridSpan"), 1) or 1
        self.flow.end_cell(min(columns, _MAX_COLUMNS))


def _is_first(element: Element) -> bool:
    """Of the forms that say the same for newer and older programs, the first is the newest."""
    return element.getprevious() is None


def _goes_on(paragraph: Element | None) -> bool:
    """Whether the next paragraph goes on with this one.

    Its end was deleted, or it is an initial that stands in the margin.
    """
    marks, frame = child(paragraph, "rPr"), child(paragraph, "framePr")
    if child(marks, "del") is not None or child(marks, "moveFrom") is not None:
        return True
    return frame is not None and (attribute(frame, "dropCap") or "none") != "none"


def _is_contents(element: Element) -> bool:
    gallery = child(element, "sdtPr", "docPartObj", "docPartGallery")
    return value(gallery) == "Table of Contents"
