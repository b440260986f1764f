"""What the properties of a document say of it, without what programs put there by themselves."""

import re

from index.names import showable

_NO_TITLE = frozenset(
    {
        *("blank", "doc", "document", "documento", "dokument", "docx", "exported", "file"),
        *("libreoffice", "microsoft", "new", "no", "odt", "office", "openoffice", "pdf"),
        *("powerpoint", "presentation", "rich", "rtf", "sans", "slide", "template", "text"),
        *(
            "title",
            "titel",
            "titre",
            "unbenannt",
            "unknown",
            "unnamed",
            "untitled",
            "word",
            "writer",
        ),
    }
)
"""Words of which alone no title is made."""

_NO_AUTHOR = re.compile(
    r"(?:microsoft(?: office| word)?(?: user| 365)?|office user|windows(?: user)?|python-docx|"
    r"apache poi|docx4j|aspose.*|user|usuario|benutzer|author|autor|admin(?:istrator)?|owner|root|"
    r"unknown|anonymous|default|pc|hp|dell|lenovo|acer|asus|toshiba|un-?named|calibre.*)[\s\d]*",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_PROGRAM = re.compile(r"^microsoft (?:office )?word - ", re.IGNORECASE)
_FILE = re.compile(r"\S*\.(?:docx?|odt|rtf|pdf|txt|html?|epub|tex|wpd)", re.IGNORECASE)
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d:\d\d(?::\d\d)?)(?:[.,]\d+)?"
    r"(Z|[+-]\d\d:?\d\d)?)?)?)?"
)
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})((?:[-_][A-Za-z0-9]{2,8})*)")
_NO_LANGUAGE = frozenset({"und", "zxx", "mul", "none", "x", "qaa"})
_NO_DATES = frozenset({"1970-01-01T00:00:00Z", "1980-01-01T00:00:00Z", "2013-12-23T23:15:00Z"})
"""Zeros of calendars, and the date of a template that a much used library writes on."""

FIRST_YEAR = 1970
"""Before it no program wrote a date of its own: what is earlier is a zero of some calendar."""

_LONGEST = 1000


def title_of(value: str | None) -> str:
    """A title, or nothing where a program or a template gave it: `Microsoft Word - Document1`."""
    title = _PROGRAM.sub("", showable((value or "")[:_LONGEST]))
    words = _WORD.findall(title.lower())
    is_none = bool(words) and _NO_TITLE.issuperset(words)
    return "" if is_none or _FILE.fullmatch(title) else title


def author_of(*values: str | None) -> str:
    """The authors, without those that are a machine's or a program's name."""
    names = (showable((value or "")[:_LONGEST]) for value in values)
    kept = (name for name in names if name and not _NO_AUTHOR.fullmatch(name))
    return ", ".join(dict.fromkeys(kept))


def date_of(value: str | None, first_year: int = FIRST_YEAR) -> str:
    """A date in ISO 8601, as exact as it was given; nothing where it is none."""
    found = _DATE.fullmatch((value or "").strip()[:_LONGEST])
    if not found or found[0] in _NO_DATES or int(found[1]) < first_year:
        return ""
    year, month, day, time, zone = found.groups()
    if not 1 <= int(month or 1) <= 12 or not 1 <= int(day or 1) <= 31:  # noqa: PLR2004 - calendar
        return ""
    date = "-".join(filter(None, (year, month, day)))
    return f"{date}T{time}{zone or ''}" if time else date


def language_of(value: str | None) -> str:
    """A language tag (BCP 47); nothing where it names no language."""
    found = _LANGUAGE.fullmatch((value or "").strip()[:_LONGEST])
    if not found or found[1].lower() in _NO_LANGUAGE:
        return ""
    return found[1].lower() + found[2].replace("_", "-")


def known(**values: str) -> dict[str, str]:
    """The metadata of which there is something to say."""
    return {name: value for name, value in values.items() if value}
