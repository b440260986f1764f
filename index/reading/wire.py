"""What a build and a reading process say to each other: JSON and bytes, and no objects.

What comes back from a process that read a hostile file is taken for hostile too.
"""

import json
import struct
from collections.abc import Mapping
from typing import IO, Any

from index.document import Block, Span
from index.errors import UnreadableDocumentError
from index.formats.content import Content

_LENGTHS = struct.Struct(">QQ")
_METADATA = 40
_CHARACTERS = 4_000
"""Most entries of metadata, and most characters in one or in a title."""


class BrokenOffError(Exception):
    """The other side has ended, or says what makes no sense."""


def send(to: IO[bytes], head: Mapping[str, object], body: bytes = b"") -> None:
    """Say something."""
    told = json.dumps(head).encode()
    to.write(_LENGTHS.pack(len(told), len(body)))
    to.write(told)
    to.write(body)
    to.flush()


def receive(from_: IO[bytes], most: float) -> tuple[dict[str, Any], bytes]:
    """Hear what was said.

    Raises:
        BrokenOffError: Nothing was, or more bytes than `most`, or no sense.
    """
    told, body = _LENGTHS.unpack(_exactly(from_, _LENGTHS.size))
    if told + body > most:
        raise BrokenOffError("too much")
    try:
        head = json.loads(_exactly(from_, told))
    except (ValueError, RecursionError) as error:
        raise BrokenOffError("no JSON") from error
    if not isinstance(head, dict):
        raise BrokenOffError("no object")
    return head, _exactly(from_, body)


def _exactly(from_: IO[bytes], length: int) -> bytes:
    content = from_.read(length)
    if len(content) != length:
        raise BrokenOffError("it ended")
    return content


def request(name: str, kind: str) -> dict[str, object]:
    """What to read; the file's bytes are the body."""
    return {"name": name, "kind": kind}


def reply(content: Content) -> tuple[dict[str, object], bytes]:
    """What a file was found to hold; its text is the body."""
    head: dict[str, object] = {
        "title": content.title,
        "metadata": dict(content.metadata),
        "pages": [(page.start, page.end) for page in content.pages],
        "blocks": [(b.span.start, b.span.end, b.kind, b.level) for b in content.blocks],
    }
    return head, content.text.encode()


def understood(
    name: str, head: Mapping[str, Any], body: bytes
) -> Content | UnreadableDocumentError:
    """Take a reply for what it is: what was read, or why nothing was.

    Raises:
        ValueError: It makes no sense.
        TypeError: Likewise.
        KeyError: Likewise.
        AttributeError: Likewise.
    """
    if "refused" in head:
        refused = head["refused"]
        if not isinstance(refused, list) or not all(map(_is_text, refused)):
            raise ValueError("its refusal")
        return UnreadableDocumentError(name, *refused)
    metadata = head["metadata"]
    texts = [head["title"], *metadata, *metadata.values()]
    if len(texts) > 2 * _METADATA or not all(map(_is_text, texts)):
        raise ValueError("its metadata")
    return Content(
        body.decode(),
        head["title"],
        metadata,
        tuple(Span(*_numbers(start, end)) for start, end in head["pages"]),
        tuple(
            Block(Span(*_numbers(start, end)), kind, *_numbers(level))
            for start, end, kind, level in head["blocks"]
        ),
    )


def _is_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _CHARACTERS


def _numbers(*values: object) -> list[int]:
    numbers = [value for value in values if isinstance(value, int)]
    if len(numbers) < len(values):
        raise TypeError("its spans")
    return numbers
