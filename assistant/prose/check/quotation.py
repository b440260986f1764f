"""What a model puts between quotation marks: found in the source and shown as it stands there.

Typography does not count when looking: kinds of quotation marks, dashes and spaces, ligatures, and
what nobody sees. Everything else does, the case of letters included. What is shown is always cut
from the source; what is not found there loses its marks.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from assistant.hidden import without_hidden
from index.document import Span

_PAIRS = re.compile(
    r"“(?P<a>[^“”]*)[”\"]|„(?P<b>[^„“”]*)[“”\"]|«(?P<c>[^«»]*)»|»(?P<d>[^«»]*)«|"
    r"\"(?P<e>[^\"“”]*)[\"”]|``(?P<f>.*?)''|''(?P<g>.+?)''|「(?P<h>[^「」]*)」|『(?P<i>[^『』]*)』|"
    r"‹(?P<j>[^‹›]*)›|‚(?P<k>[^‚‘’]*)[‘’]|"
    r"(?<!\w)[‘'](?P<l>(?=[^\W\d_])[^‘’'\"“”]*(?:(?<=\w)[’'](?=\w)[^‘’'\"“”]*)*)(?<=[\w.,!?])[’'](?!\w)"
)
_STRAY_OPENING = re.compile(r"[“„«「『]|\"(?=\w)|(?<!\S)``")
_STRAY = re.compile(r"[“”„«»\"「」『』]|``")
_MARKER = re.compile(r"\[\d+\]")
_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_QUOTES = re.compile(r"[\"'`´‘’‚‛“”„‟«»‹›「」『』]")
_BRACKETS = str.maketrans("[]【】［］{}<>", "()()()()()")


@dataclass(frozen=True, slots=True)
class Slice:
    """Where a quotation stands: in which of the texts, and where in it."""

    text: int
    span: Span


@dataclass(frozen=True, slots=True)
class Settled:
    """A sentence whose quotation marks hold only what the source says."""

    text: str
    slices: tuple[Slice, ...]
    unfound: tuple[str, ...]
    """What lost its marks."""

    places: tuple[int, ...] = ()
    """Where the places that were given are in the text now."""


@dataclass(frozen=True, slots=True)
class _Edit:
    """A stretch of a sentence, and what takes its place."""

    span: Span
    text: str = ""


Edits: TypeAlias = Iterator[_Edit]
Quoted: TypeAlias = Callable[[Span, Span], Edits]
"""Settles a quotation: its stretch with the marks, and without them."""


class Folded:
    """A text as it is compared, with the way back."""

    def __init__(self, text: str) -> None:
        folded: list[str] = []
        places: list[int] = []
        for place, char in enumerate(text):
            for one in _folded_char(char):
                before = folded[-1] if folded else " "
                if one == before and one in " '-":
                    continue
                if one == "-" and before == " " and folded:
                    folded.pop()
                    places.pop()
                    if folded and folded[-1] == "-":
                        continue
                if one == " " and before == "-":
                    continue
                folded.append(one)
                places.append(place)
        self.text = "".join(folded)
        self._source = text
        self._places = places

    def find(self, wanted: "Folded") -> Span | None:
        """Find whole words: where they stand in the source."""
        needle = wanted.text.strip()
        start = self.text.find(needle) if needle else -1
        while start >= 0:
            end = start + len(needle)
            if not (_in_word(self.text, start) or _in_word(self.text, end)):
                return self._back(start, end)
            start = self.text.find(needle, start + 1)
        return None

    def _back(self, start: int, end: int) -> Span:
        after = self._places[end - 1] + 1
        # A character of the source may have become several.
        return Span(self._places[start], after)


def settle(
    sentence: str, texts: Sequence[str], *, places: Sequence[int] = (), is_block: bool = False
) -> Settled:
    """Replace every quotation in a sentence by the source's own words.

    Args:
        sentence: As the model wrote it.
        texts: What it may quote from.
        places: Places in the sentence to keep; one within a quotation moves behind it.
        is_block: Whether all of it is a quotation.
    """
    folded = [Folded(text) for text in texts]
    slices: list[Slice] = []
    unfound: list[str] = []

    def settled(whole: Span, inner: Span) -> Edits:
        said = inner.of(sentence)
        found, tail = _look_up(said, folded)
        words = found.span.of(texts[found.text]) if found else ""
        if found and not _MARKER.search(words):  # "[12]" would look like one of our citations
            slices.append(found)
            yield _Edit(whole, f"“{words}”{tail}")
            return
        if not found and any(char.isalnum() for char in said):
            unfound.append(said.strip())
        yield _Edit(Span(whole.start, inner.start))
        yield from _without_strays(sentence, inner)
        yield _Edit(Span(inner.end, whole.end))

    found = _block(sentence, settled) if is_block else _quotations(sentence, settled)
    edits = [edit for edit in found if edit.text or edit.span.start < edit.span.end]
    text, moved = _edited(sentence, edits, places)
    return Settled(text, tuple(slices), tuple(unfound), moved)


def _quotations(sentence: str, settled: Quoted) -> Edits:
    at = 0
    for match in _PAIRS.finditer(sentence):
        inner = next(number for number, group in enumerate(match.groups(), 1) if group is not None)
        yield from _half_marked(sentence, Span(at, match.start()), settled)
        yield from settled(Span(*match.span()), Span(*match.span(inner)))
        at = match.end()
    yield from _half_marked(sentence, Span(at, len(sentence)), settled)


def _half_marked(sentence: str, stretch: Span, settled: Quoted) -> Edits:
    """A mark without its other half quotes what is on its side of the sentence."""
    stray = _STRAY.search(sentence, stretch.start, stretch.end)
    if stray is None:
        return
    before, after = Span(stretch.start, stray.start()), Span(stray.end(), stretch.end)
    if _STRAY_OPENING.match(sentence, stray.start(), stretch.end):
        yield from settled(Span(stray.start(), stretch.end), after)
    else:
        yield from settled(Span(stretch.start, stray.end()), before)
        yield from _without_strays(sentence, after)


def _without_strays(sentence: str, stretch: Span) -> Edits:
    for stray in _STRAY.finditer(sentence, stretch.start, stretch.end):
        yield _Edit(Span(*stray.span()))


def _block(sentence: str, settled: Quoted) -> Edits:
    start = len(sentence) - len(sentence.lstrip())
    whole = Span(start, len(sentence.rstrip()))
    paired = _PAIRS.fullmatch(sentence, whole.start, whole.end)
    inner = whole
    if paired:
        number = next(n for n, group in enumerate(paired.groups(), 1) if group is not None)
        inner = Span(*paired.span(number))
    yield from settled(whole, inner)


def _edited(
    sentence: str, edits: Sequence[_Edit], places: Sequence[int]
) -> tuple[str, tuple[int, ...]]:
    """Make edits, in order and apart from each other, and follow places through them."""
    pieces: list[str] = []
    moved = list(places)
    at = 0
    for edit in edits:
        pieces += [sentence[at : edit.span.start], edit.text]
        at = edit.span.end
        for number, place in enumerate(places):
            if edit.span.start < place:
                beyond = max(0, at - place)
                moved[number] += beyond + len(edit.text) - len(edit.span)
    return "".join([*pieces, sentence[at:]]), tuple(moved)


def _look_up(inner: str, folded: Sequence[Folded]) -> tuple[Slice | None, str]:
    """Find a quotation; the point or comma that typography puts inside the marks may go out."""
    for wanted, tail in _forms(inner):
        if not any(char.isalnum() for char in wanted):
            continue
        needle = Folded(wanted)
        for number, text in enumerate(folded):
            if span := text.find(needle):
                return Slice(number, span), tail
    return None, ""


def _forms(inner: str) -> Iterator[tuple[str, str]]:
    """What to look for, with or without marks and the end's point, and what stands behind it."""
    for bare in dict.fromkeys((inner.strip(), _STRAY.sub("", inner).strip())):
        trimmed = bare.rstrip(".,;:!?")
        yield bare, ""
        yield trimmed, bare[len(trimmed) :]


def _in_word(text: str, place: int) -> bool:
    return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()


def _folded_char(char: str) -> str:
    char = without_hidden(char)
    if _QUOTES.match(char):
        return "'"
    if _DASHES.match(char):
        return "-"
    if char.isspace():
        return " "
    plain = unicodedata.normalize("NFKC", char).translate(_BRACKETS)
    return plain.replace("œ", "oe").replace("æ", "ae")
