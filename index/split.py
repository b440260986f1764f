"""Document → sentences → chunks, all of them spans into the document's text.

Nothing here produces text. A copy of the text is made for the sentence segmenter to look at,
character for character as long as the original, and only positions come back from it.
"""

import os
import re
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING

from sentencex import get_sentence_boundaries  # type: ignore[import-untyped]

from index.characters import SURROGATES
from index.document import Block, Chunk, Document, Span
from index.languages import ENGLISH
from index.llama import static_folder
from index.segments import ITEM, Segment, segments

if TYPE_CHECKING:
    from tiktoken import Encoding

SCHEME = "sentences-6"
"""Names in the manifest how texts are taken apart: change it when the spans or their terms do.

An index that another scheme made is built anew.
"""

CHUNK_TOKENS = 256
"""Most tokens (o200k_base) in a chunk."""

SENTENCE_CHARACTERS = 600
"""Most characters in a sentence; a longer one is ended at a clause, a space, or just there."""

QUOTATION_CHARACTERS = 300
"""A quotation that makes its sentence longer than this is divided at the sentence ends in it."""

WINDOW_CHARACTERS = 10_000
"""Most characters that the segmenter is shown at once. The time that it takes for a text without
spaces, or with quotation marks that nothing closes, grows with the square of the length."""

BORDER_CHARACTERS = 2000
"""How much of a window is looked through for where to end it."""

GAP_CHARACTERS = 1000
"""Most characters between two sentences of a chunk. tiktoken panics on a million spaces."""

MARK_CHARACTERS = 100
"""How far before a sentence its line's bullet marks are looked for."""

_BULLETS = re.compile(r"(?:[\s>•◦▪‣●·∙]|[*+–—-](?=\s)|#{1,6}(?=\s)|\ufeff)+")
_CLAUSE_END = re.compile(r"[;:,—–。、,;:](?=\s|\W|$)|\s[-–—](?=\s)")
_SURROGATE = re.compile(f"[{SURROGATES}]")
_ITEM_NUMBER = re.compile(r"\A(\s*\(?(?:\d{1,3}|[A-Za-z]|[ivx]{1,4}))\.(?=\s)")
_QUOTATION_MARK = re.compile(r"[\"“”„‟«»‹›‘‚]|''|``")
_OPENING = '“„«‹「『《([{"`'
_MARK = re.compile(r"([“„«‹「『《(\[{]|``|(?<!\S)\"(?!\s))|[”»›」』》)\]}\"]|''")
"""Marks of quotations and brackets; those in the group open one."""

_QUOTATION_END = re.compile(r"(?<!\.[A-Z])\.[”»\"](?=\s+[“«\"(]*[A-ZÀ-ÖØ-Þ])")
"""What the segmenter overlooks when more than one sentence stands in the quotation."""

