"""The groups and control words of an RTF file → paragraphs, in reading order."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from index.document import BlockKind
from index.formats.rows import Paragraph
from index.formats.rtf.codes import KNOWN_STARRED, SKIPPED, STORIES, SYMBOLS, WRITTEN
from index.formats.rtf.flow import RtfFlow
from index.formats.rtf.head import Head
from index.formats.style_names import TITLE, kind_of_names
from index.formats.symbols import symbol, without_private

_Word: TypeAlias = Callable[[int | None], None]
"""What a control word does, with the number behind it."""

MAX_DEPTH = 500
"""Groups within groups; programs write about twenty."""

_TOKEN = re.compile(
    r"\\(?:([A-Za-z]{1,32})(-?\d{1,10})?[ ]?|'([0-9A-Fa-f]{2})|([^A-Za-z]))|([{}])|([^\\{}]+)",
    re.DOTALL,
)
_LINE_ENDS = str.maketrans("", "", "\r\n\x00")
_TEXT, _SKIP = "text", "skip"
_HEAD = frozenset({"fonttbl", "stylesheet", "info"})
_OF_INFO = frozenset({"title", "author", "creatim", "revtim"})
_WITHIN = {_TEXT: _HEAD, "info": _OF_INFO}
_KNOWN = KNOWN_STARRED | STORIES.keys() | _HEAD
_UNICODE = 0x10000
_HIGH, _LOW, _AFTER = 0xD800, 0xDC00, 0xE000
"""Where the first and the second halves of a character begin, and where they end."""

_LEVELS = 9


class TooDeepError(Exception):
    """Groups stand within more groups than any program writes."""


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """What has been said of the paragraph."""

    style: int = 0
    outline: int | None = None
    item: int = 0
    """Its level in a list, from 0."""

    is_item: bool = False
    depth: int = 0
    """Of tables: 1 in a cell, 2 in a cell of a table in a cell."""


@dataclass(slots=True)
class _Group:
    """What holds until the group ends."""

    destination: str = _TEXT
    before: str = _TEXT
    """The destination around a group that says the same in two ways."""

    story: str = ""
    """What ends with this group: a `note`, a `box`, a `header`, a `footer`."""

    is_hidden: bool = False
    is_deleted: bool = False
    font: int = 0
    unicode_length: int = 1
    paragraph: _Paragraph = field(default_factory=_Paragraph)


class Body:
    """A walk through an RTF file."""

    def __init__(self) -> None:
        self.head = Head()
        self.title = ""
        """The first paragraph that is styled as the title."""

        self.beside: dict[str, list[Paragraph]] = {"note": [], "header": [], "footer": []}
        self._flow = RtfFlow()
        self._groups: list[_Group] = []
        self._group = _Group()
        self._pending = bytearray()
        self._skip = 0
        """How many characters still stand for one that has been given in Unicode already."""

        self._high = 0
        self._is_fresh = False
        """Whether a group has just begun."""

        self._is_starred = False
        """Whether it may be left out by who does not know it."""

        self._is_item = False
        self._words: dict[str, _Word] = {
            "cell": lambda _: self._flow.end_cell(),
            "deleted": lambda on: self._set(is_deleted=on != 0),
            "f": lambda number: self._set(font=number or 0),
            "ilvl": lambda level: self._say(item=min(max(level or 0, 0), _LEVELS - 1)),
            "intbl": lambda on: self._say(depth=max(self._group.paragraph.depth, on != 0)),
            "itap": lambda depth: self._say(depth=max(depth or 0, 0)),
            "ls": lambda number: self._say(is_item=bool(number)),
            "nestcell": lambda _: self._flow.end_cell(max(self._group.paragraph.depth, 2)),
            "nestrow": lambda _: self._flow.end_row(max(self._group.paragraph.depth, 2)),
            "outlinelevel": lambda level: self._say(outline=level),
            "par": lambda _: self._end_paragraph(),
            "pard": lambda _: self._set(paragraph=_Paragraph()),
            "plain": lambda _: self._set(is_hidden=False, is_deleted=False, font=self.head.font),
            "row": lambda _: self._flow.end_row(),
            "s": lambda number: self._say(style=number or 0),
            "sect": lambda _: self._end_paragraph(),
            "trhdr": lambda _: self._flow.mark_header(),
            "trowd": lambda _: self._flow.define_row(),
            "u": self._unicode,
            "uc": lambda length: self._set(unicode_length=min(max(length or 0, 0), 16)),
            "v": lambda on: self._set(is_hidden=on != 0),
        }

    def read(self, content: str) -> bool:
        """Walk through a file, its bytes as characters, and say whether all its groups end.

        Raises:
            TooDeepError: Groups stand within too many groups.
        """
        position = 0
        while found := _TOKEN.match(content, position):
            position = found.end()
            word, number, code, sign, brace, text = found.groups()
            if text is not None:
                self._write(text.translate(_LINE_ENDS))
            elif code is not None:
                self._write(chr(int(code, 16)))
            elif brace is not None:
                self._brace(brace)
                if not self._groups:
                    return True
            elif word == "bin":
                position += max(int(number or 0), 0)
            else:
                self._control(word or sign, int(number) if number else None)
        return False

    def close(self) -> list[Paragraph]:
        """End the file, and with it what has not ended, and return the paragraphs of its body."""
        while self._groups:
            self._brace("}")
        return self._flow.close()

    def _set(self, **values: object) -> None:
        for name, value in values.items():
            setattr(self._group, name, value)

    def _say(self, **values: object) -> None:
        self._group.paragraph = replace(self._group.paragraph, **values)  # type: ignore[arg-type]

    def _brace(self, brace: str) -> None:
        self._flush()
        self._skip = 0
        self._is_starred = False
        self._is_fresh = brace == "{"
        if self._is_fresh:
            if len(self._groups) >= MAX_DEPTH:
                raise TooDeepError
            self._groups.append(self._group)
            self._group = replace(self._group, story="")
        elif self._groups:
            ended, self._group = self._group, self._groups.pop()
            if ended.story:
                self._end_story(ended.story)

    def _control(self, word: str, number: int | None) -> None:
        self._flush()
        if self._skip and word in WRITTEN:
            self._skip -= 1
            return
        if word == "*":
            self._is_starred = self._is_fresh
            return
        if not self._enters(word) and self._group.destination != _SKIP:
            self._obey(word, number)
        self._is_starred = self._is_fresh = False

    def _enters(self, word: str) -> bool:
        """Whether a word says what its group is."""
        group = self._group
        if word in {"listtext", "pntext"} and group.destination == _TEXT:
            self._is_item = True
        if word == "ud" and group.destination == "upr":
            group.destination = group.before
        elif word in SKIPPED or (self._is_starred and word not in _KNOWN):
            group.destination = _SKIP
        elif word == "upr" and group.destination != _SKIP:
            group.before, group.destination = group.destination, word
        elif word in STORIES and group.destination == _TEXT:
            self._begin_story(STORIES[word])
        elif word in _WITHIN.get(group.destination, ()):
            group.destination = word
        else:
            return False
        return True

    def _obey(self, word: str, number: int | None) -> None:
        destination = self._group.destination
        if word in WRITTEN:
            self._put(WRITTEN[word])
        elif word == "u":
            self._unicode(number)
        elif word == "uc":
            self._words[word](number)
        elif destination != _TEXT or self.head.take_word("", word, number):
            self.head.take_word(destination, word, number)
        elif word in {"\n", "\r"}:
            self._end_paragraph()
        elif word in self._words:
            self._words[word](number)

    def _write(self, text: str) -> None:
        self._is_fresh = self._is_fresh and not text
        if self._skip:
            skipped = min(self._skip, len(text))
            self._skip -= skipped
            text = text[skipped:]
        if self._group.destination != _SKIP:
            self._pending += text.encode("latin-1")

    def _flush(self) -> None:
        """Write the bytes that have come, in the encoding of their font."""
        if not self._pending:
            return
        content = bytes(self._pending)
        self._pending.clear()
        is_text = self._group.destination == _TEXT
        font = self.head.font_of(self._group.font if is_text else None)
        if font.encoding == SYMBOLS:
            self._put("".join(symbol(byte, font.name) for byte in content))
        else:
            self._put(content.decode(font.encoding, "replace"))

    def _unicode(self, number: int | None) -> None:
        code = (number or 0) % _UNICODE if (number or 0) < _UNICODE else number or 0
        self._skip = self._group.unicode_length
        if _HIGH <= code < _LOW:
            self._high = code
            return
        if _LOW <= code < _AFTER:
            code = _UNICODE + ((self._high - _HIGH) << 10) + code - _LOW if self._high else 0xFFFD
        self._high = 0
        font = self.head.font_of(self._group.font).name
        self._put(without_private(chr(min(code, 0x10FFFF)), font))

    def _put(self, text: str) -> None:
        group = self._group
        if group.destination != _TEXT:
            self.head.take_text(group.destination, text)
        elif not (group.is_hidden or group.is_deleted):
            self._flow.write(text, group.paragraph.depth)

    def _end_paragraph(self) -> None:
        kind, level = self._kind()
        text = self._flow.end_paragraph(kind, level, self._group.paragraph.depth)
        self._is_item = False
        if text and not self.title and self.head.style_of(self._group.paragraph.style)[0] == TITLE:
            self.title = text

    def _kind(self) -> tuple[BlockKind | None, int]:
        paragraph = self._group.paragraph
        name, outline = self.head.style_of(paragraph.style)
        outline = outline if paragraph.outline is None else paragraph.outline
        if name == TITLE:
            return "heading", 1
        if outline is not None and 0 <= outline < _LEVELS:
            return "heading", outline + 1
        kind = kind_of_names([name])
        if kind != "furniture" and (self._is_item or paragraph.is_item):
            return "item", paragraph.item + 1
        return kind, 0

    def _begin_story(self, story: str) -> None:
        if self._group.is_hidden or self._group.is_deleted:
            self._group.destination = _SKIP
        else:
            self._set(story=story, paragraph=_Paragraph(), font=self.head.font)
            self._flow.open()

    def _end_story(self, story: str) -> None:
        if story == "box":
            self._flow.close_box()
        else:
            self.beside[story] += self._flow.close()
