"""What a page says of itself: title, author, dates, site, address, language."""

import html
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from index.formats.html.part import Part
from index.formats.html.structured import structured
from index.formats.properties import author_of, date_of, known, language_of
from index.names import showable

_MAX_METAS = 1_000
_LONGEST = 1_000
_LONGEST_ADDRESS = 2_000

_SAID_IN = {
    "title": ("og:title", "twitter:title", "parsely-title", "dc.title", "dcterms.title"),
    "author": (
        "author", "article:author", "parsely-author", "sailthru.author", "byl", "dc.creator",
        "dcterms.creator", "citation_author", "og:article:author",
    ),
    "published": (
        "article:published_time", "og:article:published_time", "datepublished", "parsely-pub-date",
        "sailthru.date", "citation_publication_date", "dc.date.issued", "dcterms.issued",
        "dc.date", "dcterms.date", "pubdate", "publish-date", "publish_date", "date",
        "article.published", "datecreated", "dcterms.created",
    ),
    "modified": (
        "article:modified_time", "og:updated_time", "datemodified", "dcterms.modified",
        "last-modified", "article.updated",
    ),
    "site": ("og:site_name", "application-name", "twitter:app:name:iphone"),
    "url": ("og:url",),
    "language": ("content-language", "og:locale", "dc.language", "dcterms.language", "inlanguage"),
}  # fmt: skip
"""Names of `<meta>`, in lower case, the surest first."""

_BY = re.compile(r"\s*(?:by|von|par|por|di|door|av)\b[\s:]+", re.IGNORECASE)

_PARTS = re.compile(r"(\s+(?:[|–—·•»«:-]|::|\|\|)\s+)")
_SHORT_DATE = re.compile(r"(\d{4})[/.]?(\d\d)[/.]?(\d\d)(?!\d)")
_DATES = ("%d %B %Y", "%B %d, %Y", "%d %b %Y", "%b %d, %Y", "%A, %d %B %Y", "%A, %B %d, %Y")
_NAME_ENDS = re.compile(
    r"\s*(?:[|/•·—–\n\t@(\d]|,? (?:january|february|march|april|may|june|july|august|september|"
    r"october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec)\b|$)",
    re.IGNORECASE,
)
_MARKED_AUTHOR = '[rel~="author"], [itemprop~="author"]'
_BYLINE = '[class*="byline" i], [class*="author" i]'
_LONGEST_NAME = 60
_LEAST_SHARE = 0.35
"""What a headline has at least of the title that it stands in; what has less is a logo."""
_MARKED_DATE = 'time[pubdate][datetime], [itemprop~="datePublished"], article time[datetime]'


def said_of(page: LexborHTMLParser, parts: Sequence[Part]) -> tuple[str, dict[str, str]]:
    """The title and the metadata of a page, empty where it says nothing that can be used.

    Args:
        page: Its tree.
        parts: Its paragraphs, in which a headline may stand.
    """
    linked = structured(page)
    metas = _metas(page)
    said = {name: [linked.get(name, ""), *_named(metas, name)] for name in _SAID_IN}
    site = showable(_first(said["site"]))
    url = next(filter(None, map(address, [*_canonical(page), *said["url"]])), "")
    titles = [*said["title"], *_titles(page)]
    metadata = known(
        author=author_of(*_authors(said["author"], page)),
        published=next(filter(None, map(date, [*said["published"], *_dates(page)])), ""),
        modified=next(filter(None, map(date, said["modified"])), ""),
        site=site[:_LONGEST],
        url=url,
        language=next(
            filter(None, map(language_of, [*_language(page), *said["language"]])),
            "",
        ),
    )
    return _title(titles, parts, [site, _host(url)]), metadata


def address(value: str) -> str:
    """An address on the web; empty if it is none, or one of a script or a file."""
    value = value.strip()
    if len(value) > _LONGEST_ADDRESS or any(char <= " " or char == "\x7f" for char in value):
        return ""
    try:
        found = urlsplit(value)
        is_one = found.scheme in {"http", "https"} and bool(found.hostname)
    except ValueError:
        return ""
    return value if is_one and "@" not in found.netloc else ""


def date(value: str) -> str:
    """A date in ISO 8601, if it is certain which day is meant."""
    value = value.strip()[:100]
    if found := date_of(value):
        return found
    if short := _SHORT_DATE.fullmatch(value.partition("T")[0].partition(" ")[0]):
        return date_of("-".join(short.groups()))
    for form in _DATES:
        with suppress(ValueError):
            return datetime.strptime(value, form).date().isoformat()  # noqa: DTZ007 - a day
    with suppress(ValueError, TypeError, IndexError, OverflowError):
        return date_of(parsedate_to_datetime(value).isoformat())
    return ""


