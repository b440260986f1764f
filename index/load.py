"""File → document; many of them side by side, in processes that can be ended."""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Self

from index import formats
from index.document import Document
from index.errors import UnreadableDocumentError
from index.formats.content import Content
from index.formats.limits import limited
from index.members import limits_of
from index.names import called, showable
from index.reading import Readers
from index.recognition import language_of
from index.settings import Settings
from index.sources import Source

_AHEAD = 4
"""How many files are read for each core before their turn comes."""

Loaded = tuple[Source, Document | UnreadableDocumentError]


class Loader:
    """Makes documents of sources; leaving its `with` ends every process that it began."""

    def __init__(self, settings: Settings) -> None:
        self._limits = limits_of(settings)
        cores = _cores()
        self._readers = Readers(self._limits)
        self._threads = ThreadPoolExecutor(cores, "pullquote-reading")
        self._ahead = _AHEAD * cores

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._readers.__exit__()
        self._threads.shutdown()

    def load_all(self, sources: Iterable[Source]) -> Iterator[Loaded]:
        """Make documents of sources, in their order; what can't be one becomes the reason."""
        begun: deque[tuple[Source, Future[Content] | None]] = deque()
        for source in sources:
            begun.append((source, self._begin(source)))
            while begun and (len(begun) > self._ahead or _is_done(begun[0][1])):
                yield self._end(*begun.popleft())
        while begun:
            yield self._end(*begun.popleft())

    def _begin(self, source: Source) -> Future[Content] | None:
        kind = source.kind or formats.suffix_of(source.name)
        if formats.is_harmless(kind, len(source.content)):
            return None
        return self._threads.submit(self._readers.read, source.name, source.content, kind)

    def _end(self, source: Source, reading: Future[Content] | None) -> Loaded:
        try:
            if reading is None:
                with limited(self._limits):
                    return source, load_document(source)
            return source, document_of(source, reading.result())
        except UnreadableDocumentError as error:
            return source, error


def load_document(source: Source) -> Document:
    """Make a document of a source, in this process.

    Raises:
        UnreadableDocumentError: There is no text in it.
    """
    return document_of(source, formats.read(source.name, source.content, source.kind))


def document_of(source: Source, content: Content) -> Document:
    """Make a document of what was read of a source.

    Raises:
        UnreadableDocumentError: There is no text in it.
    """
    if not content.text.strip():
        raise UnreadableDocumentError(
            source.name, "there is no text in it", "Remove it or fill it."
        )
    return Document(
        id=source.name,
        title=content.title or called(source.name),
        text=content.text,
        digest=source.digest,
        source=showable(source.name),
        metadata=_with_language(content),
        pages=content.pages,
        blocks=content.blocks,
    )


def _with_language(content: Content) -> dict[str, str]:
    """What a source says of itself, with the language that its text is in, if it can be told."""
    said = dict(content.metadata)
    language = language_of(content.text, said.pop("language", ""))
    return said | ({"language": language} if language else {})


def _is_done(reading: Future[Content] | None) -> bool:
    return reading is None or reading.done()


def _cores() -> int:
    """How many cores there are for this process."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
