"""Messages as the standard library parses them: e-mail, and web pages saved as one file."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message

from index.errors import UnreadableDocumentError
from index.formats.html.charset import decode
from index.formats.limits import check_unpacked
from index.names import showable

_MAX_EFFORT = 30_000_000
"""Lines times parts that hold parts: at each line the end of each of them is looked for."""

_MAX_PARAMETERS = 300_000_000
"""Semicolons times characters of a header, over all that have parameters: at each semicolon all
that follows is looked through."""

_PARAMETERS = re.compile(
    rb"(?<![^\r\n])content-(?:type|disposition):[^\r\n]*(?:(?:\r\n?|\n)[ \t][^\r\n]*)*",
    re.IGNORECASE,
)
_MULTIPART = re.compile(rb"multipart/|message/", re.IGNORECASE)
_LONGEST_HEADER = 20_000


def parse(name: str, content: bytes) -> Message:
    """Parse a message.

    Raises:
        UnreadableDocumentError: Its parts lie too deep in each other, or its headers have so many
            parameters that it would take too long.
    """
    if sum(len(one) * one.count(b";") for one in _PARAMETERS.findall(content)) > _MAX_PARAMETERS:
        raise UnreadableDocumentError(
            name, "its headers have too many parameters", "Save it anew, or remove it."
        )
    refusal = UnreadableDocumentError(
        name, "its parts lie too deep in each other", "Save it anew, or remove it."
    )
    if (1 + content.count(b"\n")) * len(_MULTIPART.findall(content)) > _MAX_EFFORT:
        raise refusal
    try:
        return message_from_bytes(content)
    except RecursionError as error:
        raise refusal from error


def header(message: Message, name: str) -> str:
    """A header, decoded, on one line; empty if there is none that can be read."""
    values = (str(value) for key, value in message.raw_items() if key.lower() == name.lower())
    raw = next(values, "")[:_LONGEST_HEADER]
    charset = message.get_param("charset")
    return decoded(raw, charset if isinstance(charset, str) else "")


def decoded(raw: str, charset: str = "") -> str:
    """What a header says, on one line.

    Args:
        raw: As it stands in the message, bytes beyond ASCII as surrogates.
        charset: What those are in, if they are not UTF-8.
    """
    try:
        pieces = decode_header(raw) if "=?" in raw else [(raw, None)]
    except (HeaderParseError, ValueError):
        pieces = [(raw, None)]
    return showable("".join(_piece(piece, said or "", charset) for piece, said in pieces))


def _piece(piece: bytes | str, *charsets: str) -> str:
    if isinstance(piece, str):
        piece = piece.encode("utf-8", "surrogateescape")
    for charset in (charsets[0], "utf-8", *charsets[1:]):
        try:
            return piece.decode(charset)
        except (LookupError, ValueError):
            continue
    return piece.decode("cp1252", "replace")


def leaves(message: Message) -> Iterator[Message]:
    """The parts that hold no parts; a message in the message is one."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            waiting += reversed(children(part))
        else:
            yield part


def children(part: Message) -> list[Message]:
    """The parts of a part."""
    inner = part.get_payload()
    return [one for one in inner if isinstance(one, Message)] if isinstance(inner, list) else []


def payload(name: str, part: Message) -> bytes:
    """What a part holds, its transfer encoding undone.

    Raises:
        UnreadableDocumentError: It is more than it may be.
    """
    if part.get_content_type() == "message/rfc822" and (inner := children(part)):
        content = inner[0].as_bytes()
    else:
        found = part.get_payload(decode=True)
        content = found if isinstance(found, bytes) else b""
    check_unpacked(name, len(content))
    return content


def text(name: str, part: Message) -> str:
    """What a part of text holds, decoded.

    Raises:
        UnreadableDocumentError: It is no text, or more than it may be.
    """
    charset = part.get_param("charset")
    return decode(name, payload(name, part), charset if isinstance(charset, str) else "utf-8")


def file_name(part: Message) -> str:
    """The name that a part has as a file; empty if it has none."""
    try:
        found = part.get_filename() or ""
    except (LookupError, ValueError, TypeError):
        return ""
    plain = decoded(found[:_LONGEST_HEADER])
    return plain.replace("\\", "/").rpartition("/")[2].strip(". ")[:200]
