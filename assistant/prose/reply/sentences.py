"""A model's reply, read while it streams: whole sentences, their labels taken out and resolved.

The result does not depend on how the stream was cut into pieces: it is read character by
character, and a sentence is given out only when enough of what follows is there to tell that it
has ended and that no further label belongs to it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.hidden import without_hidden
from index.split import split_sentences

_MARK = "\ue000"
"""Stands in a line where labels were; none is left in what is given out."""

LOOKAHEAD = 16
"""Characters behind a sentence's end after which nothing changes it."""

LONGEST = 1200
"""Characters without a sentence's end after which this is no prose any more."""

WIDEST_RANGE = 20
"""Labels that a range may stand for."""

_OPENING, _CLOSING = "[【［", "]】］"
_HELD = 60
_LABEL = re.compile(
    r"[\[【［]{1,2}\s*(?P<body>(?:(?:[Ss]|[Ss]entences?|[Ss]ources?|[Ll]abels?|[Nn]os?\.?|#|\^)?"
    r"\s*\d{1,6}(?!\d)(?:\s*(?:[,;&–—-]|and|to)\s*)?)+)(?:†[^\]】］]*)?\s*[\]】］]{1,2}"
)
_NUMBER = re.compile(r"\d+|[–—-]|\bto\b")
_ENDS = frozenset(".!?…。！？।\"'”’»)")
_SENTENCE_END = re.compile(r"[.!?…。！？।:][^\w\s]*$")
_AFTER_END = re.compile(rf"(?:\s*{_MARK}|(?<={_MARK})\s*[.,;:!?…。])*")
_BLOCK = re.compile(r"\s*>[>\s]*")
_ITEM = re.compile(r"\s*(?:[-*•+–]|\d{1,2}[.)])\s+")
_HEADING = re.compile(r"\s*#{1,6}\s+")
_RULE = re.compile(r"\s*(?:`{3,}.*|~{3,}.*|[-=_*]{3,}\s*)")
_IMAGE = re.compile(r"!\[[^\]]*\](?:\([^)]*\)|\[[^\]]*\])")
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_LINK_TARGET = re.compile(rf"(?<={_MARK})\((?:https?:|#|/)[^)\s]*\)")
_TAG = re.compile(r"<!--.*?(?:-->|$)|</?[A-Za-z!][^<>]{0,500}>")
_FALSE_MARKER = re.compile(r"\[(\s*\d+\s*)\]")
"""What is left of `[*1*]` without its emphasis, and would look like one of our citations."""

_TEX_QUOTES = re.compile(r"``([^`]*?)''")
_EMPHASIS = re.compile(r"\*{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)|`+")


@dataclass(frozen=True, slots=True)
class Labels:
    """Labels that stood side by side."""

    at: int
    """Where in the text: before the character of this index."""

    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A sentence as the model wrote it."""

    text: str
    """Plain text, without the labels."""

    labels: tuple[Labels, ...]
    """In the text's order."""

    begins: str = ""
    """How it is set apart from the sentence before: with `line`, `paragraph`, `item` or nothing."""

    is_block: bool = False
    """Whether it stood in a `>` block, which makes all of it a quotation."""

    is_line: bool = False
    """Whether it is all of a line that is no item, and does not end as a sentence does."""


