"""What a server sends, as the suffix of a format: by what it says, and by the first bytes."""

import re

from index import formats
from index.web.refusal import Refusal, shown

_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "application/pdf": ".pdf",
    "application/x-pdf": ".pdf",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "text/x-markdown": ".md",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.oasis.opendocument.text": ".odt",
    "application/epub+zip": ".epub",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "text/csv": ".csv",
    "text/tab-separated-values": ".tsv",
    "application/jsonl": ".jsonl",
    "application/x-ndjson": ".ndjson",
    "message/rfc822": ".eml",
    "multipart/related": ".mhtml",
    "application/zip": ".zip",
    "application/x-zip-compressed": ".zip",
}

_ANYTHING = frozenset(
    {"", "application/octet-stream", "binary/octet-stream", "application/force-download"}
)
"""What is sent by servers that don't know better."""

_SIGNED = frozenset({".pdf", ".docx", ".odt", ".epub", ".rtf", ".zip"})
"""Formats whose first bytes tell them."""

_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?(?:\s|<\?xml[^>]*>|<!--(?:[^-]|-(?!->))*-->)*<(?:!doctype\s+html|html)\b",
    re.IGNORECASE,
)
_START = 4_096

_PACKED = frozenset({".docx", ".odt", ".epub"})
"""Formats that are ZIP files, and now and then sent as such."""


def kind_of(type_: str, path: str, content: bytes) -> str:
    """The suffix of the format that something is of.

    Args:
        type_: The `Content-Type` that it was sent with.
        path: Of its address, without escapes.
        content: All of it.

    Raises:
        Refusal: It is of none that can be read, or not what it is said to be.
    """
    media = type_.partition(";")[0].strip().lower()
    if media not in _SUFFIXES and media not in _ANYTHING:
        raise _unknown(f"it is {shown(media)}")
    said, looks = _SUFFIXES.get(media, ""), _looks_like(content)
    if said in _SIGNED and looks != said and not (said == ".zip" and looks in _PACKED):
        raise Refusal(
            f"it is sent as {shown(media)}, but is none",
            "Open it in a browser: it may be a page that asks for something first.",
        )
    named = formats.suffix_of(path)
    if looks in _SIGNED:
        found = looks
    elif said in ("", ".txt") and named not in _SIGNED and formats.is_known(path):
        found = named  # plain text, as much as is known
    else:
        found = said or looks
    if not found or not formats.is_known(f"a{found}"):
        raise _unknown(f"it is {shown(media)}" if found else "it doesn't say what it is")
    return found


def _unknown(what: str) -> Refusal:
    known = ", ".join(formats.known_suffixes())
    return Refusal(f"{what}, which is no kind of document", f"These are read: {known}.")


def _looks_like(content: bytes) -> str:
    if content.startswith(b"%PDF-"):
        return ".pdf"
    if content.startswith(b"{\\rtf"):
        return ".rtf"
    if content.startswith(b"PK\x03\x04"):
        return _packed(content)
    return ".html" if _HTML.match(content[:_START]) else ""


def _packed(content: bytes) -> str:
    """What a ZIP file is: the names of its members stand in it as they are."""
    if content[30:38] == b"mimetype":
        start = content[38:120]
        if start.startswith(b"application/epub+zip"):
            return ".epub"
        return ".odt" if start.startswith(b"application/vnd.oasis.opendocument.text") else ""
    if b"[Content_Types].xml" in content:
        return ".docx" if b"word/document.xml" in content else ""
    return ".zip"
