"""A reply's JSON and tables → the sentences that they hold; everything else passes as it is.

Models were told to write sentences, and some fill in a form all the same. Of JSON the text is taken
that is plainly the answer, with the labels beside it; a table's rows become sentences that name
their columns. Half a form says nothing.
"""

import json
import re
from collections.abc import Iterator, Mapping

from index.terms import FUNCTION_WORDS, fold

_MAY_OPEN = re.compile(r"[ \t]*(?:`{1,3}\w{0,10}[ \t]*\n?[ \t]*)?(?:\[\s*)?|[^|\n]{1,40}")
_WIDEST_START = 80
"""Characters of a line, its blanks included, that may pass before it is plain what it is."""

_JSON = re.compile(r"[ \t]*(?:```\w*\s*)?(?P<opened>\{|\[\s*[{\"])")
_ROW = re.compile(r"[ \t]*(?::?-+:?[ \t]*)?\||[^|\n]{1,40}[ \t]\|[ \t]")
_SEPARATOR = re.compile(r":?-+:?")
_LABELS = re.compile(r"[\[【][^\]】]*\d[^\]】]*[\]】]")
_BAR = re.compile(r"(?<!\\)\|")
_NUMBER = re.compile(r"\W*[A-Za-z]{0,9}\W*(\d{1,6})\W*")

_TEXTS = tuple(
    """
    final_answer answer answers response reply text sentence claim statement summary result content
    output message claims sentences statements points facts items
    """.split()  # noqa: SIM905 - a list would be unreadable
)
_CITED = frozenset(
    """
    citations citation labels label sources source references reference cites cited refs ref ids id
    number evidence proof quotes
    """.split()  # noqa: SIM905 - a list would be unreadable
)


class Structured:
    """Reads a reply piece by piece."""

    def __init__(self, known: str) -> None:
        """Begin.

        Args:
            known: What the documents say: words that they write with a capital keep it.
        """
        self.unread = False
        """Whether there was a form without an answer that could be told."""

        self._known = known
        self._held = ""
        self._kind = "line's start"
        self._nesting = _Nesting()
        self._table = _Table(known)

    def feed(self, text: str) -> Iterator[str]:
        """Read on, and give out text."""
        for char in text:
            match self._kind:
                case "JSON":
                    yield from self._in_json(char)
                case "row":
                    yield from self._in_row(char)
                case "line's start":
                    yield from self._at_start(char)
                case _:
                    yield char
                    self._kind = "line's start" if char == "\n" else self._kind

    def close(self) -> Iterator[str]:
        """Give out what is left, when the reply is over."""
        held, self._held = self._held, ""
        if self._kind == "JSON":
            self.unread = True
            return
        if self._kind == "row":
            yield from self._table.read(held)
            held = ""
        yield from self._table.close()
        yield held

    def _at_start(self, char: str) -> Iterator[str]:
        held = self._held + char
        if json_opens := _JSON.fullmatch(held):
            self._kind, self._held = "JSON", ""
            for one in json_opens["opened"]:
                yield from self._in_json(one)
        elif _ROW.fullmatch(held):
            self._kind, self._held = "row", held
        elif len(held) <= _WIDEST_START and (
            _MAY_OPEN.fullmatch(held) or _ROW.fullmatch(held + " ")
        ):
            self._held = held
        else:
            self._held = ""
            yield from self._table.close()
            yield held
            self._kind = "line's start" if char == "\n" else "prose"

    def _in_row(self, char: str) -> Iterator[str]:
        if char != "\n":
            self._held += char
            return
        row, self._held = self._held, ""
        yield from self._table.read(row)
        self._kind = "line's start"

    def _in_json(self, char: str) -> Iterator[str]:
        self._held += char
        if not self._nesting.is_over(char):
            return
        written, self._held = self._held, ""
        self._kind = "prose"
        try:
            told = _told(json.loads(written, strict=False))
        except (ValueError, RecursionError):
            told = "" if re.search(r"[:\"]", written) else written
        self.unread = self.unread or not told
        yield f"\n{told}\n"


class _Nesting:
    """Tells where JSON ends."""

    def __init__(self) -> None:
        self._depth = 0
        self._in_string = False
        self._escaped = False

    def is_over(self, char: str) -> bool:
        """Read a character; True after the last."""
        if self._in_string:
            self._in_string = self._escaped or char != '"'
            self._escaped = char == "\\" and not self._escaped
        elif char == '"':
            self._in_string = True
        else:
            self._depth += (char in "{[") - (char in "}]")
        return self._depth == 0 and not self._in_string


def _told(value: object) -> str:
    """The text in JSON that is plainly meant to be read; empty when there is none."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list):
        return "\n".join(told for told in map(_told, value) if told)
    if not isinstance(value, Mapping):
        return ""
    folded = {str(key).casefold().replace(" ", "_"): held for key, held in value.items()}
    texts = [told for key in _TEXTS if (told := _told(folded.get(key)))]
    if not texts:
        texts = [
            told for key, held in folded.items() if key not in _CITED and (told := _told(held))
        ]
        texts = texts if len(texts) == 1 else []
    if not texts or _LABELS.search(texts[0]):
        return next(iter(texts), "")
    labels = [number for key, held in folded.items() if key in _CITED for number in _labels(held)]
    return texts[0] + "".join(f"[{number}]" for number in labels)


def _labels(value: object) -> Iterator[int]:
    if isinstance(value, Mapping):
        value = [held for key, held in value.items() if str(key).casefold() in _CITED]
    if isinstance(value, list):
        for one in value:
            yield from _labels(one)
    elif number := _NUMBER.fullmatch(str(value)):
        yield int(number[1])


class _Table:
    """Makes a sentence of each row, and none of the header."""

    def __init__(self, known: str) -> None:
        self._known = known
        self._first: list[str] | None = None
        """The first row, until the line below shows whether it is a header."""

        self._header: list[str] = []
        self._begun = False

    def read(self, line: str) -> Iterator[str]:
        """Read a line."""
        cells = [cell.strip().replace("\\|", "|") for cell in _BAR.split(line.strip().strip("|"))]
        if all(_SEPARATOR.fullmatch(cell) for cell in cells):
            self._header, self._first = self._first or [], None
        elif not self._begun:
            self._first = cells
        else:
            yield from self._given_out()
            yield self._sentence(cells)
        self._begun = True

    def close(self) -> Iterator[str]:
        """The table is over."""
        yield from self._given_out()
        self._header, self._begun = [], False

    def _given_out(self) -> Iterator[str]:
        first, self._first = self._first, None
        if first:
            yield self._sentence(first)

    def _sentence(self, cells: list[str]) -> str:
        headers = [*self._header, *[""] * len(cells)]
        told = [_LABELS.sub("", cell).strip() for cell in cells]
        said = [cells[0]] if told[0] else []
        said += [
            f"{self._named(header)}: {cell}" if header else cell
            for header, cell, words in zip(headers[1:], cells[1:], told[1:], strict=False)
            if words
        ]
        labels = "".join(cell for cell, words in zip(cells, told, strict=True) if not words)
        return f"- {' – '.join(said[:2])}{''.join(f'; {one}' for one in said[2:])} {labels}\n"

    def _named(self, header: str) -> str:
        """A column's name within a sentence: only names are written with a capital there."""

        def lowered(match: re.Match[str]) -> str:
            word = match[0]
            is_known = re.search(rf"\b{re.escape(word)}\b", self._known)
            is_name = word.isupper() or (is_known and fold(word) not in FUNCTION_WORDS)
            return word if is_name else word.lower()

        return re.sub(r"\w+", lowered, header)
