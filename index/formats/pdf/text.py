"""Paragraphs → a document's text, with its pages and blocks, and where each line went."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from index.document import Block, Span
from index.formats.pdf.letters import HYPHENS, clean
from index.formats.pdf.lines import Line
from index.formats.pdf.paragraphs import Paragraph

CELLS = " | "
"""What stands between the cells of a row."""

_FIRST_WORD = re.compile(r"[^\W\d_]+")
_LAST_WORD = re.compile(r"[^\W\d_]+\Z")
_LONGEST = 40
"""Characters in the longest word that is looked at."""

_IDEOGRAPH = re.compile("[\u2e80-\u30ff\u31f0-\u9fff\uf900-\ufaff\uff00-\uff60]")
_UNSPACED = re.compile(r"(?:https?:/|://|\bwww\.)\S*/$|\w[–—]$|\S@$")
"""Where a line ends within a word: an address, a dash, a range."""


class Placed(NamedTuple):
    """A line in the text."""

    start: int
    end: int
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
        for number, line in enumerate(lines):
            words, after = shown[number], ""
            if number + 1 < len(lines):
                words, after = self.vocabulary.join(line.text, words, shown[number + 1])
            page = paragraph.pages[number] if not paragraph.cells else paragraph.pages[0]
            self.placed.append(Placed(self.length, self.length + len(words), line, page))
            self._add(words + after)

    def _add(self, words: str) -> None:
        self.parts.append(words)
        self.length += len(words)


class Vocabulary:
    """The words of a document, which tell whether a hyphen belongs to one of them."""

    def __init__(self, pages: Iterable[Sequence[Line]]) -> None:
        self._pages = pages

    @cached_property
    def _text(self) -> str:
        return "\n".join(line.text for lines in self._pages for line in lines).lower()

    @cached_property
    def _compounds(self) -> set[str]:
        """What stands around each hyphen within a line."""
        pieces = self._text.split("-")
        return {
            f"{before[0]}-{after[0]}"
            for one, other in pairwise(pieces)
            if (before := _LAST_WORD.search(one[-_LONGEST:]))
            and (after := _FIRST_WORD.match(other))
        }

    def _has_hyphen(self, left: str, right: str) -> bool:
        return f"{left}-{right}" in self._compounds and left + right not in self._text

    def join(self, raw: str, words: str, following: str) -> tuple[str, str]:
        """What a line becomes before another, and what then stands between them."""
        if raw[-1] in HYPHENS and not raw[-2:-1].isspace():
            return self._hyphened(raw, words, following)
        if _IDEOGRAPH.match(words[-1]) and _IDEOGRAPH.match(following):
            return words, ""
        within = words[-1] in "/–—@" and _UNSPACED.search(words)
        return words, "" if within else " "

    def _hyphened(self, raw: str, words: str, following: str) -> tuple[str, str]:
        is_soft = raw.endswith("\xad")
        before, after = _LAST_WORD.search(raw[-_LONGEST:-1]), _FIRST_WORD.match(following)
        bare = words if is_soft else words[:-1]
        if is_soft and after:
            return bare, ""
        if not before or not after or not after[0][0].islower():
            return words, "" if following[:1].isalnum() else " "
        left = clean(before[0]).lower()
        right = after[0].lower()
        return (words if self._has_hyphen(left, right) else bare), ""
