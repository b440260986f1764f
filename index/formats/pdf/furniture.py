"""Running heads, page numbers and footers: what stands at the edge of pages again and again."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import TypeAlias

from index.formats.pdf.lines import Line
from index.formats.pdf.rows import SMALL

_DEPTH = 4
"""How many lines from the edge of a page furniture may reach."""

_NUMBERED = 3
"""How many of them may hold the page's number."""

_NEAR = 4.0
"""Points by which the place of furniture may differ from page to page."""

_LARGE = 1.15
"""Times the size of the body: what is larger is a headline, unless most pages have it."""

_APART = 1.25
"""Times the usual distance of lines, by which furniture stands apart from the body."""

_FEWEST = 3
_MANY = 0.3
"""Share of the pages that make many; left and right pages may have each their own."""

_MOST = 0.5
"""Share of the pages that make most."""

_MARGINAL = 20
"""Characters of the longest line in a margin."""

_WHOLE = re.compile(r"(?:\S+\s+){5}.*[.!?…]$")
"""A sentence, or the end of one: rather the body of form letters than furniture."""

_ENOUGH = 8
"""Letters from which a line may be the same though its numbers differ; a table's row has fewer."""

_LETTERS = re.compile(r"[^\W\d_]")
_DIGITS = re.compile(r"\d+")
_SHORT = 24
_FIRST = re.compile(r"\W*(\d{1,6})\b")
_LAST = re.compile(r"\b(\d{1,6})\W*\Z")
_ALONE = re.compile(
    r"(?:(?:page|pg\.?|p\.|seite|s\.|página|pagina)\s*)?[-–—(\[|]?\s*(\d{1,6}|[ivxlc]{1,7})"
    r"\s*[-–—)\]|]?(?:\s*(?:/|of|von|de|sur|di)\s*\d{1,4})?",
    re.IGNORECASE,
)
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}

Height: TypeAlias = tuple[int, int]
"""The edge of a page, and how high a line stands there."""


@dataclass(frozen=True, slots=True)
class _Band:
    """The lines of one height at an edge of a page."""

    lines: list[Line]
    gap: float
    """To the next band further in."""


@dataclass(frozen=True, slots=True)
class _Known:
    """What is furniture on the pages of a document."""

    repeated: dict[tuple[Height, str], int]
    """Words that stand at one height of several pages, and of how many."""

    numbers: set[tuple[Height, int]]
    """Where numbers of pages stand, and by how much they differ from the pages' own."""

    pages: int
    body: float
    apart: float
    """How far furniture stands from the body."""


def find_furniture(pages: Sequence[Sequence[Line]], body: float, leading: float) -> list[set[int]]:
    """Find the furniture of each page.

    Args:
        pages: The upright lines of each.
        body: The size of most of the text.
        leading: The usual distance of its lines.

    Returns:
        For each page the `id` of each line that is furniture.
    """
    fixed = _fixed(pages)
    edges = [
        _edges([line for line in lines if id(line) not in still])
        for lines, still in zip(pages, fixed, strict=True)
    ]
    known = _Known(_repeated(edges, body), _numbers(edges), len(pages), body, _APART * leading)
    return [
        {one for edge, bands in enumerate(sides) for one in _peeled(bands, edge, number, known)}
        | fixed[number]
        for number, sides in enumerate(edges)
    ]


def _fixed(pages: Sequence[Sequence[Line]]) -> list[set[int]]:
    """What stands beside the text at one place of many pages, as numbers of lines do."""
    many = max(_FEWEST, _MANY * len(pages))
    words = Counter(line.text for lines in pages for line in lines)
    found: list[set[int]] = [set() for _ in pages]
    places: dict[tuple[int, int, str], list[tuple[int, int]]] = defaultdict(list)
    for page, lines in enumerate(pages):
        often = [line for line in lines if words[line.text] >= many]
        for line in _outside(often, lines) if often else ():
            place = round(line.left / _NEAR), round(line.base / _NEAR), line.text
            places[place].append((page, id(line)))
    for same in places.values():
        if len(same) >= many:
            for page, one in same:
                found[page].add(one)
    return found


def _outside(some: Iterable[Line], lines: Iterable[Line]) -> Iterator[Line]:
    """Those lines that stand left or right of all that is long enough to be text."""
    text = [line for line in lines if len(line.text) > _MARGINAL]
    left = min((line.left for line in text), default=0.0)
    right = max((line.right for line in text), default=0.0)
    yield from (line for line in some if line.right <= left or line.left >= right)


def _edges(lines: Sequence[Line]) -> tuple[list[_Band], list[_Band]]:
    """The outermost bands of a page, from its top inward and from its bottom inward."""
    ordered = sorted(lines, key=attrgetter("base"))
    return list(_bands(ordered[::-1])), list(_bands(ordered))


