"""The words of RTF, by its codes alone."""

import codecs
import re
from dataclasses import dataclass, replace

_TOKEN = re.compile(
    rb"\\(?P<word>[a-zA-Z]+)(?P<number>-?\d+)? ?|\\'(?P<code>[0-9a-fA-F]{2})|(?P<star>\\\*)"
    rb"|\\(?P<sign>[^a-zA-Z'])|(?P<brace>[{}])|[\r\n\0]+|(?P<plain>[^\\{}\r\n\0]+)|\\'?",
    re.DOTALL,
)
_UNSEEN = frozenset(
    b"""fonttbl colortbl stylesheet info pict listtable listoverridetable rsidtbl generator
    themedata datastore filetbl revtbl fldinst xmlnstbl latentstyles objdata annotation
    atnid atnauthor nonesttables bkmkstart bkmkend listtext pntext nonshppict fontemb xe rxe
    tc template sp""".split()
)
_SEEN_THOUGH_MARKED = frozenset(b"shptxt shpinst ud footnote nesttableprops".split())
_APART = frozenset(b"par line cell nestcell row tab sect page column footnote".split())
_SIGNS = {
    b"emdash": "—", b"endash": "–", b"lquote": "‘", b"rquote": "’", b"ldblquote": "“",
    b"rdblquote": "”", b"bullet": "•", b"emspace": " ", b"enspace": " ", b"qmspace": " ",
}  # fmt: skip
_CHARSETS = {
    b"0": "cp1252", b"77": "mac_roman", b"128": "cp932", b"129": "cp949", b"134": "gbk",
    b"136": "cp950", b"161": "cp1253", b"162": "cp1254", b"163": "cp1258", b"177": "cp1255",
    b"178": "cp1256", b"186": "cp1257", b"204": "cp1251", b"222": "cp874", b"238": "cp1250",
}  # fmt: skip
_FONT = re.compile(rb"\\f(\d+)[^{}]{0,60}?\\fcharset(\d+)")
_CODE_PAGE = re.compile(rb"\\ansicpg(\d+)")


@dataclass(slots=True)
class _Group:
    unseen: bool = False
    marked: bool = False
    """Behind `\\*`: not to be shown, unless what it is says otherwise."""

    skip: int = 1
    page: str = ""


def rtf_text(data: bytes) -> str:
    """What a program shows of it, without what was deleted or hidden."""
    return _Reader(data).text()


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        named = _CODE_PAGE.search(data)
        self._default = _known(f"cp{int(named[1])}") if named else "cp1252"
        self._fonts = {
            font[1]: _CHARSETS[font[2]] for font in _FONT.finditer(data) if font[2] in _CHARSETS
        }
        self._now, self._around = _Group(page=self._default), list[_Group]()
        self._pieces: list[str] = []
        self._bytes = bytearray()
        self._left_to_skip = 0

    def text(self) -> str:
        place = 0
        while token := _TOKEN.match(self._data, place):
            place = token.end()
            if token["word"] == b"bin":
                place += max(0, int(token["number"] or 0))
            elif token["code"] or token["plain"]:
                self._put(bytes([int(token["code"], 16)]) if token["code"] else token["plain"])
            else:
                self._flush()
                self._take(token)
        self._flush()
        return "".join(self._pieces)

    def _take(self, token: re.Match[bytes]) -> None:
        self._left_to_skip = 0
        if token["brace"] == b"{":
            self._around.append(replace(self._now, marked=False))
        elif token["brace"]:
            self._now = self._around.pop() if self._around else self._now
        elif token["star"]:
            self._now.marked = True
        elif token["word"]:
            self._mark(token["word"])
            self._do(token["word"], token["number"])
        elif (sign := token["sign"]) is not None:
            self._show(sign.decode() if sign in b"\\{}" else " " if sign in b"~_\r\n" else "")

    def _mark(self, word: bytes) -> None:
        self._now.unseen |= self._now.marked and word not in _SEEN_THOUGH_MARKED
        self._now.unseen |= word in _UNSEEN
        self._now.marked = False

    def _do(self, word: bytes, number: bytes | None) -> None:
        if word in {b"deleted", b"v"}:
            self._now.unseen |= number != b"0"
        elif word == b"uc":
            self._now.skip = int(number or 1)
        elif word == b"u" and number:
            self._show(chr(int(number) % 65536))
            self._left_to_skip = self._now.skip
        elif word == b"f" and number:
            self._now.page = self._fonts.get(number, self._default)
        else:
            self._show(" " if word in _APART else _SIGNS.get(word, ""))

    def _put(self, read: bytes) -> None:
        skipped = min(self._left_to_skip, len(read))
        self._left_to_skip -= skipped
        if not self._now.unseen:
            self._bytes += read[skipped:]

    def _flush(self) -> None:
        self._pieces.append(self._bytes.decode(self._now.page, "replace"))
        self._bytes.clear()

    def _show(self, text: str) -> None:
        if not self._now.unseen:
            self._pieces.append(text)


def _known(page: str) -> str:
    try:
        return codecs.lookup(page).name
    except LookupError:
        return "cp1252"
