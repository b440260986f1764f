"""Bodies of messages → paragraphs: what is quoted from others and signatures are furniture."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from index.formats.html.body import parts_of
from index.formats.html.parse import parse
from index.formats.html.part import Element, Part
from index.formats.rows import Paragraph

_QUOTED = re.compile(r"\s{0,3}>")
_WROTE = re.compile(
    r".*(?:@|\b(?:wrote|writes|schrieb|écrit|escribió|scritto|schreef|skrev|escreveu|napisał|"
    r"написал[аи]?)\b).*[:：]\s*$",
    re.DOTALL | re.IGNORECASE,
)
_ORIGINAL = re.compile(
    r"\s*-{2,}\s*(?:original message|ursprüngliche nachricht|message d'origine|mensaje original|"
    r"messaggio originale|oorspronkelijk bericht)\s*-{2,}\s*(?:\n|$)|"
    r"\s*_{20,}\s*$|(?:from|von|de|da|van):\s[^\n]+\n(?:sent|gesendet|envoyé|enviado|inviato|"
    r"verzonden|date|datum|fecha|data):\s",
    re.IGNORECASE,
)
_SIGNATURE = re.compile(r"-- ?$")
_SENT_FROM = re.compile(
    r"(?:sent|gesendet|envoyé|enviado|inviato|verzonden) "
    r"(?:from|von|de(?:puis)?|desde|da|vanaf|mit) [^\n.]{1,40}$",
    re.IGNORECASE,
)
_MOST_LINES = 15
"""Lines that a signature may have."""

_LONGEST_WROTE = 300
_MOST_ANNOUNCING = 3
_ASIDE = re.compile(
    r"\b(?:gmail_quote|gmail_attr|gmail_signature|moz-cite-prefix|moz-signature|yahoo_quoted|"
    r"divRplyFwdMsg|AppleMailSignature|OutlookMessageHeader|protonmail_quote)\b"
)


def marked_in_text(text: str) -> list[Paragraph]:
    """The paragraphs of a plain text: runs of lines, without spaces at their ends."""
    lines = [line.rstrip(" \t") for line in text.split("\n")]
    signature = next(
        (
            number
            for number in range(max(0, len(lines) - _MOST_LINES), len(lines))
            if _SIGNATURE.match(lines[number])
        ),
        len(lines),
    )
    found = list(_paragraphs(lines[:signature]))
    found += [replace(one, kind="furniture") for one in _paragraphs(lines[signature:])]
    return _marked(found)


def marked_in_html(name: str, markup: str) -> list[Paragraph]:
    """The paragraphs of a body in HTML."""
    body = parse(name, markup).body
    parts = parts_of(body) if body else []
    return _marked([_aside(one) if _is_aside(one) else one for one in parts])


def _paragraphs(lines: Iterable[str]) -> Iterator[Paragraph]:
    runs = [
        (is_quoted, list(run))
        for (is_blank, is_quoted), run in groupby(
            lines, key=lambda line: (not line.strip(), bool(_QUOTED.match(line)))
        )
        if not is_blank
    ]
    for number, (is_quoted, run) in enumerate(runs):
        own = len(run)
        if not is_quoted and number + 1 < len(runs) and runs[number + 1][0]:
            own -= _announcing(run)
        for piece, kind in ((run[:own], is_quoted), (run[own:], True)):
            if piece:
                yield Paragraph("\n".join(piece), "furniture" if kind else None)


def _announcing(run: Sequence[str]) -> int:
    """How many lines at the end say who wrote what is quoted next; the first has the date."""
    ends = [
        length
        for length in range(1, min(_MOST_ANNOUNCING, len(run)) + 1)
        if _says_who("\n".join(run[-length:]))
    ]
    dated = [length for length in ends if re.search(r"\d", run[-length])]
    return max(dated, default=min(ends, default=0))


def _says_who(text: str) -> bool:
    return len(text) <= _LONGEST_WROTE and bool(_WROTE.match(text))


def _marked(found: Sequence[Paragraph]) -> list[Paragraph]:
    """Mark what announces a quotation, what follows an older message's headers, and greetings."""
    marked: list[Paragraph] = []
    is_older = False
    for number, one in enumerate(found):
        following = found[number + 1].kind if number + 1 < len(found) else None
        has_own = any(other.kind != "furniture" for other in marked)
        is_older |= has_own and bool(_ORIGINAL.match(one.text[:1000]))
        announces = following == "furniture" and _says_who(one.text)
        is_aside = is_older or announces or bool(_SENT_FROM.match(one.text))
        marked.append(_aside(one) if is_aside else one)
    return marked


def _aside(one: Paragraph) -> Paragraph:
    return Paragraph(one.text, "furniture")


def _is_aside(part: Part) -> bool:
    element: Element | None = part.element
    while element is not None:
        attributes = element.attributes
        if element.tag == "blockquote" and attributes.get("type") == "cite":
            return True
        named = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        if _ASIDE.search(named[:500]):
            return True
        element = element.parent
    return False
