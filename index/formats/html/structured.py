"""What a page says of itself to programs: JSON-LD."""

import json
import re
from collections.abc import Iterator
from typing import TypeAlias

from selectolax.lexbor import LexborHTMLParser

_Json: TypeAlias = "dict[str, _Json] | list[_Json] | str | float | bool | None"

_TEXTS = re.compile(
    r"Article|Posting|Report|WebPage|CreativeWork|Book|Recipe|Review|Thesis|QAPage|Guide",
)
_BY_NATURE = re.compile(r"Article|Posting|Report|Recipe|Review|Thesis|Guide")
_MAX_SCRIPTS = 30
_MAX_CHARACTERS = 2_000_000
_MAX_NAMES = 20
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement")


def structured(page: LexborHTMLParser) -> dict[str, str]:
    """The headline, author, dates, site, address and language that JSON-LD gives, where it does.

    Of several things that are described, it is an article rather than the page as such.
    """
    found = [one for script in _scripts(page) for one in _objects(script)]
    found.sort(key=lambda one: not _BY_NATURE.search(_kind(one)))
    said: dict[str, str] = {}
    for one in found:
        for name, value in _said(one).items():
            if value:
                said.setdefault(name, value)
    return said


def _scripts(page: LexborHTMLParser) -> Iterator[str]:
    scripts = page.css('script[type="application/ld+json" i]')
    for script in scripts[:_MAX_SCRIPTS]:
        if (text := script.text() or "") and len(text) <= _MAX_CHARACTERS:
            yield text


def _objects(script: str) -> Iterator[dict[str, _Json]]:
    """The descriptions of texts in a script; broken ones, and nesting without end, say nothing."""
    try:
        waiting: list[_Json] = [json.loads(script, strict=False)]
    except (ValueError, RecursionError):
        return
    for _ in range(1000):
        if not waiting:
            return
        one = waiting.pop(0)
        if isinstance(one, list):
            waiting += one[:1000]
        elif isinstance(one, dict):
            if _TEXTS.search(_kind(one)):
                yield one
            waiting += [one[key] for key in _INSIDE if key in one]


def _kind(one: dict[str, _Json]) -> str:
    kind = one.get("@type")
    return " ".join(map(str, kind)) if isinstance(kind, list) else str(kind or "")


def _said(one: dict[str, _Json]) -> dict[str, str]:
    is_text = bool(_BY_NATURE.search(_kind(one)))
    page = one.get("mainEntityOfPage")
    return {
        "title": _text(one.get("headline")) or (_text(one.get("name")) if is_text else ""),
        "author": ", ".join(dict.fromkeys(_names(one.get("author") or one.get("creator")))),
        "published": _text(one.get("datePublished")),
        "modified": _text(one.get("dateModified")),
        "site": next(_names(one.get("publisher")), ""),
        "url": _text(one.get("url")) or (_text(page) or _id(page)),
        "language": _text(one.get("inLanguage")),
    }


def _text(value: _Json) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return value if isinstance(value, str) else ""


def _id(value: _Json) -> str:
    return _text(value.get("@id")) if isinstance(value, dict) else ""


def _names(value: _Json) -> Iterator[str]:
    for one in (value if isinstance(value, list) else [value])[:_MAX_NAMES]:
        name = _text(one.get("name")) if isinstance(one, dict) else _text(one)
        if name and not name.startswith(("http://", "https://", "#")):
            yield name
