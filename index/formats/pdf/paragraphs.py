"""Lines in reading order → paragraphs: which lines are one, and what each paragraph is."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from index.document import BlockKind
from index.formats.pdf.letters import WITHIN_WORDS
from index.formats.pdf.lines import Line
from index.formats.pdf.rows import LABEL, Row

_SIZES = 0.12
"""Share by which lines of one paragraph may differ in size."""

_LEADING = 1.25
"""Times the usual distance of lines of its size from which a line begins a paragraph."""

_UNKNOWN = 1.3
"""That distance, in the size, where there is none to be seen."""

_SPREAD = 1.7
"""As much, where a sentence goes on: a line with a formula stands further off."""

_ALIKE = 6.0
"""Points by which lines of one left margin may differ."""

_FEW = 4
"""Lines that are too few to show how wide their column is."""

_NEARBY = 6
"""Of a line's size: how far off lines may stand that show how wide its column is."""

_INDENT = 0.8
"""Of a line's size: how far it must be set in to begin a paragraph."""

_LARGE = 1.14
"""Times the size of the body from which a paragraph is a heading."""

_HEADING_CHARACTERS = 200
_HEADING_LINES = 3

_END = re.compile(r"[.!?…。!?।؟][\"'”’»)\]]*(?:\d{1,3}|\[\d+\])?\s*$")
_BULLET = re.compile(r"[^\w\s(\[]|[\ue000-\uf8ff]")


_TAIL = 12
"""Characters in which a sentence's end is looked for."""


@dataclass(slots=True)
class Paragraph:
    """Lines that are read as one, from one page or from several that follow each other."""

    lines: list[Line]
    pages: list[int]
    """The page of each line."""

    kind: BlockKind | None = None
    level: int = 0
    cells: list[list[Line]] = field(default_factory=list)
    """Those of a table's row."""

    is_close: bool = False
    """Whether it begins on the line after the one before, without a space between."""

    @property
    def size(self) -> float:
        """That of its first line."""
        return self.lines[0].size

    @property
    def is_over(self) -> bool:
        """Whether a sentence, or the whole, ends at its end."""
        return self.kind in {"heading", "row"} or (_ends(self.lines[-1].text))


@dataclass(frozen=True, slots=True)
class Type:
    """How the text of a document is set."""

    body: float
    """The size of most of it."""

    is_bold: bool
    leading: Mapping[float, float]
    """The usual distance from line to line, by size."""

    @property
    def usual(self) -> float:
        """The usual distance of the lines of the body."""
        return self.leading.get(self.body, _UNKNOWN * self.body)


def type_of(pages: Iterable[Sequence[Line]]) -> Type:
    """See how most of the text is set."""
    kinds: dict[tuple[float, bool], int] = defaultdict(int)
    steps: dict[tuple[float, float], int] = defaultdict(int)
    for lines in pages:
        for line in lines:
            kinds[line.size, line.bold] += len(line.text)
        for one, other in pairwise(lines):
            if one.base > other.base and one.size == other.size:
                steps[one.size, round(one.base - other.base, 1)] += 1
    sizes: Counter[float] = Counter()
    bold: Counter[bool] = Counter()
    for (size, is_bold), characters in kinds.items():
        sizes[_rounded(size)] += characters
        bold[is_bold] += characters
    distances: dict[float, Counter[float]] = defaultdict(Counter)
    for (size, step), times in steps.items():
        distances[_rounded(size)][_rounded(step)] += times
    leading = {size: _usual(counts, size) for size, counts in distances.items()}
    body = max(sizes, key=lambda size: (sizes[size], size), default=10.0)
    return Type(body, bold[True] > bold[False], leading)


def _rounded(number: float) -> float:
    return round(2 * number) / 2


def _usual(steps: Counter[float], size: float) -> float:
    """The distance found most often, of those that are none between paragraphs."""
    near = {step: count for step, count in steps.items() if 0.8 * size <= step <= 2.2 * size}
    return max(near, key=lambda step: (near[step], -step), default=_UNKNOWN * size)


def same_size(one: Line, other: Line) -> bool:
    """Whether lines are as good as of one size."""
    return abs(one.size - other.size) <= _SIZES * max(one.size, other.size)


def paragraphs_of(page: int, rows: Sequence[Row], kind: Type) -> list[Paragraph]:
    """The paragraphs of one page, in reading order."""
    found: list[Paragraph] = []
    flow: list[Line] = []
    for row in rows:
        if row.is_table or row.is_column:
            found += _flowing(page, flow, kind)
            flow = []
        if row.is_table:
            lines = [line for cell in row.cells for line in cell]
            is_close = bool(found) and found[-1].kind == "row"
            pages = [page] * len(lines)
            found.append(Paragraph(lines, pages, "row", cells=row.cells, is_close=is_close))
        elif row.is_column:
            found += _flowing(page, row.cells[0], kind)
        else:
            flow += row.cells[0]
    return found + _flowing(page, flow, kind)


