"""A message → its text, blocks, subject and headers."""

from collections.abc import Iterable
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from index.errors import UnreadableDocumentError
from index.formats import mime
from index.formats.content import Content
from index.formats.flow import laid_out
from index.formats.mail.quoted import marked_in_html, marked_in_text
from index.formats.properties import date_of, known, language_of
from index.formats.rows import Paragraph

_SHOWN = ("From", "To", "Cc", "Date", "Subject")
_KNOWN_BY = (*_SHOWN, "Message-ID", "Received", "MIME-Version", "Return-Path")
_STUB_WORDS = 50
"""Words up to which a plain text may only say that there is another, in HTML."""

_MANY = 4
"""How many times as many words the other one has then."""

_MOST_NAMES = 20


def read_message(name: str, message: Message) -> Content:
    """Read a message that is parsed.

    Raises:
        UnreadableDocumentError: It is none, or its text can't be read.
    """
    if not any(message.get(header) for header in _KNOWN_BY):
        raise UnreadableDocumentError(
            name, "it is no e-mail message", "Save it anew from the mail program, or remove it."
        )
    shown = [
        Paragraph(f"{header}: {said}", "furniture")
        for header in _SHOWN
        if (said := mime.header(message, header))
    ]
    text, blocks = laid_out([*shown, *_body(name, message)])
    return Content(text, mime.header(message, "Subject"), _metadata(message), (), blocks)


def _metadata(message: Message) -> dict[str, str]:
    return known(
        author=_people(message, "From"),
        to=_people(message, "To"),
        published=_date(mime.header(message, "Date")),
        language=language_of(mime.header(message, "Content-Language")),
    )


def _people(message: Message, header: str) -> str:
    """Names, or addresses of those who have none."""
    people = getaddresses([mime.header(message, header)])[:_MOST_NAMES]
    return ", ".join(dict.fromkeys(name or address for name, address in people if name or address))


def _date(value: str) -> str:
    try:
        return date_of(parsedate_to_datetime(value).isoformat())
    except (ValueError, TypeError, IndexError, OverflowError):
        return ""


def _body(name: str, part: Message) -> list[Paragraph]:
    """The paragraphs of a message or a part of it, without what is attached."""
    kind = part.get_content_type()
    if part.get_content_maintype() == "multipart":
        return _of_parts(name, kind, mime.children(part))
    if part.get_content_disposition() == "attachment" or mime.file_name(part):
        return []
    if kind == "text/plain":
        return marked_in_text(mime.text(name, part))
    if kind in {"text/html", "application/xhtml+xml"}:
        return marked_in_html(name, mime.text(name, part))
    return _reported(name, kind, part)


def _reported(name: str, kind: str, part: Message) -> list[Paragraph]:
    """What a report says of a delivery: of the mail, of each recipient, and which mail it was."""
    if kind == "message/delivery-status":
        return [one for block in mime.children(part) for one in _of_headers(block, block.keys())]
    if kind == "text/rfc822-headers":
        return _of_headers(mime.parse(name, mime.payload(name, part)), _SHOWN)
    return []


def _of_headers(message: Message, names: Iterable[str]) -> list[Paragraph]:
    """Some headers as a paragraph, a line each."""
    said = [f"{name}: {value}" for name in names if (value := mime.header(message, name))]
    return [Paragraph("\n".join(said))] if said else []


def _of_parts(name: str, kind: str, parts: list[Message]) -> list[Paragraph]:
    found = (body for part in parts if (body := _body(name, part)))
    if kind == "multipart/related":
        return next(found, [])
    if kind == "multipart/alternative":
        return _better(list(found))
    return [one for body in found for one in body]


def _better(bodies: list[list[Paragraph]]) -> list[Paragraph]:
    """The plainest of several that say the same, unless it only says that there is another."""
    if not bodies:
        return []
    plain, rich = _words(bodies[0]), _words(bodies[-1])
    return bodies[-1] if plain <= _STUB_WORDS and rich > _MANY * plain else bodies[0]


def _words(body: list[Paragraph]) -> int:
    return sum(len(one.text.split()) for one in body)
