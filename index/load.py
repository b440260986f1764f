"""File → document; many of them side by side, in processes that can be ended."""

import os
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Self

from index import formats
from index.changes import Progress, Scan
from index.document import Document
from index.errors import UnreadableDocumentError
from index.formats.content import Content
from index.formats.limits import limited
from index.manifest import Failure
from index.members import limits_of, read_documents
from index.names import called, showable
from index.reading import Readers
from index.recognition import language_of
from index.settings import Settings
from index.sources import Source, changed_while_read

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


@dataclass(slots=True)
class FoundDocuments:
    """Loads what was found, each text by the first of its names that will do."""

    settings: Settings
    found: Scan
    failures: dict[str, Failure]
    """By name, what has failed so far."""

    loader: Loader

    def documents(
        self,
        wanted: Iterable[Sequence[str]],
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> Iterator[Document]:
        """Load the documents that have these names."""
        names = {same[0]: same for same in wanted}
        while names:
            failed = dict(names)
            for source, loaded in self.loader.load_all(self._sources(names, on_progress)):
                if isinstance(loaded, Document):
                    shown = " = ".join(map(showable, failed.pop(source.name)))
                    yield replace(loaded, source=shown)
                else:
                    state = self.found.states[source.name]
                    self.failures[source.name] = Failure(str(loaded), state)
            names = {same[1]: same[1:] for same in failed.values() if len(same) > 1}

    def _sources(
        self, names: Collection[str], on_progress: Callable[[Progress], None]
    ) -> Iterator[Source]:
        on_progress(Progress("Reading", 0, len(names)))
        found = read_documents(self.settings, self.found.containers, names)
        for done, one in enumerate(found):
            on_progress(Progress("Reading", done, len(names)))
            if isinstance(one, Source) and one.digest == self.found.states[one.name].digest:
                yield one
            else:  # it may be as it was the next time
                reason = changed_while_read(one.name) if isinstance(one, Source) else one
                self.failures[one.name] = Failure(str(reason), None)


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
        metadata={**_with_language(content), **source.origin},
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
