"""Links to a quote: on the page, and in the original where the document says its address."""

import hashlib
import re
from urllib.parse import quote, unquote, urlsplit

from assistant.answer import Citation
from index.document import Span

WHOLE = 120
"""Longest quote, in characters, that a link to the original holds whole; of a longer one it holds
the first and the last words."""

ENDS = 6
"""How many words those are, each."""


_LINK = re.compile(r"#quote=(\d{1,12})-(\d{1,12})-([0-9a-f]{12})-([\w.~%-]+)", re.ASCII)


def web_address(citation: Citation) -> str:
    """The document's address, if it is one that a browser may follow; else nothing."""
    url = citation.url or ""
    try:
        parts = urlsplit(url)
        has_host = bool(parts.hostname)
    except ValueError:
        return ""
    is_web = parts.scheme.lower() in {"http", "https"} and has_host
    return (
        url if is_web and re.fullmatch(r"[!#-;=?-Z_a-z~%\[\]\x5c^|{}\x80-\U0010ffff]+", url) else ""
    )


def in_original(citation: Citation) -> str:
    """The address with a text fragment, by which a browser shows the words there; or nothing."""
    address = web_address(citation)
    if not address:
        return ""
    words = citation.quote.split()
    ends = [" ".join(words)]
    if len(ends[0]) > WHOLE and len(words) > 2 * ENDS:
        ends = [" ".join(words[:ENDS]), " ".join(words[-ENDS:])]
    # A hyphen beside a comma would make a part a prefix or suffix.
    shown = ",".join(_encoded(end).replace("-", "%2D") for end in ends)
    address, _, place = address.partition("#")
    return f"{address}#{place.partition(':~:')[0]}:~:text={shown}"


def on_the_page(citation: Citation) -> str:
    """The part of a link to the page that opens the document at the quote, from its `#` on."""
    span = citation.span
    document = _encoded(citation.document_id)
    return f"#quote={span.start}-{span.end}-{mark_of(citation.quote)}-{document}"


def quote_of(link: str) -> tuple[Span, str, str] | None:
    """The place, the mark of the words and the document of such a link; None for any other."""
    found = _LINK.fullmatch(link)
    if found is None or not int(found[1]) < int(found[2]):
        return None
    document = unquote(found[4], errors="surrogatepass")
    return Span(int(found[1]), int(found[2])), found[3], document


def mark_of(words: str) -> str:
    """What tells in a link which words are meant."""
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:12]


def _encoded(words: str) -> str:
    return quote(words, safe="", errors="surrogatepass")
