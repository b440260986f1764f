"""A document as HTML, its cited words marked at their exact places. Knows no Gradio.

The page shows a document's text unchanged, in one element that keeps white space; marks are cut
into it by span, never found by looking for words.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2s
from itertools import pairwise

from assistant.answer import Citation, stands
from assistant.page.article.blocks import TITLE, Drawn, Nesting, drawn_blocks
from assistant.page.talk.render import citation_target, escape, label, seen, seen_with_answer
from index.dates import date_in_words
from index.document import Document, Span

WHOLE = 300_000
"""Longest text, in characters, that is shown whole; of a longer one only parts are."""

PART = 40_000
"""How much of a long document is shown around a citation, and how much a reader gets on asking."""

_SNAP = 1_000
"""How far a part may grow to end where the text allows it; less text than that is no gap."""

_ENDS = tuple(
    re.compile(end)
    for end in (r"\n", r"[.!?…][\"'”’»)\]]*(?=\s)|[。！？][」』”’]*", r"(?<=\S)(?=\s)")
)
"""Where a part may end: best behind a line, else behind a sentence, else behind a word."""


@dataclass(frozen=True, slots=True)
class Highlights:
    """What to mark in a document: citations of one turn of the conversation."""

    turn: int = 0
    citations: tuple[Citation, ...] = ()
    active: int | None = None
    """Number of the citation to scroll to and to mark out from the others."""

    near: bool = False
    """Whether these were only the nearest words, and no answer."""

    @property
    def key(self) -> str:
        """Tells these from other citations that a turn of the same number has had."""
        places = [(one.number, one.document_id, one.digest, one.span) for one in self.citations]
        return blake2s(repr(places).encode(), digest_size=8).hexdigest()

    def within(self, document: Document) -> list[Citation]:
        """Those whose words stand in a document, at their places in it now."""
        return [now for one in self.citations if (now := stands(one, document))]


NO_HIGHLIGHTS = Highlights()
NOTHING_BESIDE: Mapping[int, str] = {}


def article_html(
    document: Document,
    highlights: Highlights = NO_HIGHLIGHTS,
    parts: Sequence[Span] | None = None,
    beside: Mapping[int, str] = NOTHING_BESIDE,
) -> str:
    """The document with the words of its citations in `<mark>`.

    Citations may nest or overlap: a mark then carries the numbers of all that cover it, and the
    marks of one number, put together, are its quote.

    Args:
        document: What to show.
        highlights: Citations of other documents among them are left out.
        parts: What of the text to show, if not only what surrounds the citations.
        beside: HTML without text that is put into it, by place.
    """
    cited = highlights.within(document)
    headline = _headline(document)
    if parts is None:
        parts = parts_shown(document, [c.span for c in cited])
    body, at = [], 0
    for part in parts:
        body += [
            _gap(Span(at, part.start), len(document.text)),
            _text(document, part, highlights, headline, beside),
        ]
        at = part.end
    body.append(_gap(Span(at, len(document.text)), len(document.text)))
    tag = document.metadata.get("language", "")
    language = f' lang="{escape(tag)}"' if tag else ""
    active = "" if highlights.active is None else f' data-active="{highlights.active}"'
    return (
        f'<article class="pq-article" data-turn="{highlights.turn}" data-of="{highlights.key}"'
        f'{active} data-document="{escape(document.id)}" data-digest="{document.digest}" '
        f'aria-label="{label(document.title)}">'
        f"{_head(document, headline)}{_legend(document, highlights)}"
        f'<div class="pq-text" dir="auto"{language}>{"".join(body)}</div></article>'
    )


def parts_shown(
    document: Document,
    cited: Sequence[Span],
    asked: Iterable[Span] = (),
    shown: Iterable[Span] = (),
) -> list[Span]:
    """Which parts of the text to show: all of it, or those around what is of interest.

    Args:
        document: The text.
        cited: Places that must be seen, with what surrounds them.
        asked: Further parts; like those they grow to a line's or a sentence's end.
        shown: Parts as they were shown before, which stay.
    """
    length = len(document.text)
    if length <= WHOLE:
        return [Span(0, length)]
    around = [Span(max(0, c.start - PART // 2), min(length, c.end + PART // 2)) for c in cited]
    wanted = [span for span in (*around, *asked) if span.start < length]
    kept = [span for span in shown if span.end <= length]
    if not wanted and not kept:
        wanted = [Span(0, PART)]
    return _merged([*(_grown(document.text, span) for span in wanted), *kept], length)


def _merged(spans: Iterable[Span], length: int) -> list[Span]:
    """Parts in order, without overlaps and without gaps too small to be worth a button."""
    merged = [Span(0, 0)]
    for span in sorted(spans):
        if span.start <= merged[-1].end + _SNAP:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    if length <= merged[-1].end + _SNAP:
        merged[-1] = Span(merged[-1].start, length)
    return [span for span in merged if len(span)]


def _grown(text: str, span: Span) -> Span:
    """Widen a part so that it neither begins nor ends inside a line, a sentence or a word."""
    return Span(_last_end(text, span.start), _next_end(text, span.end))


def _last_end(text: str, place: int) -> int:
    low = max(0, place - _SNAP)
    if low == 0:
        return 0
    for end in _ENDS:
        # One further than `place`, so that what must follow an end is seen there too.
        ends = [match.end() for match in end.finditer(text, low, place + 1)]
        if before := [found for found in ends if found <= place]:
            return before[-1]
    return place


def _next_end(text: str, place: int) -> int:
    high = min(len(text), place + _SNAP)
    if high == len(text):
        return high
    for end in _ENDS:
        # From one before `place`: there it may end already.
        if match := end.search(text, max(0, place - 1), high):
            return match.end()
    return place


def _headline(document: Document) -> Span | None:
    """The first line, where it is what the document is called."""
    line = re.match(r"\s*(\S[^\n]*)", document.text)
    if line is None or _plain(line[1]) != _plain(document.title):
        return None
    return Span(line.start(1), line.start(1) + len(line[1].rstrip()))


def _plain(line: str) -> str:
    return " ".join(line.strip("#*_= \t").split())


def _head(document: Document, headline: Span | None) -> str:
    said = document.metadata
    published = date_in_words(said.get("published", ""))
    facts = [document.source, said.get("author", ""), published, said.get("site", ""), _from(said)]
    meta = " · ".join(f"<bdi>{seen(fact)}</bdi>" for fact in facts if fact)
    title = "" if headline else f'<h2 dir="auto">{seen(document.title)}</h2>'
    return f'<header class="pq-head">{title}<p>{meta}</p></header>'


def _from(said: Mapping[str, str]) -> str:
    """Where a document was fetched from, and when, if it was."""
    if then := said.get("retrieved"):
        return f"fetched from {said.get('url')} on {date_in_words(then[:10])}"
    if then := said.get("altered_since"):
        return f"edited since it was fetched from {said.get('url')} on {date_in_words(then[:10])}"
    return ""


def _legend(document: Document, highlights: Highlights) -> str:
    """What the marks of this article mean, and what is drawn small."""
    entries = []
    if highlights.within(document):
        kind, name = ("near", "Near, no answer") if highlights.near else ("quoted", "Quoted")
        entries.append(f'<span class="pq-swatch" data-kind="{kind}">{name}</span>')
        entries.append('<span class="pq-swatch" data-kind="followed">The quote you follow</span>')
    if any(block.kind == "furniture" for block in document.blocks):
        small = "Small and grey: what surrounds the article; it is not quoted."
        entries.append(f"<span>{small}</span>")
    return f'<p class="pq-legend">{"".join(entries)}</p>' if entries else ""


def _text(
    document: Document,
    part: Span,
    highlights: Highlights,
    headline: Span | None,
    beside: Mapping[int, str],
) -> str:
    inside = [c for c in highlights.within(document) if part.covers(c.span)]
    answers = [c.answer for c in inside if c.answer]
    drawn = _drawn(document, part, headline)
    spans = [c.span for c in inside] + [one.span for one in drawn]
    places = {place for place in beside if part.start <= place < part.end}
    edges = {part.start, part.end, *(s.start for s in spans), *(s.end for s in spans)}
    cuts = sorted(edges | places)
    started: set[int] = set()
    pieces = [f'<span class="pq-part" data-start="{part.start}" data-end="{part.end}">']
    nesting = Nesting(drawn)
    for start, end in pairwise(cuts):
        piece = Span(start, end)
        numbers = [c.number for c in inside if c.span.covers(piece)]
        inner = seen_with_answer(document.text, piece, answers)
        if numbers:
            inner = _mark(inner, numbers, started, highlights)
        pieces += [nesting.tags_at(start), beside.get(start, ""), inner]
    return "".join([*pieces, nesting.tags_at(part.end), "</span>"])


def _drawn(document: Document, part: Span, headline: Span | None) -> list[Drawn]:
    """The blocks of a part, and the headline in its place among them."""
    drawn = drawn_blocks(document, part)
    if headline is None or not part.covers(headline):
        return drawn
    around = [one for one in drawn if one.span.covers(headline)]
    rest = [one for one in drawn if one not in around]
    if any(_crosses(one.span, headline) for one in rest):
        return drawn
    role = "" if any(one.is_heading for one in around) else f' role="heading" aria-level="{TITLE}"'
    title = Drawn(headline, f'<span class="pq-headline"{role}>')
    return sorted([*around, title, *rest], key=lambda one: (one.span.start, -one.span.end))


def _crosses(one: Span, other: Span) -> bool:
    return one.start < other.end and other.start < one.end and not other.covers(one)


def _mark(inner: str, numbers: list[int], started: set[int], highlights: Highlights) -> str:
    """One stretch of marked words; the first of a citation bears the id its links point at."""
    first = next((number for number in numbers if number not in started), None)
    started.update(numbers)
    target = f' id="{citation_target(highlights.turn, first)}"' if first is not None else ""
    near = " pq-near" if highlights.near else ""
    cites = " ".join(map(str, numbers))
    return f'<mark{target} class="pq-mark{near}" data-cites="{cites}" tabindex="-1">{inner}</mark>'


def _gap(gap: Span, length: int) -> str:
    """What stands for text that is not shown: how much it is, and how to see more of it."""
    if not len(gap):
        return ""
    onward = Span(gap.start, min(gap.end, gap.start + PART))
    back = Span(max(gap.start, gap.end - PART), gap.end)
    buttons = [_more(onward, "after", "Show what follows")] if gap.start > 0 else []
    buttons += [_more(back, "before", "Show what comes before")] if gap.end < length else []
    count = f"{len(gap):,} characters not shown"
    return f'<span class="pq-gap"><span>{count}</span>{"".join(buttons)}</span>'


def _more(span: Span, side: str, label: str) -> str:
    return (
        f'<button type="button" data-act="more" data-side="{side}" data-start="{span.start}" '
        f'data-end="{span.end}">{label}</button>'
    )