_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)|(?<=s)['’](?=\s)")
_SINGLE_QUOTE = re.compile(r"['’]")


def split_sentences(text: str, blocks: Sequence[Block] = (), language: str = ENGLISH) -> list[Span]:
    """Find the sentences of a text, in order, without overlap.

    Together they hold every character that is neither space nor the mark of a bullet, heading or
    block quotation at the beginning of a line.
    """
    return [
        sentence
        for segment in segments(text, blocks)
        for sentence in _sentences_in(text, segment, language)
    ]


def split_document(document: Document) -> list[Chunk]:
    """Divide a document into chunks of whole sentences.

    A chunk holds at most `CHUNK_TOKENS` tokens, never reaches across a heading, or from what
    surrounds an article into it, and begins where its first sentence begins; chunks don't overlap.
    """
    text, language = document.text, document.language
    chunks: list[Chunk] = []
    heading = ""
    for section in _sections(document):
        if section[0].is_heading:
            title = next(_sentences_in(text, section[0], language), None)
            heading = title.of(text) if title else ""
        under = "" if section[0].is_furniture else heading
        sentences = [s for segment in section for s in _sentences_in(text, segment, language)]
        for run in _runs(text, sentences):
            span = Span(run[0].start, run[-1].end)
            chunks.append(Chunk(document.id, document.digest, span, tuple(run), under))
    return chunks


def count_tokens(text: str) -> int:
    """Count tokens as o200k_base does; what looks like a special token is plain text."""
    return len(_encoding().encode_ordinary(_SURROGATE.sub("\ufffd", text)))


@cache
def _encoding() -> "Encoding":
    # tiktoken downloads its vocabulary unless it is in this folder; llama-index-core ships it.
    if folder := static_folder():
        os.environ.setdefault("TIKTOKEN_CACHE_DIR", str(folder / "tiktoken_cache"))
    from tiktoken import get_encoding

    return get_encoding("o200k_base")


def _sections(document: Document) -> Iterator[list[Segment]]:
    """Group segments so that each heading begins a section, and headings in a row share one."""
    section: list[Segment] = []
    for segment in segments(document.text, document.blocks):
        if section and _begins_section(section[-1], segment):
            yield section
            section = []
        section.append(segment)
    if section:
        yield section


def _begins_section(before: Segment, segment: Segment) -> bool:
    if before.is_furniture != segment.is_furniture:
        return True
    return segment.is_heading and not before.is_heading


def _sentences_in(text: str, segment: Segment, language: str) -> Iterator[Span]:
    if segment.is_row and len(segment.span) <= SENTENCE_CHARACTERS:
        row = _trimmed(text, segment.span)
        if len(row) and _fits(row.of(text)):
            yield row
            return
    for piece in _segmented(text, segment.span, language):
        for part in _within_limits(text, piece):
            if len(part):
                yield part


def _segmented(text: str, segment: Span, language: str) -> Iterator[Span]:
    for piece in _pieces(_searchable(segment.of(text)), language):
        yield Span(segment.start + piece.start, segment.start + piece.end)


def _pieces(copy: str, language: str) -> Iterator[Span]:
    """Ask the segmenter, window by window; each begins where a sentence does."""
    start = 0
    while start + WINDOW_CHARACTERS < len(copy):
        end = _border(copy, start + WINDOW_CHARACTERS, language)
        yield from _pieces_in(copy, Span(start, end), language)
        start = end
    yield from _pieces_in(copy, Span(start, len(copy)), language)


def _border(copy: str, limit: int, language: str) -> int:
    """Find the end of a sentence, in no quotation if possible, not far before a limit."""
    start = limit - BORDER_CHARACTERS
    last = limit - BORDER_CHARACTERS // 2  # what follows a sentence tells whether it ends there
    # Marks would mean the opposite where the first of a pair is not in sight.
    unmarked = _MARK.sub(_blank, copy[start:limit])
    ends = [
        start + len(copy[start : piece.end].rstrip(_OPENING))
        for piece in _boundaries(unmarked, start, language)
        if piece.end <= last
    ]
    if not ends:
        return _last_good_end(copy, start, last)
    return next((end for end in reversed(ends) if not _is_quoted(copy, end)), ends[-1])


def _is_quoted(copy: str, place: int) -> bool:
    """Whether the last mark not far before a place opens a quotation or bracket."""
    marks = _MARK.findall(copy, max(0, place - QUOTATION_CHARACTERS), place)
    return bool(marks and marks[-1])


def _pieces_in(copy: str, window: Span, language: str) -> Iterator[Span]:
    """Ask the segmenter, and once more inside of what quotation marks made it leave whole."""
    for piece in _boundaries(window.of(copy), window.start, language):
        if len(piece) <= QUOTATION_CHARACTERS:
            yield piece
        else:
            inner = _QUOTATION_MARK.sub(_blank, piece.of(copy))
            yield from _boundaries(_SINGLE_QUOTE.sub(" ", inner), piece.start, language)


def _boundaries(copy: str, offset: int, language: str) -> Iterator[Span]:
    for boundary in get_sentence_boundaries(language, copy):
        start, end = boundary["start_index"], boundary["end_index"]
        for quotation in _QUOTATION_END.finditer(copy, start, end):
            yield Span(offset + start, offset + quotation.end())
            start = quotation.end()
        yield Span(offset + start, offset + end)


def _searchable(segment: str) -> str:
    """Copy a segment for the segmenter, same length, without what misleads it.

    Soft line breaks become spaces, apostrophes no longer look like quotation marks, the number
    of a list item no longer ends a sentence, a bracket that is never closed no longer swallows
    the rest, and a lone surrogate no longer raises.
    """
    copy = _SURROGATE.sub("\ufffd", segment.replace("\n", " "))
    copy = _ITEM_NUMBER.sub(r"\1,", copy) if ITEM.match(copy) else copy
    if copy.count("(") != copy.count(")"):
        copy = copy.replace("(", " ").replace(")", " ")
    return _APOSTROPHE.sub("x", copy)


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _within_limits(text: str, piece: Span) -> Iterator[Span]:
    """Divide what is longer than a sentence may be, at the last good place before the limit."""
    start = piece.start
    while start < piece.end:
        end = min(piece.end, start + SENTENCE_CHARACTERS)
        if end < piece.end:
            end = _last_good_end(text, start, end)
        while not _fits((sentence := _trimmed(text, Span(start, end))).of(text)):
            end = _last_good_end(text, start, start + (end - start) // 2)
        yield sentence
        start = end


def _last_good_end(text: str, start: int, limit: int) -> int:
    """Find where to end a piece of `text[start:limit]`: a clause, else a space, else the limit."""
    window = text[start:limit]
    clauses = [match.end() for match in _CLAUSE_END.finditer(window)]
    if clauses and clauses[-1] > len(window) // 2:
        return start + clauses[-1]
    space = max(window.rfind(" "), window.rfind("\n"), window.rfind("\xa0"))
    return start + space + 1 if space > len(window) // 2 else limit


def _fits(piece: str) -> bool:
    # No token is shorter than a byte, which saves counting for nearly every sentence.
    return (
        len(piece) <= 1
        or len(piece.encode("utf-8", "replace")) <= CHUNK_TOKENS
        or count_tokens(piece) <= CHUNK_TOKENS
    )


def _trimmed(text: str, span: Span) -> Span:
    """Take space and bullet marks off; a span of nothing but marks keeps them."""
    piece = span.of(text)
    start = span.start + len(piece) - len(piece.lstrip())
    end = span.start + len(piece.rstrip())
    # Looking far back for the line's beginning would take forever in a file of one long line.
    before = text[max(0, span.start - MARK_CHARACTERS) : span.start].rstrip(" \t\xa0>•*#-")
    if not before or before.endswith("\n"):
        marks = _BULLETS.match(text, span.start, end)
        if marks and marks.end() < end:
            start = marks.end()
    return Span(min(start, end), end)


def _runs(text: str, sentences: list[Span]) -> Iterator[list[Span]]:
    """Fill chunks greedily with whole sentences."""
    run: list[Span] = []
    tokens = 0
    for sentence in sentences:
        # With the gap before it counted in, the sum is almost always what the whole comes to.
        start = run[-1].end if run else sentence.start
        if sentence.start - start > GAP_CHARACTERS:
            yield from _exact_runs(text, run)
            run, tokens, start = [], 0, sentence.start
        cost = count_tokens(text[start : sentence.end])
        if run and tokens + cost > CHUNK_TOKENS:
            yield from _exact_runs(text, run)
            run, tokens, cost = [], 0, count_tokens(sentence.of(text))
        run.append(sentence)
        tokens += cost
    if run:
        yield from _exact_runs(text, run)


def _exact_runs(text: str, run: list[Span]) -> Iterator[list[Span]]:
    """Halve a run whose exact count is over the budget after all."""
    if len(run) > 1 and count_tokens(text[run[0].start : run[-1].end]) > CHUNK_TOKENS:
        middle = len(run) // 2
        yield from _exact_runs(text, run[:middle])
        yield from _exact_runs(text, run[middle:])
    else:
        yield run