class Reply:
    """Reads a reply piece by piece."""

    def __init__(self) -> None:
        self._held = ""
        self._line = ""
        self._plain = ""
        self._places: list[int] = []
        self._groups: list[tuple[int, ...]] = []
        self._loose: list[tuple[int, ...]] = []
        self._line_ended = False
        self._blank_before = False
        self._opened = False

    @property
    def ran_on(self) -> bool:
        """Whether it goes on without ever ending a sentence."""
        return len(self._line) > LONGEST

    def feed(self, piece: str) -> Iterator[Written]:
        """Read on, and give out the sentences that are complete now."""
        for char in piece:
            if self.ran_on:
                return
            yield from self._read(char)

    def close(self, *, whole: bool) -> Iterator[Written]:
        """Give out what is left.

        Args:
            whole: Whether the reply came to its end; if not, a sentence without one is dropped.
        """
        held, self._held = self._held, ""
        # Half a label says nothing.
        if _LABEL.fullmatch(held) or not re.fullmatch(r"[\[【［]{1,2}[\s\w,;–-]*", held):
            yield from self._release(held)
        self._attach_loose()
        yield from self._flush(keep_tail=whole)

    def _read(self, char: str) -> Iterator[Written]:
        char = without_hidden(char)  # so that `_MARK` is never the model's
        if not char:
            return
        if self._held:
            yield from self._hold(char)
        elif char in _OPENING:
            self._held = char
        elif char == "\n":
            yield from self._end_line()
        else:
            if self._line_ended and not char.isspace():
                yield from self._flush(keep_tail=True)
                self._groups += self._loose
                self._line = _MARK * len(self._loose)
                self._loose = []
            self._add(char)
            yield from self._complete()

    def _hold(self, char: str) -> Iterator[Written]:
        """Wait until what a bracket opened is a label, or can't be one."""
        held = self._held
        is_double = len(held) > 1 and held[1] in _OPENING
        closed = held[-1] in _CLOSING
        is_whole = closed and (not is_double or held[-2] in _CLOSING or char not in _CLOSING)
        is_none = char == "\n" or len(held) >= _HELD or (char in _OPENING and len(held) > 1)
        if is_whole or is_none:
            self._held = ""
            yield from self._release(held)
            yield from self._read(char)
        else:
            self._held += char

    def _release(self, held: str) -> Iterator[Written]:
        label = _LABEL.fullmatch(held)
        if label:
            group = _numbers(label["body"])
            if self._line_ended:
                self._loose.append(group)
            else:
                self._groups.append(group)
                self._line += _MARK
            return
        if self._line_ended:
            yield from self._flush(keep_tail=True)
        for char in held:
            self._add(char)

    def _add(self, char: str) -> None:
        if self._line.endswith(_MARK) and char not in " \t.,;:!?…。)”’»" and self._plain:
            self._plain += " "
            self._places.append(len(self._line))
        self._plain += char
        self._places.append(len(self._line))
        self._line += char

    def _end_line(self) -> Iterator[Written]:
        if self._line_ended:
            self._attach_loose()
            yield from self._flush(keep_tail=True)
            self._blank_before = True
        self._line_ended = True

    def _attach_loose(self) -> None:
        """Labels on a line of their own belong to the line before."""
        self._groups += self._loose
        self._line += _MARK * len(self._loose)
        self._loose = []

    def _complete(self) -> Iterator[Written]:
        """Give out sentences that end so far back that nothing can change them."""
        settled = len(self._plain) - LOOKAHEAD
        if settled < 1 or self._plain[settled - 1] not in _ENDS or _BLOCK.match(self._line):
            return
        cut = 0
        for span in split_sentences(self._plain)[:-1]:
            if span.end <= settled:
                cut = span.end
        if cut:
            end = self._end_in_line(cut)
            yield from self._give_out(self._line[:end], self._plain[:cut], is_cut=True)
            self._line = self._line[end:]
            self._plain = self._plain[cut:]
            self._places = [place - end for place in self._places[cut:]]

    def _end_in_line(self, plain_end: int) -> int:
        end = self._places[plain_end - 1] + 1
        found = _AFTER_END.match(self._line, end)
        return found.end() if found else end

    def _flush(self, *, keep_tail: bool) -> Iterator[Written]:
        """Give out the line as it stands."""
        line, plain, is_cut = self._line, self._plain, False
        if not keep_tail and not re.search(rf"[.!?…。！？।][\"”’»)]*[\s{_MARK}]*$", line):
            spans = [s for s in split_sentences(plain)[:-1] if s.end <= len(plain)]
            end = self._end_in_line(spans[-1].end) if spans else 0
            line, plain, is_cut = line[:end], plain[: spans[-1].end if spans else 0], True
        if not _RULE.fullmatch(line):
            yield from self._give_out(line, plain, is_cut=is_cut)
        self._line, self._plain, self._places = "", "", []
        self._groups = []
        self._blank_before = self._blank_before and not line.strip()
        self._line_ended = self._opened = False

    def _give_out(self, line: str, plain: str, *, is_cut: bool) -> Iterator[Written]:
        """Cut a stretch of the line at its sentence ends.

        Args:
            line: The stretch, from the line's start or where the last one ended.
            plain: The same without its labels.
            is_cut: Whether the line goes on behind it.
        """
        block = _BLOCK.match(line)
        ends = [] if block else [span.end for span in split_sentences(plain)[:-1]]
        start = 0
        for end in [*(self._end_in_line(end) for end in ends), len(line)]:
            piece = line[start:end]
            start = end
            count = piece.count(_MARK)
            groups, self._groups = tuple(self._groups[:count]), self._groups[count:]
            begins = self._begins(piece)
            if text := _cleaned(piece):
                told, labels = _told_apart(text, groups)
                is_whole = not (self._opened or is_cut) and end == len(line) and begins != "item"
                is_line = is_whole and not block and not _SENTENCE_END.search(told)
                self._opened = True
                yield Written(told, labels, begins, is_block=bool(block), is_line=is_line)

    def _begins(self, piece: str) -> str:
        if self._opened:
            return ""
        if _ITEM.match(piece.replace(_MARK, "")):
            return "item"
        return "paragraph" if self._blank_before else "line"


def _told_apart(text: str, groups: tuple[tuple[int, ...], ...]) -> tuple[str, tuple[Labels, ...]]:
    """The text by itself, and where its labels stood."""
    places = [match.start() - before for before, match in enumerate(re.finditer(_MARK, text))]
    return text.replace(_MARK, ""), tuple(map(Labels, places, groups))


def _numbers(body: str) -> tuple[int, ...]:
    found: list[int] = []
    is_range = False
    for part in _NUMBER.findall(body):
        if not part.isdecimal():
            is_range = True
            continue
        number = int(part)
        if is_range and found and 0 < number - found[-1] <= WIDEST_RANGE:
            found += range(found[-1] + 1, number)
        found.append(number)
        is_range = False
    return tuple(dict.fromkeys(found))


def _cleaned(piece: str) -> str:
    """Make plain text of Markdown and HTML: nothing in it is to be rendered."""
    text = piece
    for prefix in (_BLOCK, _ITEM, _HEADING):
        text = prefix.sub("", text, count=1) if prefix.match(text) else text
    for pattern in (_TAG, _IMAGE, _LINK_TARGET):
        text = pattern.sub(lambda match: _MARK * match[0].count(_MARK), text)
    text = _TEX_QUOTES.sub(r"“\1”", _LINK.sub(r"\1", text))
    text = _FALSE_MARKER.sub(r"(\1)", _EMPHASIS.sub("", text))
    text = " ".join(text.split())
    return text if any(char.isalnum() for char in text.replace(_MARK, "")) else ""
