"""Paragraphs → a document's text, with its pages and blocks, and where each line went."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from index.document import Block, Span
from index.formats.pdf.lines import HYPHENS, Line
from index.formats.pdf.order import LABEL
from index.formats.pdf.paragraphs import Paragraph

CELLS = " | "
"""What stands between the cells of a row."""

_LETTERS = {
    **dict(zip("ﬀﬁﬂﬃﬄﬅﬆ", ("ff", "fi", "fl", "ffi", "ffl", "st", "st"), strict=True)),
    "\xad": "",
    "\ufeff": "",
    "\u200b": "",
    **{chr(code): " " for code in (*range(0x20), 0x7F, 0xA0)},
    **dict.fromkeys(HYPHENS, "-"),
}
_CLEAN = str.maketrans(_LETTERS)
_UNCLEAN = re.compile(f"[{''.join(map(re.escape, _LETTERS))}]|\\s\\s|\\A[\ue000-\uf8ff]")
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_WORD_BREAK = re.compile(rf"([^\W\d_]+)[-‐\xad{HYPHENS}]$")
_HYPHENED = re.compile(rf"\S[-‐\xad{HYPHENS}]$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_WORDS = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_IDEOGRAPH = re.compile("[\u2e80-\u30ff\u31f0-\u9fff\uf900-\ufaff\uff00-\uff60]")
_UNSPACED = re.compile(r"(?:https?:/|://|\bwww\.)\S*/$|\w[–—]$|\S@$")
"""Where a line ends within a word: an address, a dash, a range."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A line in the text."""

    span: Span
    line: Line
    page: int


@dataclass(slots=True)
class Written:
    """A document's text as it is put together."""

    vocabulary: "Vocabulary"
    parts: list[str] = field(default_factory=list)
    length: int = 0
    placed: list[Placed] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)

    def paragraph(self, paragraph: Paragraph) -> None:
        """Add a paragraph."""
        if self.length:
            self._add("\n" if paragraph.is_close else "\n\n")
        begin = self.length
        first = True
        for cell in paragraph.cells or [paragraph.lines]:
            if not first:
                self._add(CELLS)
            first = False
            self._lines(cell, paragraph)
        if paragraph.kind:
            span = Span(begin, self.length)
            self.blocks.append(Block(span, paragraph.kind, paragraph.level))

    def _lines(self, lines: Sequence[Line], paragraph: Paragraph) -> None:
        shown = [clean(line.text) for line in lines]
        for number, (line, words) in enumerate(zip(lines, shown, strict=True)):
            after = ""
            if number + 1 < len(lines):
                words, after = self.vocabulary.join(line.text, words, shown[number + 1])
            page = paragraph.pages[number] if not paragraph.cells else paragraph.pages[0]
            self.placed.append(Placed(Span(self.length, self.length + len(words)), line, page))
            self._add(words + after)

    def _add(self, words: str) -> None:
        self.parts.append(words)
        self.length += len(words)


class Vocabulary:
    """The words of a document, which tell whether a hyphen belongs to one of them."""

    def __init__(self, pages: Iterable[Sequence[Line]]) -> None:
        self._pages = pages

    @cached_property
    def words(self) -> set[str]:
        """The words, those with hyphens whole, in lower case."""
        found: set[str] = set()
        for lines in self._pages:
            for line in lines:
                found.update(_WORDS.findall(clean(line.text).lower()))
        return found

    def join(self, raw: str, words: str, following: str) -> tuple[str, str]:
        """What a line becomes before another, and what then stands between them."""
        if _HYPHENED.search(raw):
            return self._hyphened(raw, words, following)
        if not following or not words:
            return words, ""
        if _IDEOGRAPH.match(words[-1]) and _IDEOGRAPH.match(following):
            return words, ""
        return words, "" if _UNSPACED.search(words) else " "

    def _hyphened(self, raw: str, words: str, following: str) -> tuple[str, str]:
        is_soft = raw.endswith("\xad")
        before, after = _WORD_BREAK.search(raw), _FIRST_WORD.match(following)
        bare = words if is_soft else words[:-1]
        if is_soft and after:
            return bare, ""
        if not before or not after or not after[0][0].islower():
            return words, "" if following[:1].isalnum() else " "
        left = clean(before[1]).lower()
        right = after[0].lower()
        has_both = f"{left}-{right}" in self.words and left + right not in self.words
        return (words if has_both else bare), ""


def clean(raw: str) -> str:
    """A line's characters as the text has them."""
    if not _UNCLEAN.search(raw):
        return raw
    return " ".join(_bulleted(raw).translate(_CLEAN).split())


def _bulleted(raw: str) -> str:
    """A label that only its own font can draw, as a bullet."""
    return f"•{raw[1:]}" if _PRIVATE.match(raw) and LABEL.match(raw) else raw


def sources(raw: str) -> list[int]:
    """For each character of a cleaned line, which one of the line it comes from."""
    found: list[int] = []
    pending: int | None = None
    for number, character in enumerate(_bulleted(raw)):
        for letter in _LETTERS.get(character, character):
            if letter.isspace():
                pending = number if found and pending is None else pending
                continue
            if pending is not None:
                found.append(pending)
                pending = None
            found.append(number)
    return found
