"""Bytes of a page → characters.

A byte order mark decides, then UTF-8 where it fits, then what the page or the message that it came
in says; what is said and plainly wrong is not believed, but the encoding detected. What a server
said stays in the note beside the page.
"""

import codecs
import re

from index.errors import UnreadableDocumentError
from index.formats.encoding import as_text, decode_marked
from index.formats.encoding import decode as detect

_BEGINNING = 4096
"""Bytes in which a page must say its encoding; the standard wants it in 1,024."""

_SAID = re.compile(
    rb"<(?:meta|\?xml)\b[^<>]*?(?:charset|encoding)\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE
)
_COMMENT = re.compile(rb"<!--.*?(?:-->|$)", re.DOTALL)

_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "big5": "big5hkscs",
}
"""What browsers read instead of an encoding that is named; and all the web's names are those."""

_BY_OTHERS = re.compile(
    r"(?:x-)*(?:(?:windows|dos|cp|ibm)-?(?P<page>\d+)|(?P<name>.+?)(?:-[ie])?)$"
)
"""Names of encodings that Python doesn't know: `x-sjis`, `iso-8859-8-i`, `cp-850`."""

_WIDE = {b"\0<": "utf-16-be", b"<\0": "utf-16-le"}
"""By what a page begins with that has no byte order mark."""

_OF_TEXT = re.compile(r"utf-8|cp\d+|iso8859|koi8|mac-|gb|big5|euc|shift_jis|iso2022|johab|hz$")
_SEVEN_BITS = ("iso2022", "hz")
_SHIFT_TO_JAPANESE = b"\x1b$B"
_FEW = 500
"""One fault in so many characters is damage; more say that the encoding is another."""

_WESTERN = frozenset({"cp1252"})
_NOT_WESTERN = re.compile(rb"[\x80-\xff]{4,}")
_HIGH = re.compile(rb"[\x80-\xff]")


def decode(name: str, content: bytes, declared: str = "") -> str:
    """Decode a page.

    Args:
        name: The document's.
        content: Its bytes.
        declared: The encoding that was sent with it, if any.

    Raises:
        UnreadableDocumentError: It is a binary file, or no encoding fits.
    """
    if (marked := decode_marked(name, content)) is not None:
        return marked
    if wide := _WIDE.get(content[:2]):
        return as_text(name, content.decode(wide, "replace"))
    said = _known(declared) or _known(_said_in(content))
    if _SHIFT_TO_JAPANESE in content[:_BEGINNING]:
        said = "iso2022_jp"
    for encoding in filter(None, ("" if said.startswith(_SEVEN_BITS) else "utf-8", said)):
        if (text := _fitting(content, encoding)) is not None:
            return as_text(name, text)
    try:
        return detect(name, content)
    except UnreadableDocumentError:
        if not said:
            raise
        return as_text(name, content.decode(said, "replace"))


def _fitting(content: bytes, encoding: str) -> str | None:
    """What bytes are in an encoding, if they are; UTF-8 has to fit wholly, others nearly."""
    if encoding in _WESTERN and _is_not_western(content):
        return None
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        if encoding == "utf-8":
            return None
    text = content.decode(encoding, "replace")
    return text if text.count("\ufffd") <= len(text) // _FEW else None


def _said_in(content: bytes) -> str:
    found = _SAID.search(_COMMENT.sub(b"", content[:_BEGINNING]))
    return found[1].decode("ascii", "replace") if found else ""


def _known(label: str) -> str:
    """Python's name for an encoding that a page may be in; empty if there is none."""
    label = label.strip().lower()
    other = _BY_OTHERS.match(label)
    name = _called(label) or (_called(_plainly(other)) if other else "")
    name = _MEANT.get(name, name)
    return name if _OF_TEXT.match(name) else ""


def _plainly(label: re.Match[str]) -> str:
    return f"cp{label['page']}" if label["page"] else label["name"]


def _called(label: str) -> str:
    try:
        return codecs.lookup(label).name if label else ""
    except (LookupError, ValueError):
        return ""


def _is_not_western(content: bytes) -> bool:
    """Whether letters beyond ASCII stand side by side, as they do in no Western language."""
    return 2 * sum(map(len, _NOT_WESTERN.findall(content))) > len(_HIGH.findall(content))
