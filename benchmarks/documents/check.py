"""One file as the index reads it beside what is plainly in it."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TypeVar

from benchmarks.documents.plain import DAMAGED, Plain, plain
from index.document import Document, Span
from index.errors import UnreadableDocumentError
from index.formats import is_known, suffix_of
from index.formats.limits import limited
from index.load import document_of, load_document
from index.members import Documents, limits_of, max_bytes
from index.reading import Readers
from index.settings import Settings
from index.sources import Source, find_sources, read_source
from index.split import split_document

Read = TypeVar("Read")

_WORD = re.compile(r"[^\W_]+")
_LIGATURES = {"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"}
_TIMES = 3
_LONG = 2.0
"""Seconds; what takes longer is measured once, else it counts the fewest of three."""

_SHOWN = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a file; counts of words are of letters for PDF, whose words lines divide."""

    name: str
    kind: str
    documents: int = 0
    refusals: tuple[str, ...] = ()
    """Why the file, or something in it, is not read."""

    unread: int = 0
    """Words that are plainly in a file that is refused."""

    compared: bool = False
    """Whether it can be read plainly, too."""

    pages: int = 0
    words: int = 0
    lost: int = 0
    added: int = 0
    """Words that are nowhere in the file."""

    repeated: int = 0
    """Words that are kept more often than they stand there: a table's header beside each cell."""

    misplaced: int = 0
    """Letters that are not on the page that the index has them on."""

    sentences: int = 0
    found: int = 0
    """Sentences that stand in the plain text letter by letter, on the page they begin on."""

    faults: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    lost_words: tuple[str, ...] = ()
    """A few of them."""

    seconds: float = 0.0
    plain_seconds: float = 0.0


@dataclass(slots=True)
class _Sought:
    """A text in which sentences are looked for in their order."""

    letters: str
    place: int = 0

    def has(self, letters: str) -> bool:
        found = self.letters.find(letters, self.place)
        if found < 0:
            return letters in self.letters
        self.place = found + len(letters)
        return True


def check_folder(settings: Settings) -> Iterator[Outcome]:
    """Check every file of a known format below the folder of sources."""
    with Readers(limits_of(settings)) as readers, limited(limits_of(settings)):
        for name in find_sources(settings.sources):
            if is_known(name):
                yield check_file(name, settings, readers)


def check_file(name: str, settings: Settings, readers: Readers) -> Outcome:
    """Read a file in both ways, and compare."""
    kind = suffix_of(name)
    beside, plain_seconds = _plainly(settings.sources / name, settings)
    read, refusals = _read_safely(name, settings, readers)
    refused = Outcome(
        name, kind, refusals=refusals, pages=len(beside.pages) if beside else 0,
        unread=sum(_counted(kind, beside.text).values()) if beside else 0,
    )  # fmt: skip
    if not read:
        return refused
    documents, seconds = _timed(lambda: [load_document(source) for source in read])
    outcome = replace(
        refused,
        documents=len(documents),
        unread=0,
        titles=tuple(document.title for document in documents),
        seconds=seconds,
        plain_seconds=plain_seconds,
        faults=tuple(fault for document in documents for fault in _faults(document)),
    )
    return _compared(outcome, documents, beside) if beside else outcome


def letters(text: str) -> str:
    """Letters and digits alone: no program agrees with another about spaces and hyphens."""
    whole = "".join(_LIGATURES.get(character, character) for character in text)
    return "".join(filter(str.isalnum, whole))


def _plainly(path: Path, settings: Settings) -> tuple[Plain | None, float]:
    try:
        data = path.read_bytes()
        return _timed(lambda: plain(path.name, data, settings.text_columns))
    except DAMAGED:
        return None, 0.0


