"""E-mail messages (RFC 5322): who wrote what to whom, and what is attached.

The text is the headers that a reader sees, then the body: as plain text where there is one, else
as its HTML shows. Quoted mails, signatures and the headers are furniture.
"""

from collections.abc import Iterator
from email.message import Message
from functools import partial

from index.formats import mime
from index.formats.content import Content, Member
from index.formats.zipped import Paths

MESSAGE = ".message"
"""The kind of a message that holds others, taken by itself."""

_ADDED = frozenset({"image", "audio", "video"})
_UNREAD = frozenset(
    {"pgp-signature", "pkcs7-signature", "x-pkcs7-signature", "calendar", "x-vcard", "vcard"}
)
_SUFFIXES = {
    "application/pdf": ".pdf",
    "text/html": ".html",
    "text/plain": ".txt",
    "message/rfc822": ".eml",
}


def read(name: str, content: bytes) -> Content:
    """Read a message.

    Raises:
        UnreadableDocumentError: It is none, or its text can't be read.
    """
    from index.formats.mail.message import read_message

    return read_message(name, mime.parse(name, content))


def members(name: str, content: bytes) -> Iterator[Member] | None:
    """List the message and what is attached to it; None if nothing is that could be read.

    Raises:
        UnreadableDocumentError: Its parts lie too deep in each other.
    """
    attached = [one for one in mime.leaves(mime.parse(name, content)) if _is_document(one)]
    return _members(name, content, attached) if attached else None


def _members(name: str, content: bytes, attached: list[Message]) -> Iterator[Member]:
    yield Member(name, len(content), partial(bytes, content), MESSAGE)
    paths = Paths()
    for part in attached:
        called = f"{name}/{paths.free(_name(part))}"
        # No larger than the message is, which has been found to be no larger than it may be.
        yield Member(called, len(content), partial(mime.payload, called, part))


def _is_document(part: Message) -> bool:
    if part.get_content_type() == "message/rfc822":
        return True
    if part.get_content_maintype() in _ADDED or part.get_content_subtype() in _UNREAD:
        return False
    return part.get_content_disposition() == "attachment" or bool(mime.file_name(part))


def _name(part: Message) -> str:
    suffix = _SUFFIXES.get(part.get_content_type(), "")
    named = mime.file_name(part)
    if not named and suffix == ".eml":
        named = mime.header(mime.children(part)[0], "Subject") if mime.children(part) else ""
    stem = named.replace("/", "_").lstrip(".")[:100] or "attached"
    return stem if "." in stem[-6:] and stem.lower().endswith(suffix) else f"{stem}{suffix}"