def _bands(ordered: list[Line]) -> Iterator[_Band]:
    band: list[Line] = []
    depth = 0
    for line in ordered:
        if band and abs(line.base - band[0].base) > line.size / 2:
            yield _Band(band, abs(line.base - band[0].base))
            band = []
            depth += 1
            if depth == _DEPTH:
                return
        band.append(line)
    if band:
        yield _Band(band, float("inf"))


def _heights(edge: int, line: Line) -> tuple[Height, Height]:
    """A height rounded in two ways, so that what is nearly the same is the same in one."""
    step = 2 * _NEAR
    return (edge, 2 * int(line.base // step)), (edge, 2 * int((line.base + _NEAR) // step) + 1)


def _numbers(edges: Sequence[Sequence[list[_Band]]]) -> set[tuple[Height, int]]:
    """Where numbers of pages stand, and by how much they differ from the pages' own.

    They run on over some pages; a new part of a document may begin anew.
    """
    votes: dict[tuple[Height, int], set[int]] = defaultdict(set)
    for page, sides in enumerate(edges):
        for edge, bands in enumerate(sides):
            for line in (line for band in bands[:_NUMBERED] for line in band.lines):
                for value in _values(line.text):
                    for height in _heights(edge, line):
                        votes[height, value - page].add(page)
    enough = min(_FEWEST, len(edges))
    return {place for place, pages in votes.items() if len(pages) >= max(2, enough)}


def _values(text: str) -> set[int]:
    """The numbers that a line begins or ends with, or that it is."""
    found = [_FIRST.match(text), _LAST.search(text, max(0, len(text) - _SHORT))]
    values = {int(number[1]) for number in found if number}
    alone = len(text) < _SHORT and _ALONE.fullmatch(text)
    return values | {_value(alone[1])} if alone else values


def _value(number: str) -> int:
    if number.isdecimal():
        return int(number)
    digits = [_ROMAN[letter] for letter in number.lower()]
    following = [*digits[1:], 0]
    return sum(-one if one < then else one for one, then in zip(digits, following, strict=True))


def _repeated(edges: Sequence[Sequence[list[_Band]]], body: float) -> dict[tuple[Height, str], int]:
    shown = [
        (page, edge, line, _words(line))
        for page, sides in enumerate(edges)
        for edge, bands in enumerate(sides)
        for band in bands
        for line in band.lines
    ]
    counts = Counter(words for _, _, _, words in shown)
    pages: dict[tuple[Height, str], set[int]] = defaultdict(set)
    large: set[tuple[Height, str]] = set()
    for page, edge, line, words in shown:
        if counts[words] > 1:
            for height in _heights(edge, line):
                pages[height, words].add(page)
                if line.size > _LARGE * body:
                    large.add((height, words))
    most = max(_FEWEST, len(edges) // 2)
    return {
        place: len(on) for place, on in pages.items() if len(on) >= (most if place in large else 2)
    }


def _words(line: Line) -> str:
    """What is the same of a line on every page: its words, without the numbers among them."""
    text = line.text
    if not _DIGITS.search(text) or len(_LETTERS.findall(text)) < _ENOUGH:
        return text
    return _DIGITS.sub("#", text)


def _peeled(bands: Sequence[_Band], edge: int, page: int, known: _Known) -> Iterator[int]:
    """The lines of furniture, from the edge of the page inward until one is none.

    What most pages have at their very edge needs no space between it and the body, unless they go
    on alike: then they are form letters.
    """
    waiting: list[int] = []
    on_most = True
    for band in bands:
        shares = [_share(line, edge, page, known) for line in band.lines]
        if min(shares) < 0:
            return
        if not any(shares):
            if on_most:
                yield from waiting
            return
        waiting += map(id, band.lines)
        on_most = on_most and min(shares) >= _MOST
        if band.gap > known.apart:
            yield from waiting
            waiting, on_most = [], False


def _share(line: Line, edge: int, page: int, known: _Known) -> float:
    """The share of the pages that have such a line there; 0 for what is no furniture.

    A sentence that pages have in common is less than that: the end of what may be any.
    """
    heights = _heights(edge, line)
    if on := max(known.repeated.get((height, _words(line)), 0) for height in heights):
        is_prose = line.size >= SMALL * known.body and _WHOLE.match(line.text)
        return -1.0 if is_prose else on / known.pages
    if known.pages == 1:
        alone = _ALONE.fullmatch(line.text)
        return float(bool(alone and _value(alone[1]) == 1))
    values = _values(line.text)
    return float(any((height, one - page) in known.numbers for height in heights for one in values))