def _read_safely(
    name: str, settings: Settings, readers: Readers
) -> tuple[list[Source], tuple[str, ...]]:
    """The documents of a file that can be read, tried in a process that can be ended."""
    try:
        source = read_source(settings.sources, name, max_bytes=max_bytes(settings))
        found = list(Documents(source, settings))
    except UnreadableDocumentError as error:
        return [], (error.reason,)
    read, refusals = [], []
    for one in found:
        try:
            if isinstance(one, UnreadableDocumentError):
                raise one
            kind = one.kind or suffix_of(one.name)
            document_of(one, readers.read(one.name, one.content, kind))
            read.append(one)
        except UnreadableDocumentError as error:
            refusals.append(error.reason)
    return read, tuple(refusals)


def _compared(outcome: Outcome, documents: Sequence[Document], beside: Plain) -> Outcome:
    """What is kept of a file's words, and whether its sentences stand in it."""
    expected = _counted(outcome.kind, beside.text)
    kept: Counter[str] = Counter()
    for document in documents:
        kept += _counted(outcome.kind, document.text)
    lost, more = expected - kept, kept - expected
    added = sum(count for word, count in more.items() if word not in expected)
    checks = [check for document in documents for check in _sentences_found(document, beside)]
    return replace(
        outcome,
        compared=True,
        words=expected.total(),
        lost=lost.total(),
        added=added,
        repeated=more.total() - added,
        misplaced=_misplaced(documents[0], beside) if beside.pages else 0,
        sentences=len(checks),
        found=sum(checks),
        lost_words=tuple(lost)[:_SHOWN],
    )


def _sentences_found(document: Document, beside: Plain) -> Iterator[bool]:
    """Of each sentence, whether it stands in the plain text, or on its page in that."""
    pages = [_Sought(letters(page)) for page in beside.pages or (beside.text,)]
    rows = [block.span for block in document.blocks if block.kind == "row"]
    place = 0
    for sentence in _sentences(document):
        number = document.page_of(sentence)
        if number is not None and beside.pages:
            end = min(sentence.end, document.pages[number - 1].end)
            yield pages[number - 1].has(letters(document.text[sentence.start : end]))
            continue
        while place < len(rows) and rows[place].end <= sentence.start:
            place += 1
        in_row = place < len(rows) and rows[place].covers(sentence)
        yield _stands(sentence.of(document.text), pages[0], in_row=in_row)


def _stands(sentence: str, sought: _Sought, *, in_row: bool) -> bool:
    """Whether a sentence is in a text: of a row each cell, with or without its header's words."""
    cells = sentence.split(" | ") if in_row else [sentence]
    return all(
        sought.has(letters(cell)) or (in_row and sought.has(letters(cell.partition(": ")[2])))
        for cell in cells
    )


def _faults(document: Document) -> Iterator[str]:
    """What is not as it must be, whatever the file: each sentence a slice, each page in order."""
    text, sentences = document.text, _sentences(document)
    if any(before.end > after.start for before, after in pairwise(sentences)):
        yield f"{document.id}: its sentences overlap"
    if letters("".join(sentence.of(text) for sentence in sentences)) != letters(text):
        yield f"{document.id}: its sentences aren't its text"
    if document.pages and letters("".join(page.of(text) for page in document.pages)) != letters(
        text
    ):
        yield f"{document.id}: its pages aren't its text"


def _sentences(document: Document) -> list[Span]:
    return [sentence for chunk in split_document(document) for sentence in chunk.sentences]


def _misplaced(document: Document, beside: Plain) -> int:
    if len(document.pages) != len(beside.pages):
        return len(letters(document.text))
    return sum(
        (Counter(letters(page.of(document.text))) - Counter(letters(own))).total()
        for page, own in zip(document.pages, beside.pages, strict=True)
    )


def _counted(kind: str, text: str) -> Counter[str]:
    if kind == ".pdf":
        return Counter(letters(text))
    return Counter(_WORD.findall(text.replace("\xad", "")))


def _timed(read: Callable[[], Read]) -> tuple[Read, float]:
    """What is read, and the processor's seconds that it took."""
    seconds: list[float] = []
    while not seconds or (len(seconds) < _TIMES and max(seconds) < _LONG):
        start = time.process_time()
        found = read()
        seconds.append(time.process_time() - start)
    return found, min(seconds)
