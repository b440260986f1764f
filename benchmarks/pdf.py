"""PDFs as the index reads them beside what PDFium, asked by itself, finds on each page.

It shares nothing with the index but the library, and reads every file by itself.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

import pypdfium2  # type: ignore[import-untyped]

from index import formats
from index.errors import UnreadableDocumentError
from index.split import split_sentences

HEADER = (
    "file", "pages", "letters", "lost", "added", "on another page", "sentences", "on their page",
    "title", "times the plain time",
)  # fmt: skip

Read = TypeVar("Read")

_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file."""

    name: str
    refusal: str = ""
    plain_pages: int = 0
    letters: int = 0
    lost: int = 0
    added: int = 0
    misplaced: int = 0
    """Letters that are not on the page that the index has them on."""

    sentences: int = 0
    found: int = 0
    """Sentences that stand, letter by letter, on the page that the index says they begin on."""

    title: str = ""
    plain_seconds: float = 0.0
    seconds: float = 0.0

    def row(self) -> tuple[str, ...]:
        """As `HEADER` says."""
        if self.refusal:
            return (self.name, *("",) * (len(HEADER) - 3), f"refused: {self.refusal}", "")
        times = f"{self.seconds / self.plain_seconds:.2f}" if self.plain_seconds else ""
        numbers = (
            self.plain_pages, self.letters, self.lost, self.added, self.misplaced,
            self.sentences, self.found,
        )  # fmt: skip
        return (self.name, *(f"{number:,}" for number in numbers), self.title, times)


def check_folder(folder: Path) -> Iterator[Outcome]:
    """Check every PDF below a folder."""
    for path in sorted(folder.rglob("*.pdf")):
        yield check_file(path)


def check_file(path: Path) -> Outcome:
    """Read a PDF in both ways, and compare."""
    data = path.read_bytes()
    try:
        plain, plain_seconds = _timed(lambda: _plain(data))
    except pypdfium2.PdfiumError:
        plain, plain_seconds = [], 0.0
    try:
        content, seconds = _timed(lambda: formats.read(path.name, data))
    except UnreadableDocumentError as error:
        lost = sum(map(len, map(_letters, plain)))
        return Outcome(path.name, refusal=error.reason, plain_pages=len(plain), lost=lost)
    spans = content.pages
    if len(spans) != len(plain) or any(one.end != other.start for one, other in pairwise(spans)):
        raise AssertionError(f"{path.name}: its pages don't make up its text")
    pages = [page.of(content.text) for page in spans]
    expected, got = Counter(_letters("".join(plain))), Counter(_letters(content.text))
    sentences = split_sentences(content.text)
    found = 0
    for sentence in sentences:
        page = next(n for n, span in enumerate(spans) if span.start <= sentence.start < span.end)
        on_page = sentence.of(content.text)[: spans[page].end - sentence.start]
        found += _letters(on_page) in _letters(plain[page])
    return Outcome(
        path.name,
        plain_pages=len(plain),
        letters=expected.total(),
        lost=(expected - got).total(),
        added=(got - expected).total(),
        misplaced=sum(
            (Counter(_letters(page)) - Counter(_letters(own))).total()
            for page, own in zip(pages, plain, strict=True)
        ),
        sentences=len(sentences),
        found=found,
        title=content.title,
        plain_seconds=plain_seconds,
        seconds=seconds,
    )


def total(outcomes: list[Outcome]) -> Outcome:
    """All together, without what was refused."""
    read = [outcome for outcome in outcomes if not outcome.refusal]
    return Outcome(
        f"{len(read)} files of {len(outcomes)}",
        plain_pages=sum(one.plain_pages for one in read),
        letters=sum(one.letters for one in read),
        lost=sum(one.lost for one in read),
        added=sum(one.added for one in read),
        misplaced=sum(one.misplaced for one in read),
        sentences=sum(one.sentences for one in read),
        found=sum(one.found for one in read),
        plain_seconds=sum(one.plain_seconds for one in read),
        seconds=sum(one.seconds for one in read),
    )


def _timed(read: Callable[[], Read]) -> tuple[Read, float]:
    """What is read, and the processor's seconds that it took, the fewest of three times."""
    seconds = []
    for _ in range(3):
        start = time.process_time()
        found = read()
        seconds.append(time.process_time() - start)
    return found, min(seconds)


def _plain(data: bytes) -> list[str]:
    """The text of each page, as PDFium gives it to anybody."""
    document = pypdfium2.PdfDocument(data)
    pages = []
    try:
        for page in document:
            text = page.get_textpage()
            pages.append(text.get_text_range())
            text.close()
            page.close()
    finally:
        document.close()
    return pages


def _letters(text: str) -> str:
    """Letters and digits alone: no program agrees with another about spaces and hyphens."""
    whole = "".join(_LIGATURES.get(character, character) for character in text)
    return "".join(filter(str.isalnum, whole))
