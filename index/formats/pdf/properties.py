"""What a PDF says of itself: its title, its author, its dates, its language."""

import re
from collections.abc import Mapping
from ctypes import c_ushort
from datetime import date, time
from itertools import dropwhile, takewhile
from pathlib import PurePosixPath

import pypdfium2  # type: ignore[import-untyped]
import pypdfium2.raw as pdfium  # type: ignore[import-untyped]

from index.formats.pdf.reading import Reading
from index.formats.title import TITLE_CHARACTERS, shortened
from index.names import showable

_DEFAULT = re.compile(
    r"(?:microsoft (?:word|powerpoint|excel)|powerpoint presentation|untitled|unknown|no title|"
    r"unbenannt|sans titre|document|slide|print|layout|title|presentation|book|mappe|sheet)"
    r"[\s\d-]*|[\W\d_]*",
    re.IGNORECASE,
)
"""What a program calls a document that nobody has given a title."""

_FILE = re.compile(
    r"microsoft \w+ - |.*\.(?:docx?|dotx?|rtf|odt|tex|dvi|ps|pdf|indd|qxd|pm\d?|fm|xlsx?|pptx?|"
    r"html?|txt|md|wpd|pub|exe)$|(?:file|https?)://|about:blank|(?=\S+$)\S*[_\d]|(?-i:[^\sA-Z]+-[^\sA-Z]+$)",
    re.IGNORECASE,
)
"""What is rather the name of a file: a title of one word has no digit, dash or underscore."""

_CONTENTS = re.compile(
    r"(?:table of )?contents|index|inhalt\w*|sommaire|índice|目录", re.IGNORECASE
)
_NOBODY = re.compile(
    r"(?:administrator|admin|(?:ie)?user|anonymous|owner|root|unknown)\d*", re.IGNORECASE
)
_DATE = re.compile(
    r"(?:D:)?(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(\d\d)?(\d\d)?)?)?)?\s*(?:(Z)|([+-]\d\d)'?(\d\d)?)?"
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_LONGEST_LANGUAGE = 200
_WORD = re.compile(r"\w+")
_TITLE_LARGER = 1.14


def said_by(document: pypdfium2.PdfDocument) -> Mapping[str, str]:
    """What the document has as properties, by their names in PDF."""
    said: Mapping[str, str] = document.get_metadata_dict(skip_empty=True)
    return said


def metadata_of(document: pypdfium2.PdfDocument, said: Mapping[str, str]) -> dict[str, str]:
    """Author, dates and language, as far as it says."""
    found = {
        "author": _author(said),
        "published": _iso(said.get("CreationDate", "")),
        "modified": _iso(said.get("ModDate", "")),
        "language": _language(document),
    }
    return {key: value for key, value in found.items() if value}


def title_of(name: str, said: Mapping[str, str], reading: Reading) -> str:
    """The title that it has as a property; else the largest text of its first page.

    A property is passed over that is a file's name or a program's default, or whose words its
    beginning doesn't have while a headline stands there: it was left over from a template.
    """
    headline = _headline(reading)
    title = showable(said.get("Title", ""))
    if not _is_title(title, name) or (headline and not _is_borne_out(title, reading)):
        return shortened(showable(headline))
    return shortened(title)


def _author(said: Mapping[str, str]) -> str:
    author = showable(said.get("Author", ""))
    is_name = re.search(r"[^\W\d_]{2}", author) and not _NOBODY.fullmatch(author)
    return author if is_name else ""


def _is_title(said: str, name: str) -> bool:
    stem = PurePosixPath(name).stem.casefold()
    is_named = not _DEFAULT.fullmatch(said) and not _FILE.match(said)
    return bool(said) and is_named and said.casefold() != stem


def _is_borne_out(title: str, reading: Reading) -> bool:
    beginning = reading.text[: max(3000, reading.pages[0].end)]
    there = set(_WORD.findall(beginning.casefold()))
    words = _WORD.findall(title.casefold())
    return 2 * sum(word in there for word in words) >= len(words)


def _headline(reading: Reading) -> str:
    """The largest heading of the first page, if it is larger than the text."""
    sizes = {one.start: round(one.line.size) for one in reading.placed if not one.page}
    spans = [b.span for b in reading.blocks if b.kind == "heading" and b.span.start in sizes]
    largest = max((sizes[span.start] for span in spans), default=0)
    if largest < _TITLE_LARGER * reading.body:
        return ""
    rest = dropwhile(lambda span: sizes[span.start] != largest, spans)
    parts = [
        span.of(reading.text) for span in takewhile(lambda span: sizes[span.start] == largest, rest)
    ]
    if _CONTENTS.fullmatch(parts[0]):
        return ""
    headline = " ".join(parts)
    return headline if len(headline) <= TITLE_CHARACTERS else parts[0]


def _iso(said: str) -> str:
    """A date as ISO 8601 has it, as exact as it is; empty if it is none."""
    match = _DATE.match(said.strip())
    if not match:
        return ""
    year, month, day, hour, minute, second, utc, hours, minutes = match.groups()
    try:
        date(int(year), int(month or 1), int(day or 1))
        time(int(hour or 0), int(minute or 0), int(second or 0))
    except ValueError:
        return ""
    shown = "-".join(part for part in (year, month, day) if part)
    if not hour:
        return shown
    zone = "Z" if utc else f"{hours}:{minutes or '00'}" if hours else ""
    return f"{shown}T{hour}:{minute or '00'}:{second or '00'}{zone}"


def _language(document: pypdfium2.PdfDocument) -> str:
    length = pdfium.FPDFCatalog_GetLanguage(document.raw, None, 0)
    if length > _LONGEST_LANGUAGE:
        return ""
    buffer = (c_ushort * (length // 2))()
    pdfium.FPDFCatalog_GetLanguage(document.raw, buffer, length)
    said = bytes(buffer).decode("utf-16-le", "replace").rstrip("\0").strip()
    return said.replace("_", "-") if _LANGUAGE.fullmatch(said) else ""
