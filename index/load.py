"""File → document.

A stored text is the source's text with three changes and no others: it is decoded, a byte order
mark is dropped, and the line ends CRLF and CR become LF. Where single bytes are not valid in the
encoding of all the others, decoding puts U+FFFD in their place.

A new format is a function from a file's bytes to its text, and a line in `FORMATS`.
"""

import codecs
import errno
import hashlib
import os
import re
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from charset_normalizer import from_bytes

from index.document import Document
from index.errors import UnreadableDocumentError

TITLE_CHARACTERS = 120

_LINE_CHARACTERS = 1000
"""How much of a line is looked at for a title: patterns take the square of its length in time."""

_MARKDOWN_HEADING = re.compile(r"^[ ]{0,3}#{1,6}[ \t]+(.+?)[ \t#]*$", re.MULTILINE)
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_NOT_TITLE = re.compile(r"^[^\w<“\"‘'(\[]+|[\s*_#=|-]+$")
_EMPHASIS = re.compile(r"(\*\*|__|\*|`)(\S(?:.*?\S)?)\1")
_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_UNSHOWABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]+")
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


@dataclass(frozen=True, slots=True)
class Source:
    """A file below the sources folder, read but not yet understood."""

    name: str
    """Posix path below the sources folder."""

    content: bytes
    modified: int
    """Modification time in nanoseconds, as it was when the content was read."""

    @property
    def digest(self) -> str:
        """SHA-256 of the content, in hexadecimal."""
        return hashlib.sha256(self.content).hexdigest()


def read_source(folder: Path, name: str, *, max_bytes: int) -> Source:
    """Read one file whole, making sure that it stays the same meanwhile.

    Raises:
        UnreadableDocumentError: The file cannot or must not be read, or has no known format.
    """
    path = folder / name
    if storable(name) != name:
        raise UnreadableDocumentError(name, "its name is not valid Unicode", "Rename it.")
    try:
        _check_place(folder, name)
        before = path.stat()
        _check_kind(name, before, max_bytes)
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
            after = os.fstat(file.fileno())
    except (OSError, RuntimeError) as error:  # the latter for a link that leads to itself
        raise _unreadable(path, name, error) from error
    if len(content) > max_bytes:
        raise _too_large(name, len(content), max_bytes)
    sizes = {before.st_size, after.st_size, len(content)}
    if len(sizes) > 1 or before.st_mtime_ns != after.st_mtime_ns:
        raise changed_while_read(name)
    return Source(name, content, after.st_mtime_ns)


def changed_while_read(name: str) -> UnreadableDocumentError:
    """Say that a source is not the same at two moments."""
    return UnreadableDocumentError(
        name, "it changed while it was being read", "Build again when it is complete."
    )


def load_document(source: Source) -> Document:
    """Make a document of a source.

    Raises:
        UnreadableDocumentError: There is no text in it.
    """
    suffix = _suffix(source.name)
    text = FORMATS[suffix](source)
    if not text.strip():
        raise UnreadableDocumentError(
            source.name, "there is no text in it", "Remove it or fill it."
        )
    title = title_of(text, markdown=suffix != ".txt") or showable(Path(source.name).stem)
    return Document(source.name, title, text, source.digest, showable(source.name))


def decode(source: Source) -> str:
    """Decode a source's bytes, detecting the encoding.

    Raises:
        UnreadableDocumentError: It is a binary file, or no encoding fits.
    """
    content = source.content
    for mark, encoding in _BYTE_ORDER_MARKS:
        if content.startswith(mark):
            return _text(source, content[len(mark) :].decode(encoding, "replace"))
    if content.startswith(_BINARY_STARTS):
        raise _binary(source)
    try:
        return _text(source, content.decode("utf-8"))
    except UnicodeDecodeError:
        text = content.decode("utf-8", "replace")
        if _is_utf8_with_faults(content, text):
            return _text(source, text)
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
            source.name,
            "its encoding cannot be told, or it is not text",
            "Save it as UTF-8 text, or remove it.",
        )
    # Too short to recognise a language by, but Latin letters but for a few: Western, most likely.
    mostly_ascii = sum(byte > 0x7F for byte in content) < len(content) // 4 + 1  # noqa: PLR2004
    guess = "cp1252" if mostly_ascii and best.coherence == 0 else best.encoding
    return _text(source, content.decode(guess, "replace"))