def _metas(page: LexborHTMLParser) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in page.css("meta[content]")[:_MAX_METAS]:
        attributes = meta.attributes
        content = (attributes.get("content") or "")[:_LONGEST_ADDRESS]
        for key in ("property", "name", "itemprop", "http-equiv"):
            if name := attributes.get(key):
                found.setdefault(name.strip().lower(), []).append(content)
    return found


def _named(metas: dict[str, list[str]], what: str) -> Iterator[str]:
    for name in _SAID_IN[what]:
        if values := metas.get(name):
            yield ", ".join(values) if what == "author" else values[0]


def _first(values: Iterable[str]) -> str:
    return next((value for value in values if value.strip()), "")


def _authors(said: Iterable[str], page: LexborHTMLParser) -> Iterator[str]:
    usable = (name for name in said if name.strip() and "://" not in name and "@" not in name)
    if name := next(usable, "") or next(_bylines(page), ""):
        plain = html.unescape(_BY.sub("", showable(name[:_LONGEST]), count=1))
        yield from plain.split(", ")


def _bylines(page: LexborHTMLParser) -> Iterator[str]:
    """The names that are marked as the author's, or that stand behind "by" where they may be."""
    for selector, needs_by in ((_MARKED_AUTHOR, False), (_BYLINE, True)):
        for one in page.css(selector)[:5]:
            text = one.text(separator=" ")[:_LONGEST].strip()
            by = _BY.match(text)
            name = text[by.end() if by else 0 :]
            if end := _NAME_ENDS.search(name):
                name = name[: end.start()].strip(" ,-")
            if (by or not needs_by) and 1 < len(name) <= _LONGEST_NAME:
                yield name


def _canonical(page: LexborHTMLParser) -> Iterator[str]:
    for link in page.css('link[rel~="canonical"]')[:1]:
        yield link.attributes.get("href") or ""


def _dates(page: LexborHTMLParser) -> Iterator[str]:
    for one in page.css(_MARKED_DATE)[:3]:
        attributes = one.attributes
        yield attributes.get("datetime") or attributes.get("content") or one.text()[:100]


def _language(page: LexborHTMLParser) -> Iterator[str]:
    if page.root:
        attributes = page.root.attributes
        yield attributes.get("lang") or attributes.get("xml:lang") or ""


def _host(url: str) -> str:
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _titles(page: LexborHTMLParser) -> Iterator[str]:
    for title in page.css("head > title, title")[:1]:
        yield title.text()


def _title(titles: Iterable[str], parts: Sequence[Part], sites: Sequence[str]) -> str:
    """What is called the title, without the site's name; of several, what is the headline too."""
    headlines = [part.text for part in parts if part.kind == "heading" and part.level == 1]
    given = (showable(html.unescape(title[:_LONGEST])) for title in titles)
    plain = [_without_site(title, headlines, sites) for title in given if title]
    said = {_letters(headline) for headline in headlines}
    shown = (title for title in plain if _letters(title) in said)
    return next(shown, "") or next(iter(plain), "") or showable("".join(headlines[:1])[:_LONGEST])


def _without_site(title: str, headlines: Iterable[str], sites: Iterable[str]) -> str:
    """Take off `| The Site`: what the page's headline does without, or names the site."""
    said = {_letters(headline) for headline in headlines}
    names = {_letters(site) for site in sites} | {_letters(site.split(".")[0]) for site in sites}
    pieces = _PARTS.split(title)
    for start, end in _stretches(len(pieces)):
        stretch = "".join(pieces[start:end])
        if _letters(stretch) in said - names and len(stretch) > _LEAST_SHARE * len(title):
            return stretch
    while len(pieces) > 1 and _letters(pieces[-1]) in names:
        pieces = pieces[:-2]
    while len(pieces) > 1 and _letters(pieces[0]) in names:
        pieces = pieces[2:]
    if len(pieces) > 1 and "|" in pieces[-2] and len(pieces[-1]) < len(pieces[0]):
        pieces = pieces[:-2]
    return "".join(pieces)


def _stretches(pieces: int) -> Iterator[tuple[int, int]]:
    """From the longest to the shortest; of very many pieces, none."""
    if pieces <= 9:  # noqa: PLR2004
        for length in range(pieces, 0, -2):
            yield from ((start, start + length) for start in range(0, pieces - length + 1, 2))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
