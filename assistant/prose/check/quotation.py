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
from index.terms import UNSPACED

_ALIKE = str.maketrans(
    "＂ˮ˝‟❝❞🙶🙷〝〞〟❠⹂🙸＇´‛❛❜❟﹁﹂﹃﹄｢｣❮❯",
    '""""“”“”“””„„„\'\'‘‘’‚「」『』「」‹›',
)
"""Quotation marks that look like others, which stand for them."""

_EAST_ASIAN = r"\u2e80-\u9fff\uac00-\ud7ff"
_LETTER = rf"[^\W{_EAST_ASIAN}]"
"""What an apostrophe may stand beside."""

_NO_YEARS = r"(?!\d0s\b)"
"""Not as in ’90s."""

_IN_SINGLE = (
    rf"[^‘’'\"“”„]*(?:(?:(?<={_LETTER})[’'](?={_LETTER})|[\"“„][^\"“”„]*[\"“”])[^‘’'\"“”„]*)*"
)
"""Apostrophes and whole quotations may stand between single marks."""

_PAIRS = re.compile(
    r"“([^“”]*)[”\"]|„([^„“”]*)[“”\"]|”([^“”]*)”|«([^«»]*)»|»([^«»]*)[«»]|"
    r"\"([^\"“”]*(?:“[^“”]*”[^\"“”]*)*)[\"”]|``(.*?)''|''(.+?)''|,,(.*?)(?:''|[\"“”])|"
    r"「([^「」]*)」|『([^『』]*)』|‹([^‹›]*)›|›([^‹›]*)[‹›]|<<([^<>]*)>>|ʻ([^ʻʼ]*)ʼ|"
    rf"(?<![{_EAST_ASIAN}])《([^《》{_EAST_ASIAN}]*)》(?![{_EAST_ASIAN}])|"  # else titles
    r"(?<![\w″])″(?!\s)([^″]+)″|(?<![\w′])′(?!\s)([^′]+)′(?!\w)|"  # else feet and inches
    rf"‚({_IN_SINGLE})[‘’']|(?<!{_LETTER})"
    rf"(?:‘|[’'](?!\s)){_NO_YEARS}({_IN_SINGLE})(?:’|(?<!\s)[‘'])(?!{_LETTER})"
)
"""A quotation, and in the group that matches what is between its marks."""

_OPENING_SINGLE = rf"(?<!{_LETTER})‘{_NO_YEARS}"
_CLOSING_SINGLE = rf"(?<=[.!?…,;:])(?<![A-Z]\.)[’'](?!{_LETTER})"
"""Not as in “the U.S.’ plan”."""

_STRAY_OPENING = re.compile(rf"[“„«「『‹‚]|\"(?=\w)|(?<!\S)``|{_OPENING_SINGLE}")
_DOUBLE = re.compile(r"[“”„«»\"「」『』‹›‚]|``|''")
_STRAY = re.compile(rf"[“”„«»\"「」『』‹›‚]|``|{_OPENING_SINGLE}|{_CLOSING_SINGLE}")

_DONE = "\ue000"
"""Stands for what is settled while the rest is; no model's, since nobody would see it."""

_MARKER = re.compile(r"\[\d+\]")
_DASHES = re.compile(r"[\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_QUOTES = re.compile(rf"[\"'`‘’‚“”„«»‹›「」『』′″{''.join(map(chr, _ALIKE))}]")
_REST_OF_SYLLABLE = frozenset(map(chr, range(0x1160, 0x1200)))
"""Vowels and endings of a Korean syllable whose letters are characters of their own."""

_BETWEEN_UNSPACED = re.compile(rf"[{UNSPACED}]|.[{UNSPACED}]", re.DOTALL)
"""A place that may be a word's end where nothing sets words apart."""

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
    """What lost its marks, without those within it."""

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
        places: list[Span] = []
        for place in _characters(text):
            for one in _folded_char(place.of(text)):
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
        self._places = places
        """What of the source each character is from, of which several may be from one."""

    def find(self, wanted: "Folded") -> Span | None:
        """Find whole words: where they stand in the source."""
        needle = wanted.text.strip()
        start = self.text.find(needle) if needle else -1
        while start >= 0:
            end = start + len(needle)
            if not (_in_word(self.text, start) or _in_word(self.text, end)):
                return Span(self._places[start].start, self._places[end - 1].end)
            start = self.text.find(needle, start + 1)
        return None


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
    sentence = sentence.translate(_ALIKE)
    folded = [Folded(text) for text in texts]
    slices: list[Slice] = []
    lost: list[Span] = []
    unfound: list[str] = []

    def settled(whole: Span, inner: Span) -> Edits:
        said = inner.of(sentence)
        found, tail = _look_up(said, folded)
        words = found.span.of(texts[found.text]) if found else ""
        if found and not _MARKER.search(words):  # "[12]" would look like one of our citations
            slices.append(found)
            yield _Edit(whole, f"“{words}”{tail}")
            return
        bare = " ".join(_DOUBLE.sub("", said).split())
        is_told = any(one.covers(inner) for one in lost)
        if not (found or is_told) and any(char.isalnum() for char in bare):
            lost.append(inner)
            unfound.append(bare)
        yield _Edit(Span(whole.start, inner.start))
        yield _Edit(Span(inner.end, whole.end))

    edits = list(_block(sentence, settled)) if is_block else []
    unread = _without(sentence, edits)
    # Within a quotation that lost its marks, or round one, there may be others.
    while found := list(_quotations(unread, settled)):
        edits += found
        unread = _without(unread, found)
    text, moved = _edited(sentence, _outermost(edits), places)
    return Settled(text, tuple(slices), tuple(unfound), moved)


def _without(sentence: str, edits: Sequence[_Edit]) -> str:
    """The sentence, as long as before, with what is settled made unreadable."""
    for edit in edits:
        sentence = (
            f"{sentence[: edit.span.start]}{_DONE * len(edit.span)}{sentence[edit.span.end :]}"
        )
    return sentence


def _outermost(edits: Sequence[_Edit]) -> list[_Edit]:
    """Edits in order, without those that another one makes needless."""
    kept: list[_Edit] = []
    for edit in sorted(edits, key=lambda edit: (edit.span.start, -edit.span.end)):
        if not (kept and kept[-1].span.covers(edit.span)):
            kept.append(edit)
    return kept


def _quotations(sentence: str, settled: Quoted) -> Edits:
    at = 0
    for match in _PAIRS.finditer(sentence):
        yield from _half_marked(sentence, Span(at, match.start()), settled)
        yield from settled(Span(*match.span()), _between(match))
        at = match.end()
    yield from _half_marked(sentence, Span(at, len(sentence)), settled)


def _between(pair: re.Match[str]) -> Span:
    return Span(*pair.span(pair.lastindex or 0))


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
    yield from settled(whole, _between(paired) if paired else whole)


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
    if not 0 < place < len(text):
        return False
    before, after = text[place - 1], text[place]
    if _is_mark(after):
        return True
    is_unspaced = _BETWEEN_UNSPACED.match(text, place - 1, place + 1)
    return after.isalnum() and (before.isalnum() or _is_mark(before)) and not is_unspaced


def _is_mark(char: str) -> bool:
    return unicodedata.category(char).startswith("M")


def _characters(text: str) -> Iterator[Span]:
    """A text's characters, each with the accents and vowels that are written on it."""
    start = 0
    for place in range(1, len(text) + 1):
        if place == len(text) or not (_is_mark(text[place]) or text[place] in _REST_OF_SYLLABLE):
            yield Span(start, place)
            start = place


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
