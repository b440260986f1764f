"""What a model puts between quotation marks: found in the source and shown as it stands there.

Typography does not count when looking: kinds of quotation marks, dashes and spaces, ligatures,
soft hyphens. Everything else does, the case of letters included. What is shown is always cut from
the source; what is not found there loses its marks.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
_INVISIBLE = re.compile("[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]")


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
                if one == "-" and before == " ":
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


def settle(sentence: str, texts: Sequence[str], *, is_block: bool = False) -> Settled:
    """Replace every quotation in a sentence by the source's own words.

    Args:
        sentence: As the model wrote it.
        texts: What it may quote from.
        is_block: Whether all of it is a quotation.
    """
    folded = [Folded(text) for text in texts]
    slices: list[Slice] = []
    unfound: list[str] = []

    def replaced(inner: str) -> str:
        found, tail = _look_up(inner, folded)
        if found is None:
            if any(char.isalnum() for char in inner):
                unfound.append(inner.strip())
            return inner
        words = found.span.of(texts[found.text])
        if _MARKER.search(words):
            return inner  # its "[12]" would look like one of our citations
        slices.append(found)
        return f"“{words}”{tail}"

    if is_block:
        return Settled(_in_block(sentence, replaced), tuple(slices), tuple(unfound))
    settled = _outside_pairs(sentence, replaced)
    return Settled(settled, tuple(slices), tuple(unfound))


def _outside_pairs(sentence: str, replaced: Callable[[str], str]) -> str:
    pieces: list[str] = []
    at = 0
    for match in _PAIRS.finditer(sentence):
        inner = next(group for group in match.groups() if group is not None)
        pieces += [_without_strays(sentence[at : match.start()], replaced), replaced(inner)]
        at = match.end()
    pieces.append(_without_strays(sentence[at:], replaced))
    return "".join(pieces)


def _without_strays(stretch: str, replaced: Callable[[str], str]) -> str:
    """A mark without its other half quotes what is on its side of the sentence."""
    stray = _STRAY.search(stretch)
    if stray is None:
        return stretch
    before, after = stretch[: stray.start()], stretch[stray.end() :]
    if _STRAY_OPENING.match(stretch, stray.start()):
        return before + replaced(_STRAY.sub("", after))
    return replaced(before) + _STRAY.sub("", after)


def _in_block(sentence: str, replaced: Callable[[str], str]) -> str:
    marks = re.search("[\ue000\\s]*$", sentence)
    end = marks.start() if marks else len(sentence)
    inner = sentence[:end].strip()
    whole = _PAIRS.fullmatch(inner)
    if whole:
        inner = next(group for group in whole.groups() if group is not None)
    return replaced(inner) + sentence[end:]


def _look_up(inner: str, folded: Sequence[Folded]) -> tuple[Slice | None, str]:
    """Find a quotation; the point or comma that typography puts inside the marks may go out."""
    bare = inner.replace("\ue000", "").strip()
    trimmed = bare.rstrip(".,;:!?")
    for wanted, tail in ((bare, ""), (trimmed, bare[len(trimmed) :])):
        needle = Folded(wanted)
        if not any(char.isalnum() for char in wanted):
            continue
        for number, text in enumerate(folded):
            if span := text.find(needle):
                return Slice(number, span), tail + "\ue000" * inner.count("\ue000")
    return None, ""


def _in_word(text: str, place: int) -> bool:
    return 0 < place < len(text) and text[place - 1].isalnum() and text[place].isalnum()


def _folded_char(char: str) -> str:
    if _INVISIBLE.match(char):
        return ""
    if _QUOTES.match(char):
        return "'"
    if _DASHES.match(char):
        return "-"
    if char.isspace():
        return " "
    plain = unicodedata.normalize("NFKC", char).translate(_BRACKETS)
    return plain.replace("œ", "oe").replace("æ", "ae")
