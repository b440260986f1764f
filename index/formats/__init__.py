"""One module per format: a file's bytes → its text, title, metadata, pages and blocks.

In come a file's name and bytes, out comes a `Content`, or an `UnreadableDocumentError` that says
why not; what a file may ask for is in `limits`. `index.load` and `index.sources` call it. A new
format is a module with a `read`, and a line in `_FORMATS`; what is slow to import is imported in
its `read`.
"""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import PurePosixPath

from index.characters import SURROGATES
from index.errors import UnreadableDocumentError
from index.formats import docx, epub, html, mail, markdown, mhtml, odt, pdf, rtf, table, text
from index.formats.content import Content
from index.formats.limits import check_pages, check_unpacked
from index.formats.title import shortened
from index.names import showable

_FORMATS: dict[str, Callable[[str, bytes], Content]] = {
    ".csv": table.read,
    ".doc": docx.read_misnamed,
    ".docx": docx.read,
    ".eml": mail.read,
    ".epub": epub.read,
    ".htm": html.read,
    ".html": html.read,
    ".jsonl": table.read,
    ".md": markdown.read,
    ".mht": mhtml.read,
    ".mhtml": mhtml.read,
    ".ndjson": table.read,
    ".odt": odt.read,
    ".pdf": pdf.read,
    ".rtf": rtf.read,
    ".tsv": table.read,
    ".txt": text.read,
    ".xhtml": html.read,
    mail.MESSAGE: mail.read,
    table.ROW: table.read_row,
}
_PACKED = ".zip"
"""Of these only what is in them is read: see `index.members`."""

_UNLISTED = frozenset({".doc", mail.MESSAGE, table.ROW})
"""Suffixes that nobody should give a file: of what is only named so, and of what is in one."""

_HARMLESS = {".txt": 1_000_000, ".md": 200_000, table.ROW: 20_000_000}
"""Up to how many bytes a file of a format can be read without any danger of hanging or crashing."""

_METADATA_CHARACTERS = 1_000
_SURROGATE = re.compile(f"[{SURROGATES}]")


def known_suffixes() -> list[str]:
    """The suffixes of the names of files that can be read."""
    return sorted({*_FORMATS, _PACKED} - _UNLISTED)


def is_known(name: str) -> bool:
    """Whether there is a format for a file of this name."""
    return suffix_of(name) in known_suffixes()


def is_harmless(kind: str, size: int) -> bool:
    """Whether a file of a kind and of so many bytes needs no process of its own to be read in."""
    return size <= _HARMLESS.get(kind, -1)


def read(name: str, content: bytes, kind: str = "") -> Content:
    """Read a file of a known format.

    Args:
        name: The file's.
        content: Its bytes.
        kind: The suffix of the format, if it isn't that of the name.

    Raises:
        UnreadableDocumentError: Its content is not of the format that its name says, or more than
            the limits allow.
        MemoryError: There is none left.
    """
    with refusing(name):
        found = _FORMATS[kind or suffix_of(name)](name, content)
    check_unpacked(name, len(found.text))
    check_pages(name, len(found.pages))
    return replace(
        found,
        text=_SURROGATE.sub("\ufffd", found.text),
        title=shortened(showable(found.title)),
        metadata={
            key: said[:_METADATA_CHARACTERS]
            for key, value in found.metadata.items()
            if (said := showable(value))
        },
    )


@contextmanager
def refusing(name: str) -> Iterator[None]:
    """Take whatever libraries raise over a damaged or hostile file for a refusal of that file.

    Raises:
        UnreadableDocumentError: Something was raised.
        MemoryError: There is none left.
    """
    try:
        yield
    except (UnreadableDocumentError, MemoryError):
        raise
    except RecursionError as error:
        raise UnreadableDocumentError(
            name, "its parts lie too deep in each other", "Save it anew, or remove it."
        ) from error
    except Exception as error:
        raise UnreadableDocumentError(
            name,
            f"it cannot be read ({type(error).__name__}: {showable(str(error))[:200]})",
            "It may be damaged: open and save it anew, or remove it.",
        ) from error


def suffix_of(name: str) -> str:
    """What a file's format is told by."""
    return PurePosixPath(name).suffix.lower()
