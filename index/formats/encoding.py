"""Bytes → characters, for the formats that are text."""

import codecs
import re

from charset_normalizer import from_bytes

from index.errors import UnreadableDocumentError
from index.languages import RECOGNISABLE
from index.recognition import SAMPLE, language_asked_in, language_of

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_BINARY_STARTS = (
    b"%PDF-",
    b"\x89PNG",
    b"PK\x03\x04",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x7fELF",
    b"\x1f\x8b",
)

_WESTERN = RECOGNISABLE - {"cs", "hu", "pl", "ro", "tr", "vi"}
"""Languages that are written in Windows-1252, the encoding of most files that are not Unicode."""

_LETTERS = "áàâäãåæçéèêëíìîïñóòôöõøœúùûüÁÀÂÄÃÅÆÇÉÈÊËÍÌÎÏÑÓÒÔÖÕØŒÚÙÛÜßªº"
_APART = "“”‘„«»‹›•€£§°©®™½¼¾²³¡¿×"
"""Signs that never stand between two letters, as others may: ’ in a word, – between two."""

_STRANGE = re.compile(
    r"(?![\x00-\x7f])(?:"
    rf"[^{_LETTERS}{_APART}’·–—…´\xa0\xad]"
    rf"|(?<=[^\W\d_])[{_APART}](?=[^\W\d_])"
    r"|(?<=[a-zß-ÿ])[À-Þ]"
    r"|œ(?=\d)"  # a pound sign, in the encodings of DOS
    r")"
)
"""What no text in those languages has, or hardly one, if it is decoded as it was encoded."""

_FEW = 20
"""One strange character in so many beyond ASCII may be of a foreign name."""


def decode(name: str, content: bytes) -> str:
    """Decode a file's bytes, detecting the encoding.

    The text differs from the file's in three things only: it is decoded, a byte order mark is
    dropped, and the line ends CRLF and CR become LF. Where single bytes are not valid in the
    encoding of all the others, decoding puts U+FFFD in their place.

    Raises:
        UnreadableDocumentError: It is a binary file, or no encoding fits.
    """
    if (marked := decode_marked(name, content)) is not None:
        return marked
    try:
        return as_text(name, content.decode("utf-8"))
    except UnicodeDecodeError:
        text = content.decode("utf-8", "replace")
        if _is_utf8_with_faults(content, text):
            return as_text(name, text)
    if (western := _western(content)) is not None:
        return as_text(name, western)
    # Any even number of bytes is UTF-16; without a byte order mark that is the worst of guesses.
    matches = from_bytes(
        content,
        cp_exclusion=[
            "utf_16_be",
            "utf_16_le",
            "utf_32_be",
            "utf_32_le",
            "utf_7",
            "utf_16",
            "utf_32",
        ],
    )
    best = matches.best()
    if best is None:
        raise UnreadableDocumentError(
            name,
            "its encoding cannot be told, or it is not text",
            "Save it as UTF-8 text, or remove it.",
        )
    # Too short to recognise a language by, but Latin letters but for a few: Western, most likely.
    is_western = _is_mostly_ascii(content) and best.coherence == 0
    guess = "cp1252" if is_western else best.encoding
    return as_text(name, content.decode(guess, "replace"))


def decode_marked(name: str, content: bytes) -> str | None:
    """Decode what begins with a byte order mark.

    Raises:
        UnreadableDocumentError: It is a binary file.
    """
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return as_text(name, content[len(mark) :].decode(encoding, "replace"))
    if content.startswith(_BINARY_STARTS):
        raise _binary(name)
    return None


def as_text(name: str, decoded: str) -> str:
    """Give what was decoded the line ends of all texts.

    Raises:
        UnreadableDocumentError: It is a binary file.
    """
    if decoded and len(_CONTROL.findall(decoded)) > len(decoded) // 20:
        raise _binary(name)
    return (
        decoded.replace("\r\n", "\n")
        .replace("\r", "\n")
        .encode("utf-16", "surrogatepass")
        .decode("utf-16", "replace")
    )


def _western(content: bytes) -> str | None:
    """What bytes are in Windows-1252, if that is a text in a language that is written in it.

    Of the encodings that differ in a letter or two, such as those of Central Europe, statistics
    can't tell which one it is; the words and the letters of a language can.
    """
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return None
    is_plain = _FEW * len(_STRANGE.findall(text)) <= _beyond_ascii(content)
    if not is_plain or not _is_mostly_ascii(content):
        return None
    language = language_of(text) or language_asked_in(text[:SAMPLE])
    return text if language in _WESTERN else None


def _is_mostly_ascii(content: bytes) -> bool:
    return _beyond_ascii(content) <= len(content) // 4


def _beyond_ascii(content: bytes) -> int:
    """How many bytes there are that ASCII has not."""
    return len(content) - len(content.decode("ascii", "ignore"))


def _is_utf8_with_faults(content: bytes, replaced: str) -> bool:
    """Whether bytes are UTF-8 but for a few: there is text beyond ASCII, nearly all valid."""
    faults = replaced.count("\ufffd")
    valid = sum(1 for char in replaced if char > "\x7f") - faults
    surrogates = len(re.findall(rb"\xed[\xa0-\xbf][\x80-\xbf]", content))
    return faults <= valid // 4 or (surrogates > 0 and faults <= 3 * surrogates + valid // 10)


def _binary(name: str) -> UnreadableDocumentError:
    return UnreadableDocumentError(
        name, "it is a binary file, not text", "Convert it to text, or remove it."
    )