def title_of(text: str, *, markdown: bool) -> str:
    """Take the first heading of a Markdown text, else the first line, cleaned and cut to length."""
    begun = "\n".join(line[:_LINE_CHARACTERS] for line in text[:100_000].split("\n"))
    heading = _MARKDOWN_HEADING.search(_FENCE.sub("", begun)) if markdown else None
    candidates = [heading[1]] if heading else []
    candidates += begun.lstrip().split("\n", 20)[:20]
    for candidate in candidates:
        plain = _EMPHASIS.sub(r"\2", _LINK.sub(r"\1", candidate)) if markdown else candidate
        title = showable(_NOT_TITLE.sub("", plain))
        if title:
            return title if len(title) <= TITLE_CHARACTERS else _shortened(title)
    return ""


def showable(text: str) -> str:
    """Make a name fit for one line: control and direction marks go, spaces are joined."""
    printable = text.encode("utf-8", "replace").decode("utf-8")
    return " ".join(_UNSHOWABLE.sub(" ", printable).split())


def storable(name: str) -> str:
    """Make a file's name valid Unicode, as nearly every name is, by escaping what is not."""
    return name.encode("utf-8", "backslashreplace").decode("utf-8")


def _shortened(title: str) -> str:
    cut = title[:TITLE_CHARACTERS]
    return (cut.rsplit(maxsplit=1)[0] if " " in cut else cut).rstrip(" ,;:") + "…"


def _text(source: Source, decoded: str) -> str:
    if decoded and len(_CONTROL.findall(decoded)) > len(decoded) // 20:
        raise _binary(source)
    return (
        decoded.replace("\r\n", "\n")
        .replace("\r", "\n")
        .encode("utf-16", "surrogatepass")
        .decode("utf-16", "replace")
    )


def _is_utf8_with_faults(content: bytes, replaced: str) -> bool:
    """Whether bytes are UTF-8 but for a few: there is text beyond ASCII, nearly all valid."""
    faults = replaced.count("\ufffd")
    valid = sum(1 for char in replaced if char > "\x7f") - faults
    surrogates = len(re.findall(rb"\xed[\xa0-\xbf][\x80-\xbf]", content))
    return faults <= valid // 4 or (surrogates > 0 and faults <= 3 * surrogates + valid // 10)


def _suffix(name: str) -> str:
    return Path(name).suffix.lower()


def _unreadable(path: Path, name: str, error: OSError | RuntimeError) -> UnreadableDocumentError:
    missing = isinstance(error, FileNotFoundError | RuntimeError)
    if path.is_symlink() and (missing or getattr(error, "errno", None) == errno.ELOOP):
        return UnreadableDocumentError(
            name, "it is a link that leads nowhere", "Put the document itself there."
        )
    if isinstance(error, FileNotFoundError):
        return UnreadableDocumentError(
            name, "it vanished before it could be read", "Build again if it should be there."
        )
    reason = getattr(error, "strerror", None) or str(error)
    return UnreadableDocumentError(name, f"the system says {reason!r}", "Check its permissions.")


def _check_place(folder: Path, name: str) -> None:
    if not (folder / name).resolve(strict=True).is_relative_to(folder.resolve()):
        raise UnreadableDocumentError(
            name,
            "it is a link to a place outside the sources folder",
            "Put the document itself there.",
        )


def _check_kind(name: str, found: os.stat_result, max_bytes: int) -> None:
    if stat.S_ISDIR(found.st_mode):
        raise UnreadableDocumentError(
            name, "it is a folder that cannot be listed", "Check its permissions."
        )
    if not stat.S_ISREG(found.st_mode):
        raise UnreadableDocumentError(name, "it is not a regular file", "Remove it.")
    suffix = _suffix(name)
    if suffix not in FORMATS:
        known = " or ".join(sorted(FORMATS))
        raise UnreadableDocumentError(
            name,
            f"documents of the kind {suffix!r} are not supported" if suffix else "it has no suffix",
            f"Convert it to {known}, or remove it.",
        )
    if found.st_size > max_bytes:
        raise _too_large(name, found.st_size, max_bytes)


def _binary(source: Source) -> UnreadableDocumentError:
    return UnreadableDocumentError(
        source.name, "it is a binary file, not text", "Convert it to text, or remove it."
    )


def _too_large(name: str, size: int, max_bytes: int) -> UnreadableDocumentError:
    return UnreadableDocumentError(
        name,
        f"its {size / 1e6:.1f} MB are above the limit of {max_bytes / 1e6:g} MB",
        "Divide it, or raise PULLQUOTE_MAX_FILE_MB.",
    )


FORMATS: dict[str, Callable[[Source], str]] = {".txt": decode, ".md": decode}
"""How to get the text out of a source, by the suffix of its name."""