def _flowing(page: int, lines: Sequence[Line], kind: Type) -> list[Paragraph]:
    found: list[Paragraph] = []
    flow = _Flow(lines)
    begin, before = 0, "gap"
    for number in range(1, len(lines) + 1):
        how = "gap" if number == len(lines) else _break(flow, begin, number, kind)
        if how:
            paragraph = Paragraph(list(lines[begin:number]), [page] * (number - begin))
            paragraph.is_close = before == "line"
            found.append(paragraph)
            begin, before = number, how
    _name_kinds(found, kind)
    return found


class _Flow:
    """Lines that are read one after the other, and how far to the right they reach."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = lines
        self._margins: dict[int, float] = {}
        for line in lines:
            left = round(line.left / _ALIKE)
            self._margins[left] = max(line.right, self._margins.get(left, line.right))

    def reaches(self, number: int) -> bool:
        """Whether a line is full: the first word of the next would not have fitted on it."""
        last, line = self.lines[number - 1], self.lines[number]
        around = self.lines[max(0, number - 5) : number + 4]
        beside = [one for one in around if _is_near(one, line) and one.left < last.right]
        margin = max((one.right for one in beside), default=last.right)
        if len(beside) <= _FEW:
            left = round(last.left / _ALIKE)
            wide = (self._margins.get(near, margin) for near in (left - 1, left, left + 1))
            margin = max(margin, *wide)
        word = line.text.split(maxsplit=1)[0]
        per_character = (line.right - line.left) / len(line.text)
        return last.right + (len(word) + 0.6) * per_character > margin


def _is_near(one: Line, other: Line) -> bool:
    return abs(one.base - other.base) < _NEARBY * other.size


def _break(flow: _Flow, begin: int, number: int, kind: Type) -> str:
    """How a paragraph ends before a line: with a `gap`, on the `line` before; or not at all."""
    last, line = flow.lines[number - 1], flow.lines[number]
    step = last.base - line.base
    usual = kind.leading.get(_rounded(line.size), _UNKNOWN * line.size)
    ended = _ends(last.text)
    goes_on = (line.text[0].islower() and not ended) or _breaks_word(last.text)
    if not same_size(last, line) or not 0 < step < usual * (_SPREAD if goes_on else _LEADING):
        return "gap"
    if _begins_item(last, line, ended=ended):
        return "line"
    if line.bold != last.bold and (ended or not flow.reaches(number)):
        return "line"
    if goes_on:
        return ""
    if _is_set_in(flow.lines, begin, number):
        return "line"
    return "" if flow.reaches(number) else "line"


def _ends(text: str) -> bool:
    """Whether a sentence ends where a text does."""
    return bool(_END.search(text, max(0, len(text) - _TAIL)))


def _breaks_word(text: str) -> bool:
    return text[-1] in WITHIN_WORDS and text[-2:-1].isalnum()


def _begins_item(last: Line, line: Line, *, ended: bool) -> bool:
    label = LABEL.match(line.text)
    if not label:
        return False
    if _begins_with_bullet(line.text):
        return True
    return ended or abs(line.left - last.left) > _INDENT * line.size or bool(line.hang)


def _begins_with_bullet(text: str) -> bool:
    return bool(LABEL.match(text) and _BULLET.match(text))


def _is_set_in(flow: Sequence[Line], begin: int, number: int) -> bool:
    """Whether a line begins a paragraph by being set in; or out, where the lines before hang."""
    last, line, first = flow[number - 1], flow[number], flow[begin]
    indent = _INDENT * line.size
    if abs(line.left + line.right - last.left - last.right) < indent:
        return False  # centred, or the same
    after = flow[number + 1] if number + 1 < len(flow) else None
    if line.left > last.left + indent and not first.hang:
        if after is None or after.base > line.base:
            return _ends(last.text)
        return after.left < line.left - indent
    hangs = number - begin > 1 or bool(first.hang)
    return line.left < last.left - indent and hangs and line.left < first.left + indent


def _name_kinds(paragraphs: Sequence[Paragraph], kind: Type) -> None:
    lefts: list[float] = []
    for paragraph in paragraphs:
        first = paragraph.lines[0]
        if _is_heading(paragraph, kind):
            paragraph.kind = "heading"
        elif LABEL.match(first.text) and (first.hang or _is_listed(first.text)):
            paragraph.kind = "item"
            lefts = [left for left in lefts if left < first.left - 2]
            lefts.append(first.left)
            paragraph.level = len(lefts)
            continue
        lefts = []


def _is_listed(text: str) -> bool:
    """Whether a label stands before words, rather than an initial before a name."""
    label = LABEL.match(text)
    return bool(label and text[label.end() :].strip() and not re.match(r"[A-Z]\.", text))


def _is_heading(paragraph: Paragraph, kind: Type) -> bool:
    lines = paragraph.lines
    text = " ".join(line.text for line in lines)
    if len(lines) > _HEADING_LINES or len(text) > _HEADING_CHARACTERS:
        return False
    if not re.search(r"[^\W\d_]{2}", text) or _begins_with_bullet(text):
        return False
    if paragraph.size >= _LARGE * kind.body:
        return True
    stands_out = not kind.is_bold and all(line.bold for line in lines)
    large_enough = paragraph.size >= (1 - _SIZES) * kind.body
    return stands_out and large_enough and not re.search(r"[.,;:]\s*$", text)
